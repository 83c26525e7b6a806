"""A report in words on its page: cells, bars, and one sentence that says what the bars show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from bookings.reports.suppression import HIDDEN
from bookings.reports.table import Column, Row, Table

MOST_ROWS: Final = 500
MOST_BARS: Final = 30


@dataclass(frozen=True)
class Cell:
    """A cell: its words, the heading of its column, and whether it is a number."""

    words: str
    label: str
    is_number: bool


@dataclass(frozen=True)
class Bar:
    """A bar of the chart; ``width`` is in percent of the longest."""

    name: str
    words: str
    width: int


def words_of(value: Any, column: Column) -> str:
    """Return a value as a page says it."""
    if value is None or value == "":
        return "none" if column.is_number else ""
    if value == HIDDEN:
        return HIDDEN
    match column.kind:
        case "percent":
            return f"{value}%"
        case "money":
            return f"£{value:,.2f}"
        case _ if isinstance(value, date):
            return f"{value.day} {value:%B %Y}"
        case _:
            return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


class ReportPage:
    """A table as its page shows it: the first rows of it, with a sentence where there are more."""

    def __init__(self, table: Table, *, bars: str = "") -> None:
        self.columns = table.columns
        self.notes = table.notes
        found = list(islice(table.rows, MOST_ROWS + 1))
        self.has_more = len(found) > MOST_ROWS
        self.raw = found[:MOST_ROWS]
        self.most = MOST_ROWS
        self.bar_column = next((one for one in table.columns if one.name == bars), None)
        self.total = self._cells(table.total) if table.total is not None and found else None

    @property
    def rows(self) -> list[list[Cell]]:
        """Return the rows as cells."""
        return [self._cells(row) for row in self.raw]

    def _cells(self, row: Row) -> list[Cell]:
        """Return a row as cells."""
        return [Cell(words_of(row.get(one.name), one), one.label, one.is_number) for one in self.columns]

    @property
    def bars(self) -> list[Bar]:
        """Return a bar for each row whose number is shown; none where one bar would say nothing."""
        rows = self._charted()
        longest = max((number for _, number in rows), default=0)
        if self.bar_column is None or len(rows) < 2 or not longest:
            return []
        return [Bar(name, f"{number:,}", round(number * 100 / longest)) for name, number in rows]

    @property
    def bars_words(self) -> str:
        """Return what the bars show, in one sentence."""
        rows = self._charted()
        name, number = max(rows, key=lambda row: row[1])
        last, least = min(rows, key=lambda row: row[1])
        what = self.bar_column.label if self.bar_column else ""
        hidden = len(self.raw) - len(rows)
        without = f" {hidden} row{'s' if hidden > 1 else ''} without a number to show." if hidden else ""
        return f"{what}: most for {name} ({number:,}), least for {last} ({least:,}).{without}"

    def _charted(self) -> list[tuple[str, int]]:
        """Return names and numbers of the rows that can be drawn."""
        column = self.bar_column
        if column is None:
            return []
        name = next(one.name for one in self.columns if one.name in {"group", "session"})
        rows: Sequence[Row] = self.raw[:MOST_BARS]
        return [(str(row[name]), row[column.name]) for row in rows if isinstance(row[column.name], int)]
