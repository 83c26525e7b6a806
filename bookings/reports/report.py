"""What a report is: its name, what it is for, what its words mean, and how it comes by its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bookings.reports.asked import Asked
from bookings.reports.table import Table


@dataclass(frozen=True)
class Report:
    """One of the reports. ``make`` builds the table, in a number of queries that does not grow with the data.

    ``groups`` are what its rows may be, the first unless another is asked for; none where they are always the same.
    ``definitions`` are printed with it. ``names_people``: a list for those who run the sessions; the others hide
    small numbers where ``hides_small`` is set. ``bars`` is the column that the chart shows, if it has one.
    ``of_people`` says that sector, organisation and area narrow it. Without ``of_sessions`` it is about the whole
    site: neither do partnership, week and topic, and it is for administrators.
    """

    slug: str
    title: str
    about: str
    make: Callable[[Asked], Table]
    definitions: Sequence[str]
    groups: Sequence[str] = ()
    bars: str = ""
    names_people: bool = False
    hides_small: bool = False
    of_people: bool = True
    of_sessions: bool = True

    def table(self, asked: Asked) -> Table:
        """Return the table as it is shown, kept and handed out."""
        table = self.make(asked)
        return table.without_small() if self.hides_small else table
