"""The words of a booking, and of the one thing to do next about a session."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bookings import errors, policies
from bookings.links import JOIN, path_of
from bookings.models import AccessNeed, Booking
from bookings.policy import Policy
from bookings.states import Status
from events.dates import moment_words
from events.errors import Refusal
from events.models import Session
from events.models.session_part import part_at
from events.presenters import SessionLine, Tag, places_tag

BOOK: Final = "Book this session"
WAIT: Final = "Join the waiting list"
OF_STATUS: Final = {
    Status.CONFIRMED: ("You have a place", "Your booking is confirmed."),
    Status.WAITLISTED: ("You are booked", "Your booking stands at: Waiting list."),
    Status.OFFERED: ("A place is offered to you", "Accept or decline it."),
    Status.AWAITING_APPROVAL: ("You are booked", "Your booking stands at: Waiting for approval."),
}
TONES: Final = {
    Status.CONFIRMED: "good",
    Status.WAITLISTED: "attention",
    Status.OFFERED: "attention",
    Status.AWAITING_APPROVAL: "attention",
}


@dataclass(frozen=True)
class NextStep:
    """What somebody who looks at a session can do: a heading, a sentence, and a button or nothing to press.

    ``is_over``: what is left is to read. ``turns_elsewhere``: the other sittings are what helps now.
    ``asks_hosts``: the way in comes from the hosts, because nobody books. ``other``: the booking that is in the way.
    """

    heading: str
    sentence: str
    button: str = ""
    booking: Booking | None = None
    is_over: bool = False
    is_to_come: bool = True
    turns_elsewhere: bool = False
    asks_hosts: bool = False
    other: Booking | None = None

    @property
    def waits(self) -> bool:
        """Say whether the button joins the waiting list."""
        return self.button == WAIT


def next_step(  # noqa: PLR0913 - each is known of a session and one person
    session: Session,
    policy: Policy,
    *,
    at: datetime,
    booking: Booking | None = None,
    refusal: Refusal | None = None,
    keeps: bool = False,
    kept: str = "",
) -> NextStep:
    """Return the one clear next step on a session's page; ``booking`` is the live one of whoever looks.

    ``refusal`` is why the session's rules are against them. ``keeps``: a place is free that may be for some only;
    ``kept`` says why it is not for them.
    """
    if at >= session.over_at and session.state == Session.State.PUBLISHED:
        sentence = f"It ended on {moment_words(session.over_at, session.tzinfo)}."
        return NextStep("This session is over", sentence, booking=booking, is_over=True, is_to_come=False)
    if booking is not None:
        return _of_booking(booking)
    if closed := policies.why_not_book(session, at=at):
        return _of_refusal(closed, session, at=at)
    if refusal is not None:
        return _of_rules(refusal)
    return _of_kept(session, kept) if kept else _of_places(session, policy, at=at, keeps=keeps)


def _of_rules(refusal: Refusal) -> NextStep:
    """Return what is in the way of one person, where it is a rule and no lack of places."""
    match refusal:
        case errors.OtherSittingBooked():
            heading, other = "You have booked another time", refusal.booking
            return NextStep(heading, refusal.sentence, other=other)
        case errors.DayFull():
            return NextStep("Your day is full", refusal.sentence, turns_elsewhere=True)
        case _:
            return NextStep("You cannot book this session", refusal.sentence)


def _of_kept(session: Session, kept: str) -> NextStep:
    """Return the step of somebody for whom none of the free places is."""
    heading = "Some places are kept for others"
    if policies.why_not_queue(session, wanted=True):
        return NextStep(heading, kept, turns_elsewhere=True)
    return NextStep(heading, f"{kept} You can wait for one.", WAIT, turns_elsewhere=True)


def _of_refusal(refusal: Refusal, session: Session, *, at: datetime) -> NextStep:
    """Return why a session cannot be booked, and what to do instead."""
    match refusal:
        case errors.SessionCancelled():
            reason = session.cancellation_reason or "It will not take place."
            return NextStep("This session is cancelled", reason, is_to_come=False, turns_elsewhere=True)
        case errors.BookingNotNeeded():
            return _of_open_door(session, at=at)
        case errors.BookingNotOpen():
            return NextStep("Booking is not open yet", _opening_words(session))
        case errors.BookingClosed():
            sentence = _closing_words(session, at=at)
            return NextStep("Booking has closed", sentence, is_to_come=at < session.starts_at, turns_elsewhere=True)
        case _:
            return NextStep("This session cannot be booked", refusal.sentence)


def _of_open_door(session: Session, *, at: datetime) -> NextStep:
    """Return the step of a session that nobody books: come, or ask for the way in where it is only online."""
    is_online = session.format == Session.Format.ONLINE
    sentence = (
        "You need no booking for this session." if is_online else "You need no booking for this session: come in."
    )
    is_to_come = at < session.starts_at
    return NextStep("Just come along", sentence, is_to_come=is_to_come, asks_hosts=is_online)


def _of_places(session: Session, policy: Policy, *, at: datetime, keeps: bool) -> NextStep:
    """Return the button of a session that takes bookings, or that it is full."""
    if session.places_left != 0:
        return NextStep("Book your place", f"{places_tag(session, at=at).words}.", BOOK)
    if keeps:
        return NextStep("Book your place", "Some places are kept for others. If one is for you, you have it.", BOOK)
    if policies.why_not_queue(session, wanted=True):
        sentence = "Every place is taken, and it has no waiting list."
        return NextStep("This session is full", sentence, turns_elsewhere=True)
    has_at_once = policy.waiting_list == "automatic"
    then = "the next in line has it" if has_at_once else "it is offered to the next in line"
    sentence = f"{_waiting_words(session)} If a place comes free, {then}."
    return NextStep("This session is full", sentence, WAIT, turns_elsewhere=True)


def _of_booking(booking: Booking) -> NextStep:
    """Return the step of somebody who has booked."""
    heading, sentence = OF_STATUS[Status(booking.status)]
    if booking.status == Status.OFFERED and booking.offer_expires_at:
        sentence = f"Accept or decline it by {moment_words(booking.offer_expires_at, booking.session.tzinfo)}."
    return NextStep(heading, sentence, booking=booking)


def _opening_words(session: Session) -> str:
    """Return when booking opens."""
    if session.booking_opens_at is None:
        return "The organisers have not said yet when it opens."
    return f"It opens on {moment_words(session.booking_opens_at, session.tzinfo)}."


def _closing_words(session: Session, *, at: datetime) -> str:
    """Return why booking is closed: the session has begun, or its time to book is over."""
    if at >= session.starts_at:
        return f"The session began on {moment_words(session.starts_at, session.tzinfo)}."
    return f"It closed on {moment_words(session.closes_at, session.tzinfo)}."


def _waiting_words(session: Session) -> str:
    """Return how many wait."""
    if session.waiting == 0:
        return "Nobody is waiting yet."
    return "1 person is waiting." if session.waiting == 1 else f"{session.waiting} people are waiting."


def deadline_words(session: Session, policy: Policy) -> str:
    """Return until when cancelling is in time."""
    return moment_words(policies.cancel_free_until(session, policy), session.tzinfo)


def cancelling_words(session: Session, policy: Policy, *, at: datetime) -> str:
    """Return what cancelling will mean to somebody who books now."""
    if policies.is_late(policies.cancel_free_until(session, policy), at=at):
        return "It is too close for cancelling to be in time: you still can, and it is recorded as late."
    return f"If you cannot come after all, cancel by {deadline_words(session, policy)}. Later it is recorded as late."


def minutes_words(minutes: int) -> str:
    """Return a span of time in minutes, or in hours where it is several whole ones."""
    return f"{minutes // 60} hours" if minutes > 60 and minutes % 60 == 0 else f"{minutes} minutes"


@dataclass(frozen=True)
class BookingLine:
    """A booking as its owner reads it. Needs its session and venue, and ``position`` for the waiting list."""

    booking: Booking
    at: datetime

    @property
    def session(self) -> SessionLine:
        """Return the session's words."""
        return SessionLine(self.booking.session, self.at)

    @property
    def address(self) -> str:
        """Return the address of the booking's page."""
        return self.booking.get_absolute_url()

    @property
    def state(self) -> Tag:
        """Return where the booking stands, in a word or two."""
        status = Status(self.booking.status)
        return Tag(str(status.label), TONES.get(status, "quiet"))

    @property
    def position(self) -> str:
        """Return the place in the queue in words; empty for everybody who does not wait."""
        if self.booking.status != Status.WAITLISTED:
            return ""
        number: int = self.booking.position  # type: ignore[attr-defined]  # added by with_position
        return "You are next in line" if number == 1 else f"You are number {number} in line"

    @property
    def is_coming(self) -> bool:
        """Say whether the booking is live and its session has not ended."""
        return self.booking.is_live and self.at < self.booking.session.over_at

    @property
    def may_cancel(self) -> bool:
        """Say whether the booking can still be given up."""
        return policies.why_not_cancel(self.booking, self.booking.session, at=self.at) is None

    @property
    def need(self) -> str:
        """Return what the person said would help them; empty where they said nothing. Needs `with_need`."""
        need: AccessNeed | None = getattr(self.booking, "access_need", None)
        return need.text if need else ""

    @property
    def may_say_need(self) -> bool:
        """Say whether the person can say, change or take away what would help them."""
        text = "" if self.need else "something new"  # what was said can be taken away where nothing new is asked
        return policies.why_not_say_need(self.booking, self.booking.session, text=text, at=self.at) is None

    @property
    def is_late(self) -> bool:
        """Say whether cancelling now counts as late; leaving the waiting list never does."""
        return self.booking.status == Status.CONFIRMED and policies.is_late(self.booking.cancel_free_until, at=self.at)

    @property
    def cancel_by(self) -> str:
        """Return until when cancelling is in time."""
        return moment_words(self.booking.cancel_free_until, self.booking.session.tzinfo)

    @property
    def link_minutes(self) -> int:
        """Return how many minutes before the start the link to join is shown, as the booking keeps it."""
        return Policy.of(self.booking.policy).join_link_minutes

    @property
    def way_in(self) -> str:
        """Return the path of the person's own page to join, while it lets them in; empty otherwise."""
        session = self.booking.session
        refusal = policies.why_not_join(self.booking, session, part=part_at(session, at=self.at), at=self.at)
        return "" if refusal else path_of(JOIN, self.booking)

    @property
    def offered_until(self) -> str:
        """Return until when the place is offered; empty where none is."""
        until = self.booking.offer_expires_at
        return moment_words(until, self.booking.session.tzinfo) if until else ""

    @property
    def is_offered(self) -> bool:
        """Say whether a place is offered that can be accepted or declined now."""
        return policies.why_not_offer(self.booking, at=self.at) is None

    @property
    def waits(self) -> bool:
        """Say whether there is a waiting list to leave."""
        return self.booking.status == Status.WAITLISTED and self.may_cancel


def manager_words(booking: Booking) -> str:
    """Return who is asked about a booking."""
    named = booking.manager_name or booking.manager_email
    return f"Your line manager, {named}," if named else "Your line manager"


def silence_words(policy: Policy) -> str:
    """Return what a line manager's silence means."""
    if policy.manager_silence == "approved":
        return "If they do not answer, your booking holds."
    return "If they do not answer, your booking ends."
