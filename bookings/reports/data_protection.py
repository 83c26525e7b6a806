"""What people asked about their data and by when it was answered, and what was deleted because its time was over."""

from typing import Any, Final

from django.db.models import QuerySet

from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.report import Report
from bookings.reports.table import Column, Table
from events.wall_time import LONDON
from people.models import DataRequest, RetentionRun

REQUESTS: Final = (
    Column("group", "Asked"),
    Column("about", "By or about"),
    Column("received", "Received", "date"),
    Column("acknowledged", "Acknowledged", "date"),
    Column("due", "Due", "date"),
    Column("closed", "Closed", "date"),
    Column("outcome", "Outcome"),
)
RUNS: Final = (
    Column("group", "Deleted, or without names"),
    Column("day", "Day", "date"),
    Column("rows", "Rows", "number"),
)


def data_protection(asked: Asked) -> Table:
    """Return the requests received in a span of days, or the runs of deletion in it, the latest first; one query."""
    if asked.group == "retention":
        runs = _within(RetentionRun.objects.all(), asked, "ran_at__date")
        lines = [{"group": run.what, "day": run.ran_at.astimezone(LONDON).date(), "rows": run.rows} for run in runs]
        return Table(RUNS, lines, {"group": "Total", "rows": sum(line["rows"] for line in lines)})
    return Table(REQUESTS, [_request(one) for one in _within(DataRequest.objects.all(), asked, "received_on")])


def _within(rows: QuerySet[Any], asked: Asked, day: str) -> QuerySet[Any]:
    """Return the rows of the days that are asked about."""
    if asked.first_day:
        rows = rows.filter(**{f"{day}__gte": asked.first_day})
    if asked.last_day:
        rows = rows.filter(**{f"{day}__lte": asked.last_day})
    return rows


def _request(one: DataRequest) -> dict[str, Any]:
    """Return a request with its days."""
    return {
        "group": str(one.get_kind_display()),
        "about": one.about,
        "received": one.received_on,
        "acknowledged": one.acknowledged_on,
        "due": one.due_on,
        "closed": one.closed_on,
        "outcome": one.outcome,
    }


DATA_PROTECTION: Final = Report(
    slug="data-protection",
    title="Data-protection register",
    about="What people asked about their data, by when it was answered, and what was deleted in time.",
    make=data_protection,
    groups=("request", "retention"),
    definitions=(d.DUE, d.RETENTION),
    names_people=True,
    of_people=False,
    of_sessions=False,
)
