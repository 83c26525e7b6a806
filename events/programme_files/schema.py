"""The tables and columns that a programme file may have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from events.programme_files import bodies, tables
from events.programme_files.rows import RowForm
from events.programme_files.sittings import SessionRow

# In the order in which rows need each other.
TABLES: Final[Mapping[str, type[RowForm]]] = {
    form.table: form
    for form in (
        bodies.AreaRow,
        bodies.SectorRow,
        bodies.OrganisationRow,
        bodies.PartnershipRow,
        bodies.SafeguardingContactRow,
        tables.ThemeRow,
        tables.VenueRow,
        tables.RoomRow,
        tables.TrainerRow,
        tables.WeekRow,
        tables.HostRow,
        tables.PresentationRow,
        tables.DayRow,
        tables.TopicRow,
        SessionRow,
        tables.ResourceRow,
        tables.KeyMessageRow,
    )
}


def columns() -> dict[str, list[str]]:
    """Return the column names of each table, in order."""
    return {table: form.columns() for table, form in TABLES.items()}


@dataclass(frozen=True)
class TableHelp:
    """A table as people are told of it: what a row of it is, which columns identify a row, and the others."""

    name: str
    about: str
    keys: Sequence[str]
    others: Sequence[str]


def described() -> list[TableHelp]:
    """Return each table for people who write a file, in the order in which rows need each other."""
    return [
        TableHelp(
            name, (form.__doc__ or "").splitlines()[0], form.key, [c for c in form.columns() if c not in form.key]
        )
        for name, form in TABLES.items()
    ]
