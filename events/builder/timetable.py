"""A week as a timetable to work on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet

from events.builder.cards import Card
from events.builder.weeks import WEEK_STATES
from events.checking import check_weeks, planned
from events.checklist import Finding
from events.models import PracticeWeek, Session, SessionHost
from events.presenters import Tag, days_words
from events.week_page import Day, days_of


@dataclass
class Hour:
    """The sessions of a day that start within an hour."""

    number: int
    cards: list[Card] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Return the hour as a clock shows it."""
        return f"{self.number:02}:00"


@dataclass
class Column:
    """A day of the timetable."""

    day: Day
    hours: list[Hour]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing takes place."""
        return not any(hour.cards for hour in self.hours)


@dataclass(frozen=True)
class Builder:
    """A week with its timetable; ``outside`` are the sessions on other days."""

    week: PracticeWeek
    columns: list[Column]
    outside: list[Card]
    findings: list[Finding]

    @property
    def hours(self) -> list[Hour]:
        """Return the hours of the timetable's side."""
        return self.columns[0].hours

    @property
    def state(self) -> Tag:
        """Return the week's state in words."""
        return WEEK_STATES[PracticeWeek.State(self.week.state)]

    @property
    def days(self) -> str:
        """Return the week's days in words."""
        return days_words(self.week.starts_on, self.week.ends_on)

    @property
    def is_public(self) -> bool:
        """Say whether there is a public page."""
        return self.week.state != PracticeWeek.State.DRAFT

    @property
    def must_count(self) -> int:
        """Return how much must be mended."""
        return sum(finding.must for finding in self.findings)

    @property
    def look_count(self) -> int:
        """Return how much is worth a look."""
        return len(self.findings) - self.must_count

    @property
    def cards(self) -> list[Card]:
        """Return all sessions, day by day."""
        return [card for column in self.columns for hour in column.hours for card in hour.cards] + self.outside


def read_builder(week: PracticeWeek, own: QuerySet[Session], *, at: datetime) -> Builder:
    """Return a week's timetable, in eight queries however many sessions there are; ``own`` may be worked on."""
    hosts = Prefetch("session_hosts", queryset=SessionHost.objects.select_related("partnership"))
    sessions = planned(Session.objects.filter(week=week).prefetch_related(hosts))
    findings = check_weeks([week], sessions, at=at)[week.pk]
    mine = {*own.filter(week=week).order_by().values_list("pk", flat=True)}
    by_session: dict[int | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_session[finding.session].append(finding)
    is_public = week.state != PracticeWeek.State.DRAFT
    cards = [Card(one, by_session[one.pk], one.pk in mine, is_public) for one in sessions]
    return Builder(week, *_timetable(week, cards), findings)


def _timetable(week: PracticeWeek, cards: Sequence[Card]) -> tuple[list[Column], list[Card]]:
    """Return the days with their sessions by the hour, and the sessions on other days."""
    days = days_of(week)
    inside = [card for card in cards if card.session.local_start.date() in days]
    starts = [card.session.local_start.hour for card in inside] or [9]
    hours = range(min(*starts, 9), max(*starts, 16) + 1)
    columns = {one: Column(day, [Hour(number) for number in hours]) for one, day in days.items()}
    for card in inside:
        start = card.session.local_start
        columns[start.date()].hours[start.hour - hours.start].cards.append(card)
    return list(columns.values()), [card for card in cards if card not in inside]


def day_choices(week: PracticeWeek, *others: date) -> list[tuple[str, str]]:
    """Return Monday to Friday, and any other day that is needed, as a list to choose from."""
    days = sorted({*(week.starts_on + timedelta(days=number) for number in range(5)), *others})
    return [(day.isoformat(), f"{day:%A} {day.day} {day:%B}") for day in days]
