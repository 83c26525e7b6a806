"""Handing free places to those who wait."""

from datetime import datetime

from bookings import policies
from bookings.actions.history import change_of, record
from bookings.models import Booking, BookingChange
from bookings.states import Status, Verb
from events.models import Session


def promote(session: Session, *, at: datetime) -> None:
    """Give every free place to the first who waits, and store the session's counters.

    The caller holds the session's row lock and has changed ``places_taken``, ``waiting`` or ``capacity`` on
    the object; the queue goes by number, never by a clock. After booking has closed nobody is promoted.
    """
    changes: list[BookingChange] = []
    if session.waiting and policies.may_promote(session, at=at):
        free = session.waiting if session.capacity is None else session.capacity - session.places_taken
        queue = Booking.objects.filter(session=session, status=Status.WAITLISTED).order_by("queue_number")
        changes = [_give_place(booking, session, at=at) for booking in queue[: max(free, 0)]]
        session.waiting -= len(changes)
        session.places_taken += len(changes)
    Session.objects.filter(pk=session.pk).update(places_taken=session.places_taken, waiting=session.waiting)
    record(session, changes, at=at)


def _give_place(booking: Booking, session: Session, *, at: datetime) -> BookingChange:
    """Turn a place in the queue into a place; the diary entry begins here."""
    booking.session = session
    booking.status, booking.queue_number = Status.CONFIRMED, None
    booking.ical_stamp = max(booking.ical_stamp, at)  # the instant may have been taken before a wait for the lock
    Booking.written.filter(pk=booking.pk).update(
        status=booking.status, queue_number=None, ical_stamp=booking.ical_stamp
    )
    return change_of(booking, Verb.PROMOTED, from_status=Status.WAITLISTED, at=at, actor=None)
