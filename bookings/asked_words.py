"""What the pages say to those who are asked about somebody's booking: a line manager, and a colleague."""

from dataclasses import dataclass, field
from datetime import datetime

from bookings.models import Answer, Approval, Booking, Handover
from bookings.policy import Policy
from bookings.states import Status
from events.dates import moment_words
from events.models import Session


@dataclass(frozen=True)
class Asked:
    """A question as it stands: a heading, sentences, and whether it can still be answered."""

    heading: str
    sentences: list[str] = field(default_factory=list)
    is_open: bool = False


def approval_words(approval: Approval, *, at: datetime) -> Asked:
    """Return where the question to a line manager stands at an instant."""
    booking = approval.booking
    until = _moment(approval.expires_at, booking)
    holds = Policy.of(booking.policy).manager_silence == "approved"
    answered = _moment(approval.answered_at, booking) if approval.answered_at else ""
    match approval.answer:
        case Answer.YES:
            now = "has the place" if booking.status == Status.CONFIRMED else "no longer has the place"
            return Asked("You agreed", [f"You agreed on {answered}. {booking.name} {now}."])
        case Answer.NO:
            return Asked("You did not agree", [f"You answered on {answered}. {booking.name} has been told."])
        case Answer.LAPSED:
            then = f"{booking.name}'s booking {'holds' if holds else 'has ended'}."
            return Asked("The time to answer is over", [f"It ended on {until}. {then}"])
    if booking.status != Status.AWAITING_APPROVAL:
        return Asked("There is nothing to answer any more", [_gone(booking)])
    if at >= approval.expires_at:
        then = f"{booking.name}'s booking {'holds' if holds else 'ends'}."
        return Asked("The time to answer is over", [f"It ended on {until}. {then}"])
    silence = f"If you do not answer, the booking {'holds' if holds else 'ends'}."
    return Asked(f"May {booking.name} take part?", [f"Please answer by {until}. {silence}"], is_open=True)


def handover_words(handover: Handover, *, at: datetime) -> Asked:
    """Return where the question to a colleague stands at an instant."""
    booking = handover.booking
    match handover.answer:
        case Answer.YES:
            return Asked("You have taken the place", _taken(handover))
        case Answer.NO:
            return Asked("You said no", [f"{booking.name} has been told."])
        case Answer.WITHDRAWN:
            return Asked("This place is no longer offered to you", [f"{booking.name} does not ask any more."])
    if booking.status != Status.CONFIRMED:
        return Asked("This place is no longer offered to you", [_gone(booking)])
    if at >= handover.expires_at or at >= booking.session.starts_at:
        until = _moment(handover.expires_at, booking)
        return Asked("The time to answer is over", [f"It ended on {until}. {booking.name} keeps the place."])
    until = _moment(handover.expires_at, booking)
    sentences = [f"{booking.name} cannot come and offers you the place. Please answer by {until}."]
    return Asked(f"{booking.name} offers you a place", sentences, is_open=True)


def _taken(handover: Handover) -> list[str]:
    """Return what follows for the colleague who took a place."""
    mine = Booking.objects.filter(substitute_for=handover.booking).first()
    if mine is None or mine.status != Status.CONFIRMED:
        return ["You no longer have it."]
    return [
        f"A calendar invitation goes to {handover.colleague_email}. {handover.booking.name} no longer has the place.",
        "Reminders follow ten days, one working day and one hour before it starts, as far as those are to come.",
    ]


def _gone(booking: Booking) -> str:
    """Return why a booking is no longer asked about."""
    if booking.session.state == Session.State.CANCELLED:
        return "The session has been cancelled."
    if booking.status == Status.CONFIRMED:
        return f"{booking.name} has the place."
    return f"{booking.name} no longer has a booking for this session."


def _moment(moment: datetime, booking: Booking) -> str:
    """Return a moment on the session's clock."""
    return moment_words(moment, booking.session.tzinfo)
