"""Who wanted a place and had none: waiting lists, offers, and what became of them."""

from collections import defaultdict
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from bookings.models import BookingChange
from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.groups import GROUPS
from bookings.reports.report import Report
from bookings.reports.table import Column, Table
from bookings.states import Status, Verb

COLUMNS: Final = (
    Column("waited", "Waited", "count"),
    Column("offered", "Offered a place", "count"),
    Column("accepted", "Accepted it", "count"),
    Column("lapsed", "Let it lapse", "count"),
    Column("declined", "Declined it", "count"),
    Column("placed", "Had a place in the end", "count"),
    Column("never_placed", "Never had one", "count"),
    Column("people", "People never placed", "count"),
)
SUMS: Final = (("waited", "placed", "never_placed"),)
PEAK: Final = Column("peak", "Most at a time", "number", needs=("waited",))


def demand(asked: Asked) -> Table:
    """Return who waited on sessions that were held, by group: two queries, one more where rows are sessions."""
    rows = asked.bookings().filter(Q(_has(to_status=Status.WAITLISTED)))
    counts = demand_counts()
    total = rows.aggregate(**counts)
    if asked.group == "session":
        return _by_session(asked, total)
    grouping = GROUPS[asked.group]
    found = [
        {**grouping.named(one), **{name: one[name] for name in counts}}
        for one in grouping.of(rows, asked).annotate(**counts)
    ]
    return Table([*grouping.columns, *COLUMNS], found, {"group": "Total", **total}, SUMS)


def demand_counts() -> dict[str, Count]:
    """Return how each figure is counted over bookings that waited at some time."""
    placed = Q(_has(to_status=Status.CONFIRMED))
    wanted: dict[str, Q] = {
        "waited": Q(),
        "offered": Q(_has(verb=Verb.OFFERED)),
        "accepted": Q(_has(verb__in=[Verb.ACCEPTED, Verb.ACCEPTED_TO_ASK])),
        "lapsed": Q(_has(verb=Verb.LAPSED)),
        "declined": Q(_has(verb=Verb.DECLINED)),
        "placed": placed,
        "never_placed": ~placed,
    }
    counts = {name: Count("pk", filter=condition) for name, condition in wanted.items()}
    counts["people"] = Count("practitioner", filter=~placed, distinct=True)
    return counts


def _has(**change: Any) -> Exists:
    """Return the condition that a booking has a change of this kind in its history."""
    return Exists(BookingChange.objects.filter(booking=OuterRef("pk"), **change))


def _by_session(asked: Asked, total: dict[str, int]) -> Table:
    """Return one row a session on which somebody waited, with how many waited at a time at most."""
    rows = asked.bookings().filter(Q(_has(to_status=Status.WAITLISTED)))
    found = {one["session"]: one for one in rows.order_by().values("session").annotate(**demand_counts())}
    peaks = _peaks(asked)
    lines = [
        {"group": one.title, "date": one.local_start.date(), **_counted(found[one.pk]), "peak": peaks[one.pk]}
        for one in asked.held()
        if one.pk in found
    ]
    columns = [Column("group", "Session"), Column("date", "Date", "date"), PEAK, *COLUMNS]
    return Table(columns, lines, {"group": "Total", **total}, SUMS)


def _counted(found: dict[str, Any]) -> dict[str, int]:
    """Return the figures of a row."""
    return {column.name: found[column.name] for column in COLUMNS}


def _peaks(asked: Asked) -> dict[int, int]:
    """Return by session how many waited at a time at most: each step into and out of the queue, in order."""
    steps = Q(to_status=Status.WAITLISTED) | Q(from_status=Status.WAITLISTED)
    within = asked.bookings().order_by().values("pk")
    rows = BookingChange.objects.filter(steps, booking__in=within).order_by("at", "pk")
    now: dict[int, int] = defaultdict(int)
    most: dict[int, int] = defaultdict(int)
    for session, before, after in rows.values_list("booking__session", "from_status", "to_status").iterator():
        now[session] += (after == Status.WAITLISTED) - (before == Status.WAITLISTED)
        most[session] = max(most[session], now[session])
    return most


DEMAND: Final = Report(
    slug="demand",
    title="Unmet demand",
    about="How many waited for a place, what they were offered, and who never had one.",
    make=demand,
    definitions=(d.SCOPE, d.WAITED, d.OFFERS, d.PLACED, d.THEN, d.ATTRIBUTION, d.SMALL),
    groups=("session", "sector", "area", "organisation", "theme", "week", "month", "quarter", "year"),
    bars="never_placed",
    hides_small=True,
)
