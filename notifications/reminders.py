"""Which reminders a start calls for, and when each falls due and becomes worthless."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bookings.policy import Policy
from bookings.reminder_rules import ReminderRule
from bookings.working_days import is_working_day, working_days_before
from notifications.kinds import REMINDER_EXPIRES_BEFORE_START, Kind

BEFORE_QUIET: Final = timedelta(hours=1)


class JoiningRule(ReminderRule):
    """When the joining instructions are sent; there is one, however many days before it is."""

    @property
    def code(self) -> str:
        """Return the rule's short name."""
        return "join"


@dataclass(frozen=True)
class Reminder:
    """A reminder's two instants: not before the one, not from the other on."""

    rule: ReminderRule
    due_at: datetime
    expires_at: datetime

    @property
    def kind(self) -> Kind:
        """Return what it is sent as: shortly before the start it waits behind nothing."""
        if isinstance(self.rule, JoiningRule):
            return Kind.JOINING
        return Kind.REMINDER_SOON if self.rule.is_soon else Kind.REMINDER


def reminders(starts_at: datetime, zone: ZoneInfo, policy: Policy, *, at: datetime | None) -> list[Reminder]:
    """Return the reminders of a start that lie ahead of an instant, the earliest first; with None all of them.

    Days before that are no working day, and hours that are quiet, are avoided by coming earlier, so that what asks
    for an answer before a deadline never comes after it. Each is worthless once the next falls due, the last 30
    minutes before the start; of several that fall due at once there is one. Who books late gets none that is past.
    """
    last = starts_at - REMINDER_EXPIRES_BEFORE_START
    due: dict[datetime, ReminderRule] = {}
    for rule in policy.reminder_rules:
        moment = due_at(rule, starts_at, zone, policy)
        if moment < last:
            due.setdefault(moment, rule)
    moments = sorted(due)
    ends = [*moments[1:], last]  # one longer where there is none at all
    found = [Reminder(due[moment], moment, end) for moment, end in zip(moments, ends, strict=False)]
    return [one for one in found if at is None or one.due_at > at]


def joining(starts_at: datetime, zone: ZoneInfo, policy: Policy, *, at: datetime | None) -> list[Reminder]:
    """Return when the joining instructions of a start are due, if that lies ahead of an instant; with None anyway."""
    moment = due_at(JoiningRule(policy.joining_instructions_days, "day"), starts_at, zone, policy)
    last = starts_at - REMINDER_EXPIRES_BEFORE_START
    is_ahead = moment < last and (at is None or moment > at)
    return [Reminder(JoiningRule(policy.joining_instructions_days, "day"), moment, last)] if is_ahead else []


def due_at(rule: ReminderRule, starts_at: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """Return when a rule's reminder falls due, in UTC.

    Hours are counted as they pass, days and their hour on the session's clock: on the nights when clocks change
    an hour that comes twice is the first of them, and one that never comes is the hour after.
    """
    if rule.unit == "hour":
        moment = starts_at - timedelta(hours=rule.count)
    else:
        day = _day_of(rule, starts_at.astimezone(zone).date(), policy.closed_days)
        moment = on_clock(day, rule.clock, zone)
    return moment.astimezone(UTC) if rule.is_soon else _not_quiet(moment, zone, policy)


def _day_of(rule: ReminderRule, start: date, closed: Collection[date]) -> date:
    """Return the day of a rule that counts in days; on the day of the session itself people come, whatever it is."""
    if rule.unit == "working day":
        return working_days_before(start, rule.count, closed)
    day = start - timedelta(days=rule.count)
    return day if rule.count == 0 or is_working_day(day, closed) else working_days_before(day, 1, closed)


def _not_quiet(moment: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """Return the moment itself, or where it is quiet then an hour before the quiet began; in UTC."""
    begins, ends = time(policy.quiet_from_hour), time(policy.quiet_until_hour)
    local = moment.astimezone(zone)
    clock = local.time()
    is_overnight = begins > ends
    is_quiet = (clock >= begins or clock < ends) if is_overnight else begins <= clock < ends
    if not is_quiet:
        return moment.astimezone(UTC)
    day = local.date() - timedelta(days=1) if is_overnight and clock < ends else local.date()
    return on_clock(day, begins, zone) - BEFORE_QUIET


def on_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return a time of day in UTC; where it comes twice the first, where it never comes the hour after."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
