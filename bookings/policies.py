"""May this be booked, may this be cancelled: facts and an instant in, a refusal or nothing out."""

from datetime import datetime, timedelta
from typing import Final

from bookings import errors
from bookings.models import Booking
from bookings.states import LIVE
from bookings.working_days import free_until
from events.errors import Refusal
from events.models import Session

FREE_CANCELLING_WORKING_DAYS: Final = 3
GRACE_AFTER_A_MOVE: Final = timedelta(hours=24)
NEEDS_KEPT: Final = timedelta(days=30)  # after the session's end


def why_not_book(session: Session, *, at: datetime) -> Refusal | None:
    """A published session takes bookings from its opening until its closing."""
    if session.state == Session.State.CANCELLED:
        return errors.SessionCancelled()
    if not session.booking_required:
        return errors.BookingNotNeeded()
    if session.state == Session.State.DRAFT or (session.booking_opens_at and at < session.booking_opens_at):
        return errors.BookingNotOpen()
    if at >= session.closes_at or at >= session.starts_at:
        return errors.BookingClosed()
    return None


def why_not_queue(session: Session, *, wanted: bool) -> Refusal | None:
    """A full session takes people on its waiting list, if it has one and they want to wait."""
    if wanted and session.has_waiting_list:
        return None
    if session.has_waiting_list:
        return errors.SessionFull("This session is full. You can join its waiting list instead.")
    return errors.SessionFull()


def may_promote(session: Session, *, at: datetime) -> bool:
    """Say whether a free place may go to somebody who waits: until booking closes, never after."""
    return session.state == Session.State.PUBLISHED and at < session.closes_at and at < session.starts_at


def why_not_cancel(booking: Booking, session: Session, *, at: datetime) -> Refusal | None:
    """A live booking can be given up until the session begins, late or not."""
    if booking.status not in LIVE:
        return errors.BookingEnded()
    return errors.BookingNotCancellable() if at >= session.starts_at else None


def is_late(deadline: datetime, *, at: datetime) -> bool:
    """Say whether cancelling at an instant is too late to be in time; the deadline's whole minute is in time."""
    return at >= deadline + timedelta(minutes=1)


def cancel_free_until(session: Session) -> datetime:
    """Return until when cancelling is in time; after it people still can, and it is recorded as late."""
    return free_until(session.starts_at, session.tzinfo, FREE_CANCELLING_WORKING_DAYS)


def free_until_when_moved(session: Session, *, at: datetime) -> datetime:
    """Return until when cancelling is in time after a move at an instant: a day at least, but not past the start."""
    return min(session.starts_at, max(cancel_free_until(session), at + GRACE_AFTER_A_MOVE))


def asks_for_needs(session: Session) -> bool:
    """Say whether people are asked what would help them to take part: where they can come to a place."""
    return session.format != Session.Format.ONLINE


def why_not_say_need(booking: Booking, session: Session, *, text: str, at: datetime) -> Refusal | None:
    """What would help is said and changed until the session begins, and can be taken away wherever it was said."""
    if booking.status not in LIVE:
        return errors.BookingEnded()
    if at >= session.starts_at:
        return errors.NeedNotChangeable()
    return errors.NeedNotAsked() if text and not asks_for_needs(session) else None
