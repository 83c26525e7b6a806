"""A session in the week builder's timetable: its words, what is missing on it, and where it can go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from events.checklist import Finding
from events.models import Session
from events.presenters import Tag, length_words, list_words

STATES: Final = {
    Session.State.DRAFT: Tag("Draft", "attention"),
    Session.State.PUBLISHED: Tag("Published", "good"),
    Session.State.CANCELLED: Tag("Cancelled", "stop"),
}
QUARTER: Final = timedelta(minutes=15)
STEPS: Final = {
    "previous": ("To the day before", "←"),
    "next": ("To the day after", "→"),
    "earlier": ("15 minutes earlier", "↑"),
    "later": ("15 minutes later", "↓"),
}


@dataclass(frozen=True)
class Step:
    """A small move, in words and as a sign."""

    name: str
    words: str
    sign: str


def steps_of(session: Session) -> list[Step]:
    """Return the small moves there are: no day before Monday, none after Friday."""
    first, day = session.week.starts_on, session.local_start.date()
    gone = {
        name for name, is_there in (("previous", day > first), ("next", day < session.week.ends_on)) if not is_there
    }
    return [Step(name, *words) for name, words in STEPS.items() if name not in gone]


@dataclass(frozen=True)
class Card:
    """A session in the timetable; ``is_own`` says whether whoever looks may work on it."""

    session: Session
    findings: Sequence[Finding]
    is_own: bool
    week_is_public: bool

    @property
    def anchor(self) -> str:
        """Return the session's place on the page."""
        return f"session-{self.session.pk}"

    @property
    def times(self) -> str:
        """Return start and end on the session's clock."""
        return f"{self.session.local_start:%H:%M} to {self.session.local_end:%H:%M}"

    @property
    def length(self) -> str:
        """Return how long it takes."""
        return length_words(self.session.length)

    @property
    def state(self) -> Tag:
        """Return its state in words."""
        return STATES[Session.State(self.session.state)]

    @property
    def places(self) -> str:
        """Return how many places are taken, of how many there are."""
        if not self.session.booking_required:
            return "No booking"
        taken, capacity = self.session.places_taken, self.session.capacity
        return f"{taken} booked, no limit" if capacity is None else f"{taken} of {capacity} places"

    @property
    def where(self) -> str:
        """Return how people take part, and where."""
        return " · ".join(filter(None, [self.session.get_format_display(), str(self.session.venue or "")]))

    @property
    def hosts(self) -> str:
        """Return who hosts it, the lead first."""
        return list_words([host.partnership.short_name for host in self.session.session_hosts.all()])

    @property
    def is_draft(self) -> bool:
        """Say whether it can be worked on here."""
        return self.session.state == Session.State.DRAFT

    @property
    def must(self) -> list[Finding]:
        """Return what must be mended."""
        return [finding for finding in self.findings if finding.must]

    @property
    def look(self) -> list[Finding]:
        """Return what is worth a look."""
        return [finding for finding in self.findings if not finding.must]

    @property
    def look_words(self) -> str:
        """Return how much is worth a look."""
        return "1 thing to look at" if len(self.look) == 1 else f"{len(self.look)} things to look at"

    @property
    def steps(self) -> list[Step]:
        """Return the small moves there are."""
        return steps_of(self.session)

    @property
    def starts(self) -> str:
        """Return the start as a form takes it."""
        return f"{self.session.local_start:%H:%M}"

    @property
    def may_publish(self) -> bool:
        """Say whether it can be published by itself: a draft of a week that the public sees."""
        return self.is_draft and self.week_is_public
