"""Publish, revise, move and cancel a session."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from events import policies, signals
from events.models import Session
from people.models import User

# What a diary entry says. A change of one of these makes the next sequence number, and people are told.
DIARY_FIELDS = ("title", "starts_at", "ends_at", "zone", "format", "venue", "practical_note")


def publish_session(session_id: int, *, at: datetime) -> Session:
    """Let the public see a session; does nothing to one that is published. Raises SessionNotPublishable."""
    with transaction.atomic():
        session: Session = Session.objects.select_related("week").locked(session_id)
        if refusal := policies.why_not_publish(session):
            raise refusal
        if session.state == Session.State.DRAFT:
            session.state = Session.State.PUBLISHED
            session.revised_at = at
            session.save(update_fields=["state", "revised_at"])
    return session


def reschedule_session(session_id: int, *, starts_at: datetime, ends_at: datetime, at: datetime) -> Session:
    """Move a session to another time; everybody with a place gets an updated invitation.

    Booking that closed at a set time closes as long before the new start. Raises as `revise_session` does.
    """
    session = Session.objects.only("starts_at", "booking_closes_at").get(pk=session_id)
    changes: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at}
    if session.booking_closes_at is not None:
        changes["booking_closes_at"] = session.booking_closes_at + (starts_at - session.starts_at)
    return revise_session(session_id, at=at, **changes)


def revise_session(session_id: int, *, at: datetime, actor: User | None = None, **changes: Any) -> Session:
    """Change fields of a session under its lock, and announce what a diary entry or a queue must follow.

    Takes model fields by name (instants aware; ``capacity`` None: no limit). Raises SessionNotMovable when a
    diary entry would change after the start or the cancelling, CapacityTooSmall below the places taken, and
    ValidationError from the model. Repeating a change does nothing.
    """
    with transaction.atomic():
        session: Session = Session.objects.select_related("venue", "week").locked(session_id)
        changes = {name: _in_utc(value) for name, value in changes.items()}
        before = {name: getattr(session, name) for name in changes}
        changed = {name: (before[name], value) for name, value in changes.items() if before[name] != value}
        if not changed:
            return session
        diary = {name: pair for name, pair in changed.items() if name in DIARY_FIELDS}
        if diary and (refusal := policies.why_not_move(session, at=at)):
            raise refusal
        if "capacity" in changed and (refusal := policies.why_not_hold(session, changes["capacity"])):
            raise refusal
        for name, (_, value) in changed.items():
            setattr(session, name, value)
        session.revised_at = at
        if diary and session.state == Session.State.PUBLISHED:
            session.sequence += 1
        session.full_clean(exclude=["week", "topic"])
        session.save(update_fields=[*changed, "revised_at", "sequence"])
        if diary and session.state == Session.State.PUBLISHED:
            signals.session_revised.send(Session, session=session, at=at, changes=diary)
        if {"capacity", "has_waiting_list"} & changed.keys():
            signals.capacity_changed.send(Session, session=session, at=at, actor=actor)
    return session


def _in_utc(value: Any) -> Any:
    """Return an instant in UTC, as it comes back from the database; every other value as it is."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def cancel_session(session_id: int, *, reason: str, at: datetime, actor: User | None = None) -> Session:
    """Call a session off; everybody booked or waiting is cancelled and told. Cancelling twice does nothing.

    Raises SessionNotCancellable once it has begun.
    """
    with transaction.atomic():
        session: Session = Session.objects.select_related("venue", "week").locked(session_id)
        if session.state == Session.State.CANCELLED:
            return session
        if refusal := policies.why_not_cancel(session, at=at):
            raise refusal
        session.state = Session.State.CANCELLED
        session.cancelled_at = session.revised_at = at
        session.cancellation_reason = reason
        session.sequence += 1
        session.full_clean(exclude=["week", "topic"])
        session.save(update_fields=["state", "cancelled_at", "revised_at", "cancellation_reason", "sequence"])
        signals.session_cancelled.send(Session, session=session, at=at, actor=actor, reason=reason)
    return session
