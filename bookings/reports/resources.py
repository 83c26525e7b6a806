"""How far resources reach: how often each was opened and downloaded."""

from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.report import Report
from bookings.reports.table import Column, Table
from events.models import Resource, ResourceCount
from events.wall_time import LONDON

USED: Final = (Column("opens", "Opened", "number"), Column("downloads", "Downloaded", "number"))
COLUMNS: Final = (
    Column("group", "Resource"),
    Column("kind", "Kind"),
    Column("released", "Released", "date"),
    *USED,
)
BY_DAY: Final = (Column("day", "Day", "date"), *COLUMNS)


def resources(asked: Asked) -> Table:
    """Return how often each released resource was used, the newest first, or on each day that one was; two queries."""
    released = _released(asked).order_by("-released_at", "title")
    counts = _counts(asked).filter(resource__in=released.order_by().values("pk"))
    if asked.group == "day":
        rows = counts.select_related("resource").order_by("-day", "resource__title", "resource")
        lines = [{"day": row.day, **_named(row.resource), **_numbers(row.opens, row.downloads)} for row in rows]
    else:
        sums = counts.order_by().values("resource").annotate(opens_=Sum("opens"), downloads_=Sum("downloads"))
        used = {row["resource"]: (row["opens_"], row["downloads_"]) for row in sums}
        lines = [{**_named(one), **_numbers(*used.get(one.pk, (0, 0)))} for one in released]
    total = {"group": "Total", **{column.name: sum(line[column.name] for line in lines) for column in USED}}
    return Table(BY_DAY if asked.group == "day" else COLUMNS, lines, total)


def _released(asked: Asked) -> QuerySet[Resource]:
    """Return the resources that the public sees, of the partnerships or of everybody."""
    own = [one.pk for one in asked.partnerships]
    theirs = Resource.objects.filter(Q(partnerships__isnull=True) | Q(partnerships__in=own)).order_by().values("pk")
    found = Resource.objects.released(at=asked.at).filter(pk__in=theirs)
    if asked.week:
        found = found.filter(week=asked.week)
    if asked.theme:
        found = found.filter(themes=asked.theme)
    return found


def _counts(asked: Asked) -> QuerySet[ResourceCount]:
    """Return the days that are asked about."""
    found = ResourceCount.objects.all()
    if asked.first_day:
        found = found.filter(day__gte=asked.first_day)
    if asked.last_day:
        found = found.filter(day__lte=asked.last_day)
    return found


def _named(one: Resource) -> dict[str, Any]:
    """Return what a resource is called."""
    released = one.released_at.astimezone(LONDON).date()
    return {"group": one.title, "kind": str(one.get_kind_display()), "released": released}


def _numbers(opens: int, downloads: int) -> dict[str, int]:
    """Return how often something was used."""
    return {"opens": opens, "downloads": downloads}


REACH: Final = Report(
    slug="resources",
    title="Resource reach",
    about="How often each resource was opened and downloaded.",
    make=resources,
    groups=("resource", "day"),
    definitions=(d.REACH,),
    bars="downloads",
    of_people=False,
)
