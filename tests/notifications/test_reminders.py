"""What a start calls for, and when."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bookings.working_days import free_until, is_working_day
from events.wall_time import LONDON, instant
from notifications.reminders import reminders

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def london(year, month, day, hour=9, minute=0):
    return instant(date(year, month, day), time(hour, minute))


def due(starts_at, at=LONG_AGO):
    return {r.kind.value: r.due_at for r in reminders(starts_at, LONDON, at=at)}


def test_a_wednesday_session_is_reminded_of_on_working_mornings_and_an_hour_before():
    start = london(2027, 6, 23, 13, 30)
    assert due(start) == {
        "reminder_10_days": london(2027, 6, 11),  # the Friday: ten days before is a Sunday
        "reminder_1_day": london(2027, 6, 22),
        "reminder_1_hour": london(2027, 6, 23, 12, 30),
    }


def test_a_monday_session_is_reminded_of_on_friday():
    assert due(london(2027, 6, 21, 8, 30))["reminder_1_day"] == london(2027, 6, 18)


def test_after_easter_the_reminder_goes_before_the_holidays():
    assert due(london(2026, 4, 7, 10))["reminder_1_day"] == london(2026, 4, 2)


def test_reminders_are_due_at_nine_on_the_clock_on_both_sides_of_a_change():
    start = london(2026, 10, 26, 14)  # the Monday after the clocks went back
    found = due(start)
    assert found["reminder_1_day"] == datetime(2026, 10, 23, 8, 0, tzinfo=UTC)
    assert found["reminder_10_days"] == datetime(2026, 10, 16, 8, 0, tzinfo=UTC)
    assert found["reminder_1_hour"] == datetime(2026, 10, 26, 13, 0, tzinfo=UTC)


def test_who_books_late_is_not_reminded_of_what_is_past():
    start = london(2027, 6, 23, 13, 30)
    assert set(due(start, at=london(2027, 6, 15))) == {"reminder_1_day", "reminder_1_hour"}
    assert set(due(start, at=start - timedelta(minutes=61))) == {"reminder_1_hour"}
    assert due(start, at=start - timedelta(minutes=60)) == {}


def test_each_reminder_is_worthless_once_the_next_is_due():
    start = london(2027, 6, 23, 13, 30)
    found = reminders(start, LONDON, at=LONG_AGO)
    assert [r.expires_at for r in found] == [found[1].due_at, found[2].due_at, start - timedelta(minutes=30)]


@given(day=st.dates(date(2026, 1, 1), date(2028, 12, 31)), hour=st.integers(7, 20))
def test_the_first_reminder_comes_on_a_working_day_before_the_free_deadline(day, hour):
    start = instant(day, time(hour))
    first, second, third = reminders(start, LONDON, at=LONG_AGO)
    assert is_working_day(first.due_at.astimezone(LONDON).date())
    assert first.due_at < free_until(start, LONDON, 3)
    assert first.due_at < second.due_at < third.due_at < start
