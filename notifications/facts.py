"""What a mail says, as it is now: gathered once to write it, and once more before it goes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.urls import reverse

from bookings.by_hand import ByHand, by_hand
from bookings.ical import title_of, way_in
from bookings.models import Booking
from bookings.policies import is_late
from bookings.policy import Policy
from bookings.querysets import BookingQuerySet
from bookings.reply_addresses import untagged
from bookings.states import LIVE, Status, Verb
from events.dates import long_day, moment_words
from events.part_words import part_words, when_words
from notifications import afterwards, readers, week_ahead
from notifications.colours import ink_on
from notifications.desk_mail import DeskFacts, desk_facts_of
from notifications.instructions import AGAIN, Instruction, are_due, fingerprint, instructions_of
from notifications.kinds import AFTERWARDS, AHEAD_OF_START, INSTRUCTING, RULES, Kind
from notifications.later_dates import LaterDate
from notifications.models import Message
from notifications.own_texts import text_of
from notifications.presses import presses_of
from notifications.readers import NoLongerTrue
from notifications.reminder_rows import ahead_words
from notifications.revisions import changes_in_words, may_be_in_diary
from notifications.still_true import refuse_untrue
from notifications.stop_links import stop_address
from notifications.summaries import Summary, made_with, summary_of
from notifications.texts.text import Text, shortened
from notifications.week_ahead import WeekAhead
from people.addresses import has_no_address
from people.names import given_name, turned_round
from people.text import normal_email, strip_controls


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
    instructions: tuple[Instruction, ...]
    says: str
    says_again: bool
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
    text: Text
    stop: str = ""
    has_later_dates: bool = False
    entry: LaterDate | None = None
    summary: Summary | None = None
    week_ahead: WeekAhead | None = None

    @property
    def first_name(self) -> str:
        """Return how the mail speaks to the person: by the first name, or where that cannot be told by the whole."""
        return given_name(self.name) or turned_round(self.name)

    @property
    def short_title(self) -> str:
        """Return the title as a subject carries it: cut at a word, so that the day after it is seen.

        It is the diary's where the mail carries an entry: some programs name the entry after the subject.
        """
        return shortened(strip_controls(self.diary_title) if self.method else self.title)

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
        mine = f"{settings.SITE_URL}{reverse('my_messages')}" if RULES[Kind(self.kind)].may_stop else ""
        return self.stop or mine


def booking_of(message: Message) -> Booking | None:
    """Return the booking a message is about as it now stands, with its session; None where it is about none."""
    if message.booking_id is None:
        return None
    found: Booking = Booking.objects.with_session().get(pk=message.booking_id)
    return found


def spoken_of(message: Message) -> BookingQuerySet:
    """Return every booking that a message tells of: its own, and of a summary all that were made with it."""
    if message.kind == Kind.PLAN:
        return made_with(message.about)
    if message.kind == Kind.WEEK_AHEAD:
        return week_ahead.spoken_of(message)
    found: BookingQuerySet = Booking.objects.filter(pk__in=[message.booking_id] if message.booking_id else [])
    return found


def facts_of(message: Message, booking: Booking | None) -> Facts | DeskFacts:
    """Return what a message has to say, of a booking or a desk; raises NoLongerTrue when that is nothing any more."""
    if booking is None:
        return desk_facts_of(message)
    refuse_untrue(message, booking)
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
    entry = LaterDate.of_json(message.entry) if message.entry else None
    part = entry.part_of(session) if entry else None
    is_past = kind in {*AFTERWARDS, Kind.DATE_CANCELLED}  # how to take part is of no use any more
    has_place = is_person and booking.status == Status.CONFIRMED
    method = _method(message, booking)
    if entry and not method:
        raise NoLongerTrue("No diary has this date from us.")
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
        when=part_words(part) if part else when_words(session),
        day=long_day(part.local_day if part else session.local_start.date()),
        place=session.place if booking.comes_to_venue else "",
        is_online=booking.joins_online,
        way_in=way_in(booking, site=settings.SITE_URL) if has_place and not is_past else "",
        status=booking.status,
        has_place=has_place,
        is_over=booking.status not in LIVE,
        practical_note=strip_controls(session.practical_note)
        if is_person and booking.status in LIVE and not is_past
        else "",
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
        instructions=_instructions(message, booking) if has_place else (),
        says=fingerprint(session) if kind == Kind.JOINING else "",
        says_again=message.occurrence.startswith(AGAIN),
        presses=presses_of(booking, at=message.due_at) if kind in AHEAD_OF_START else (),
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
        text=message.bulk.words if message.bulk else text_of(partnership, kind),
        stop=stop_address(booking.practitioner_id, kind) if kind == Kind.NEWS else "",
        has_later_dates=session.last_ends_at is not None,
        entry=entry,
    )


def _instructions(message: Message, booking: Booking) -> tuple[Instruction, ...]:
    """Return how to take part, where it is time to say so; a mail before that leaves it to a later one."""
    if message.kind not in INSTRUCTING:
        return ()
    is_time = message.kind == Kind.JOINING or (message.change and are_due(booking, at=message.change.at))
    return instructions_of(booking) if is_time else ()


def _method(message: Message, booking: Booking) -> Literal["REQUEST", "CANCEL"] | None:
    """Return the method of the entry this mail carries: only what we gave for a diary can be taken out of it.

    Who waits has no entry, and neither has the entries' owner: clients take it that they need no invitation.
    """
    is_invited = booking.status in {Status.CONFIRMED, Status.CANCELLED, Status.SUBSTITUTED}
    if not is_invited or normal_email(booking.email) == normal_email(booking.organizer_email):
        return None
    method = RULES[Kind(message.kind)].calendar
    if method == "CANCEL" and not may_be_in_diary(booking):
        return None
    return method
