"""We listen to what happens to sessions; each receiver calls one verb, in the announcing transaction."""

from datetime import datetime
from typing import Any

from django.db.models.signals import post_save
from django.utils import timezone

from bookings import actions
from bookings import signals as own
from bookings.limits import count_modes
from bookings.models import AttendanceMark
from events import signals
from events.models import Session
from events.modes import ModeCount
from people.models import User


def connect() -> None:
    """Connect each receiver once."""
    signals.session_published.connect(on_session_published, dispatch_uid="bookings.on_session_published")
    signals.session_revised.connect(on_session_revised, dispatch_uid="bookings.on_session_revised")
    signals.session_cancelled.connect(on_session_cancelled, dispatch_uid="bookings.on_session_cancelled")
    signals.capacity_changed.connect(on_capacity_changed, dispatch_uid="bookings.on_capacity_changed")
    signals.parts_changed.connect(on_parts_changed, dispatch_uid="bookings.on_parts_changed")
    signals.marked_parts_asked.connect(on_marked_parts_asked, dispatch_uid="bookings.on_marked_parts_asked")
    signals.modes_asked.connect(on_modes_asked, dispatch_uid="bookings.on_modes_asked")
    own.attendance_changed.connect(on_attendance_changed, dispatch_uid="bookings.on_attendance_changed")
    post_save.connect(on_person_saved, sender=User, dispatch_uid="bookings.on_person_saved")


def on_session_published(*, session: Session, at: datetime, **_: Any) -> None:
    """Booking closes as the policy says."""
    actions.follow_published_session(session, at=at)


def on_session_revised(
    *, session: Session, at: datetime, changes: dict[str, tuple[Any, Any]], reason: str, **_: Any
) -> None:
    """Diary entries follow."""
    actions.follow_revised_session(session, changes, at=at, reason=reason)


def on_session_cancelled(*, session: Session, at: datetime, actor: User | None, reason: str, **_: Any) -> None:
    """Bookings end."""
    actions.follow_cancelled_session(session, at=at, actor=actor, reason=reason)


def on_capacity_changed(*, session: Session, at: datetime, **_: Any) -> None:
    """Free places go to those who wait."""
    actions.follow_wider_rules(session)
    actions.follow_changed_places(session, at=at)


def on_parts_changed(*, session: Session, **_: Any) -> None:
    """What the register says of all dates follows."""
    actions.follow_changed_parts(session)


def on_marked_parts_asked(*, session: Session, **_: Any) -> set[int]:
    """Say which dates have marks."""
    return actions.marked_parts(session)


def on_modes_asked(*, sessions: list[int], **_: Any) -> dict[int, dict[str, ModeCount]]:
    """Count who takes part which way."""
    return count_modes(sessions)


def on_attendance_changed(*, session: Session, marks: list[AttendanceMark], at: datetime, **_: Any) -> None:
    """Certificates follow the register."""
    actions.follow_marks(session, marks, at=at)


def on_person_saved(*, instance: User, created: bool, update_fields: Any = None, **_: Any) -> None:
    """Certificates follow the name; Django's signal brings no instant, so the clock is read here."""
    if not created and (update_fields is None or "name" in update_fields):
        actions.follow_name(instance, at=timezone.now())
