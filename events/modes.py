"""How many have, and wait for, a place at the venue and online: the question is asked here, and answered above."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from events import signals
from events.models import Session

IN_PERSON: Final = "in_person"
ONLINE: Final = "online"
# The session's fields that limit each way to take part.
LIMITS: Final[Mapping[str, str]] = {IN_PERSON: "in_person_capacity", ONLINE: "online_capacity"}


@dataclass(frozen=True)
class ModeCount:
    """The places that are taken one way, and how many wait for one."""

    taken: int = 0
    waiting: int = 0


NOBODY: Final = ModeCount()


def counts_of(ids: Iterable[int]) -> dict[int, dict[str, ModeCount]]:
    """Return by session and way what is taken and waited for; whoever keeps the bookings counts them, in one query."""
    found: dict[int, dict[str, ModeCount]] = {}
    answers: Iterable[tuple[Any, Any]] = signals.modes_asked.send(Session, sessions=list(ids))
    for _, counts in answers:
        found |= counts
    return found


def note_modes(sessions: Iterable[Session]) -> None:
    """Let the sessions with places for each way know how many are left; no query where there is none of them."""
    limited = [session for session in sessions if session.has_limits_by_mode]
    counts = counts_of([session.pk for session in limited]) if limited else {}
    for session in limited:
        session.left_by_mode = left_by_mode(session, counts.get(session.pk, {}))


def left_by_mode(session: Session, counts: Mapping[str, ModeCount]) -> dict[str, int | None]:
    """Return the places each way that nobody has and nobody waits for; None where that way has no limit.

    Never more than are left in all.
    """
    found: dict[str, int | None] = {}
    free = None if session.capacity is None else max(0, session.capacity - session.places_taken)
    for mode, name in LIMITS.items():
        most, count = getattr(session, name), counts.get(mode, NOBODY)
        bounds = [bound for bound in (free, None if most is None else most - count.taken) if bound is not None]
        left = max(0, min(bounds)) if bounds else None
        found[mode] = 0 if count.waiting else left
    return found
