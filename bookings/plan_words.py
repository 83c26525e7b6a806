"""The sentences of a plan: what clashes, what is the same, how long there is to get from one to the next."""

from dataclasses import dataclass
from typing import Final

from bookings.models import Booking
from bookings.planning import Gap
from bookings.states import Status
from events.dates import long_day
from events.models import Session
from events.presenters import length_words

BOOKED: Final = {
    Status.WAITLISTED: ", where you are on the waiting list",
    Status.OFFERED: ", where a place is offered to you",
    Status.AWAITING_APPROVAL: ", which you have booked and your line manager is asked about",
}


@dataclass(frozen=True)
class Finding:
    """A sentence about a session beside others, and how much it asks for attention: attention, stop, quiet."""

    words: str
    tone: str = "attention"
    is_clash: bool = False


def clash_words(session: Session, other: Session, booking: Booking | None) -> Finding:
    """Say that another session is at the same time."""
    return Finding(
        f"At the same time as “{other.title}” ({_span(other, beside=session)}){_booked(booking)}.", is_clash=True
    )


def sitting_words(session: Session, other: Session, booking: Booking | None) -> Finding:
    """Say that another sitting of the same topic is picked or booked."""
    when = offer_words(other, session)
    if booking is None:
        return Finding(f"You have picked this session at {when} too. One of the two is enough.")
    return Finding(f"This is the same session as the one at {when}{_booked(booking)}.")


def offer_words(sitting: Session, session: Session) -> str:
    """Return a sitting's time, with its day where that is not the session's."""
    start, day = f"{sitting.local_start:%H:%M}", sitting.local_start.date()
    return start if day == session.local_start.date() else f"{start} on {long_day(day)}"


def gap_words(gap: Gap) -> Finding:
    """Say how long there is between two sessions that follow each other; a short way between areas is the worst."""
    time = length_words(gap.length)
    begin = f"{'Only ' if gap.is_short else ''}{time}" if time else "No time"
    if not gap.is_way:
        return Finding(f"{begin} between {_being_at(gap.before)} and {_being_at(gap.after)}.")
    areas = f" They are in different areas: {gap.areas[0]} and {gap.areas[1]}." if gap.areas else ""
    tone = ("stop" if gap.areas else "attention") if gap.is_short else "quiet"
    return Finding(f"{begin} to get from {gap.before.venue} to {gap.after.venue}.{areas}", tone)


def sum_words(picks: int, clashes: int) -> str:
    """Return how many sessions are picked, and how many of them clash."""
    words = "1 session picked, not booked yet." if picks == 1 else f"{picks} sessions picked, not booked yet."
    if not clashes:
        return words
    return f"{words} {clashes} of them {'is' if clashes == 1 else 'are'} at the same time as another."


def done_words(booked: int, waiting: int, refused: int) -> str:
    """Return what came of booking several sessions, in a heading's few words."""
    parts = [
        (booked, "booked"),
        (waiting, "on the waiting list"),
        (refused, "not booked"),
    ]
    said = [f"{count} {words}" for count, words in parts if count]
    if not booked and not waiting:
        return "Nothing was booked" if refused else "You had booked these already"
    first, *rest = said
    number, _, words = first.partition(" ")
    return ", ".join([f"{number} session{'' if number == '1' else 's'} {words}", *rest])


def _span(session: Session, *, beside: Session) -> str:
    """Return a session's times, with its day where that is not the other's."""
    span = f"{session.local_start:%H:%M} to {session.local_end:%H:%M}"
    same_day = session.local_start.date() == beside.local_start.date()
    return span if same_day else f"{long_day(session.local_start.date())}, {span}"


def _booked(booking: Booking | None) -> str:
    """Return what is to be said of a session that is no mere pick."""
    if booking is None:
        return ""
    return BOOKED.get(Status(booking.status), ", which you have booked")


def _being_at(session: Session) -> str:
    """Return where somebody is during a session."""
    return f"being at {session.venue}" if session.format == Session.Format.IN_PERSON else "the online session"
