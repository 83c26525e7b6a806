"""We listen to what happens to bookings: rows are written with the change, the worker is woken after it."""

from datetime import datetime
from typing import Any

from bookings import signals
from bookings.models import BookingChange
from events.models import Session
from notifications import nudge, outbox


def connect() -> None:
    """Connect each receiver once."""
    signals.bookings_changed.connect(on_bookings_changed, dispatch_uid="notifications.on_bookings_changed")


def on_bookings_changed(*, session: Session, changes: list[BookingChange], at: datetime, **_: Any) -> None:
    """Tell people."""
    outbox.tell(session, changes, at=at)
    nudge.after_commit()
