"""What may happen to weeks and sessions: facts and an instant in, a refusal or nothing out."""

from datetime import datetime, timedelta

from events.errors import (
    CapacityTooSmall,
    ChangeNotWaiting,
    ChangeWaiting,
    Refusal,
    SessionNotCancellable,
    SessionNotMovable,
    SessionNotPublishable,
)
from events.models import PlannedChange, PracticeWeek, Session


def why_not_publish(session: Session) -> Refusal | None:
    """A draft is published once its week is."""
    if session.state == Session.State.CANCELLED or session.week.state == PracticeWeek.State.DRAFT:
        return SessionNotPublishable()
    if session.format != Session.Format.ONLINE and session.venue_id is None:
        return SessionNotPublishable("Name the venue before you publish this session.")
    return None


def why_not_change(session: Session, *, starts_at: datetime, at: datetime) -> Refusal | None:
    """What has begun or is cancelled stays as it is, and nothing that people know of is moved into the past."""
    if session.state == Session.State.DRAFT:
        return None
    if session.state == Session.State.CANCELLED or session.starts_at <= at:
        return SessionNotMovable()
    if starts_at <= at:
        return SessionNotMovable("Choose a start that lies ahead.")
    return None


def why_not_cancel(session: Session, *, at: datetime) -> Refusal | None:
    """What has begun can no longer be called off; what was never announced need not be."""
    if session.state == Session.State.DRAFT:
        return SessionNotCancellable("A draft was never announced: delete it instead.")
    return SessionNotCancellable() if session.starts_at <= at else None


def why_not_hold(session: Session, capacity: int | None) -> Refusal | None:
    """A session cannot have fewer places than are taken."""
    if capacity is not None and capacity < session.places_taken:
        taken = "1 place is" if session.places_taken == 1 else f"{session.places_taken} places are"
        return CapacityTooSmall(f"{taken} taken, so there must be at least that many.")
    return None


def why_not_plan(session: Session, *, is_waiting: bool, cancels: bool, at: datetime) -> Refusal | None:
    """One change of a session waits at a time; what nobody was told of, is over or cancelled has none."""
    if session.state == Session.State.DRAFT:
        return SessionNotMovable("Nobody has been told of a draft: change it where you build the week.")
    if session.state == Session.State.CANCELLED:
        return SessionNotMovable("This session is cancelled already.")
    if refusal := why_not_cancel(session, at=at) if cancels else None:
        return refusal
    if refusal := why_not_change(session, starts_at=session.starts_at, at=at):
        return refusal
    return ChangeWaiting() if is_waiting else None


def due_at(session: Session, *, starts_at: datetime, at: datetime, pause: timedelta) -> datetime:
    """Return from when a change is carried out: after the pause, or at once where the session starts before its end.

    ``starts_at`` is when it starts by the change.
    """
    return at if min(session.starts_at, starts_at) <= at + pause else at + pause


def why_not_take_back(change: PlannedChange) -> Refusal | None:
    """A change can be taken back while it waits, and carried out once."""
    if change.state == PlannedChange.State.WAITING:
        return None
    return ChangeNotWaiting(
        f"This change is no longer waiting: {change.get_state_display().lower()}. Nothing was done."
    )
