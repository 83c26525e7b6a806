"""What a change of a session means for everybody on it. The session's row is locked by the caller."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Greatest

from bookings import policies
from bookings.actions.access import forget_needs_of
from bookings.actions.history import change_of, record
from bookings.models import Booking, policy_of
from bookings.states import Status, Verb
from events.models import Session
from people.models import User


def follow_published_session(session: Session, *, at: datetime) -> None:
    """Set when booking closes, where nobody has and the policy says it; a time that has passed is not set."""
    if session.booking_closes_at is not None or not session.booking_required:
        return
    closes_at = policies.closes_by_policy(session, policy_of(session))
    if closes_at and closes_at > max(at, session.booking_opens_at or at):
        session.booking_closes_at = closes_at
        Session.objects.filter(pk=session.pk).update(booking_closes_at=closes_at)


def follow_revised_session(
    session: Session, changes: dict[str, tuple[Any, Any]], *, at: datetime, reason: str = ""
) -> None:
    """Give every live diary entry its next number and stamp, and record what changed, old and new, and why."""
    moved = {"starts_at", "zone"} & changes.keys()
    deadline = (
        {"cancel_free_until": policies.free_until_when_moved(session, policy_of(session), at=at)} if moved else {}
    )
    details = {name: [_as_words(old), _as_words(new)] for name, (old, new) in changes.items()}
    bookings = _live(session)
    _write(bookings, at=at, **deadline)
    record(
        session,
        [
            change_of(b, Verb.REVISED, from_status=Status(b.status), at=at, actor=None, reason=reason, details=details)
            for b in bookings
        ],
        at=at,
    )


def follow_cancelled_session(session: Session, *, at: datetime, actor: User | None, reason: str) -> None:
    """End every live booking of a session that was called off."""
    bookings = _live(session)
    before = [Status(booking.status) for booking in bookings]
    _write(bookings, at=at, status=Status.CANCELLED, cancelled_at=at, queue_number=None, offer_expires_at=None)
    forget_needs_of(bookings)
    verb = Verb.SESSION_CANCELLED
    record(
        session,
        [
            change_of(booking, verb, from_status=status, at=at, actor=actor, reason=reason)
            for booking, status in zip(bookings, before, strict=True)
        ],
        at=at,
    )
    Session.objects.filter(pk=session.pk).update(places_taken=0, waiting=0)
    session.places_taken = session.waiting = 0


def _live(session: Session) -> list[Booking]:
    """Return the live bookings in order of id, each holding the session at hand rather than a copy of its own."""
    found: list[Booking] = list(Booking.objects.live().filter(session=session).order_by("pk"))
    for booking in found:
        booking.session = session
    return found


def _write(bookings: Sequence[Booking], *, at: datetime, **fields: Any) -> None:
    """Store fields on bookings and objects alike; the entry of who has a place gets its next number.

    No stamp falls: an instant that was taken before the wait for the lock may lie before the stored one.
    """
    for booking in bookings:
        booking.ical_sequence += booking.status == Status.CONFIRMED
        booking.ical_stamp = max(booking.ical_stamp, at)
        for name, value in fields.items():
            setattr(booking, name, value)
    Booking.written.filter(pk__in=[booking.pk for booking in bookings]).update(
        ical_sequence=F("ical_sequence") + Case(When(status=Status.CONFIRMED, then=Value(1)), default=Value(0)),
        ical_stamp=Greatest(F("ical_stamp"), Value(at, output_field=DateTimeField())),
        **fields,
    )


def _as_words(value: object) -> str:
    """Return a changed value as history keeps it: instants in UTC, everything else as it reads."""
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
