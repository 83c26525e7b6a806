"""Which sessions the list shows: those to come first of all, the past ones beside them by their number."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlencode

from events.filters import SessionFilter
from events.models import PracticeWeek, Session
from events.querysets import SessionQuerySet
from events.wall_time import LONDON


class Shown(StrEnum):
    """Which of the sessions that the filters keep a list shows."""

    COMING = "coming"
    PAST = "past"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class SessionList:
    """The sessions of a list, in its order, and how many others there are: past ones, or those to come.

    ``past_week`` is the week that the filters name where it is over. Then, as where they name a day before today,
    they ask for the past in so many words: the list is of all sessions by their time, and has no others.
    """

    wanted: SessionFilter
    shown: Shown
    sessions: SessionQuerySet
    others: int = 0
    past_week: PracticeWeek | None = None

    @property
    def is_past(self) -> bool:
        """Say whether the list is of past sessions alone."""
        return self.shown == Shown.PAST

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what an address says beside the filters to come back to this list."""
        return [("past", "1")] if self.is_past else []

    @property
    def query(self) -> str:
        """Return the query of this list."""
        return urlencode([*self.wanted.pairs, *self.kept])

    @property
    def query_of_others(self) -> str:
        """Return the query of the list of the others, with the same filters."""
        return self.wanted.query if self.is_past else urlencode([*self.wanted.pairs, ("past", "1")])

    @property
    def others_words(self) -> str:
        """Return the words that lead to the others: ``See 12 past sessions``; empty where there is none."""
        if not self.others:
            return ""
        fit = f" that {'fits' if self.others == 1 else 'fit'} these filters" if self.wanted else ""
        return f"See {count_words(self.others, Shown.COMING if self.is_past else Shown.PAST)}{fit}"


def list_sessions(wanted: SessionFilter, *, past: bool, at: datetime) -> SessionList:
    """Return the list of an instant: with ``past`` what is over, the newest first, else what is to come.

    Raises Http404 for a partnership, week or theme that is not there.
    """
    found = wanted.apply(Session.objects.public(), at=at)
    coming, over = found.upcoming(at=at), found.held(at=at)
    if past:
        return SessionList(wanted=wanted, shown=Shown.PAST, sessions=over, others=coming.count())
    today = at.astimezone(LONDON).date()
    week = _past_week(wanted, today)
    if week or any(day and day < today for day in (wanted.first_day, wanted.last_day)):
        in_order = found.order_by("starts_at", "code")
        return SessionList(wanted=wanted, shown=Shown.ALL, sessions=in_order, past_week=week)
    return SessionList(wanted=wanted, shown=Shown.COMING, sessions=coming, others=over.count())


def count_words(number: int, shown: Shown) -> str:
    """Return how many sessions a list has, such as ``1 session to come``."""
    noun = "session" if number == 1 else "sessions"
    match shown:
        case Shown.COMING:
            return f"{number or 'No'} {noun} to come"
        case Shown.PAST:
            return f"{number or 'No'} past {noun}"
        case Shown.ALL:
            return f"{number} {noun}" if number else "No sessions found"


def _past_week(wanted: SessionFilter, today: date) -> PracticeWeek | None:
    """Return the week that the filters name, if it is over; no query where they name none."""
    week: PracticeWeek | None = PracticeWeek.objects.public().filter(slug=wanted.week).first() if wanted.week else None
    return week if week and week.ends_on < today else None
