"""What a mail says, as it is now: gathered once to write it, and once more before it goes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from django.conf import settings
from django.urls import reverse

from bookings.by_hand import ByHand, by_hand
from bookings.ical import title_of, way_in
from bookings.models import Booking, BookingChange
from bookings.policies import is_late
from bookings.policy import Policy
from bookings.querysets import BookingQuerySet
from bookings.reply_addresses import untagged
from bookings.states import LIVE, Status, Verb
from events.dates import long_day, moment_words, span_words
from notifications import afterwards, readers, week_ahead
from notifications.choices import is_switched_off
from notifications.colours import ink_on
from notifications.kinds import AFTERWARDS, REMINDERS, RULES, Kind
from notifications.models import Message
from notifications.presses import presses_of
from notifications.readers import NoLongerTrue
from notifications.reminder_rows import ahead_words, why_untrue
from notifications.revisions import changes_in_words, invited, told, untold
from notifications.summaries import Summary, made_with, summary_of
from notifications.week_ahead import WeekAhead
from people.addresses import has_no_address
from people.text import normal_email, strip_controls

LONGEST_TITLE: Final = 80


@dataclass(frozen=True)
class Facts:
    """What a mail says. Two equal ones make the same mail, so that a change while it was built is seen."""

    kind: str
    sender: str
    recipient: str
    name: str
    person: str
    title: str
    diary_title: str
    when: str
    day: str
    place: str
    is_online: bool
    way_in: str
    status: str
    has_place: bool
    is_over: bool
    practical_note: str
    week: str
    link: str
    until: str
    releases: bool
    declining: str
    verb: str
    done_by: str
    colleague: str
    manager: str
    silence_holds: bool
    charges: str
    absence_charge: str
    waiting_terms: str
    ahead: str
    left: str
    questions: str
    presses: tuple[tuple[str, str], ...]
    partnership: str
    contact: str
    website: str
    colour: str
    free_until: str
    free_is_over: bool
    cancelled_late: bool
    by_organiser: bool
    reason: str
    changes: tuple[tuple[str, str, str], ...]
    method: Literal["REQUEST", "CANCEL"] | None
    sequence: int
    stamp: datetime
    by_hand: ByHand | None
    summary: Summary | None = None
    week_ahead: WeekAhead | None = None

    @property
    def first_name(self) -> str:
        """Return how the mail speaks to the person."""
        return self.name.split()[0] if " " in self.name else self.name

    @property
    def short_title(self) -> str:
        """Return the title as a subject carries it: cut at a word, so that the day after it is seen.

        It is the diary's where the mail carries an entry: some programs name the entry after the subject.
        """
        title = strip_controls(self.diary_title) if self.method else self.title
        if len(title) <= LONGEST_TITLE:
            return title
        begun = title[: LONGEST_TITLE - 1]
        return f"{begun.rpartition(' ')[0] or begun}…"

    @property
    def ink(self) -> str:
        """Return the colour of letters on the partnership's own."""
        return ink_on(self.colour)

    @property
    def greeting(self) -> str:
        """Return the mail's first line."""
        return f"Hello {self.first_name}," if self.name else "Hello,"

    @property
    def choices(self) -> str:
        """Return where the reader can switch mails of this kind off; empty where they cannot."""
        return f"{settings.SITE_URL}{reverse('my_messages')}" if RULES[Kind(self.kind)].may_stop else ""


def booking_of(message: Message) -> Booking:
    """Return the booking a message is about as it now stands, with its session."""
    found: Booking = Booking.objects.with_session().get(pk=message.booking_id)
    return found


def spoken_of(message: Message) -> BookingQuerySet:
    """Return every booking that a message tells of: its own, and of a summary all that were made with it."""
    if message.kind == Kind.PLAN:
        return made_with(message.booking)
    if message.kind == Kind.WEEK_AHEAD:
        return week_ahead.spoken_of(message)
    found: BookingQuerySet = Booking.objects.filter(pk=message.booking_id)
    return found


