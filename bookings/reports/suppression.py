"""Hiding small numbers, and those from which they could be worked out; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

LEAST: Final = 5  # the smallest number of people that is shown; domain rule R-2
HIDDEN: Final = "hidden"

Line = Mapping[str, Any]
Place = tuple[int, str]


def is_small(value: Any) -> bool:
    """Say whether a number may point to a person."""
    return isinstance(value, int) and 0 < value < LEAST


def hidden_places(
    rows: Sequence[Line], total: Line | None, counts: Sequence[str], sums: Sequence[Sequence[str]] = ()
) -> frozenset[Place]:
    """Return which numbers of a table are not shown, as row and column; the row of the total is number -1.

    First go numbers from 1 to 4. A column whose total is shown gives away a lone hidden number, and several whose
    sum is small; a row gives one away that stands in a sum with others (``sums`` names their columns, of whatever
    sign). So more go, the smallest first, until nothing can be worked out by one subtraction.
    """
    lines = {**dict(enumerate(rows)), **({-1: total} if total is not None else {})}
    hidden = {(at, name) for at, line in lines.items() for name in counts if is_small(line[name])}
    before = -1
    while len(hidden) > before:
        before = len(hidden)
        for name in counts if total is not None else ():
            hidden |= _more_of_column(lines, name, hidden)
        for at, line in lines.items():
            for one in sums:
                hidden |= _more_of_row(line, at, one, hidden)
    return frozenset(hidden)


def _more_of_column(lines: Mapping[int, Line], name: str, hidden: set[Place]) -> set[Place]:
    """Return one more place to hide in a column with a total, if it still gives something away."""
    gone = [at for at in lines if (at, name) in hidden]
    if not gone:
        return set()
    without_total = [at for at in gone if at != -1]
    if -1 in gone:
        is_safe = len(without_total) >= 1 or len(lines) == 1
    else:
        is_safe = len(without_total) >= 2 and sum(lines[at][name] for at in without_total) >= LEAST
    if is_safe:
        return set()
    shown = [at for at in lines if at != -1 and (at, name) not in hidden]
    found = _smallest({at: lines[at][name] for at in shown})
    return {(-1 if found is None else found, name)}


def _more_of_row(line: Line, at: int, names: Sequence[str], hidden: set[Place]) -> set[Place]:
    """Return one more place to hide in a row where exactly one number of a sum is hidden."""
    shown = [name for name in names if (at, name) not in hidden]
    if len(names) - len(shown) != 1:
        return set()
    found = _smallest({name: line[name] for name in shown})
    return {(at, found)} if found is not None else set()


def _smallest(values: Mapping[Any, int]) -> Any:
    """Return where the smallest number stands that is not nought; where all are nought, the first; None for none."""
    return min(values, key=lambda one: (values[one] == 0, values[one]), default=None)
