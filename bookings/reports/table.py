"""The shape of a report: columns, rows, a total, and what may be hidden of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import QuerySet

from bookings.reports.suppression import HIDDEN, hidden_places

Row = Mapping[str, Any]
NUMBERS: Final = frozenset({"count", "number", "percent", "money"})


@dataclass(frozen=True)
class Column:
    """A column: its name in files, its heading, and what its cells are.

    ``kind`` is text, date (a `date`), count (of people or bookings), number, percent (a `Decimal` from 0 to 100) or
    money (a `Decimal` in pounds). ``needs`` names the counts a cell is worked out of; with one of them it is hidden.
    """

    name: str
    label: str
    kind: str = "text"
    needs: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Say whether its cells are numbers."""
        return self.kind in NUMBERS


@dataclass(frozen=True)
class Table:
    """A report's rows by column name; where it has a total, that is a row too. ``sums`` are columns that add up."""

    columns: Sequence[Column]
    rows: Iterable[Row]
    total: Row | None = None
    sums: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    def without_small(self) -> "Table":
        """Return the table as it may be shown to everybody: small numbers hidden, and what gives them away."""
        rows = list(self.rows)
        counts = [column.name for column in self.columns if column.kind == "count"]
        gone = hidden_places(rows, self.total, counts, self.sums)
        shown = [self._shown(row, at, gone) for at, row in enumerate(rows)]
        total = self._shown(self.total, -1, gone) if self.total is not None else None
        return Table(self.columns, shown, total, self.sums, self.notes)

    def _shown(self, row: Row, at: int, gone: frozenset[tuple[int, str]]) -> Row:
        """Return a row with what is hidden of it."""
        needed = {column.name: column.needs for column in self.columns}
        return {
            name: HIDDEN if (at, name) in gone or any((at, one) in gone for one in needed.get(name, ())) else value
            for name, value in row.items()
        }

    def cells(self, row: Row) -> list[object]:
        """Return a row's values in the order of the columns; empty for what is not known."""
        return ["" if (value := row.get(column.name)) is None else value for column in self.columns]


def each(found: QuerySet[Any], row: Callable[[Any], Row]) -> Iterator[Row]:
    """Return the rows of a list one after the other, read from the database as they are needed."""
    for one in found.iterator(chunk_size=500):
        yield row(one)


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in percent with one decimal, half rounded up; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def average(total: int, count: int) -> Decimal | None:
    """Return a mean with one decimal, half rounded up; None of nothing."""
    return (Decimal(total) / Decimal(count)).quantize(Decimal("0.1"), ROUND_HALF_UP) if count else None


def pounds(pence: int | None) -> Decimal | None:
    """Return an amount in pounds; None of nothing."""
    return None if pence is None else Decimal(pence).scaleb(-2)
