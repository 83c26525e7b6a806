"""Writing a change: the booking's row, its history, and the news of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bookings import signals, states
from bookings.models import Booking, BookingChange
from bookings.states import Status, Verb
from events.models import Session
from events.models.session_part import stored_dates
from people.models import User


def change_of(  # noqa: PLR0913 - a row of history has this many sides
    booking: Booking,
    verb: Verb,
    *,
    from_status: Status | None,
    at: datetime,
    actor: User | None,
    reason: str = "",
    by: str = "",
    details: dict[str, Any] | None = None,
) -> BookingChange:
    """Return the history row of a change that the booking already carries; raises ValueError for a wrong move."""
    if states.after(from_status, verb) != booking.status:
        raise ValueError(f"{verb} does not lead to {booking.status}")
    return BookingChange(
        booking=booking,
        verb=verb,
        from_status=from_status or "",
        to_status=booking.status,
        actor=actor,
        by=by,
        on_behalf_of=booking.practitioner if actor and actor.pk != booking.practitioner_id else None,
        reason=reason,
        details=details or {},
        sequence=booking.ical_sequence,
        at=at,
    )


def record(session: Session, changes: Sequence[BookingChange], *, at: datetime) -> None:
    """Write history rows and announce them; one query for any number of them, and those of the listeners.

    The end of a place keeps which further dates there were, because each has an entry in the person's diary.
    """
    if not changes:
        return
    ended = [one for one in changes if one.from_status == Status.CONFIRMED and one.to_status not in states.LIVE]
    if ended and (dates := stored_dates(session)):
        for one in ended:
            one.details = {**one.details, "dates": dates}
    BookingChange.written.bulk_create(changes)
    signals.bookings_changed.send(Booking, session=session, changes=list(changes), at=at)
