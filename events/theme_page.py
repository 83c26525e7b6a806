"""Everything a theme's page shows, read in as many queries however many sessions it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count

from events.dates import long_day
from events.library import ResourceLine
from events.models import DayTheme, Resource, Session, Theme
from events.models.session_part import fetch_parts
from events.presenters import NextDateLine, SessionLine
from events.querysets import SessionQuerySet
from events.session_days import SessionDay, by_day

MOST_COMING: Final = 12
MOST_PAST: Final = 6
MOST_RESOURCES: Final = 12


@dataclass(frozen=True)
class ThemeDay:
    """A day of a week that took the theme up, and its place on the week's page."""

    day: str
    week: str
    address: str


@dataclass(frozen=True)
class ThemePage:
    """A theme with its other names, days, resources, and sessions to come and past."""

    theme: Theme
    aliases: list[str]
    days: list[ThemeDay]
    resources: list[ResourceLine]
    resource_count: int
    coming: list[SessionDay]
    coming_count: int
    past: list[SessionDay]
    past_count: int

    @property
    def has_more_resources(self) -> bool:
        """Say whether the library has more of it than the page."""
        return self.resource_count > len(self.resources)

    @property
    def has_more_coming(self) -> bool:
        """Say whether the list of sessions to come has more of it than the page."""
        return self.coming_count > MOST_COMING

    @property
    def has_more_past(self) -> bool:
        """Say whether the list of past sessions has more of it than the page."""
        return self.past_count > MOST_PAST


@dataclass(frozen=True)
class ThemeCard:
    """A theme in a list, with how much there is of it."""

    theme: Theme
    coming: int
    resources: int

    @property
    def offers(self) -> str:
        """Return what there is: ``2 sessions to come · 1 resource``; empty where there is nothing yet."""
        parts = [(self.coming, "session", " to come"), (self.resources, "resource", "")]
        return " · ".join(f"{n} {word}{'' if n == 1 else 's'}{more}" for n, word, more in parts if n)


def read_theme(theme: Theme, *, at: datetime) -> ThemePage:
    """Return a theme's page as the public sees it at an instant."""
    sessions = Session.objects.public().filter(topic__themes=theme)
    coming, past = sessions.upcoming(at=at), sessions.held(at=at)
    released = Resource.objects.released(at=at).filter(themes=theme)
    return ThemePage(
        theme=theme,
        aliases=[alias.name for alias in theme.aliases.all()],
        days=_days(theme),
        resources=[ResourceLine(resource) for resource in released[:MOST_RESOURCES]],
        resource_count=released.count(),
        coming=_days_of(coming[:MOST_COMING], NextDateLine, at=at),
        coming_count=coming.count(),
        past=_days_of(past[:MOST_PAST], SessionLine, at=at),
        past_count=past.count(),
    )


def read_themes(*, at: datetime) -> list[ThemeCard]:
    """Return every theme by its name, in three queries."""
    coming = dict(
        Session.objects.public()
        .upcoming(at=at)
        .filter(state=Session.State.PUBLISHED, topic__themes__isnull=False)
        .order_by()
        .values_list("topic__themes")
        .annotate(count=Count("pk"))
    )
    resources = dict(
        Resource.objects.released(at=at)
        .filter(themes__isnull=False)
        .order_by()
        .values_list("themes")
        .annotate(count=Count("pk"))
    )
    return [_card(theme, coming, resources) for theme in Theme.objects.all()]


def _card(theme: Theme, coming: Mapping[int, int], resources: Mapping[int, int]) -> ThemeCard:
    """Return a theme with its numbers."""
    return ThemeCard(theme, coming.get(theme.pk, 0), resources.get(theme.pk, 0))


def _days_of(sessions: SessionQuerySet, line: type[SessionLine], *, at: datetime) -> list[SessionDay]:
    """Return sessions under their days."""
    rows = list(sessions.with_programme())
    fetch_parts(rows)
    return by_day(line(session, at) for session in rows)


def _days(theme: Theme) -> list[ThemeDay]:
    """Return the days that took the theme up in weeks that everybody sees, the newest week first."""
    links = (
        DayTheme.objects.filter(theme=theme)
        .exclude(day__week__state="draft")
        .select_related("day__week")
        .order_by("-day__week__starts_on", "day__number")
    )
    return [
        ThemeDay(
            long_day(link.day.date),
            link.day.week.title,
            f"{link.day.week.get_absolute_url()}#{link.day.get_number_display().lower()}",
        )
        for link in links
    ]
