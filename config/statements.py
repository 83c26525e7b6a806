"""The statements on accessibility, privacy and terms: the site's own, and each partnership's under its name."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from people.models import Partnership, Statement


@dataclass(frozen=True)
class Version:
    """Which version of the site's own text this is, and since when it stands."""

    number: int
    since: date


# Raised with every change of the words in config/templates/statements; what went before is in the history of the code.
OWN: Final[dict[str, Version]] = {
    "accessibility": Version(2, date(2026, 11, 25)),
    "privacy": Version(2, date(2026, 11, 25)),
    "terms": Version(1, date(2026, 11, 23)),
}


@dataclass(frozen=True)
class OfPartnership:
    """A partnership's own statement: the version that holds, and those that went before, the latest first."""

    partnership: Partnership
    current: Statement
    older: list[Statement] = field(default_factory=list)


def of_partnerships(kind: str, *, on: date) -> list[OfPartnership]:
    """Return the statements of a kind that hold on a day, in order of the partnerships, in one query."""
    rows = Statement.objects.filter(kind=kind, in_force_on__lte=on).select_related("partnership")
    ordered = rows.order_by("partnership__position", "partnership", "-version")
    found = []
    for partnership, versions in groupby(ordered, key=lambda statement: statement.partnership):
        current, *older = versions
        found.append(OfPartnership(partnership, current, older))
    return found


def version_of(kind: str, *, partnership: str, version: str, on: date) -> Statement | None:
    """Return a partnership's version that holds or has held by a day; None for any other, and for what is no number."""
    if not version.isascii() or not version.isdigit() or len(version) > 4:
        return None
    rows = Statement.objects.select_related("partnership").filter(kind=kind, in_force_on__lte=on)
    return rows.filter(partnership__slug=partnership, version=int(version)).first()
