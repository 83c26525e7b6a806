"""Publish, revise, move and cancel a session."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from events import policies, signals
from events.contention import once_more
from events.models import Session
from events.modes import LIMITS, counts_of
from events.revision import one_revision
from people.models import User

# What a diary entry says. A change of one of these makes the next sequence number, and people are told.
DIARY_FIELDS: Final = frozenset({"title", "starts_at", "ends_at", "zone", "format", "venue", "room", "practical_note"})
# What says whether somebody who waits may have a place. A change of one of these may free places, or reopen booking.
QUEUE_FIELDS: Final = frozenset(
    {
        *("capacity", "in_person_capacity", "online_capacity", "has_waiting_list", "booking_closes_at", "starts_at"),
        *("areas", "sectors"),
    }
)
# What a session has several of.
MANY_FIELDS: Final = frozenset({"areas", "sectors"})


@once_more
def publish_session(session_id: int, *, at: datetime) -> Session:
    """Let the public see a session; does nothing to one that is published.

    Raises SessionNotPublishable, ValidationError where its room or a trainer is taken at that time, and Busy
    when the row could not be had.
    """
    with one_revision():
        session: Session = Session.objects.select_related("week").locked(session_id)
        if refusal := policies.why_not_publish(session):
            raise refusal
        if session.state == Session.State.DRAFT:
            publish_locked(session, at=at)
    return session


def publish_locked(session: Session, *, at: datetime) -> None:
    """Publish a draft whose row is locked and which the policy lets pass, and announce it.

    Raises ValidationError where its room or one of its trainers is taken at that time.
    """
    session.state = Session.State.PUBLISHED
    session.revised_at = max(session.revised_at, at)
    session.full_clean(exclude=["week", "topic"])
    session.save(update_fields=["state", "revised_at"])
    signals.session_published.send(Session, session=session, at=at)


@once_more
def reschedule_session(  # noqa: PLR0913 - a move has this many sides
    session_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    actor: User | None = None,
    reason: str = "",
    **changes: Any,
) -> Session:
    """Move a session to another time; everybody with a place gets an updated invitation.

    Booking that closed at a set time closes as long before the new start. Takes other fields and raises as
    `revise_session` does.
    """
    with one_revision():
        session: Session = Session.objects.select_related("venue", "room", "week").locked(session_id)
        closes_at = booking_closes_when_moved(session, starts_at=starts_at)
        moves = {"starts_at": starts_at, "ends_at": ends_at, "booking_closes_at": closes_at}
        revise_locked(session, {**moves, **changes}, Told(at, actor, reason))
    return session


def booking_closes_when_moved(session: Session, *, starts_at: datetime) -> datetime | None:
    """Return when booking closes by another start; None where it closes with the start, as before."""
    return session.booking_closes_at and session.booking_closes_at + (starts_at - session.starts_at)


@once_more
def revise_session(
    session_id: int, *, at: datetime, actor: User | None = None, reason: str = "", **changes: Any
) -> Session:
    """Change fields of a session under its lock, and announce what a diary entry or a queue must follow.

    Takes model fields by name (instants aware; ``capacity`` None: no limit; ``areas`` and ``sectors`` rows), and the
    reason that people are told. Raises SessionNotMovable when a diary entry would change after the start or the
    cancelling or into the past, CapacityTooSmall below the places taken in all or one way to take part,
    ValidationError from the model, and Busy when the row could not be had. Repeating a change does nothing.
    """
    with one_revision():
        session: Session = Session.objects.select_related("venue", "room", "week").locked(session_id)
        revise_locked(session, changes, Told(at, actor, reason))
    return session


@dataclass(frozen=True)
class Told:
    """When a session changes, who does it, and what people are told of why."""

    at: datetime
    actor: User | None = None
    reason: str = ""


def revise_locked(session: Session, changes: dict[str, Any], told: Told) -> None:
    """Check, write and announce what differs; the session's row is locked."""
    changed = _differing(session, changes)
    if not changed:
        return
    diary = {name: pair for name, pair in changed.items() if name in DIARY_FIELDS}
    starts_at = changed.get("starts_at", (None, session.starts_at))[1]
    if diary and (refusal := policies.why_not_change(session, starts_at=starts_at, at=told.at)):
        raise refusal
    _refuse_too_few(session, changed)
    many = {name: changed[name][1] for name in MANY_FIELDS & changed.keys()}
    plain = {name: value for name, (_, value) in changed.items() if name not in many}
    for name, value in plain.items():
        setattr(session, name, value)
    session.full_clean(exclude=["week", "topic"])
    write_revised(session, plain, diary, at=told.at, reason=told.reason)
    set_many(session, many)
    if QUEUE_FIELDS & changed.keys():
        signals.capacity_changed.send(Session, session=session, at=told.at, actor=told.actor)


