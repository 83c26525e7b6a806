"""We listen to what happens to bookings: rows are written with the change, the worker is woken after it."""

from datetime import datetime
from email.policy import compat32
from typing import Any
from uuid import UUID

from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, inbound, tracking
from django.db.models import QuerySet
from django.utils import timezone

from bookings import signals
from bookings.models import BookingChange
from events.models import Session
from notifications import afterwards, bounces, keeping, nudge, outbox, question_reminders, reminder_rows, replies
from notifications.models import InboundReply
from people.models import User


def connect() -> None:
    """Connect each receiver once."""
    signals.bookings_changed.connect(on_bookings_changed, dispatch_uid="notifications.on_bookings_changed")
    signals.policy_changed.connect(on_policy_changed, dispatch_uid="notifications.on_policy_changed")
    signals.plan_booked.connect(on_plan_booked, dispatch_uid="notifications.on_plan_booked")
    signals.register_closed.connect(on_register_closed, dispatch_uid="notifications.on_register_closed")
    signals.bookings_forgotten.connect(on_bookings_forgotten, dispatch_uid="notifications.on_bookings_forgotten")
    tracking.connect(on_tracking, dispatch_uid="notifications.on_tracking")
    inbound.connect(on_inbound, dispatch_uid="notifications.on_inbound")


def on_policy_changed(*, sessions: QuerySet[Session], at: datetime, **_: Any) -> None:
    """Bring the reminders in line with the rules that hold now."""
    reminder_rows.align(sessions.filter(starts_at__gt=at), at=at)
    question_reminders.align(sessions, at=at)


def on_bookings_changed(*, session: Session, changes: list[BookingChange], at: datetime, **_: Any) -> None:
    """Tell people."""
    outbox.tell(session, changes, at=at)
    nudge.after_commit()


def on_plan_booked(*, plan: UUID, practitioner: User, **_: Any) -> None:
    """Sum up; the worker has been asked for by each booking."""
    outbox.tell_of_plan(plan, practitioner)


def on_register_closed(*, session: Session, at: datetime, **_: Any) -> None:
    """Thank those who came and ask them, and write to those who did not attend."""
    afterwards.follow_closed(session, at=at)


def on_bookings_forgotten(*, bookings: list[int], **_: Any) -> None:
    """Let what was written about them go with them."""
    keeping.forget_messages_of(bookings)


def on_tracking(*, event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    """Keep what a mail provider tells, whose secret was checked before."""
    bounces.take(event, esp=esp_name, at=timezone.now())


def on_inbound(*, event: AnymailInboundEvent, **_: Any) -> None:
    """Take in a mail that a provider hands over, whose secret was checked before."""
    raw = event.message.as_bytes(policy=compat32)  # as it came: nothing is written anew where it is odd
    replies.take_in(raw, way=InboundReply.Way.PROVIDER, at=timezone.now())
