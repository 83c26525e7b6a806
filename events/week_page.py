"""Everything one week's page shows, read in six queries however many sessions there are, and one for the week."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import F, FilteredRelation, Prefetch, Q
from django.urls import reverse

from events.dates import long_day
from events.models import KeyMessage, PracticeWeek, Resource, Session, SessionHost, WeekDay
from events.presenters import SessionLine, list_words
from people.models import Partnership

WEEKDAYS = range(1, 6)


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


@dataclass
class Day:
    """One day of a week: what it is for, and what takes place."""

    number: int
    date: date
    kind: str = WeekDay.Kind.TBC
    title: str = ""
    summary: str = ""
    themes: list[str] = field(default_factory=list)
    sessions: list[SessionLine] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Return the day's place on the page."""
        return f"{self.date:%A}".lower()

    @property
    def words(self) -> str:
        """Return the day in words."""
        return long_day(self.date)

    @property
    def kind_words(self) -> str:
        """Return what the day is for; of a day still open, that it is."""
        return WeekDay.Kind(self.kind).label

    @property
    def own_title(self) -> str:
        """Return the title, unless it only repeats the themes."""
        repeats = self.title.casefold() == "; ".join(self.themes).casefold()
        return "" if repeats else self.title

    @property
    def is_open(self) -> bool:
        """Say whether nothing has been settled about the day yet."""
        return self.kind == WeekDay.Kind.TBC or not (self.themes or self.title)


@dataclass(frozen=True)
class WeekPage:
    """A week with its hosts, days, sessions, resources and key messages."""

    week: PracticeWeek
    partnerships: list[WeekPartnership]
    days: list[Day]
    outside: list[SessionLine]
    resources: list[Resource]
    key_messages: list[KeyMessage]

    @property
    def hosts(self) -> str:
        """Return who hosts the week, the lead first."""
        return list_words([one.name for one in self.partnerships if one.hosts])

    @property
    def has_illustrative(self) -> bool:
        """Say whether a session on the page is made up."""
        lines = [*self.outside, *(line for day in self.days for line in day.sessions)]
        return any(line.session.is_illustrative for line in lines)

    @property
    def session_count(self) -> int:
        """Return how many sessions the page lists."""
        return len(self.outside) + sum(len(day.sessions) for day in self.days)


@dataclass(frozen=True)
class DraftLine(SessionLine):
    """A session on the preview of a week; what the public cannot open leads back to the timetable."""

    @property
    def address(self) -> str:
        """Return the session's page, or its place in the timetable."""
        if self.session.state != Session.State.DRAFT and self.session.week.state != PracticeWeek.State.DRAFT:
            return super().address
        return f"{reverse('organise_week', args=[self.session.week.slug])}#session-{self.session.pk}"


def read_week(week: PracticeWeek, *, at: datetime, drafts: bool = False) -> WeekPage:
    """Return a week's page as the public sees it at an instant; with ``drafts``, as it will."""
    days = days_of(week)
    outside: list[SessionLine] = []
    for line in _lines(week, at=at, drafts=drafts):
        day = days.get(line.session.local_start.date())
        (day.sessions if day else outside).append(line)
    # A copy keeps pointing at what there is to read: resources stand in the library once.
    resources = Resource.objects.released(at=at).filter(week__in=[pk for pk in (week.pk, week.copied_from_id) if pk])
    messages = KeyMessage.objects.released(at=at).filter(week=week)
    return WeekPage(week, _partnerships(week), list(days.values()), outside, list(resources), list(messages))


def days_of(week: PracticeWeek) -> dict[date, Day]:
    """Return Monday to Friday with their themes in order, in one query; a day without a row is to be confirmed."""
    rows = (
        WeekDay.objects.filter(week=week)
        .order_by("number", "day_themes__position", "day_themes__pk")
        .values("number", "kind", "title", "summary", theme=F("day_themes__theme__name"))
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
            day.themes = [row["theme"] for row in found[number] if row["theme"]]
        days[day.date] = day
    return days


def _lines(week: PracticeWeek, *, at: datetime, drafts: bool = False) -> list[SessionLine]:
    """Return the week's public sessions, with ``drafts`` all, in order of time with their sittings, in two queries."""
    hosts = Prefetch("session_hosts", queryset=SessionHost.objects.select_related("partnership"))
    sessions = list(
        (Session.objects.select_related("week") if drafts else Session.objects.public())
        .filter(week=week)
        .select_related("venue")
        .prefetch_related(hosts)
        .order_by("starts_at", "code")
    )
    sittings: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        sittings[session.topic_id].append(session)
    line = DraftLine if drafts else SessionLine
    return [line(session, at, sittings[session.topic_id]) for session in sessions]


def _partnerships(week: PracticeWeek) -> list[WeekPartnership]:
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
