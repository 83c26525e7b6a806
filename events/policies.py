"""What may happen to weeks and sessions: facts and an instant in, a refusal or nothing out."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from events.errors import (
    CapacityTooSmall,
    ChangeNotWaiting,
    ChangeWaiting,
    Refusal,
    SessionNotCancellable,
    SessionNotDraft,
    SessionNotMovable,
    SessionNotPublishable,
    UnusableHosts,
    UnusableStart,
    WeekNotSchedulable,
)
from events.models import PlannedChange, PracticeWeek, Session, SessionPart, SessionTopic
from events.wall_time import YEARS


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


def why_not_set_parts(
    session: Session, touched: Iterable[tuple[SessionPart | None, SessionPart | None]], *, at: datetime
) -> Refusal | None:
    """A date that people know of changes until it begins, is not moved into the past, and none comes after the end.

    ``touched`` has each further date that differs, as stored and as wanted; None for one that is new or goes.
    """
    if session.state == Session.State.DRAFT:
        return None
    if session.state == Session.State.CANCELLED or session.over_at <= at:
        return SessionNotMovable("This session is cancelled or over, so its dates stay as they are.")
    for before, now in touched:
        if before is not None and before.starts_at <= at:
            return SessionNotMovable(f"Part {before.number} has begun, so it stays as it is.")
        if now is not None and now.starts_at <= at:
            return SessionNotMovable("Choose dates that lie ahead.")
    return None


def why_not_cancel(session: Session, *, at: datetime) -> Refusal | None:
    """What has begun can no longer be called off; what was never announced need not be."""
    if session.state == Session.State.DRAFT:
        return SessionNotCancellable("A draft was never announced: delete it instead.")
    return SessionNotCancellable() if session.starts_at <= at else None


def why_not_hold(session: Session, capacity: int | None) -> CapacityTooSmall | None:
    """A session cannot have fewer places than are taken."""
    if capacity is not None and capacity < session.places_taken:
        return CapacityTooSmall(f"{_taken(session.places_taken)} taken, so there must be at least that many.")
    return None


def why_not_hold_by_mode(limits: Mapping[str, int | None], taken: Mapping[str, int]) -> CapacityTooSmall | None:
    """Neither the venue nor the online room can have fewer places than are taken there; both by way to take part."""
    for mode, where in (("in_person", "at the venue"), ("online", "online")):
        most, count = limits.get(mode), taken.get(mode, 0)
        if most is not None and most < count:
            sentence = f"{_taken(count)} taken {where}, so there must be at least that many."
            return CapacityTooSmall(sentence, field=f"{mode}_capacity")
    return None


def _taken(count: int) -> str:
    """Return how many places are taken, as a sentence begins."""
    return "1 place is" if count == 1 else f"{count} places are"


def places_in_all(capacity: int | None, in_person: int | None, online: int | None) -> int | None:
    """Return how many places there are in all: as said, or both ways together where nothing is said of them."""
    if capacity is None and in_person is not None and online is not None:
        return in_person + online
    return capacity


def why_not_before(prerequisite: SessionTopic, topic: SessionTopic | None, week: PracticeWeek) -> str:
    """Return why something cannot come before a session of a week; empty where it can."""
    if topic and prerequisite.pk == topic.pk:
        return "A session cannot come before itself. Choose another topic."
    if prerequisite.week.starts_on > week.starts_on:
        return "That topic belongs to a later week. Choose one of this week or an earlier one."
    return ""


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


def why_not_edit(session: Session) -> Refusal | None:
    """A draft is nobody's yet, so it is changed, moved and deleted freely; everything else is not."""
    return None if session.state == Session.State.DRAFT else SessionNotDraft()


def why_not_start(starts_on: date) -> Refusal | None:
    """A week starts on a Monday of a year that every calendar can carry."""
    if starts_on.isoweekday() != 1:
        return UnusableStart(f"{starts_on:%d %B %Y} is a {starts_on:%A}; a week starts on a Monday.")
    if starts_on.year not in YEARS:
        return UnusableStart(f"A week starts in a year from {YEARS.start} to {YEARS.stop - 1}.")
    return None


def why_not_schedule(week: PracticeWeek, publish_at: datetime | None, *, at: datetime) -> Refusal | None:
    """A draft may wait for an hour that lies ahead; taking the hour back (None) is always possible."""
    if publish_at is None:
        return None
    if week.state != PracticeWeek.State.DRAFT:
        return WeekNotSchedulable()
    return WeekNotSchedulable("Choose an hour that lies ahead.") if publish_at <= at else None


def why_not_host(before: Mapping[int, bool], wanted: Mapping[int, bool], *, within: Collection[int]) -> Refusal | None:
    """Hosts have one lead and one of one's own among them, and nobody takes another's part or lead away.

    ``before`` and ``wanted`` say by partnership whether it leads; ``within`` are one's own partnerships.
    """
    if sum(wanted.values()) != 1:
        return UnusableHosts()
    if wanted.keys().isdisjoint(within):
        return UnusableHosts("At least one host must be a partnership that you organise for.")
    for partnership, leads in before.items():
        leaves = partnership not in wanted or (leads and not wanted[partnership])
        if leaves and partnership not in within:
            return UnusableHosts(
                "Another partnership is removed, or loses the lead, only by somebody who organises for it."
            )
    return None


def why_not_present(partnership: int, *, within: Collection[int]) -> Refusal | None:
    """How a partnership speaks of a week is its own affair."""
    if partnership in within:
        return None
    return UnusableHosts("What a partnership says of a week is written by somebody who organises for it.")
