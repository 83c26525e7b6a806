"""The bank holidays of England by name."""

from datetime import date

import pytest

from events.bank_holidays import bank_holiday


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 5, 31), "Spring Bank Holiday"),
        (date(2027, 12, 28), "Boxing Day (observed)"),
        (date(2027, 6, 1), ""),
        (date(2027, 8, 2), ""),  # only in Scotland
    ],
)
def test_day_when_asked_then_says_which_bank_holiday_it_is(day, name):
    assert bank_holiday(day) == name
