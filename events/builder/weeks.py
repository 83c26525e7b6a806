"""A week in the list of those that somebody organises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from events.checklist import Finding
from events.dates import moment_words
from events.models import PracticeWeek
from events.presenters import Tag, days_words, list_words

WEEK_STATES: Final = {
    PracticeWeek.State.DRAFT: Tag("Draft", "attention"),
    PracticeWeek.State.PUBLISHED: Tag("Published", "good"),
    PracticeWeek.State.ARCHIVED: Tag("Archived", "quiet"),
}


@dataclass(frozen=True)
class WeekRow:
    """A week in the organisers' list, read with its numbers and hosts."""

    week: PracticeWeek
    findings: Sequence[Finding]

    @property
    def state(self) -> Tag:
        """Return the week's state in words."""
        return WEEK_STATES[PracticeWeek.State(self.week.state)]

    @property
    def days(self) -> str:
        """Return the week's days in words."""
        return days_words(self.week.starts_on, self.week.ends_on)

    @property
    def hosts(self) -> str:
        """Return who hosts the week, the lead first."""
        return list_words([host.partnership.short_name for host in self.week.week_hosts.all()])

    @property
    def sessions(self) -> str:
        """Return how many sessions take place."""
        count: int = self.week.session_count  # type: ignore[attr-defined]  # added by `with_numbers`
        return "1 session" if count == 1 else f"{count} sessions"

    @property
    def places(self) -> str:
        """Return how many places are taken, of how many there are."""
        taken, capacity, free = self.week.taken, self.week.capacity, self.week.without_limit  # type: ignore[attr-defined]
        if not (taken or capacity or free):
            return ""
        if not free:
            return f"{taken} of {capacity} places taken"
        return f"{taken} {'place' if taken == 1 else 'places'} taken"

    @property
    def missing(self) -> Tag | None:
        """Return how much must be mended, else how much is worth a look; None where nothing is."""
        must = sum(one.must for one in self.findings)
        if must:
            return Tag(f"{must} to mend", "stop")
        return Tag(f"{len(self.findings)} worth a look", "quiet") if self.findings else None

    @property
    def is_public(self) -> bool:
        """Say whether there is a public page."""
        return self.week.state != PracticeWeek.State.DRAFT

    @property
    def publishes(self) -> str:
        """Return when it publishes itself; empty where it does not."""
        return moment_words(self.week.publish_at) if self.week.publish_at else ""