def _refuse_too_few(session: Session, changed: dict[str, tuple[Any, Any]]) -> None:
    """Raise CapacityTooSmall below what is taken; the session's row is locked, so that nobody takes one meanwhile."""
    if "capacity" in changed and (refusal := policies.why_not_hold(session, changed["capacity"][1])):
        raise refusal
    wanted = {mode: changed[name][1] for mode, name in LIMITS.items() if name in changed}
    if any(most is not None for most in wanted.values()):
        taken = {mode: count.taken for mode, count in counts_of([session.pk]).get(session.pk, {}).items()}
        if refusal := policies.why_not_hold_by_mode(wanted, taken):
            raise refusal


def set_many(session: Session, many: Mapping[str, Iterable[Any]]) -> None:
    """Store whom a session is for: rows by the field that holds them."""
    for name, rows in many.items():
        getattr(session, name).set(rows)


def _differing(session: Session, changes: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return by field what is stored and what is wanted, where they differ; instants in UTC."""
    wanted = {name: _in_utc(value) for name, value in changes.items()}
    found = {}
    for name, new in wanted.items():
        old = getattr(session, name)
        pair = (set(old.all()), set(new)) if name in MANY_FIELDS else (old, new)
        if pair[0] != pair[1]:
            found[name] = pair
    return found


def _in_utc(value: Any) -> Any:
    """Return an instant in UTC, as it comes back from the database; every other value as it is."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def write_revised(
    session: Session, fields: Iterable[str], diary: dict[str, tuple[Any, Any]], *, at: datetime, reason: str = ""
) -> None:
    """Store fields that were set on a locked session, and announce what its diary entry now says otherwise.

    ``diary`` has old and new by field, and is empty where no entry changes; the entries of a draft are nobody's.
    """
    is_told = bool(diary) and session.state == Session.State.PUBLISHED
    session.revised_at = max(session.revised_at, at)
    session.sequence += is_told
    session.save(update_fields=[*fields, "revised_at", "sequence"])
    if is_told:
        signals.session_revised.send(Session, session=session, at=at, changes=diary, reason=reason)


@once_more
def cancel_session(session_id: int, *, reason: str, at: datetime, actor: User | None = None) -> Session:
    """Call a session off; everybody booked or waiting is cancelled and told. Cancelling twice does nothing.

    Raises SessionNotCancellable once it has begun and for a draft, ValidationError for a reason that cannot be
    used, and Busy when the row could not be had.
    """
    with one_revision():
        session: Session = Session.objects.select_related("venue", "room", "week").locked(session_id)
        if session.state == Session.State.CANCELLED:
            return session
        if refusal := policies.why_not_cancel(session, at=at):
            raise refusal
        session.state = Session.State.CANCELLED
        session.cancelled_at = at
        session.revised_at = max(session.revised_at, at)
        session.cancellation_reason = reason
        session.sequence += 1
        session.full_clean(exclude=["week", "topic"])
        session.save(update_fields=["state", "cancelled_at", "revised_at", "cancellation_reason", "sequence"])
        signals.session_cancelled.send(Session, session=session, at=at, actor=actor, reason=reason)
    return session
