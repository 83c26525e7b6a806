"""What narrows a list of sessions: one meaning for the pages, the feeds and the API."""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.text import slugify

from events.models import PracticeWeek, Session, SessionHost, SessionTopic, Theme, ThemeAlias
from events.querysets import SessionQuerySet
from events.wall_time import LONDON
from people.models import Partnership
from people.text import CONTROL_OR_BREAK

MANY: Final = ("partnership", "theme")
ONE: Final = ("format", "from", "places", "q", "to", "week")
NAMES: Final = frozenset({*MANY, *ONE})

MOST_VALUES: Final = 20
MOST_CHARACTERS: Final = 200
MOST_WORDS: Final = 10
YEARS: Final = range(2000, 2100)

SLUG = re.compile(r"[-\w]{1,80}\Z", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class SessionFilter:
    """The filters of a query: ``partnership``, ``week``, ``theme``, ``format``, ``from``, ``to``, ``places``, ``q``.

    ``partnership`` and ``theme`` may be given several times, and any one of them is enough; different filters
    must all hold. ``from`` and ``to`` are days in London, both included, on which a session starts. ``places=1``
    keeps the sessions with a place that nobody waits for. ``q`` wants every word in the title, the summary or
    the name of a theme. An empty value is no filter.

    ``others`` are the other parameters that the address knows; None ignores whatever else is there. Raises
    Http404 for a parameter that is not known, for one that is given twice and for a value that cannot be meant.
    Reads no database: whether a partnership, week or theme is there shows when the filter is applied.
    """

    def __init__(self, query: QueryDict, *, others: Collection[str] | None = None) -> None:
        if others is not None and (unknown := set(query) - NAMES - set(others)):
            raise Http404(f"There is no filter called {min(unknown)[:80]}.")
        self.partnerships = _slugs(query, "partnership")
        self.themes = _slugs(query, "theme")
        self.week = _one(query, "week")
        if self.week and not SLUG.match(self.week):
            raise Http404("There is no such week.")
        self.format = _one(query, "format")
        if self.format and self.format not in Session.Format.values:
            raise Http404(f"A format is one of {', '.join(Session.Format.values)}.")
        self.first_day = _day(query, "from")
        self.last_day = _day(query, "to")
        self.has_places = _one(query, "places") == "1"
        if _one(query, "places") and not self.has_places:
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
            "format": self.format,
            "from": self.first_day.isoformat() if self.first_day else "",
            "places": "1" if self.has_places else "",
            "q": self.q,
            "to": self.last_day.isoformat() if self.last_day else "",
            "week": self.week,
        }
        many = [("partnership", slug) for slug in self.partnerships] + [("theme", slug) for slug in self.themes]
        return sorted([*many, *((name, value) for name, value in single.items() if value)])

    @property
    def query(self) -> str:
        """Return the filters as the canonical query of an address: sorted, encoded, empty when there are none."""
        return urlencode(self.pairs)

    def apply(self, sessions: SessionQuerySet) -> SessionQuerySet:
        """Narrow sessions; none comes twice. Raises Http404 for a partnership, week or theme that is not there."""
        if self.partnerships:
            hosts = SessionHost.objects.filter(session=OuterRef("pk"), partnership__in=_partnerships(self.partnerships))
            sessions = sessions.filter(Exists(hosts))
        if self.week:
            sessions = sessions.filter(week=_week(self.week))
        if self.themes:
            sessions = sessions.filter(Exists(_topic_themes().filter(theme__in=_themes(self.themes))))
        if self.format:
            sessions = sessions.filter(format=self.format)
        if self.first_day:
            sessions = sessions.filter(starts_at__gte=midnight(self.first_day))
        if self.last_day:
            sessions = sessions.filter(starts_at__lt=midnight(self.last_day + timedelta(days=1)))
        if self.has_places:
            free = Q(capacity__isnull=True) | Q(waiting=0, places_taken__lt=F("capacity"))
            sessions = sessions.filter(free, state=Session.State.PUBLISHED)
        for word in self.words:
            sessions = sessions.filter(_mentions(word))
        return sessions


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in London; clocks never change at that hour."""
    return datetime.combine(day, time(), LONDON)


def _one(query: QueryDict, name: str) -> str:
    """Return the value of a parameter that stands once, "" where it does not stand."""
    values = {value.strip() for value in query.getlist(name)} - {""}
    if len(values) > 1:
        raise Http404(f"Give {name} once.")
    return values.pop() if values else ""


def _slugs(query: QueryDict, name: str) -> tuple[str, ...]:
    """Return the values of a parameter that may stand several times, sorted, each once."""
    values = {value.strip() for value in query.getlist(name)} - {""}
    if len(values) > MOST_VALUES or not all(SLUG.match(value) for value in values):
        raise Http404(f"There is no such {name}.")
    return tuple(sorted(values))


def _day(query: QueryDict, name: str) -> date | None:
    """Return a date written as 2027-06-21."""
    if not (value := _one(query, name)):
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
    text = _one(query, "q")
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
