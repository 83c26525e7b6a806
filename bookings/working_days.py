"""Deadlines in working days: Monday to Friday without the bank holidays of England and Wales."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.bank_holidays import bank_holiday
from events.wall_time import instant


def is_working_day(day: date) -> bool:
    """Say whether offices work on a day."""
    return day.isoweekday() <= 5 and not bank_holiday(day)


def working_days_before(day: date, count: int) -> date:
    """Return the day that lies ``count`` working days before another, which itself is not counted."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def free_until(starts_at: datetime, zone: ZoneInfo, working_days: int) -> datetime:
    """Return the last minute in which cancelling is in time: 23:59 on the session's clock, some working days before."""
    return instant(working_days_before(starts_at.astimezone(zone).date(), working_days), time(23, 59), zone)
