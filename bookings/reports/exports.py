"""A report as a file: the table first, and after it what it is about and what its words mean."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from bookings.reports.table import Table
from people.spreadsheets import csv_parts, xlsx


@dataclass(frozen=True)
class Printed:
    """A report as it is handed out: its title, what it is about in names and values, and what its words mean."""

    title: str
    about: Sequence[tuple[str, str]]
    definitions: Sequence[str]
    table: Table

    def lines(self) -> Iterator[Sequence[object]]:
        """Return the table's rows as cells, the total last."""
        for row in self.table.rows:
            yield self.table.cells(row)
        if self.table.total is not None:
            yield self.table.cells(self.table.total)

    def notes(self) -> Iterator[Sequence[object]]:
        """Return what stands beside the table, one line each."""
        yield [self.title]
        yield from self.about
        yield from ([one] for one in (*self.table.notes, *self.definitions))

    @property
    def heading(self) -> list[str]:
        """Return the heads of the columns."""
        return [column.label for column in self.table.columns]


def as_csv(printed: Printed) -> Iterator[bytes]:
    """Return the parts of a CSV file as they come; after an empty line follows what stands beside the table."""

    def lines() -> Iterator[Sequence[object]]:
        yield from printed.lines()
        yield []
        yield from printed.notes()

    return csv_parts(printed.heading, lines())


def as_xlsx(reports: Iterable[Printed]) -> IO[bytes]:
    """Return a workbook: for each report a sheet with its table and one with what stands beside it."""
    sheets: list[tuple[str, Iterable[Sequence[object]]]] = []
    for printed in reports:
        sheets.append((printed.title, _with_heading(printed)))
        sheets.append((f"About {printed.title}", printed.notes()))
    return xlsx(sheets)


def _with_heading(printed: Printed) -> Iterator[Sequence[object]]:
    """Return the heads and then the rows."""
    yield printed.heading
    yield from printed.lines()
