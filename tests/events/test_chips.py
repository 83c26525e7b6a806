"""What narrows a list, each thing in words and with the way to leave it out."""

import pytest
from django.http import QueryDict

from events.chips import session_chips
from events.filters import SessionFilter
from tests.factories import PartnershipFactory, ThemeFactory, WeekFactory

pytestmark = pytest.mark.django_db


def chips(query):
    """Return the words and the remaining query of each chip."""
    return [(chip.words, chip.query) for chip in session_chips(SessionFilter(QueryDict(query)))]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("format=in_person", "In person"),
        ("from=2027-06-22", "From Tuesday 22 June 2027"),
        ("to=2027-06-22", "Until Tuesday 22 June 2027"),
        ("places=1", "With places left"),
        ("day=friday", "Friday"),
        ("time=evening", "Evening (from 17:00)"),
        ("q=two++words", "“two words”"),
        ("week=2027-06-learning-from-reviews", "Learning from Reviews"),
        ("theme=professional-curiosity", "Professional curiosity"),
        ("partnership=hampshire", "Hampshire"),
        ("theme=curiosity-by-another-name", "curiosity-by-another-name"),
    ],
)
def test_filter_when_set_then_is_named_in_words(query, words):
    WeekFactory()
    ThemeFactory()

    assert chips(query) == [(words, "")]


def test_filters_when_there_are_several_then_each_leaves_the_others():
    PartnershipFactory()
    for slug in ("neglect", "thresholds"):
        ThemeFactory(slug=slug)

    assert chips("theme=neglect&theme=thresholds&q=a%26b") == [
        ("“a&b”", "theme=neglect&theme=thresholds"),
        ("Neglect", "q=a%26b&theme=thresholds"),
        ("Thresholds", "q=a%26b&theme=neglect"),
    ]


def test_filters_when_none_is_set_then_nothing_is_asked_of_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert chips("page=2") == []


def test_week_when_it_is_a_draft_then_its_title_is_not_told():
    WeekFactory(title="Secret", state="draft")

    assert chips("week=2027-06-learning-from-reviews") == [("2027-06-learning-from-reviews", "")]
