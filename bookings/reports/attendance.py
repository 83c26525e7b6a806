"""Attendance by sector, agency, area and whatever else rows can be: bookings and what became of them."""

from typing import Any, Final

from django.db.models import Value
from django.db.models.functions import Coalesce, Concat

from bookings.querysets import BookingQuerySet
from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.figures import COUNTED, SUMS, booking_counts, numbers_of
from bookings.reports.groups import GROUPS, WRITTEN
from bookings.reports.report import Report
from bookings.reports.suppression import LEAST
from bookings.reports.table import Column, Table, percent

COLUMNS: Final = (
    *COUNTED,
    Column("rate", "Attendance rate", "percent", needs=("attended", "walked_in", "expected")),
    Column("share", "Share of all attendances", "percent", needs=("attended",)),
)


def attendance(asked: Asked) -> Table:
    """Return the figures of each group and of all of them: two queries, and one for organisations that are merged."""
    grouping = GROUPS[asked.group]
    rows = asked.bookings()
    counts = booking_counts()
    total = numbers_of(rows.aggregate(**counts))
    groups = list(grouping.of(rows, asked).annotate(**counts))
    groups, merged = _parted(groups, rows) if asked.group == "organisation" else (groups, [])
    found = [_row({**grouping.named(one), **numbers_of(one)}, total) for one in groups]
    found += [_row(one, total) for one in merged]
    return Table([*grouping.columns, *COLUMNS], found, _row({"group": "Total", **total}, total), SUMS, _notes(total))


def _row(numbers: dict[str, Any], total: dict[str, int]) -> dict[str, Any]:
    """Return a row with its rates."""
    rate = percent(numbers["attended"] - numbers["walked_in"], numbers["expected"])
    return {**numbers, "rate": rate, "share": percent(numbers["attended"], total["attended"])}


def _parted(groups: list[Any], rows: BookingQuerySet) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return the organisations that stand alone, and one row for those of few people where it is of enough people."""
    small = [one for one in groups if one["people"] < LEAST]
    if len(small) < 2:
        return groups, []
    key = Concat(Coalesce("sector__name", Value("")), Value("|"), Coalesce(WRITTEN, Value("")))
    keys = [f"{one['beside'] or ''}|{one['group'] or ''}" for one in small]
    merged = numbers_of(rows.alias(key=key).filter(key__in=keys).aggregate(**booking_counts()))
    if merged["people"] < LEAST:
        return groups, []
    name = f"{len(small)} organisations with fewer than {LEAST} people each"
    alone = [one for one in groups if one["people"] >= LEAST]
    return alone, [{"beside": "", "group": name, **merged}]


def _notes(total: dict[str, int]) -> list[str]:
    """Return what is to be known of these very figures."""
    unmarked = total["not_marked"]
    return ["Registers are still open: not everybody is marked yet."] if unmarked else []


ATTENDANCE: Final = Report(
    slug="attendance",
    title="Attendance",
    about="Who booked and who came, by sector, agency, area or whatever else you choose.",
    make=attendance,
    definitions=(
        d.SCOPE,
        d.BOOKED,
        d.CANCELLED,
        d.GIVEN_AWAY,
        d.EXPECTED,
        d.ATTENDED,
        d.WALK_IN,
        d.ABSENT,
        d.RATE,
        d.PEOPLE,
        d.THEN,
        d.ATTRIBUTION,
        d.SMALL,
        d.MERGED,
    ),
    groups=("sector", "organisation", "area", "partnership", "theme", "week", "month", "quarter", "year"),
    bars="attended",
    hides_small=True,
)
