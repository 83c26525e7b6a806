"""Times on the clock and the instants they mean."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from events.wall_time import LONDON, instant, move_days

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def code_of(action, *args):
    with pytest.raises(ValidationError) as refused:
        action(*args)
    return refused.value.code


@pytest.mark.parametrize("clock", [time(1, 0), time(1, 30), time(1, 59, 59)])
def test_time_is_refused_when_the_clocks_go_forward_over_it(clock):
    assert code_of(instant, SPRING, clock) == "nonexistent_time"


@pytest.mark.parametrize("clock", [time(1, 0), time(1, 30), time(1, 59, 59)])
def test_time_is_refused_when_it_comes_twice(clock):
    assert code_of(instant, AUTUMN, clock) == "ambiguous_time"


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (SPRING, time(0, 59), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (SPRING, time(2, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (AUTUMN, time(0, 59), datetime(2027, 10, 30, 23, 59, tzinfo=UTC)),
        (AUTUMN, time(2, 0), datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
        (date(2024, 6, 24), time(9, 0), datetime(2024, 6, 24, 8, 0, tzinfo=UTC)),
        (date(2024, 11, 25), time(9, 0), datetime(2024, 11, 25, 9, 0, tzinfo=UTC)),
    ],
)
def test_time_means_one_instant_when_the_clock_shows_it_once(day, clock, expected):
    assert instant(day, clock) == expected


def test_reason_names_time_day_and_zone():
    with pytest.raises(ValidationError) as refused:
        instant(SPRING, time(1, 30))
    assert refused.value.messages == [
        "01:30 on 28 March 2027 in Europe/London does not exist: the clocks go forward over it."
    ]


def test_time_is_read_by_the_zone_given():
    assert instant(SPRING, time(1, 30), ZoneInfo("Africa/Lagos")) == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)


def test_clock_stays_when_days_are_added_over_a_change_of_clocks():
    moved = move_days(datetime(2027, 6, 21, 8, 0, tzinfo=UTC), 182)
    assert moved == datetime(2027, 12, 20, 9, 0, tzinfo=UTC)
    assert moved.astimezone(LONDON).time() == time(9, 0)


def test_day_of_the_move_is_the_zones_own_when_midnight_has_passed_there():
    assert move_days(datetime(2027, 6, 20, 23, 30, tzinfo=UTC), -1) == datetime(2027, 6, 19, 23, 30, tzinfo=UTC)


def test_move_is_refused_when_the_clock_skips_the_time_that_day():
    assert code_of(move_days, datetime(2027, 3, 27, 1, 30, tzinfo=UTC), 1) == "nonexistent_time"
