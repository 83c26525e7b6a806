"""The rows of a file as text; what is wrong with it, and where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One row of a table as text, and where it stands in words, such as ``sessions, row 3 (line 57)``."""

    table: str
    place: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, named by its place and, where there is one, its column."""

    place: str
    message: str
    column: str = ""

    def __str__(self) -> str:
        where = ", column ".join(part for part in (self.place, self.column) if part)
        return f"{where}: {self.message}" if where else self.message


class FaultyProgramme(Exception):
    """A file that cannot be loaded; it carries every fault, and nothing of it was written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class Reading:
    """A file as its rows of text, and what was wrong with it on the way."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def unknown_columns(place: str, names: Iterable[str], known: Sequence[str]) -> list[Fault]:
    """Return a fault for each column that its table does not have."""
    words = f"There is no such column; there are {', '.join(known)}."
    return [Fault(place, words, name) for name in names if name not in known]
