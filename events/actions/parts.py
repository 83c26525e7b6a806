"""Set the further dates of a session, all of them in one step; people's diaries follow."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import F

from events import policies, signals
from events.actions.sessions import write_revised
from events.contention import once_more
from events.errors import PartKept, TooManyParts
from events.models import Session, SessionPart
from events.models.session_part import MOST_PARTS, stored_dates
from events.revision import one_revision
from events.wall_time import move_days
from people.models import User

ASIDE: Final = 1000  # higher than any number, so that no two rows have one while they change places


@dataclass(frozen=True)
class WantedPart:
    """A further date as somebody wants it, instants aware; ``row`` is the id of the stored one that it is to be."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    row: int | None = None


@once_more
def set_parts(
    session_id: int, wanted: Sequence[WantedPart], *, at: datetime, actor: User | None = None, reason: str = ""
) -> Session:
    """Let a session have these further dates and no others; none makes it a session of one date again.

    A stored date that is not among them goes, and whoever has a place is sent an updated invitation with ``reason``.
    Raises SessionNotMovable for what is cancelled, over or has begun, PartKept where a register has marks of a date
    that would go or count otherwise, TooManyParts, ValidationError by the place in ``wanted`` for dates that are
    wrong or overlap, and Busy; nothing is written then. Repeating it does nothing.
    """
    with one_revision():
        session: Session = Session.objects.select_related("venue", "room", "week").locked(session_id)
        stored = {row.pk: row for row in session.parts.all()}
        rows = _in_order(session, wanted, stored)
        kept = {row.pk for row in rows}
        touched = [(stored.get(row.pk), row) for row in rows if _differs(stored.get(row.pk), row)]
        gone = [row for pk, row in stored.items() if pk not in kept]
        if not touched and not gone:
            return session
        refusal = policies.why_not_set_parts(session, [*touched, *((row, None) for row in gone)], at=at)
        if refusal := refusal or _why_kept(session, stored, rows):
            raise refusal
        before = stored_dates(session)
        _store(session, rows, gone)
        now = stored_dates(session)
        session.full_clean(exclude=["week", "topic"])
        diary = {"parts": (before, now)} if before != now else {}
        write_revised(session, ["last_ends_at", "further_time"], diary, at=at, reason=reason)
        signals.parts_changed.send(Session, session=session, at=at, actor=actor)
    return session


def copy_parts(source: Iterable[SessionPart], session: Session, *, days: int) -> None:
    """Give a new session the further dates of another, some days later at the same time on its clock."""
    rows = []
    for row in source:
        times = {name: move_days(getattr(row, name), days, session.tzinfo) for name in ("starts_at", "ends_at")}
        rows.append(SessionPart.objects.create(session=session, number=row.number, title=row.title, **times))
    _sum_up(session, rows)
    session.save(update_fields=["last_ends_at", "further_time"])


def _in_order(session: Session, wanted: Sequence[WantedPart], stored: Mapping[int, SessionPart]) -> list[SessionPart]:
    """Return a row for each wanted date in the order of time, still to be written.

    Raises ValidationError by the place in ``wanted``, and TooManyParts.
    """
    if len(wanted) >= MOST_PARTS:
        raise TooManyParts
    faults: dict[str, list[str]] = {}
    left, until = dict(stored), session.ends_at
    named = {one.row for one in wanted}
    by_times = {(row.starts_at, row.ends_at): pk for pk, row in stored.items() if pk not in named}
    rows: list[SessionPart] = []
    for place, one in sorted(enumerate(wanted), key=lambda pair: pair[1].starts_at):
        key = one.row or by_times.get((one.starts_at, one.ends_at))  # the same hours are the same entry in diaries
        before = left.pop(key, None) if key else None
        row = copy(before) if before else SessionPart(session=session)
        row.number, row.title = len(rows) + 2, one.title
        row.starts_at, row.ends_at = one.starts_at, one.ends_at
        if words := _wrong(row, until):
            faults[str(place)] = words
        until = max(until, one.ends_at)
        rows.append(row)
    if faults:
        raise ValidationError(faults)
    return rows


def _differs(before: SessionPart | None, row: SessionPart) -> bool:
    """Say whether a row is new or says something else than what is stored."""
    names = ("number", "starts_at", "ends_at", "title")
    return before is None or any(getattr(row, name) != getattr(before, name) for name in names)


def _wrong(row: SessionPart, until: datetime) -> list[str]:
    """Return what is wrong with a date that must begin at ``until`` at the earliest."""
    try:
        row.full_clean(exclude=["session", "number"], validate_unique=False)
    except ValidationError as error:
        return list(error.messages)
    return [] if until <= row.starts_at else ["This begins before the date before it has ended."]


def _why_kept(session: Session, stored: Mapping[int, SessionPart], rows: Sequence[SessionPart]) -> PartKept | None:
    """Return why not, where a date with marks in its register would go or have another number."""
    numbers = {row.pk: row.number for row in rows}
    moved = {row.number for pk, row in stored.items() if numbers.get(pk) != row.number}
    marked: set[int] = set()
    if moved:
        answers: Iterable[tuple[Any, Any]] = signals.marked_parts_asked.send(Session, session=session)
        marked.update(*(found for _, found in answers))
    if not (kept := moved & marked):
        return None
    return PartKept(f"The register of part {min(kept)} has marks, so it stays where it is in the order.")


def _store(session: Session, rows: Sequence[SessionPart], gone: Sequence[SessionPart]) -> None:
    """Write the rows, each with its number, and when the last of them ends."""
    for row in gone:
        row.delete()
    SessionPart.objects.filter(session=session).update(number=F("number") + ASIDE)
    for row in rows:
        row.save()
    _sum_up(session, rows)
    vars(session).get("_prefetched_objects_cache", {}).pop("parts", None)


def _sum_up(session: Session, rows: Sequence[SessionPart]) -> None:
    """Set on a session when the last of its later dates ends, and how long they take together."""
    session.last_ends_at = rows[-1].ends_at if rows else None
    session.further_time = sum((row.ends_at - row.starts_at for row in rows), timedelta())
