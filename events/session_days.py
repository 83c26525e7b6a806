"""A list of sessions under the days on which they start, so that no row repeats its day."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from events.presenters import SessionLine


@dataclass(frozen=True)
class SessionDay:
    """A day and its sessions."""

    words: str
    lines: list[SessionLine]


def by_day(lines: Iterable[SessionLine]) -> list[SessionDay]:
    """Return sessions under their days, in the order in which they come; each day is that of the session's clock."""
    return [SessionDay(day, list(group)) for day, group in groupby(lines, key=_day)]


def _day(line: SessionLine) -> str:
    """Return the day of a session in words."""
    return line.day
