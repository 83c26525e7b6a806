"""One mail about several sessions of a week, instead of the first reminder of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from bookings.ical import way_in
from bookings.models import Booking, terms_of
from bookings.policies import is_late
from bookings.querysets import BookingQuerySet
from bookings.states import Status
from events.dates import long_day, moment_words
from events.models import Session
from events.part_words import when_words
from notifications.kinds import Kind
from notifications.message_names import id_of, start_words
from notifications.models import Message, SwitchedOff
from notifications.presses import presses_of
from notifications.reminder_rows import occurrence_of
from notifications.reminders import reminders
from people.text import strip_controls

# Workers look this long ahead, far longer than one goes on sending, so that none sends what is to be told with others.
AHEAD: Final = timedelta(minutes=15)
TOLD: Final = "Told with the other sessions of the week."
UNTRIED: Final = Q(kind=Kind.REMINDER, status=Message.Status.PENDING, tries=0, told_with__isnull=True)


def gather(*, at: datetime) -> int:
    """Put the first reminders of somebody with several sessions in one week together; return how many mails that makes.

    It is done shortly before the first of them is due, and safe to do twice or by two workers at once: each row is
    told with one mail. Where nothing is to be gathered it takes up to four statements.
    """
    due = Message.objects.filter(UNTRIED, due_at__lte=at + AHEAD, expires_at__gt=at)
    firsts = _first_of(Session.objects.filter(bookings__messages__in=due.order_by().values("pk")).distinct())
    if not firsts:
        return 0
    near = due.filter(occurrence__in=set(firsts.values()), booking__status=Status.CONFIRMED)
    owners = Booking.objects.filter(messages__in=near.order_by().values("pk")).order_by().values("practitioner")
    of_owners = Message.objects.filter(UNTRIED, booking__status=Status.CONFIRMED, booking__practitioner__in=owners)
    pairs = of_owners.order_by().values_list("booking__practitioner", "booking__session__week")
    several = [pair[:2] for pair in pairs.annotate(count=Count("booking", distinct=True)).filter(count__gt=1)]
    if not several:
        return 0
    with transaction.atomic():
        rows = [row for row in _locked(of_owners, several) if _pair_of(row) in set(several)]
        firsts = _first_of({row.about.session_id: row.about.session for row in rows}.values())
        rows = [row for row in rows if row.occurrence == firsts.get(row.about.session_id)]
        return sum(_tell_together(list(group), at=at) for _, group in groupby(sorted(rows, key=_pair_of), key=_pair_of))


def _locked(rows: QuerySet[Message], several: Iterable[tuple[int, int]]) -> QuerySet[Message]:
    """Lock the rows of some people in some weeks, the first due first; what somebody else holds is left to them."""
    people, weeks = {person for person, _ in several}, {week for _, week in several}
    of_these = rows.filter(booking__practitioner__in=people, booking__session__week__in=weeks)
    locked = of_these.select_for_update(skip_locked=True, of=("self",))
    return locked.select_related("booking__session").order_by("due_at", "pk")


def _pair_of(row: Message) -> tuple[int, int]:
    """Return whose row it is, and of which week."""
    return row.about.practitioner_id, row.about.session.week_id


def _first_of(sessions: Iterable[Session]) -> dict[int, str]:
    """Return by session what its first reminder speaks of, where another in days follows; one statement.

    Where none follows it stays by itself: nothing else would bring the day to mind.
    """
    found = {session.pk: session for session in sessions}
    firsts = {}
    for pk, terms in terms_of(found.values()).items():
        session = found[pk]
        all_of = reminders(session.starts_at, session.tzinfo, terms.policy, at=None)
        in_days = [one.rule for one in all_of if one.rule.unit != "hour"]
        if len(in_days) > 1 and all_of[0].rule == in_days[0]:
            firsts[pk] = occurrence_of(session, in_days[0].code)
    return firsts


def _tell_together(rows: list[Message], *, at: datetime) -> int:
    """Write one row that tells of the others, if they are several, the first is near, and the person wants it so."""
    rows.sort(key=lambda row: (row.due_at, row.pk))
    if len(rows) < 2 or rows[0].due_at > at + AHEAD:
        return 0
    first = rows[0]
    person = first.about.practitioner_id
    if SwitchedOff.objects.filter(person=person, kind__in=[Kind.REMINDER, Kind.WEEK_AHEAD]).exists():
        return 0
    together = Message.objects.create(
        booking=first.booking,
        kind=Kind.WEEK_AHEAD,
        occurrence=first.occurrence,
        message_id=id_of(f"{Kind.WEEK_AHEAD} {first.message_id}"),
        due_at=first.due_at,
        expires_at=min(row.expires_at for row in rows),
    )
    told = Message.objects.filter(pk__in=[row.pk for row in rows])
    told.update(status=Message.Status.CANCELLED, error=TOLD, told_with=together)
    return 1


@dataclass(frozen=True)
class WeekLine:
    """A session of the week, in words, with what one press does about it."""

    title: str
    day: str
    when: str
    where: str
    way_in: str
    note: str
    free_until: str
    presses: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WeekAhead:
    """What somebody with several sessions in a week is told of, the earliest first."""

    lines: tuple[WeekLine, ...]

    @property
    def count(self) -> str:
        """Return how many sessions there are."""
        return "1 session" if len(self.lines) == 1 else f"{len(self.lines)} sessions"


def spoken_of(message: Message) -> BookingQuerySet:
    """Return the bookings that a message about several of a week tells of."""
    found: BookingQuerySet = Booking.objects.filter(pk__in=message.tells_of.order_by().values("booking"))
    return found


def week_ahead_of(message: Message) -> WeekAhead:
    """Return what is still so of the sessions that a message tells of; those that have moved have reminders anew."""
    starts = dict(message.tells_of.values_list("booking", "occurrence"))
    places = spoken_of(message).confirmed().with_session().filter(session__state=Session.State.PUBLISHED)
    in_order = places.order_by("session__starts_at", "pk")
    still = [one for one in in_order if starts[one.pk].endswith(f" {start_words(one.session)}")]
    return WeekAhead(tuple(_line(booking, at=message.due_at) for booking in still))


def _line(booking: Booking, *, at: datetime) -> WeekLine:
    """Return one session in words."""
    session = booking.session
    online = "online" if session.place and booking.comes_to_venue else "Online"
    ways = [f"At {session.place}"] if booking.comes_to_venue else []
    ways += [online] if booking.joins_online else []
    is_over = is_late(booking.cancel_free_until, at=at)
    return WeekLine(
        title=strip_controls(session.title),
        day=long_day(session.local_start.date()),
        when=when_words(session),
        where=", or ".join(ways),
        way_in=way_in(booking, site=settings.SITE_URL) if booking.joins_online else "",
        note=strip_controls(session.practical_note),
        free_until="" if is_over else moment_words(booking.cancel_free_until, session.tzinfo),
        presses=presses_of(booking, at=at),
    )
