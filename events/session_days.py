"""A list of sessions under the days on which they start, so that no row repeats its day."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from events.bank_holidays import bank_holiday
from events.presenters import SessionLine


@dataclass(frozen=True)
class SessionDay:
    """A day and its sessions; ``bank_holiday`` says which one it is, and is empty on every other."""

    words: str
    lines: list[SessionLine]
    bank_holiday: str = ""


def by_day(lines: Iterable[SessionLine]) -> list[SessionDay]:
    """Return sessions under their days, in the order in which they come; each day is that of the session's clock."""
    return [_of(day, list(group)) for day, group in groupby(lines, key=_day)]


def _of(day: str, lines: list[SessionLine]) -> SessionDay:
    """Return a day with its sessions, of which there is one at least."""
    return SessionDay(day, lines, bank_holiday(lines[0].times[0].date()))


def _day(line: SessionLine) -> str:
    """Return the day of a session in words."""
    return line.day
