"""The words of weeks and sessions."""

from datetime import date, timedelta

import pytest

from events.models import Session
from events.presenters import days_words, length_words, list_words, places_tag
from tests.factories import NOW, START


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2024, 6, 24), date(2024, 6, 28), "Monday 24 to Friday 28 June 2024"),
        (date(2024, 9, 30), date(2024, 10, 4), "Monday 30 September to Friday 4 October 2024"),
        (date(2029, 12, 31), date(2030, 1, 4), "Monday 31 December 2029 to Friday 4 January 2030"),
    ],
)
def test_days_when_in_one_month_two_or_two_years_then_name_what_differs(first, last, words):
    assert days_words(first, last) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (90, "1 hour 30 minutes"), (121, "2 hours 1 minute")],
)
def test_length_when_in_minutes_then_is_in_words(minutes, words):
    assert length_words(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("names", "words"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (list("ABC"), "A, B and C")]
)
def test_list_when_of_some_names_then_reads_as_a_sentence(names, words):
    assert list_words(names) == words


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({}, "2 places left"),
        ({"places_taken": 1}, "1 place left"),
        ({"places_taken": 2}, "Full, waiting list open"),
        ({"places_taken": 1, "waiting": 1}, "Full, waiting list open"),
        ({"places_taken": 2, "has_waiting_list": False}, "Full"),
        ({"capacity": None}, "Places available"),
        ({"booking_required": False}, "No booking needed"),
        ({"booking_opens_at": NOW + timedelta(hours=1)}, "Booking opens Tuesday 4 May 2027 at 11:00"),
        ({"booking_opens_at": NOW}, "2 places left"),
        ({"booking_closes_at": NOW}, "Booking closed"),
        ({"state": "cancelled"}, "Cancelled"),
        ({"starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}, "On now"),
        ({"starts_at": NOW - timedelta(hours=1), "ends_at": NOW}, "Finished"),
    ],
)
def test_places_when_a_session_is_in_a_state_then_are_told_in_words(details, words):
    values = {"starts_at": START, "ends_at": START + timedelta(hours=1), "capacity": 2, "state": "published", **details}

    assert places_tag(Session(**values), at=NOW).words == words
