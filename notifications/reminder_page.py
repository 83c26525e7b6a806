"""Rules for reminders in words: what they would mean for one session."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bookings.policy import Policy
from bookings.reminder_rules import ReminderRule
from bookings.working_days import free_until
from events.dates import moment_words
from events.models import Session
from events.wall_time import LONDON
from notifications.afterwards import thanks_at
from notifications.reminders import after_end, due_after, due_at, reminders

EXAMPLE_AHEAD: Final = timedelta(weeks=8)
EXAMPLE_LENGTH: Final = timedelta(minutes=90)


@dataclass(frozen=True)
class Example:
    """The session that a preview speaks of: one that there is, or an ordinary one."""

    title: str
    starts_at: datetime
    over_at: datetime
    zone: ZoneInfo = LONDON

    @classmethod
    def of(cls, session: Session) -> "Example":
        """Return the example that a session is."""
        return cls(session.title, session.starts_at, session.over_at, session.tzinfo)

    @property
    def when(self) -> str:
        """Return when it starts."""
        return moment_words(self.starts_at, self.zone)


def ordinary(*, at: datetime) -> Example:
    """Return a session that there is not: a Tuesday some weeks ahead, at ten."""
    day = (at + EXAMPLE_AHEAD).astimezone(LONDON)
    start = (day - timedelta(days=day.isoweekday() - 2)).replace(hour=10, minute=0, second=0, microsecond=0)
    return Example("an ordinary session", start, start + EXAMPLE_LENGTH)


@dataclass(frozen=True)
class PreviewLine:
    """A rule, when its reminder would go, and why it would not; one after the end goes to those who came."""

    rule: str
    when: str
    why_not: str
    is_after: bool


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
NEVER_AFTER: Final = "does nothing: the thanks or another are due at that time or later, or the questions are closed"


def preview(example: Example, policy: Policy, *, at: datetime) -> Preview:
    """Return what the rules of a policy would mean for a session, as seen from an instant."""
    zone = example.zone
    sent = _sent(example, policy)
    due = sorted(_due(example, policy), key=lambda pair: pair[0])
    lines = [
        PreviewLine(rule.words, moment_words(moment, zone), _why_not(rule, moment, sent, at=at), rule.is_after)
        for moment, rule in due
    ]
    free = free_until(example.starts_at, zone, policy.cancel_working_days, policy.closed_days)
    in_time = any(moment <= free for moment, rule in due if rule.code in sent)
    return Preview(example, lines, moment_words(free, zone), in_time)


def _due(example: Example, policy: Policy) -> Iterator[tuple[datetime, ReminderRule]]:
    """Yield every rule with when it falls due."""
    for rule in policy.reminder_rules:
        yield due_at(rule, example.starts_at, example.zone, policy), rule
    for rule in policy.question_rules:
        yield due_after(rule, example.over_at, example.zone, policy), rule


def _sent(example: Example, policy: Policy) -> set[str]:
    """Return the codes of the rules that remind of anything; the register is taken to be closed in time."""
    thanks = thanks_at(example.over_at, example.zone, policy)
    before = reminders(example.starts_at, example.zone, policy, at=None)
    after = [one for one in after_end(example.over_at, example.zone, policy, at=None) if one.due_at > thanks]
    return {one.rule.code for one in [*before, *after]}


def _why_not(rule: ReminderRule, moment: datetime, sent: set[str], *, at: datetime) -> str:
    """Return why a rule's reminder would not go; empty where it would."""
    if rule.code not in sent:
        return NEVER_AFTER if rule.is_after else NEVER
    return PAST if moment <= at else ""
