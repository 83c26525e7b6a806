"""The bank holidays of England; Wales has the same."""

from datetime import date
from functools import cache
from typing import Final

import holidays

# Until here the dates are those that GOV.UK has published. Later ones are reckoned: a day that is moved or added for
# one year, as in 2022 and 2023, is not among them. Raise it with the library, once it knows a further year's.
ANNOUNCED_UNTIL: Final = date(2027, 12, 31)


@cache
def _calendar() -> holidays.HolidayBase:
    """Return the holidays; the library fills in each year it is asked about."""
    return holidays.country_holidays("GB", subdiv="ENG")


def bank_holiday(day: date) -> str:
    """Return the name of the bank holiday on a day; empty on every other."""
    return str(_calendar().get(day) or "")


def are_announced(day: date) -> bool:
    """Say whether the bank holidays up to a day are announced; later ones may still be moved or added."""
    return day <= ANNOUNCED_UNTIL
