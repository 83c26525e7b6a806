"""What partnerships did together: attendances and people by where they work, each person of all of them once."""

from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.figures import came
from bookings.reports.report import Report
from bookings.reports.table import Column, Table
from people.models import Area, User

ROWS: Final = (("attended", "Attendances"), ("people", "People"))


def joint(asked: Asked) -> Table:
    """Return attendances and people who work in one area of these partnerships alone, in several, and elsewhere."""
    areas = list(Area.objects.filter(partnerships__in=[one.pk for one in asked.partnerships]).distinct())
    works = User.areas.through.objects.filter(user=OuterRef("practitioner"))
    here = Q(Exists(works.filter(area__in=areas)))
    only = {area: _only(area, areas, works) for area in areas}
    rows = asked.bookings().filter(came())
    wanted: dict[str, Q] = {f"only_{area.pk}": condition for area, condition in only.items()}
    several = here
    for condition in only.values():
        several &= ~condition
    said = Q(Exists(works))
    wanted |= {"several": several, "elsewhere": said & ~here, "unknown": ~said, "all": Q()}
    counts = {f"attended_{name}": Count("pk", filter=condition) for name, condition in wanted.items()}
    counts |= {f"people_{name}": Count("practitioner", filter=c, distinct=True) for name, c in wanted.items()}
    found = rows.aggregate(**counts)
    lines = [{"group": label, **{name: found[f"{row}_{name}"] for name in wanted}} for row, label in ROWS]
    return Table([Column("group", "What"), *_columns(areas)], lines, sums=[tuple(wanted)])


def _only(area: Area, areas: list[Area], works: QuerySet[Any]) -> Q:
    """Return the condition that somebody works in one of the areas and in no other of them."""
    others = [one for one in areas if one != area]
    return Q(Exists(works.filter(area=area))) & ~Q(Exists(works.filter(area__in=others)))


def _columns(areas: list[Area]) -> list[Column]:
    """Return a column for each area, and those for people of several, others and all."""
    return [
        *(Column(f"only_{area.pk}", f"{area.name} only", "count") for area in areas),
        Column("several", "Several of these", "count"),
        Column("elsewhere", "Elsewhere", "count"),
        Column("unknown", "Not known", "count"),
        Column("all", "All", "count"),
    ]


JOINT: Final = Report(
    slug="joint",
    title="Joint summary",
    about="Attendances and people of several partnerships, by where people work; everybody is in one column.",
    make=joint,
    definitions=(d.SCOPE, d.ATTENDED, d.JOINT, d.SMALL),
    hides_small=True,
)
