"""What narrows a list, each thing in words and with the address that leaves it out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from events.dates import long_day
from events.filters import SessionFilter, TimeOfDay
from events.forms import ResourceFilterForm
from events.models import PracticeWeek, Session, Theme
from people.models import Partnership

Pairs = Sequence[tuple[str, str]]
WORDS_OF: Final[Mapping[str, Callable[[str], str]]] = {
    "day": str.capitalize,
    "format": lambda value: Session.Format(value).label,
    "from": lambda value: f"From {long_day(date.fromisoformat(value))}",
    "places": lambda _: "With places left",
    "q": lambda value: f"“{value}”",
    "time": lambda value: TimeOfDay(value).label,
    "to": lambda value: f"Until {long_day(date.fromisoformat(value))}",
}


@dataclass(frozen=True)
class Chip:
    """One filter that is set, and the query of the same list without it."""

    words: str
    query: str


def session_chips(filters: SessionFilter, *, kept: Pairs = ()) -> list[Chip]:
    """Return what narrows a list of sessions; one query for each kind of name that must be looked up.

    ``kept`` stays in the address of every list without one of them.
    """
    names = {
        "partnership": dict(Partnership.objects.filter(slug__in=filters.partnerships).values_list("slug", "short_name"))
        if filters.partnerships
        else {},
        "theme": dict(Theme.objects.filter(slug__in=filters.themes).values_list("slug", "name"))
        if filters.themes
        else {},
        "week": dict(PracticeWeek.objects.public().filter(slug=filters.week).values_list("slug", "title"))
        if filters.week
        else {},
    }
    return _chips(filters.pairs, [_words(name, value, names.get(name, {})) for name, value in filters.pairs], kept)


def resource_chips(form: ResourceFilterForm) -> list[Chip]:
    """Return what narrows the library; the form is checked."""
    return _chips(form.pairs, [form.words_of(name) for name, _ in form.pairs])


def _chips(pairs: Pairs, words: Sequence[str], kept: Pairs = ()) -> list[Chip]:
    """Return each pair's words with the query of all the others."""
    return [Chip(text, urlencode([*pairs[:at], *pairs[at + 1 :], *kept])) for at, text in enumerate(words)]


def _words(name: str, value: str, names: dict[str, str]) -> str:
    """Return one filter of sessions in words."""
    return WORDS_OF[name](value) if name in WORDS_OF else names.get(value, value)
