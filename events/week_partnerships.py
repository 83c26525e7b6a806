"""The partnerships of a week: what each calls it, and in whose view a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import F, FilteredRelation, Q
from django.http import Http404

from events.models import PracticeWeek
from events.presenters import list_words
from people.models import Partnership

EVERYBODY: Final = "all"


@dataclass(frozen=True)
class WeekPartnership:
    """A partnership that hosts or presents a week, and what it calls it."""

    slug: str
    name: str
    short_name: str
    colour: str
    contact_email: str
    hosts: bool
    is_lead: bool
    title: str
    introduction: str
    audience: str
    source: str


@dataclass(frozen=True)
class WeekView:
    """In whose words and with whose sessions a week is shown.

    ``shown`` is None for everybody's; ``usual`` is the slug of the site's own partnership where it has a part in
    the week, else empty.
    """

    partnerships: Sequence[WeekPartnership]
    shown: WeekPartnership | None
    usual: str

    @property
    def value(self) -> str:
        """Return what an address says to come to this view: nothing for the usual one."""
        chosen = self.shown.slug if self.shown else EVERYBODY
        return "" if chosen == (self.usual or EVERYBODY) else chosen

    def address(self, path: str) -> str:
        """Return a page of the week in this view."""
        return f"{path}?partnership={self.value}" if self.value else path

    @property
    def hosts(self) -> str:
        """Return who hosts the week, the lead first."""
        return list_words([one.name for one in self.partnerships if one.hosts])

    @property
    def choices(self) -> list["WeekView"]:
        """Return every view, everybody's first; empty where there is nothing to choose."""
        views = [WeekView(self.partnerships, one, self.usual) for one in (None, *self.partnerships)]
        return views if len(views) > 2 or self.shown else []

    @property
    def words(self) -> str:
        """Return whose view it is."""
        return self.shown.short_name if self.shown else "All partnerships"


def view_of(wanted: str, partnerships: Sequence[WeekPartnership]) -> WeekView:
    """Return the view that an address asks for; by itself it asks for that of the site's own partnership.

    Raises Http404 for a partnership that has no part in the week.
    """
    known = {one.slug: one for one in partnerships}
    usual = settings.SITE_PARTNERSHIP if settings.SITE_PARTNERSHIP in known else ""
    chosen = wanted or usual or EVERYBODY
    if chosen != EVERYBODY and chosen not in known:
        raise Http404("This partnership does not host the week.")
    return WeekView(partnerships, known.get(chosen), usual)


def partnerships_of(week: PracticeWeek) -> list[WeekPartnership]:
    """Return who hosts or presents the week, the lead first, in one query."""
    rows = (
        Partnership.objects.annotate(
            hosting=FilteredRelation("week_hosts", condition=Q(week_hosts__week=week)),
            presenting=FilteredRelation("week_presentations", condition=Q(week_presentations__week=week)),
        )
        .filter(Q(hosting__isnull=False) | Q(presenting__isnull=False))
        .annotate(
            is_lead=F("hosting__is_lead"),
            week_title=F("presenting__title"),
            week_introduction=F("presenting__introduction"),
            week_audience=F("presenting__audience"),
            week_contact=F("presenting__contact_email"),
            week_source=F("presenting__source"),
        )
        .order_by("position", "name")
    )
    found = [
        WeekPartnership(
            slug=row.slug,
            name=row.name,
            short_name=row.short_name,
            colour=row.colour,
            contact_email=row.week_contact or row.contact_email,
            hosts=row.is_lead is not None,
            is_lead=bool(row.is_lead),
            title=row.week_title or "",
            introduction=row.week_introduction or "",
            audience=row.week_audience or "",
            source=row.week_source or "",
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.is_lead)
