"""Everything one week's page shows, read in nine queries however many sessions there are; a filter may ask two more."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.db.models import F, Prefetch
from django.http import QueryDict
from django.urls import reverse

from events.bank_holidays import bank_holiday
from events.dates import long_day
from events.filters import SessionFilter, one_value
from events.models import PracticeWeek, Session, SessionHost, WeekDay
from events.models.session_part import fetch_parts
from events.presenters import SessionLine
from events.querysets import SessionQuerySet
from events.wall_time import LONDON
from events.week_partnerships import WeekView, partnerships_of, view_of
from events.week_reading import WHOLE_WEEK, Reading, readings_of

WEEKDAYS = range(1, 6)
FILTERS: Final = ("day", "format", "places", "theme", "time")


@dataclass(frozen=True)
class ThemeName:
    """A theme as a page names it."""

    slug: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass
class Day:
    """One day of a week: what it is for, what takes place, and what there is to read."""

    number: int
    date: date
    kind: str = WeekDay.Kind.TBC
    title: str = ""
    summary: str = ""
    themes: list[ThemeName] = field(default_factory=list)
    sessions: list[SessionLine] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)
    is_today: bool = False

    @property
    def anchor(self) -> str:
        """Return the day's place on the page."""
        return f"{self.date:%A}".lower()

    @property
    def words(self) -> str:
        """Return the day in words."""
        return long_day(self.date)

    @property
    def bank_holiday(self) -> str:
        """Return which bank holiday the day is; empty on every other."""
        return bank_holiday(self.date)

    @property
    def kind_words(self) -> str:
        """Return what the day is for; of a day still open, that it is."""
        return WeekDay.Kind(self.kind).label

    @property
    def own_title(self) -> str:
        """Return the title, unless it only repeats the themes."""
        repeats = self.title.casefold() == "; ".join(map(str, self.themes)).casefold()
        return "" if repeats else self.title

    @property
    def is_open(self) -> bool:
        """Say whether nothing has been settled about the day yet."""
        return self.kind == WeekDay.Kind.TBC or not (self.themes or self.title)


@dataclass(frozen=True)
class WeekPage:
    """A week in somebody's view, with the days and sessions that the filters keep.

    ``total`` counts the week's public sessions, whoever hosts them; ``themes`` are those that sessions are about.
    """

    week: PracticeWeek
    view: WeekView
    filters: SessionFilter
    all_days: list[Day]
    outside: list[SessionLine]
    reading: Reading
    themes: list[ThemeName]
    total: int

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything but the view narrows the sessions."""
        return any(name in FILTERS for name, _ in self.filters.pairs)

    @property
    def days(self) -> list[Day]:
        """Return the days to show: all five, or those on which a filter found something."""
        return [day for day in self.all_days if day.sessions or not self.is_narrowed]

    @property
    def lines(self) -> list[SessionLine]:
        """Return the sessions to show, those outside the five days last."""
        return [*(line for day in self.all_days for line in day.sessions), *self.outside]

    @property
    def has_illustrative(self) -> bool:
        """Say whether a session on the page is made up."""
        return any(line.session.is_illustrative for line in self.lines)

    @property
    def count(self) -> str:
        """Return in words how many sessions are shown, and of how many."""
        number = len(self.lines)
        noun = "session" if self.total == 1 else "sessions"
        if not (self.is_narrowed or self.view.shown):
            return f"{number} {noun}"
        hosts = f", hosted by {self.view.shown.short_name}" if self.view.shown else ""
        return f"{number} of {self.total} {noun}{hosts}"


@dataclass(frozen=True)
class DraftLine(SessionLine):
    """A session on the preview of a week; what the public cannot open leads back to the timetable."""

    @property
    def address(self) -> str:
        """Return the session's page, or its place in the timetable."""
        if self.session.state != Session.State.DRAFT and self.session.week.state != PracticeWeek.State.DRAFT:
            return super().address
        return f"{reverse('organise_week', args=[self.session.week.slug])}#session-{self.session.pk}"