def facts_of(message: Message, booking: Booking) -> Facts:
    """Return what a message has to say of a booking; raises NoLongerTrue when it has nothing to say any more."""
    _refuse_untrue(message, booking)
    facts = _facts(message, booking)
    if has_no_address(facts.recipient):
        raise NoLongerTrue("Has no address.")
    mine = f"{settings.SITE_URL}{reverse('my_bookings')}"
    if message.kind == Kind.WEEK_AHEAD:
        ahead = week_ahead.week_ahead_of(message)
        if not ahead.lines:
            raise NoLongerTrue("None of these sessions is as it was.")
        return replace(facts, week_ahead=ahead, link=mine)
    if message.kind != Kind.PLAN:
        return facts
    summary = summary_of(booking)
    if summary.is_over:
        raise NoLongerTrue("Everything that was booked in this step is cancelled.")
    return replace(facts, summary=summary, link=mine)


def _facts(message: Message, booking: Booking) -> Facts:
    """Return what there is to say of one booking."""
    session, kind, change = booking.session, Kind(message.kind), message.change
    reader = readers.reader_of(message, booking)
    is_person = RULES[kind].to == "person"
    path = afterwards.questions_of(message, booking)
    questions = f"{settings.SITE_URL}{path}" if path else ""
    has_place = is_person and booking.status == Status.CONFIRMED
    method = _method(message, booking)
    host = session.session_hosts.select_related("partnership").first()
    partnership = host.partnership if host else None
    return Facts(
        kind=message.kind,
        sender=booking.organizer_email if is_person else untagged(booking.organizer_email),
        recipient=reader.email,
        name=reader.name,
        person=booking.name,
        title=strip_controls(session.title),
        diary_title=title_of(booking),
        when=span_words(session.starts_at, session.ends_at, session.tzinfo),
        day=long_day(session.local_start.date()),
        place=session.place if booking.comes_to_venue else "",
        is_online=booking.joins_online,
        way_in=way_in(booking, site=settings.SITE_URL) if has_place else "",
        status=booking.status,
        has_place=has_place,
        is_over=booking.status not in LIVE,
        practical_note=strip_controls(session.practical_note) if is_person and booking.status in LIVE else "",
        week=session.week.title,
        link=questions or reader.link,
        until=reader.until,
        releases=reader.releases,
        declining=Policy.of(booking.policy).calendar_decline,
        verb=change.verb if change else "",
        done_by=readers.done_by(message, booking) if is_person else "",
        colleague=readers.colleague_of(message, booking) if is_person else "",
        manager=booking.manager_name or booking.manager_email,
        silence_holds=Policy.of(booking.policy).manager_silence == "approved",
        charges=readers.charges_of(booking),
        absence_charge=readers.absence_charge_of(booking) if kind in AFTERWARDS else "",
        waiting_terms=readers.waiting_terms(booking) if kind == Kind.WAITING_LIST else "",
        ahead=ahead_words(message),
        left=readers.LEFT.get(change.from_status, "") if change else "",
        questions=questions,
        presses=presses_of(booking, at=message.due_at) if kind in REMINDERS else (),
        partnership=partnership.name if partnership else "Practice Weeks",
        contact=partnership.contact_email if partnership else "",
        website=partnership.website if partnership else "",
        colour=partnership.colour if partnership else "#1f5f8b",
        free_until=moment_words(booking.cancel_free_until, session.tzinfo),
        free_is_over=is_late(booking.cancel_free_until, at=change.at if change else message.due_at),
        cancelled_late=booking.cancelled_late,
        by_organiser=change is not None and change.verb == Verb.SESSION_CANCELLED,
        reason=change.reason if change else "",
        changes=changes_in_words(message, booking),
        method=method,
        sequence=booking.ical_sequence,
        stamp=booking.ical_stamp,
        by_hand=by_hand(booking, site=settings.SITE_URL) if method == "REQUEST" else None,
    )


