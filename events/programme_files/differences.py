"""What loading a file does, or would do, in words: the same on the page and on the command line."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from events.programme_files.changes import Change


@dataclass(frozen=True)
class Difference:
    """What a file says otherwise than what is stored, row by row."""

    changes: Sequence[Change]

    @property
    def rows(self) -> list[Change]:
        """Return the rows that are new or say something else, in the order of the tables."""
        return [change for change in self.changes if change.is_new or change.columns]

    @property
    def new(self) -> int:
        """Return how many rows are new."""
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        """Return how many stored rows change."""
        return len(self.rows) - self.new

    @property
    def unchanged(self) -> int:
        """Return how many rows are stored as they stand."""
        return len(self.changes) - len(self.rows)

    @property
    def digest(self) -> str:
        """Return a text that is the same for the same difference only."""
        said = [(one.place, one.table, one.name, one.is_new, sorted(one.columns.items())) for one in self.changes]
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def summary(self, *, would: str = "") -> str:
        """Return the numbers of rows; ``would`` is put where nothing was written."""
        counts = f"{self.new} new, {self.changed} changed, {self.unchanged} as they were"
        return f"{len(self.changes)} {'row' if len(self.changes) == 1 else 'rows'}:{would} {counts}."

    def lines(self, *, with_cells: bool) -> Iterator[str]:
        """Return each row that is new or changed in words; with the cells of new rows where they are asked for."""
        for change in self.rows:
            if not change.is_new:
                yield from (f"{change.place}, column {cell.column}: {cell.sentence}" for cell in change.cells)
                continue
            yield f"{change.place}: new"
            if with_cells:
                yield from (f"    {cell.column}: {cell.new}" for cell in change.cells)
