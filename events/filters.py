"""What narrows a list of sessions: one meaning for the pages, the feeds and the API."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, TextChoices, Value
from django.http import Http404, QueryDict
from django.utils.text import slugify

from events.models import PracticeWeek, Session, SessionHost, SessionPart, SessionTopic, Theme, ThemeAlias
from events.models.session_part import not_over
from events.querysets import SessionQuerySet
from events.wall_time import LONDON, LocalTime, LocalWeekday
from people.models import Partnership
from people.text import CONTROL_OR_BREAK

MANY: Final = ("partnership", "theme")
ONE: Final = ("day", "format", "from", "places", "q", "time", "to", "week")
NAMES: Final = frozenset({*MANY, *ONE})

MOST_VALUES: Final = 20
MOST_CHARACTERS: Final = 200
MOST_WORDS: Final = 10
YEARS: Final = range(2000, 2100)
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")

SLUG = re.compile(r"[-\w]{1,80}\Z", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class TimeOfDay(TextChoices):
    """When in the day a session starts, with the hours as people are told them; the last hour is no longer part."""

    BEFORE_SCHOOL = "before_school", "Before school (before 09:00)"
    LUNCHTIME = "lunchtime", "Lunchtime (11:30 to 14:00)"
    EVENING = "evening", "Evening (from 17:00)"

    @property
    def hours(self) -> Q:
        """Return the condition on the local start that the words describe."""
        match self:
            case TimeOfDay.BEFORE_SCHOOL:
                return Q(local_start__lt=time(9))
            case TimeOfDay.LUNCHTIME:
                return Q(local_start__gte=time(11, 30), local_start__lt=time(14))
            case TimeOfDay.EVENING:
                return Q(local_start__gte=time(17))


class SessionFilter:
    """The filters of a query.

    They are ``partnership``, ``week``, ``theme``, ``format``, ``day``, ``time``, ``from``, ``to``, ``places``, ``q``.

    ``partnership`` and ``theme`` may be given several times, and any one of them is enough; different filters
    must all hold. ``day``, Monday to Friday, and ``time``, one of `TimeOfDay`, are about the start on the session's
    own clock. ``from`` and ``to`` are days in London, both included; one of a session's dates starts within them.
    ``places=1`` keeps the sessions that are not over, with a place that nobody waits for; where there are places for
    each way to take part, that is said of all of them together, so that a session is left out while anybody waits for
    the other way. ``q`` wants every word in the title, the summary or the name of a theme. An empty value is no filter.

    ``others`` are the other parameters that the address knows; None ignores whatever else is there. Raises
    Http404 for a parameter that is not known, for one that is given twice and for a value that cannot be meant.
    Reads no database: whether a partnership, week or theme is there shows when the filter is applied.
    """

    def __init__(self, query: QueryDict, *, others: Collection[str] | None = None) -> None:
        if others is not None and (unknown := set(query) - NAMES - set(others)):
            raise Http404(f"There is no filter called {min(unknown)[:80]}.")
        self.partnerships = _slugs(query, "partnership")
        self.themes = _slugs(query, "theme")
        self.week = one_value(query, "week")
        if self.week and not SLUG.match(self.week):
            raise Http404("There is no such week.")
        self.format = _choice(query, "format", Session.Format.values)
        self.day = _choice(query, "day", DAYS)
        self.time = _choice(query, "time", TimeOfDay.values)
        self.first_day = _day(query, "from")
        self.last_day = _day(query, "to")
        self.has_places = one_value(query, "places") == "1"
        if one_value(query, "places") and not self.has_places:
            raise Http404("Write places=1 for the sessions that have places, or leave it out.")
        self.words = _words(query)

    def __bool__(self) -> bool:
        """Say whether anything is narrowed."""
        return bool(self.pairs)

    @property
    def q(self) -> str:
        """Return the words looked for, as one text."""
        return " ".join(self.words)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values in the one order that the same filters always have."""
        single = {
            "day": self.day,
            "format": self.format,
            "from": self.first_day.isoformat() if self.first_day else "",
            "places": "1" if self.has_places else "",
            "q": self.q,
            "time": self.time,
            "to": self.last_day.isoformat() if self.last_day else "",
            "week": self.week,
        }
        many = [("partnership", slug) for slug in self.partnerships] + [("theme", slug) for slug in self.themes]
        return sorted([*many, *((name, value) for name, value in single.items() if value)])

    @property
    def query(self) -> str:
        """Return the filters as the canonical query of an address: sorted, encoded, empty when there are none."""
        return urlencode(self.pairs)

    def apply(self, sessions: SessionQuerySet, *, at: datetime) -> SessionQuerySet:
        """Narrow sessions to those kept at an instant; none comes twice.

        Raises Http404 for a partnership, week or theme that is not there.
        """
        return self._on_their_clocks(sessions).filter(self._condition(at))

    def mark(self, sessions: SessionQuerySet, *, at: datetime) -> SessionQuerySet:
        """Say of each session, as ``is_kept``, whether `apply` would keep it; raises as `apply` does."""
        condition = ExpressionWrapper(self._condition(at) or Value(value=True), output_field=BooleanField())
        marked: SessionQuerySet = self._on_their_clocks(sessions).annotate(is_kept=condition)
        return marked

    def _on_their_clocks(self, sessions: SessionQuerySet) -> SessionQuerySet:
        """Name the local start's time and weekday for the condition, where it asks for them."""
        if self.time:
            sessions = sessions.alias(local_start=LocalTime("starts_at", "zone"))
        if self.day:
            sessions = sessions.alias(local_weekday=LocalWeekday("starts_at", "zone"))
        return sessions

    def _condition(self, at: datetime) -> Q:
        """Return what a session must be, all filters together; asks which partnerships, weeks and themes are meant."""
        wanted = self._on_subject() & self._on_clock() & self._on_days()
        if self.format:
            wanted &= Q(format=self.format)
        if self.has_places:
            wanted &= has_places(at=at)
        for word in self.words:
            wanted &= _mentions(word)
        return wanted

    def _on_subject(self) -> Q:
        """Return the condition on hosts, week and themes, each looked up by its slug."""
        wanted = Q()
        if self.partnerships:
            hosts = SessionHost.objects.filter(session=OuterRef("pk"), partnership__in=_partnerships(self.partnerships))
            wanted &= Q(Exists(hosts))
        if self.week:
            wanted &= Q(week=_week(self.week))
        if self.themes:
            wanted &= Q(Exists(_topic_themes().filter(theme__in=_themes(self.themes))))
        return wanted

    def _on_clock(self) -> Q:
        """Return the condition on the start by the session's own clock."""
        wanted = Q()
        if self.day:
            wanted &= Q(local_weekday=DAYS.index(self.day) + 1)
        if self.time:
            wanted &= TimeOfDay(self.time).hours
        return wanted

    def _on_days(self) -> Q:
        """Return the condition that a date, the first or a later one, starts within London's days."""
        within = Q()
        if self.first_day:
            within &= Q(starts_at__gte=midnight(self.first_day))
        if self.last_day:
            within &= Q(starts_at__lt=midnight(self.last_day + timedelta(days=1)))
        if not within:
            return within
        later = SessionPart.objects.filter(within, session=OuterRef("pk"))
        return within | Q(Exists(later), last_ends_at__isnull=False)


