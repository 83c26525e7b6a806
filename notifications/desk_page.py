"""The organisers' desk: what needs them today, of the bookings and of the mail, and a week at a glance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q
from django.urls import reverse

from bookings.desk import DeskGroup, DeskItem, group_of, needs_today
from bookings.fill import FillLine, fill_of
from events.dates import long_day
from events.models import PracticeWeek, Session
from events.presenters import days_words
from events.wall_time import LONDON
from notifications import undeliverable
from notifications.models import InboundReply, Message
from people.models import User

# Mail that did not go is shown this long; it stands in the log of its session for good.
FAILED_FOR: Final = timedelta(days=14)
WEEKS: Final = 8


def desk_of(actor: User, *, at: datetime) -> list[DeskGroup]:
    """Return all that needs somebody today; six queries, whatever there is."""
    mail = [
        group_of("mail", "Mail that did not go", _failed(actor, at=at)),
        group_of(
            "addresses", "Addresses that mail comes back from", _addresses(actor, at=at), reverse("organise_addresses")
        ),
        group_of("answers", "Answers from calendars", _answers(actor, at=at), reverse("organise_answers")),
    ]
    return [*needs_today(actor, at=at), *(group for group in mail if group.count)]


def _failed(actor: User, *, at: datetime) -> Iterator[DeskItem]:
    """Look for sessions with mail that was refused, or that perhaps did not arrive."""
    own = Session.objects.hosted_within(actor, at=at).order_by().values("pk")
    rows = Message.objects.filter(
        booking__session__in=own,
        status__in=[Message.Status.FAILED, Message.Status.UNKNOWN],
        due_at__gt=at - FAILED_FOR,
        due_at__lte=at,
    )
    counted = (
        rows.order_by()
        .values("booking__session", "booking__session__title")
        .annotate(
            failed=Count("pk", filter=Q(status=Message.Status.FAILED)),
            unknown=Count("pk", filter=Q(status=Message.Status.UNKNOWN)),
        )
    )
    for row in counted.order_by("booking__session__title", "booking__session"):
        parts = [(row["failed"], "refused"), (row["unknown"], "perhaps sent")]
        why = ", ".join(f"{count} {words}" for count, words in parts if count)
        address = reverse("organise_messages", args=[row["booking__session"]])
        yield DeskItem(row["booking__session__title"], why, address)


def _addresses(actor: User, *, at: datetime) -> Iterator[DeskItem]:
    """Look for addresses that cannot be written to."""
    for row in undeliverable.within_reach(actor, at=at).order_by("-since", "-pk"):
        yield DeskItem(row.address, row.get_reason_display(), reverse("organise_addresses"))


def _answers(actor: User, *, at: datetime) -> Iterator[DeskItem]:
    """Look for answers to invitations that changed nothing, and that nobody has looked at."""
    for row in InboundReply.objects.visible_to(actor, at=at).unseen().defer("raw"):
        yield DeskItem(row.sender or "Nobody is named", row.why, reverse("organise_answer", args=[row.pk]))


@dataclass(frozen=True)
class GlanceDay:
    """A day of the week at a glance."""

    words: str
    lines: Sequence[FillLine]


@dataclass(frozen=True)
class Glance:
    """A week at a glance, among the weeks one can look at."""

    week: PracticeWeek
    days: Sequence[GlanceDay]
    others: Sequence[PracticeWeek]

    @property
    def dates(self) -> str:
        """Return the days of the week in words."""
        return days_words(self.week.starts_on, self.week.ends_on)


def glance_of(actor: User, wanted: str, *, at: datetime) -> Glance | None:
    """Return a week of one's partnerships with the fill of its sessions: three queries.

    It is the one of that slug, else the one that runs or comes next, else the last. None where there is no week.
    """
    own = PracticeWeek.objects.hosted_within(actor, at=at).order_by().values("pk")
    weeks = list(PracticeWeek.objects.filter(pk__in=own).order_by("-starts_on")[:WEEKS])
    if not weeks:
        return None
    today = at.astimezone(LONDON).date()
    coming = [week for week in weeks if week.ends_on >= today]
    named = [week for week in weeks if week.slug == wanted]
    week = (named or coming[-1:] or weeks)[0]
    mine = Session.objects.hosted_within(actor, at=at).order_by().values("pk")
    rows = Session.objects.filter(week=week, pk__in=mine).exclude(state=Session.State.CANCELLED)
    days: dict[str, list[FillLine]] = {}
    for line in fill_of(list(rows.order_by("starts_at", "code"))):
        days.setdefault(long_day(line.session.local_start.date()), []).append(line)
    return Glance(
        week, [GlanceDay(words, lines) for words, lines in days.items()], [one for one in weeks if one != week]
    )
