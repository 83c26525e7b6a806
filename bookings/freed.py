"""What becomes of a place that somebody gives up now, in a sentence that is true."""

from datetime import datetime

from bookings import policies
from events.models import Session


def goes_on(session: Session, *, at: datetime) -> bool:
    """Say whether a place that is given up at an instant goes to somebody who waits."""
    is_overfull = session.capacity is not None and session.places_taken > session.capacity
    return session.waiting > 0 and not is_overfull and policies.may_promote(session, at=at)


def freed_words(session: Session, *, at: datetime, what: str = "Your place") -> str:
    """Return who gets a place that is given up; empty where a session has no waiting list and nobody waits."""
    if not session.waiting:
        return "Nobody is on the waiting list." if session.has_waiting_list else ""
    if goes_on(session, at=at):
        return f"{what} goes to the first person on the waiting list who can take it."
    is_open = policies.may_promote(session, at=at)
    why = "More people have a place than there are places" if is_open else "Booking has closed"
    return f"{why}, so nobody on the waiting list gets it."
