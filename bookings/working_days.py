"""Deadlines in working days: Monday to Friday without the bank holidays of England and Wales, and without closures."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from events.bank_holidays import bank_holiday
from events.wall_time import instant

OPENS: Final = time(9, 0)
CLOSES: Final = time(17, 0)


def is_working_day(day: date, closed: Collection[date] = ()) -> bool:
    """Say whether offices work on a day; ``closed`` are days on which they do not, beside the holidays."""
    return day.isoweekday() <= 5 and day not in closed and not bank_holiday(day)


def working_days_before(day: date, count: int, closed: Collection[date] = ()) -> date:
    """Return the day that lies ``count`` working days before another, which itself is not counted."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day, closed)
    return day


def working_days_after(day: date, count: int, closed: Collection[date] = ()) -> date:
    """Return the day that lies ``count`` working days after another, which itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, closed)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie between two days, neither of them counted."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days))
    return sum(map(is_working_day, days))


def free_until(starts_at: datetime, zone: ZoneInfo, working_days: int, closed: Collection[date] = ()) -> datetime:
    """Return the last minute in which cancelling is in time: 23:59 on the session's clock, some working days before."""
    day = working_days_before(starts_at.astimezone(zone).date(), working_days, closed)
    return instant(day, time(23, 59), zone)


def after_working_hours(at: datetime, hours: int, zone: ZoneInfo, closed: Collection[date] = ()) -> datetime:
    """Return when so many working hours have passed since an instant: 09:00 to 17:00 on a zone's clock."""
    left, day = timedelta(hours=hours), at.astimezone(zone).date()
    while True:
        if is_working_day(day, closed):
            opens, closes = instant(day, OPENS, zone), instant(day, CLOSES, zone)
            begins = max(at, opens)
            if begins + left <= closes:
                return begins + left
            left -= max(closes - begins, timedelta(0))
        day += timedelta(days=1)
