"""What the rows of a report can be: partnerships, sectors, organisations, areas, topics, weeks and spans of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf, Trunc

from bookings.reports.asked import Asked
from bookings.reports.table import Column
from events.wall_time import LONDON

UNKNOWN: Final = "Not known"
# An organisation's name; as the person wrote it, where we know none of that name.
WRITTEN: Final = Coalesce("organisation__name", NullIf(F("organisation_name"), Value("")), output_field=CharField())


@dataclass(frozen=True)
class Grouping:
    """What rows are: the heading of their names, and where name and order are read.

    ``path`` is from a session where ``of_sessions`` is set, else from a booking. ``order`` is read likewise; rows are
    in that order and then by name. ``beside`` is a second text, such as an organisation's sector.
    """

    label: str
    path: str = ""
    order: str = ""
    of_sessions: bool = False
    span: str = ""
    beside: tuple[str, str] = ("", "")
    is_written: bool = False

    @property
    def columns(self) -> list[Column]:
        """Return the columns that say what a row is."""
        beside = [Column("beside", self.beside[0])] if self.beside[0] else []
        return [*beside, Column("group", self.label)]

    def of(self, rows: QuerySet[Any], asked: Asked, *, sessions: bool = False) -> QuerySet[Any]:
        """Return bookings (or sessions) grouped, to be counted: values ``group``, ``rank`` and ``beside``."""
        to = "" if sessions or not self.of_sessions else "session__"
        if self.label == "Partnership":
            own = [one.pk for one in asked.partnerships]
            rows = rows.filter(**{f"{to}session_hosts__partnership__in": own})
        if self.span:
            found: QuerySet[Any] = rows.annotate(group=Trunc(f"{to}starts_at", self.span, tzinfo=LONDON))
            return found.values("group").order_by("group")
        found = rows.annotate(group=WRITTEN if self.is_written else F(f"{to}{self.path}"))
        keys = ["group"]
        if self.beside[1]:
            found = found.annotate(beside=F(self.beside[1]))
            keys.append("beside")
        keys.append("rank")  # beside the name, because two weeks may have one title
        found = found.annotate(rank=F(f"{to}{self.order}")).values(*keys)
        return found.order_by(F("rank").asc(nulls_last=True), *keys)

    def named(self, found: Any) -> dict[str, Any]:
        """Return what a counted row is called."""
        return {"group": self.words(found["group"]), **({"beside": found["beside"] or ""} if "beside" in found else {})}

    def words(self, value: Any) -> str:
        """Return a row's name."""
        if isinstance(value, datetime):
            return span_words(value, self.span)
        return str(value) if value not in {None, ""} else UNKNOWN


def span_words(start: datetime, span: str) -> str:
    """Return a month, quarter or year in words."""
    day = start.astimezone(LONDON)
    match span:
        case "year":
            return str(day.year)
        case "quarter":
            return f"{day:%B} to {QUARTER_ENDS[day.month]} {day.year}"
        case _:
            return f"{day:%B} {day.year}"


QUARTER_ENDS: Final = {1: "March", 4: "June", 7: "September", 10: "December"}
GROUPS: Final = {
    "sector": Grouping("Sector", "sector__name", "sector__position"),
    "organisation": Grouping(
        "Organisation",
        "organisation__name",
        "sector__position",
        beside=("Sector", "sector__name"),
        is_written=True,
    ),
    "area": Grouping("Area", "practitioner__areas__name", "practitioner__areas__position"),
    "partnership": Grouping(
        "Partnership",
        "session_hosts__partnership__name",
        "session_hosts__partnership__position",
        of_sessions=True,
    ),
    "theme": Grouping("Topic", "topic__themes__name", "topic__themes__name", of_sessions=True),
    "week": Grouping("Week", "week__title", "week__starts_on", of_sessions=True),
    "month": Grouping("Month", span="month", of_sessions=True),
    "quarter": Grouping("Quarter", span="quarter", of_sessions=True),
    "year": Grouping("Year", span="year", of_sessions=True),
}
WORDS: Final = {
    "request": "Request or complaint",
    "retention": "Deletion of what was kept long enough",
    "kind": "Kind of message",
    "resource": "Resource",
    "day": "Resource and day",
    "session": "Session",
    "sector": "Sector",
    "organisation": "Organisation",
    "area": "Area where people work",
    "partnership": "Partnership",
    "theme": "Topic",
    "week": "Practice week",
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
}
