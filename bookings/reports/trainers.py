"""What agencies gave by lending trainers."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.report import Report
from bookings.reports.sessions import hours
from bookings.reports.table import Column, Table
from events.models import SessionTrainer
from events.wall_time import LONDON

COLUMNS: Final = (
    Column("group", "Organisation"),
    Column("trainers", "Trainers", "number"),
    Column("sessions", "Sessions", "number"),
    Column("days", "Days", "number"),
    Column("hours", "Hours", "number"),
)
UNKNOWN: Final = "Not known"


def trainers(asked: Asked) -> Table:
    """Return what each organisation's trainers delivered; one query."""
    parts = SessionTrainer.objects.filter(session__in=asked.held().order_by().values("pk"))
    columns = ("trainer__organisation_name", "trainer", "session", "starts_at", "ends_at", "session__further_time")
    rows = parts.order_by().values_list(*columns)
    found: dict[str, list[Any]] = defaultdict(list)
    for name, *part in rows:
        found[name or UNKNOWN].append(part)
    lines = [_line(name, found[name]) for name in sorted(found)]
    everything = [part for parts_of_one in found.values() for part in parts_of_one]
    return Table(COLUMNS, lines, _line("Total", everything))


def _line(name: str, parts: list[Any]) -> dict[str, Any]:
    """Return what some parts come to; two trainers of one session give its hours each, and it is one session."""
    lent: Decimal = hours(sum((ends - starts + later for _, _, starts, ends, later in parts), timedelta()))
    return {
        "group": name,
        "trainers": len({trainer for trainer, *_ in parts}),
        "sessions": len({session for _, session, *_ in parts}),
        "days": len({starts.astimezone(LONDON).date() for _, _, starts, *_ in parts}),
        "hours": lent,
    }


TRAINERS: Final = Report(
    slug="trainers",
    title="Trainer contribution",
    about="Which organisations lent trainers, for how many sessions and hours.",
    make=trainers,
    definitions=(d.SCOPE, d.LENT),
    bars="sessions",
    of_people=False,
)
