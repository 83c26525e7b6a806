"""What became of the rows of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A column with what is stored and what the file wants."""

    column: str
    old: str
    new: str

    @property
    def sentence(self) -> str:
        """Return both texts."""
        return f"“{self.old}” becomes “{self.new}”"


@dataclass(frozen=True)
class Change:
    """What loading a row did, or with a dry run would do: by column what was stored and what is now.

    Of a new row, ``columns`` holds what differs from a row that says nothing. ``name`` is its key in words.
    """

    place: str
    table: str
    name: str
    is_new: bool
    columns: Mapping[str, tuple[str, str]]

    @property
    def cells(self) -> list[Cell]:
        """Return the cells that the row changes; of a new row, those that the file fills."""
        return [Cell(column, old, new) for column, (old, new) in self.columns.items() if new or not self.is_new]


class DifferentNow(Exception):
    """A load that was not made, because it would have done something else than what somebody was shown."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = changes
        super().__init__("What is stored has changed since the difference was shown. Nothing was written.")
