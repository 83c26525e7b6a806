"""What may happen to a session: facts and an instant, no database."""

from datetime import date, timedelta

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


@pytest.mark.parametrize(
    ("state", "expected"), [("draft", None), ("published", "session_not_draft"), ("cancelled", "session_not_draft")]
)
def test_session_is_planned_freely_while_it_is_a_draft(state, expected):
    assert code(policies.why_not_edit(session(state))) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 6, 21), None),
        (date(2027, 6, 22), "unusable_start"),
        (date(1999, 12, 27), "unusable_start"),
        (date(2000, 1, 3), None),
        (date(2100, 1, 4), "unusable_start"),
    ],
)
def test_week_starts_on_a_monday_of_a_year_that_calendars_carry(day, expected):
    assert code(policies.why_not_start(day)) == expected


@pytest.mark.parametrize(
    ("state", "hour", "expected"),
    [
        ("draft", AFTER, None),
        ("draft", START, "week_not_schedulable"),
        ("published", AFTER, "week_not_schedulable"),
        ("published", None, None),
    ],
)
def test_week_waits_for_an_hour_while_it_is_a_draft_and_the_hour_lies_ahead(state, hour, expected):
    assert code(policies.why_not_schedule(PracticeWeek(state=state), hour, at=START)) == expected


OWN, OTHER, THIRD = 1, 2, 3


@pytest.mark.parametrize(
    ("before", "wanted", "expected"),
    [
        ({}, {OWN: True}, None),
        ({}, {OWN: False, OTHER: True}, None),
        ({OWN: True}, {OWN: False, OTHER: True}, None),
        ({OWN: True, OTHER: False}, {OWN: False, OTHER: True}, None),
        ({}, {}, "unusable_hosts"),
        ({}, {OWN: False}, "unusable_hosts"),
        ({}, {OWN: True, OTHER: True}, "unusable_hosts"),
        ({}, {OTHER: True}, "unusable_hosts"),
        ({OWN: True, OTHER: False}, {OWN: True}, "unusable_hosts"),
        ({OWN: False, OTHER: True}, {OWN: True, OTHER: False}, "unusable_hosts"),
        ({OWN: False, OTHER: True, THIRD: False}, {OWN: False, OTHER: True}, "unusable_hosts"),
    ],
)
def test_hosts_have_one_lead_and_one_of_ones_own_and_take_nothing_from_others(before, wanted, expected):
    assert code(policies.why_not_host(before, wanted, within={OWN})) == expected


@pytest.mark.parametrize(("partnership", "expected"), [(OWN, None), (OTHER, "unusable_hosts")])
def test_presentation_is_written_by_its_own_partnership(partnership, expected):
    assert code(policies.why_not_present(partnership, within={OWN})) == expected
