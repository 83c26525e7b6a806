"""We listen to what happens to bookings: rows are written with the change, the worker is woken after it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bookings import signals
from bookings.models import BookingChange
from events.models import Session
from notifications import nudge, outbox
from people.models import User


def connect() -> None:
    """Connect each receiver once."""
    signals.bookings_changed.connect(on_bookings_changed, dispatch_uid="notifications.on_bookings_changed")
    signals.plan_booked.connect(on_plan_booked, dispatch_uid="notifications.on_plan_booked")


def on_bookings_changed(*, session: Session, changes: list[BookingChange], at: datetime, **_: Any) -> None:
    """Tell people."""
    outbox.tell(session, changes, at=at)
    nudge.after_commit()


def on_plan_booked(*, plan: UUID, practitioner: User, **_: Any) -> None:
    """Sum up; the worker has been asked for by each booking."""
    outbox.tell_of_plan(plan, practitioner)
