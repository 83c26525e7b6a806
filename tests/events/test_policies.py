"""What may happen to a session: facts and an instant, no database."""

from datetime import timedelta

import pytest

from events import policies
from events.models import PracticeWeek, Session, Venue
from tests.factories import START

BEFORE, AFTER = START - timedelta(seconds=1), START + timedelta(seconds=1)
HOUR = timedelta(hours=1)


def session(state="published", *, week_state="published", **fields):
    return Session(week=PracticeWeek(state=week_state), state=state, starts_at=START, **{"format": "online"} | fields)


def code(refusal):
    return refusal and refusal.code


@pytest.mark.parametrize(
    ("state", "week_state", "expected"),
    [
        ("draft", "published", None),
        ("published", "published", None),
        ("draft", "archived", None),
        ("draft", "draft", "session_not_publishable"),
        ("cancelled", "published", "session_not_publishable"),
    ],
)
def test_session_is_publishable_when_it_takes_place_and_its_week_is_public(state, week_state, expected):
    assert code(policies.why_not_publish(session(state, week_state=week_state))) == expected


@pytest.mark.parametrize("form", ["in_person", "hybrid"])
def test_session_is_publishable_in_person_when_it_has_a_venue(form):
    refusal = policies.why_not_publish(session("draft", format=form))
    assert refusal
    assert refusal.sentence == "Name the venue before you publish this session."
    assert policies.why_not_publish(session("draft", format=form, venue=Venue(pk=1))) is None


@pytest.mark.parametrize(
    ("state", "at", "expected"),
    [
        ("published", BEFORE, None),
        ("published", START, "session_not_movable"),
        ("published", AFTER, "session_not_movable"),
        ("draft", AFTER, None),
        ("cancelled", BEFORE, "session_not_movable"),
    ],
)
def test_session_is_movable_until_it_begins(state, at, expected):
    assert code(policies.why_not_change(session(state), starts_at=AFTER + HOUR, at=at)) == expected


@pytest.mark.parametrize(("state", "expected"), [("published", "session_not_movable"), ("draft", None)])
def test_session_that_people_know_of_is_not_moved_into_the_past(state, expected):
    assert code(policies.why_not_change(session(state), starts_at=BEFORE, at=BEFORE)) == expected


@pytest.mark.parametrize(("at", "expected"), [(BEFORE, None), (START, "session_not_cancellable")])
def test_session_is_cancellable_until_it_begins(at, expected):
    assert code(policies.why_not_cancel(session(), at=at)) == expected


@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_draft_is_not_cancellable_and_the_refusal_says_what_to_do(at):
    refusal = policies.why_not_cancel(session("draft"), at=at)
    assert refusal
    assert (refusal.code, refusal.sentence) == (
        "session_not_cancellable",
        "A draft was never announced: delete it instead.",
    )


@pytest.mark.parametrize(
    ("capacity", "expected"), [(None, None), (3, None), (2, None), (1, "capacity_too_small"), (0, "capacity_too_small")]
)
def test_session_holds_no_fewer_than_have_places(capacity, expected):
    assert code(policies.why_not_hold(session(places_taken=2), capacity)) == expected


def test_refusal_says_its_docstring_when_no_sentence_is_given():
    refusal = policies.why_not_cancel(session(), at=START)
    assert refusal
    assert str(refusal) == "This session cannot be cancelled, because it has begun."
