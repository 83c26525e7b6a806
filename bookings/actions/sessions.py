"""What a change of a session means for everybody on it. The session's row is locked by the caller."""

from datetime import datetime
from typing import Any

from django.db.models import Case, F, Value, When

from bookings import policies
from bookings.actions.history import change_of, record
from bookings.models import Booking
from bookings.states import Status, Verb
from events.models import Session
from people.models import User


def follow_revised_session(session: Session, changes: dict[str, tuple[Any, Any]], *, at: datetime) -> None:
    """Give every live diary entry its next number and stamp, and record what changed, old and new."""
    live = Booking.written.filter(session=session).exclude(cancelled_at__isnull=False)
    live.filter(status__in=[Status.CONFIRMED, Status.WAITLISTED]).update(
        ical_sequence=F("ical_sequence") + Case(When(status=Status.CONFIRMED, then=Value(1)), default=Value(0)),
        ical_stamp=at,
        cancel_free_until=policies.cancel_free_until(session),
    )
    details = {name: [_as_words(old), _as_words(new)] for name, (old, new) in changes.items()}
    bookings = Booking.objects.filter(session=session, status__in=[Status.CONFIRMED, Status.WAITLISTED])
    record(
        session,
        [
            change_of(b, Verb.REVISED, from_status=Status(b.status), at=at, actor=None, details=details)
            for b in _of(session, bookings)
        ],
        at=at,
    )


def follow_cancelled_session(session: Session, *, at: datetime, actor: User | None, reason: str) -> None:
    """End every live booking of a session that was called off."""
    bookings = _of(session, Booking.objects.live().filter(session=session))
    before = {booking.pk: Status(booking.status) for booking in bookings}
    Booking.written.filter(pk__in=before).update(
        ical_sequence=F("ical_sequence") + Case(When(status=Status.CONFIRMED, then=Value(1)), default=Value(0)),
        ical_stamp=at,
        status=Status.CANCELLED,
        cancelled_at=at,
        queue_number=None,
    )
    for booking in bookings:
        booking.ical_sequence += booking.status == Status.CONFIRMED
        booking.status, booking.cancelled_at, booking.queue_number = Status.CANCELLED, at, None
    verb = Verb.SESSION_CANCELLED
    record(
        session,
        [change_of(b, verb, from_status=before[b.pk], at=at, actor=actor, reason=reason) for b in bookings],
        at=at,
    )
    Session.objects.filter(pk=session.pk).update(places_taken=0, waiting=0)
    session.places_taken = session.waiting = 0


def _of(session: Session, bookings: Any) -> list[Booking]:
    """Return bookings in order of id, each holding the session at hand rather than a copy of its own."""
    found: list[Booking] = list(bookings.order_by("pk"))
    for booking in found:
        booking.session = session
    return found


def _as_words(value: object) -> str:
    """Return a changed value as history keeps it: instants in UTC, everything else as it reads."""
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
