"""The tables and columns that a programme file may have."""

from collections.abc import Mapping
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
