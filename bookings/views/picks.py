"""The sessions that a visit has picked: kept with the visit, before and after signing in, until signing out."""

from collections.abc import Collection
from typing import Final

from django.contrib.sessions.backends.base import SessionBase

from bookings.errors import PlanFull
from bookings.planning import MOST_PICKS

KEPT_IN_SESSION: Final = "plan"


def picked(visit: SessionBase) -> list[int]:
    """Return the ids of the picked sessions, the first picked first; reading begins no visit."""
    found: list[int] = visit.get(KEPT_IN_SESSION, [])
    return found


def pick(visit: SessionBase, pk: int, *, instead_of: int | None = None) -> None:
    """Pick a session, perhaps instead of another; one that is picked already stays where it is. Raises PlanFull."""
    kept = [one for one in picked(visit) if one != instead_of or one == pk]
    if pk not in kept:
        kept.append(pk)
    if len(kept) > MOST_PICKS:
        raise PlanFull
    _keep(visit, kept)


def drop(visit: SessionBase, pks: Collection[int]) -> None:
    """Take sessions out of the plan; those that are not in it are no matter."""
    _keep(visit, [one for one in picked(visit) if one not in pks])


def _keep(visit: SessionBase, pks: list[int]) -> None:
    """Store what is picked, where that is new; a visit that holds nothing else ends with its last pick."""
    if pks == picked(visit):
        return
    if pks:
        visit[KEPT_IN_SESSION] = pks
    else:
        visit.pop(KEPT_IN_SESSION, None)
