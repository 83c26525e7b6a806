"""Which reminders a start calls for, and when each falls due and becomes worthless."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bookings.working_days import is_working_day, working_days_before
from events.wall_time import instant
from notifications.kinds import REMINDER_EXPIRES_BEFORE_START, Kind

MORNING: Final = time(9, 0)
EARLY: Final = timedelta(days=10)
LATE: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Reminder:
    """A reminder's two instants: not before the one, not from the other on."""

    kind: Kind
    due_at: datetime
    expires_at: datetime


def reminders(starts_at: datetime, zone: ZoneInfo, *, at: datetime) -> list[Reminder]:
    """Return the reminders of a start that lie ahead of an instant, the earliest first.

    Ten days and one working day before, each at 09:00 on the session's clock, and one hour before. The first
    waits for no weekend or bank holiday: it goes out on the working day before, so that it always comes ahead
    of the free-cancelling deadline. Each is worthless once the next falls due, the last 30 minutes before the
    start. Somebody who books late gets none that is past.
    """
    day = starts_at.astimezone(zone).date()
    early = day - EARLY
    if not is_working_day(early):
        early = working_days_before(early, 1)
    due = [
        (Kind.REMINDER_10_DAYS, instant(early, MORNING, zone)),
        (Kind.REMINDER_1_DAY, instant(working_days_before(day, 1), MORNING, zone)),
        (Kind.REMINDER_1_HOUR, starts_at - LATE),
    ]
    ends = [due[1][1], due[2][1], starts_at - REMINDER_EXPIRES_BEFORE_START]
    return [Reminder(kind, due_at, end) for (kind, due_at), end in zip(due, ends, strict=True) if due_at > at]
