"""Deadlines in working days: Monday to Friday without the bank holidays of England and Wales."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from events.wall_time import instant


@cache
def _bank_holidays() -> holidays.HolidayBase:
    """Return the holidays of England; Wales has the same. The library fills in each year it is asked about."""
    return holidays.country_holidays("GB", subdiv="ENG")


def is_working_day(day: date) -> bool:
    """Say whether offices work on a day."""
    return day.isoweekday() <= 5 and day not in _bank_holidays()


def working_days_before(day: date, count: int) -> date:
    """Return the day that lies ``count`` working days before another, which itself is not counted."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def free_until(starts_at: datetime, zone: ZoneInfo, working_days: int) -> datetime:
    """Return the last minute in which cancelling is in time: 23:59 on the session's clock, some working days before."""
    return instant(working_days_before(starts_at.astimezone(zone).date(), working_days), time(23, 59), zone)
