"""Deadlines in working days; the vectors are those of the partnerships' policies."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.working_days import free_until, is_working_day, working_days_before
from events.wall_time import LONDON

VECTORS = [
    (date(2023, 10, 9), {2: date(2023, 10, 5), 3: date(2023, 10, 4), 5: date(2023, 10, 2), 10: date(2023, 9, 25)}),
    (date(2023, 10, 13), {2: date(2023, 10, 11), 3: date(2023, 10, 10), 5: date(2023, 10, 6), 10: date(2023, 9, 29)}),
    (date(2024, 5, 28), {2: date(2024, 5, 23), 3: date(2024, 5, 22), 5: date(2024, 5, 20), 10: date(2024, 5, 13)}),
    (date(2024, 6, 24), {2: date(2024, 6, 20), 3: date(2024, 6, 19), 5: date(2024, 6, 17), 10: date(2024, 6, 10)}),
    (date(2024, 6, 26), {2: date(2024, 6, 24), 3: date(2024, 6, 21), 5: date(2024, 6, 19), 10: date(2024, 6, 12)}),
    (date(2024, 12, 27), {2: date(2024, 12, 23), 3: date(2024, 12, 20), 5: date(2024, 12, 18), 10: date(2024, 12, 11)}),
    (date(2025, 1, 2), {2: date(2024, 12, 30), 3: date(2024, 12, 27), 5: date(2024, 12, 23), 10: date(2024, 12, 16)}),
    (date(2026, 4, 7), {2: date(2026, 4, 1), 3: date(2026, 3, 31), 5: date(2026, 3, 27), 10: date(2026, 3, 20)}),
    (date(2026, 5, 26), {2: date(2026, 5, 21), 3: date(2026, 5, 20), 5: date(2026, 5, 18), 10: date(2026, 5, 11)}),
    (date(2026, 12, 29), {2: date(2026, 12, 23), 3: date(2026, 12, 22), 5: date(2026, 12, 18), 10: date(2026, 12, 11)}),
    (date(2027, 1, 4), {2: date(2026, 12, 30), 3: date(2026, 12, 29), 5: date(2026, 12, 23), 10: date(2026, 12, 16)}),
]


@pytest.mark.parametrize(
    ("day", "count", "expected"), [(day, n, want) for day, row in VECTORS for n, want in row.items()]
)
def test_working_days_before_agrees_with_the_policy_vectors(day, count, expected):
    assert working_days_before(day, count) == expected


@given(day=st.dates(date(2023, 1, 1), date(2028, 12, 31)), count=st.integers(1, 20))
def test_the_day_found_is_a_working_day_with_the_right_number_between(day, count):
    found = working_days_before(day, count)
    between = [date.fromordinal(n) for n in range(found.toordinal(), day.toordinal())]
    assert is_working_day(found)
    assert sum(map(is_working_day, between)) == count


def test_free_until_is_the_last_minute_of_the_day_on_the_session_clock():
    start = datetime(2024, 6, 26, 8, 0, tzinfo=UTC)
    assert free_until(start, LONDON, 3) == datetime(2024, 6, 21, 22, 59, tzinfo=UTC)
    winter = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert free_until(winter, LONDON, 3) == datetime(2026, 12, 29, 23, 59, tzinfo=UTC)