def read_week(week: PracticeWeek, query: QueryDict, *, at: datetime, drafts: bool = False) -> WeekPage:
    """Return a week's page at an instant, in the view and narrowed by the filters of a query.

    It is as the public sees it, with ``drafts`` as it will. Other parameters of the query are passed over. Raises
    Http404, with a sentence, for a value that cannot be meant.
    """
    view = view_of(one_value(query, "partnership"), partnerships_of(week))
    filters = _filters(query, view)
    sessions = _sessions(week, drafts=drafts)
    lines, total = _lines(sessions, filters, at=at, line=DraftLine if drafts else SessionLine)
    days = days_of(week)
    outside: list[SessionLine] = []
    for line in lines:
        day = days.get(line.session.local_start.date())
        (day.sessions if day else outside).append(line)
    readings = readings_of(week, at=at)
    for day in days.values():
        day.reading = readings[day.number]
        day.is_today = day.date == at.astimezone(LONDON).date()
    return WeekPage(
        week=week,
        view=view,
        filters=filters,
        all_days=list(days.values()),
        outside=outside,
        reading=readings[WHOLE_WEEK],
        themes=_themes(sessions),
        total=total,
    )


def days_of(week: PracticeWeek) -> dict[date, Day]:
    """Return Monday to Friday with their themes in order, in one query; a day without a row is to be confirmed."""
    rows = (
        WeekDay.objects.filter(week=week)
        .order_by("number", "day_themes__position", "day_themes__pk")
        .values(
            "number",
            "kind",
            "title",
            "summary",
            theme=F("day_themes__theme__slug"),
            theme_name=F("day_themes__theme__name"),
        )
    )
    found: dict[int, list[Any]] = {
        number: list(group) for number, group in groupby(rows, key=lambda row: row["number"])
    }
    days = {}
    for number in WEEKDAYS:
        day = Day(number, week.starts_on + timedelta(days=number - 1))
        if number in found:
            first = found[number][0]
            day.kind, day.title, day.summary = first["kind"], first["title"], first["summary"]
            day.themes = [ThemeName(row["theme"], row["theme_name"]) for row in found[number] if row["theme"]]
        days[day.date] = day
    return days


def _filters(query: QueryDict, view: WeekView) -> SessionFilter:
    """Return the filters that the page knows, and the partnership of its view as one of them."""
    known = QueryDict(mutable=True)
    for name in FILTERS:
        known.setlist(name, query.getlist(name))
    if view.shown:
        known["partnership"] = view.shown.slug
    return SessionFilter(known)


def _sessions(week: PracticeWeek, *, drafts: bool) -> SessionQuerySet:
    """Return the sessions that the public sees of a week, with ``drafts`` all of them."""
    sessions = Session.objects.select_related("week") if drafts else Session.objects.public()
    found: SessionQuerySet = sessions.filter(week=week)
    return found


def _lines(
    found: SessionQuerySet, filters: SessionFilter, *, at: datetime, line: type[SessionLine]
) -> tuple[list[SessionLine], int]:
    """Return the sessions that the filters keep, in order of time, and how many there are.

    Each has all its sittings, whatever is kept of them. Two queries, and one more for each of partnership and theme,
    and for further dates.
    """
    hosts = Prefetch("session_hosts", queryset=SessionHost.objects.select_related("partnership"))
    sessions: list[Any] = list(
        filters.mark(found, at=at)
        .select_related("topic", "venue", "room")
        .prefetch_related(hosts)
        .order_by("starts_at", "code")
    )
    fetch_parts(sessions)
    sittings: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        sittings[session.topic_id].append(session)
    kept = [line(session, at, sittings[session.topic_id]) for session in sessions if session.is_kept]
    return kept, len(sessions)


def _themes(sessions: SessionQuerySet) -> list[ThemeName]:
    """Return the themes of sessions by name, in one query."""
    rows = sessions.filter(topic__themes__isnull=False).order_by("topic__themes__name")
    return [ThemeName(*row) for row in rows.values_list("topic__themes__slug", "topic__themes__name").distinct()]
