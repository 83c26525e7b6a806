"""Rules for reminders in words: what they would mean for one session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bookings.policy import Policy
from bookings.working_days import free_until
from events.dates import moment_words
from events.wall_time import LONDON
from notifications.reminders import due_at, reminders

EXAMPLE_AHEAD: Final = timedelta(weeks=8)


@dataclass(frozen=True)
class Example:
    """The session that a preview speaks of: one that there is, or an ordinary one."""

    title: str
    starts_at: datetime
    zone: ZoneInfo = LONDON

    @property
    def when(self) -> str:
        """Return when it starts."""
        return moment_words(self.starts_at, self.zone)


def ordinary(*, at: datetime) -> Example:
    """Return a session that there is not: a Tuesday some weeks ahead, at ten."""
    day = (at + EXAMPLE_AHEAD).astimezone(LONDON)
    start = (day - timedelta(days=day.isoweekday() - 2)).replace(hour=10, minute=0, second=0, microsecond=0)
    return Example("an ordinary session", start)


@dataclass(frozen=True)
class PreviewLine:
    """A rule, when its reminder would go, and why it would not."""

    rule: str
    when: str
    why_not: str


@dataclass(frozen=True)
class Preview:
    """What rules would mean for a session, in the order of time."""

    example: Example
    lines: list[PreviewLine]
    free_until: str
    is_warned_in_time: bool

    @property
    def past(self) -> list[str]:
        """Return the rules that do nothing any more."""
        return [line.rule for line in self.lines if line.why_not == PAST]


PAST: Final = "is past, so it does nothing"
NEVER: Final = "does nothing: another is due at that time, or the session is about to start"


def preview(example: Example, policy: Policy, *, at: datetime) -> Preview:
    """Return what the rules of a policy would mean for a session, as seen from an instant."""
    zone, starts_at = example.zone, example.starts_at
    sent = {one.rule.code for one in reminders(starts_at, zone, policy, at=None)}
    due = sorted(
        ((due_at(rule, starts_at, zone, policy), rule) for rule in policy.reminder_rules), key=lambda pair: pair[0]
    )
    lines = [
        PreviewLine(
            rule.words,
            moment_words(moment, zone),
            NEVER if rule.code not in sent else PAST if moment <= at else "",
        )
        for moment, rule in due
    ]
    free = free_until(starts_at, zone, policy.cancel_working_days, policy.closed_days)
    in_time = any(moment <= free for moment, rule in due if rule.code in sent)
    return Preview(example, lines, moment_words(free, zone), in_time)
