"""Which reminders a start calls for, and when each falls due and becomes worthless."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bookings.afterwards import months_after
from bookings.policy import Policy
from bookings.reminder_rules import ReminderRule
from bookings.working_days import is_working_day, working_days_after, working_days_before
from notifications.kinds import REMINDER_EXPIRES_BEFORE_START, Kind

BEFORE_QUIET: Final = timedelta(hours=1)
WORTH_SAYING: Final = timedelta(days=14)


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
        if self.rule.is_after:
            return Kind.QUESTIONS_REMINDER
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


def after_end(ends_at: datetime, zone: ZoneInfo, policy: Policy, *, at: datetime | None) -> list[Reminder]:
    """Return the reminders of the questions after an end that lie ahead of an instant, the earliest first.

    With None all of them. What is no working day or quiet is avoided by coming later, and what would come before the
    end does not come. Each is worthless once the next falls due, the last two weeks later; of several that fall due
    at once there is one, and none once the questions are closed.
    """
    closes_at = months_after(ends_at, policy.keep_answers_months)
    due: dict[datetime, ReminderRule] = {}
    for rule in policy.question_rules:
        moment = due_after(rule, ends_at, zone, policy)
        if ends_at < moment < closes_at:
            due.setdefault(moment, rule)
    moments = sorted(due)
    ends = [*moments[1:], *(min(moment + WORTH_SAYING, closes_at) for moment in moments[-1:])]
    found = [Reminder(due[moment], moment, end) for moment, end in zip(moments, ends, strict=True)]
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
        moment = starts_at.astimezone(UTC) - timedelta(hours=rule.count)
    else:
        day = _day_of(rule, starts_at.astimezone(zone).date(), policy.closed_days)
        moment = on_clock(day, rule.clock, zone)
    return moment.astimezone(UTC) if rule.is_soon else _not_quiet(moment, zone, policy)


def due_after(rule: ReminderRule, ends_at: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """Return when a rule's reminder of the questions falls due, in UTC.

    Hours are counted as they pass, days from the session's last, and their hour is of the session's clock; on the
    nights when clocks change it is as before a start.
    """
    if rule.unit == "hour":
        moment = ends_at.astimezone(UTC) + timedelta(hours=rule.count)
    else:
        moment = on_clock(_day_after(rule, ends_at.astimezone(zone).date(), policy.closed_days), rule.clock, zone)
    return _past_quiet(moment, zone, policy)


def _day_after(rule: ReminderRule, last: date, closed: Collection[date]) -> date:
    """Return the day of a rule that counts in days after a session's last, which itself is as good as a working day."""
    if rule.unit == "working day":
        return working_days_after(last, rule.count, closed)
    day = last + timedelta(days=rule.count)
    return day if rule.count == 0 else _working_day_from(day, closed)


def _working_day_from(day: date, closed: Collection[date]) -> date:
    """Return a day, or where it is no working day the next that is."""
    return day if is_working_day(day, closed) else working_days_after(day, 1, closed)


def _day_of(rule: ReminderRule, start: date, closed: Collection[date]) -> date:
    """Return the day of a rule that counts in days; on the day of the session itself people come, whatever it is."""
    if rule.unit == "working day":
        return working_days_before(start, rule.count, closed)
    day = start - timedelta(days=rule.count)
    return day if rule.count == 0 or is_working_day(day, closed) else working_days_before(day, 1, closed)


def _not_quiet(moment: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """Return the moment itself, or where it is quiet then an hour before the quiet began; in UTC."""
    begins, ends = _quiet(policy)
    local = moment.astimezone(zone)
    if not _is_quiet(local.time(), policy):
        return moment.astimezone(UTC)
    day = local.date() - timedelta(days=1) if begins > ends and local.time() < ends else local.date()
    return on_clock(day, begins, zone) - BEFORE_QUIET


def _past_quiet(moment: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """Return the moment itself, or where it is quiet then when the quiet has ended, on a working day; in UTC."""
    begins, ends = _quiet(policy)
    local = moment.astimezone(zone)
    if not _is_quiet(local.time(), policy):
        return moment.astimezone(UTC)
    day = local.date() + timedelta(days=1) if begins > ends and local.time() >= begins else local.date()
    return on_clock(_working_day_from(day, policy.closed_days), ends, zone)


def _quiet(policy: Policy) -> tuple[time, time]:
    """Return from when and until when it is quiet."""
    return time(policy.quiet_from_hour), time(policy.quiet_until_hour)


def _is_quiet(clock: time, policy: Policy) -> bool:
    """Say whether it is quiet at a time of day."""
    begins, ends = _quiet(policy)
    return (clock >= begins or clock < ends) if begins > ends else begins <= clock < ends


def on_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return a time of day in UTC; where it comes twice the first, where it never comes the hour after."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