def has_places(*, at: datetime) -> Q:
    """Return the condition that a session has a place that nobody waits for, and is not over at an instant."""
    has_one = Q(capacity__isnull=True) | Q(waiting=0, places_taken__lt=F("capacity"))
    return not_over(at=at) & has_one & Q(state=Session.State.PUBLISHED)


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in London; clocks never change at that hour."""
    return datetime.combine(day, time(), LONDON)


def one_value(query: QueryDict, name: str) -> str:
    """Return the value of a parameter that stands once, "" where it does not stand; raises Http404 for two values."""
    values = {value.strip() for value in query.getlist(name)} - {""}
    if len(values) > 1:
        raise Http404(f"Give {name} once.")
    return values.pop() if values else ""


def _choice(query: QueryDict, name: str, known: Sequence[str]) -> str:
    """Return the value of a parameter that is one of a few, "" where it does not stand."""
    value = one_value(query, name)
    if value and value not in known:
        raise Http404(f"A {name} is one of {', '.join(known)}.")
    return value


def _slugs(query: QueryDict, name: str) -> tuple[str, ...]:
    """Return the values of a parameter that may stand several times, sorted, each once."""
    values = {value.strip() for value in query.getlist(name)} - {""}
    if len(values) > MOST_VALUES or not all(SLUG.match(value) for value in values):
        raise Http404(f"There is no such {name}.")
    return tuple(sorted(values))


def _day(query: QueryDict, name: str) -> date | None:
    """Return a date written as 2027-06-21."""
    if not (value := one_value(query, name)):
        return None
    try:
        day = date.fromisoformat(value) if DATE.match(value) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Http404(f"Write {name} as year, month and day, such as 2027-06-21.")
    return day


def _words(query: QueryDict) -> tuple[str, ...]:
    """Return the words looked for, each once, in the order given; how they are compared is the database's affair."""
    text = one_value(query, "q")
    words = tuple(dict.fromkeys(text.split()))
    if len(text) > MOST_CHARACTERS or len(words) > MOST_WORDS or CONTROL_OR_BREAK.search(text):
        raise Http404(f"Search for at most {MOST_WORDS} words, without line breaks.")
    return words


def _partnerships(slugs: Iterable[str]) -> list[int]:
    """Return the ids of partnerships; raises Http404 unless all are there."""
    found = dict(Partnership.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    return [_of(found, slug, "partnership") for slug in slugs]


def _week(slug: str) -> int:
    """Return the id of a week that the public may see; raises Http404."""
    found = dict(PracticeWeek.objects.public().filter(slug=slug).values_list("slug", "pk"))
    return _of(found, slug, "week")


def _themes(slugs: Iterable[str]) -> list[int]:
    """Return the ids of themes, each by its slug or by another name it has; raises Http404 unless all are there."""
    found = dict(Theme.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    if not set(slugs) <= found.keys():
        aliases = ThemeAlias.objects.values_list("name", "theme_id")
        found = {slugify(name): theme for name, theme in aliases} | found
    return [_of(found, slug, "theme") for slug in slugs]


def _of(found: dict[str, int], slug: str, name: str) -> int:
    """Return what a slug stands for; raises Http404 that names it."""
    if slug not in found:
        raise Http404(f"There is no {name} called {slug}.")
    return found[slug]


def _topic_themes() -> QuerySet[Any]:
    """Return the links from a session's topic to its themes, to be asked about from a query of sessions."""
    return SessionTopic.themes.through.objects.filter(sessiontopic=OuterRef("topic"))


def _mentions(word: str) -> Q:
    """Return the condition that a word stands in a session's title or summary, or names one of its themes."""
    named = Q(theme__name__icontains=word) | Q(
        Exists(ThemeAlias.objects.filter(theme=OuterRef("theme"), name__icontains=word))
    )
    return (
        Q(title__icontains=word)
        | Q(topic__title__icontains=word)
        | Q(topic__summary__icontains=word)
        | Q(Exists(_topic_themes().filter(named)))
    )
