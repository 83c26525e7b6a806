"""The bank holidays of England; Wales has the same."""

from datetime import date
from functools import cache

import holidays


@cache
def _calendar() -> holidays.HolidayBase:
    """Return the holidays; the library fills in each year it is asked about."""
    return holidays.country_holidays("GB", subdiv="ENG")


def bank_holiday(day: date) -> str:
    """Return the name of the bank holiday on a day; empty on every other."""
    return str(_calendar().get(day) or "")
