"""Plan a change of a published session, take it back, and carry it out once its time has come."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from events import policies
from events.actions.details import WINDOW, revise_details
from events.actions.sessions import cancel_session, reschedule_session, revise_session
from events.contention import once_more
from events.errors import Busy, ChangeOutdated, Refusal
from events.models import PlannedChange, Room, Session, SessionTopic, Venue
from events.revision import one_revision
from people.models import Area, Sector, User

logger = logging.getLogger(__name__)

Kind = PlannedChange.Kind
State = PlannedChange.State
TIMES = frozenset({"starts_at", "ends_at"})
INSTANTS = TIMES | {*WINDOW}
ROWS: Mapping[str, Any] = {"venue": Venue, "room": Room, "prerequisite": SessionTopic}
MANY: Mapping[str, Any] = {"areas": Area, "sectors": Sector}


def try_change(
    session_id: int, *, kind: Kind, at: datetime, changes: Mapping[str, Any] | None = None, reason: str = ""
) -> Session:
    """Return the session as a change would leave it; nothing is written and nobody is told.

    Takes fields as `revise_session` does. Raises whatever carrying it out now would raise.
    """
    with one_revision():
        session = _carry(session_id, kind, dict(changes or {}), reason=reason, actor=None, at=at)
        transaction.set_rollback(True)
    return session


@once_more
def plan_change(  # noqa: PLR0913 - a decision has this many sides
    session_id: int,
    *,
    kind: Kind,
    actor: User,
    at: datetime,
    pause: timedelta,
    changes: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
    reason: str = "",
) -> PlannedChange:
    """Let a change of a published session wait until people are told of it, so that it can be taken back.

    It is due after the pause; at once where the session starts before its end, by the change or without.
    ``details``, as `revise_details` takes and refuses them, are stored now. Raises ChangeWaiting where another
    change waits, whatever carrying it out now would raise, and Busy when the session's row could not be had;
    nothing is written then. The row is locked, so that two organisers cannot both plan.
    """
    fields = dict(changes or {})
    with one_revision():
        if details:
            revise_details(session_id, at=at, actor=actor, **details)
        session: Session = Session.objects.locked(session_id)
        is_waiting = session.planned_changes.filter(state=State.WAITING).exists()
        if refusal := policies.why_not_plan(session, is_waiting=is_waiting, cancels=kind == Kind.CANCEL, at=at):
            raise refusal
        try_change(session_id, kind=kind, at=at, changes=fields, reason=reason)
        starts_at = fields.get("starts_at", session.starts_at)
        change = PlannedChange(
            session=session,
            kind=kind,
            changes={name: _stored(value) for name, value in fields.items()},
            reason=reason,
            made_by=actor,
            made_at=at,
            due_at=policies.due_at(session, starts_at=starts_at, at=at, pause=pause),
        )
        change.full_clean()
        change.save()
    return change


@once_more
def take_back(change_id: int, *, at: datetime) -> PlannedChange:
    """Take a change back before it is carried out; taking it back twice does nothing.

    Raises ChangeNotWaiting once it was carried out or refused, and Busy while it is being carried out. The row is
    locked.
    """
    with one_revision():
        change: PlannedChange = PlannedChange.objects.select_for_update(no_key=True).get(pk=change_id)
        if change.state == State.WITHDRAWN:
            return change
        if refusal := policies.why_not_take_back(change):
            raise refusal
        _end(change, State.WITHDRAWN, at=at)
    return change


@once_more
def carry_out(change_id: int, *, at: datetime) -> PlannedChange | None:
    """Do what was planned, whether it is due or not; return the change as it ended.

    The change and its end are one transaction: it is done once, or not at all. What can no longer be done ends as
    refused, with the reason. None for a change that does not wait, or that somebody else is carrying out just now;
    raises Busy when the session could not be had, and the change waits on. The row is locked.
    """
    with one_revision():
        waiting = PlannedChange.objects.filter(pk=change_id, state=State.WAITING)
        change = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
        if change is None:
            return None
        try:
            with transaction.atomic():
                fields = {name: _wanted(name, value) for name, value in change.changes.items()}
                _carry(change.session_id, Kind(change.kind), fields, reason=change.reason, actor=change.made_by, at=at)
        except Refusal as refusal:
            _end(change, State.REFUSED, at=at, outcome=refusal.sentence)
        except ValidationError as error:
            _end(change, State.REFUSED, at=at, outcome=" ".join(error.messages))
        else:
            _end(change, State.DONE, at=at)
    return change


def carry_out_due(*, at: datetime) -> int:
    """Carry out the changes that are due, the longest due first, each by itself; return how many ended.

    One whose session could not be had waits for the next time; one that fails by a fault of ours waits too, and
    keeps nobody else from theirs.
    """
    due = PlannedChange.objects.filter(state=State.WAITING, due_at__lte=at).order_by("due_at", "pk")
    ended = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            ended += carry_out(pk, at=at) is not None
        except Busy:
            logger.warning("planned change %s waits: its session is busy", pk)
        except Exception:
            logger.exception("planned change %s could not be carried out", pk)
    return ended


def _carry(  # noqa: PLR0913 - as many sides as the decision
    session_id: int, kind: Kind, fields: dict[str, Any], *, reason: str, actor: User | None, at: datetime
) -> Session:
    """Change or cancel the session by the verb that tells people; raises as the verb does."""
    if kind == Kind.CANCEL:
        return cancel_session(session_id, reason=reason, at=at, actor=actor)
    if TIMES & fields.keys():
        session = Session.objects.only("starts_at", "ends_at").get(pk=session_id)
        times = {name: fields.pop(name, getattr(session, name)) for name in sorted(TIMES)}
        return reschedule_session(session_id, at=at, actor=actor, reason=reason, **times, **fields)
    return revise_session(session_id, at=at, actor=actor, reason=reason, **fields)


def _end(change: PlannedChange, state: State, *, at: datetime, outcome: str = "") -> None:
    """Write how a change ended."""
    change.state, change.ended_at, change.outcome = state, at, outcome[:400]
    change.save(update_fields=["state", "ended_at", "outcome"])


def _stored(value: Any) -> Any:
    """Return a field's value as JSON keeps it: instants in ISO 8601, rows by their id."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, list):
        return sorted(row.pk for row in value)
    return value.pk if isinstance(value, models.Model) else value


def _wanted(name: str, value: Any) -> Any:
    """Return a field's value from JSON; raises ChangeOutdated for a row that was deleted in the meantime."""
    if name in INSTANTS:
        return value and datetime.fromisoformat(value)
    if name in MANY:
        rows = list(MANY[name].objects.filter(pk__in=value))
        if len(rows) < len(value):
            raise ChangeOutdated(f"One of the {name} that were chosen is no longer there.")
        return rows
    if name not in ROWS or value is None:
        return value
    row = ROWS[name].objects.filter(pk=value).first()
    if row is None:
        what = "topic" if name == "prerequisite" else name
        raise ChangeOutdated(f"The {what} that was chosen is no longer there.")
    return row
