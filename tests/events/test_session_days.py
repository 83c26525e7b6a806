"""Sessions under the days on which they start."""

from datetime import timedelta

from events.models import Session
from events.presenters import SessionLine
from events.session_days import by_day
from tests.factories import NOW, START


def line(starts_at, **details):
    """Return a session that is not stored."""
    return SessionLine(Session(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **details), NOW)


def test_sessions_when_of_two_days_then_stand_under_each_in_order():
    lines = [line(START), line(START + timedelta(hours=3)), line(START + timedelta(days=1))]

    assert [(day.words, day.lines) for day in by_day(lines)] == [
        ("Tuesday 22 June 2027", lines[:2]),
        ("Wednesday 23 June 2027", lines[2:]),
    ]


def test_session_when_its_clock_is_another_then_stands_under_the_day_of_that_clock():
    late = START.replace(hour=23, minute=30)

    assert [day.words for day in by_day([line(late, zone="UTC"), line(late)])] == [
        "Tuesday 22 June 2027",
        "Wednesday 23 June 2027",
    ]


def test_days_when_there_is_no_session_then_there_is_none():
    assert by_day([]) == []
