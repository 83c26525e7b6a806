"""The five days of the next week as the front page shows them: what each is about, and how much there is."""

from collections import Counter
from dataclasses import dataclass

from events.models import PracticeWeek, Session
from events.week_page import Day, days_of


@dataclass(frozen=True)
class HomeDay:
    """A day of the next week, and how many sessions take place on it."""

    day: Day
    week: PracticeWeek
    count: int

    @property
    def name(self) -> str:
        """Return the day of the week."""
        return f"{self.day.date:%A}"

    @property
    def date(self) -> str:
        """Return the day and month, such as ``21 June``."""
        return f"{self.day.date.day} {self.day.date:%B}"

    @property
    def address(self) -> str:
        """Return the day's place on the week's page."""
        return f"{self.week.get_absolute_url()}#{self.day.anchor}"

    @property
    def about(self) -> str:
        """Return what the day is about, or that this is still to be confirmed."""
        return "To be confirmed" if self.day.is_open else self.day.own_title or ", ".join(map(str, self.day.themes))

    @property
    def sessions(self) -> str:
        """Return how many sessions there are, in words; empty where there is none yet."""
        return "" if not self.count else "1 session" if self.count == 1 else f"{self.count} sessions"


def read_days(week: PracticeWeek) -> list[HomeDay]:
    """Return Monday to Friday of a week, in two queries; a session counts on the day of its own clock."""
    takes_place = Session.objects.public().filter(week=week, state=Session.State.PUBLISHED).only("starts_at", "zone")
    counts = Counter(session.local_start.date() for session in takes_place)
    return [HomeDay(day, week, counts[day.date]) for day in days_of(week).values()]