def _method(message: Message, booking: Booking) -> Literal["REQUEST", "CANCEL"] | None:
    """Return the method of the entry this mail carries: only who was invited can be disinvited.

    Who waits has no entry, and neither has the entries' owner: clients take it that they need no invitation.
    """
    is_invited = booking.status in {Status.CONFIRMED, Status.CANCELLED, Status.SUBSTITUTED}
    if not is_invited or normal_email(booking.email) == normal_email(booking.organizer_email):
        return None
    method = RULES[Kind(message.kind)].calendar
    if method == "CANCEL" and not invited(booking).exists():
        return None
    return method


def _refuse_untrue(message: Message, booking: Booking) -> None:
    """Raise NoLongerTrue where nobody can be told, and where the booking or the session has moved on."""
    kind = Kind(message.kind)
    if Status(booking.status) not in RULES[kind].statuses:
        raise NoLongerTrue(f"The booking is {booking.get_status_display().lower()}.")
    if why := _why_untrue(message, booking):
        raise NoLongerTrue(why)
    if is_switched_off(booking.practitioner_id, kind):
        raise NoLongerTrue("The person has switched these messages off.")
    if kind == Kind.MANAGER_TOLD:
        _refuse_untrue_to_manager(message, booking)
    if kind in {Kind.CHANGED, Kind.DIARY} and message.change and booking.status == Status.CONFIRMED:
        _refuse_outdone(message, message.change, booking)


def _refuse_outdone(message: Message, change: BookingChange, booking: Booking) -> None:
    """Raise NoLongerTrue where a later change of the same sort is told instead, or the person knows it already.

    Another title in the diary is no news of the session, so a mail about it stands for none about that.
    """
    if _is_still_to_confirm(booking):
        raise NoLongerTrue("The confirmation is still to go, and tells it as it is now.")
    later = BookingChange.objects.filter(booking=booking, verb=change.verb, sequence__gt=change.sequence)
    if later.filter(from_status=Status.CONFIRMED).exists():
        raise NoLongerTrue("A later change is told instead.")
    knows = invited(booking) if message.kind == Kind.DIARY else told(booking)
    if knows.filter(sequence__gte=change.sequence).exclude(pk=message.pk).exists():
        raise NoLongerTrue("The invitation went out with this change already.")
    if message.kind == Kind.CHANGED and not untold(message, booking):
        raise NoLongerTrue("Everything is again as the person knows it.")


def _is_still_to_confirm(booking: Booking) -> bool:
    """Say whether the confirmation of a place is yet to pass its last look; what is urgent overtakes it."""
    waits = (Message.Status.PENDING, Message.Status.CLAIMED)
    return Message.objects.filter(booking=booking, kind=Kind.CONFIRMATION, status__in=waits).exists()


def _why_untrue(message: Message, booking: Booking) -> str:
    """Return why what hangs on a start and not on a change is not to go any more; empty where it is."""
    if message.kind in REMINDERS:
        return why_untrue(message, booking.session)
    return afterwards.why_untrue(message, booking) if message.kind in AFTERWARDS else ""


def _refuse_untrue_to_manager(message: Message, booking: Booking) -> None:
    """Raise NoLongerTrue where the place is gone since, or where its end would be the first that they hear of it."""
    is_there = message.change is not None and message.change.to_status == Status.CONFIRMED
    if is_there != (booking.status == Status.CONFIRMED):
        raise NoLongerTrue("The booking has moved on.")
    told = Message.objects.filter(booking=booking, kind=Kind.MANAGER_TOLD, risky__gt=0).exclude(pk=message.pk)
    if message.change and message.change.verb == Verb.REVISED:
        told = told.filter(sent_at__lt=message.change.at)  # whoever hears of the place later reads the new time there
        if not told.exists():
            raise NoLongerTrue("The line manager knows of no other time.")
    elif not is_there and not told.exists():
        raise NoLongerTrue("The line manager was not told of the place.")
