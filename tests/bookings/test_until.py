"""Every rule about bookings that begins or ends at an instant, asked just before it, at it and just after it."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import policies
from bookings.models import Booking
from bookings.policy import Policy
from events.models import Session
from events.models.session_part import Part
from tests.factories import NOW, START

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
END = START + 2 * HOUR
MIDNIGHT = datetime(2027, 6, 21, 23, 0, tzinfo=UTC)  # the first instant in London of the session's day, and of its part
BEGINS, ENDS = (False, True, True), (True, False, False)


def session(**fields):
    """A session of which no database knows."""
    fields = {"starts_at": START, "ends_at": END, "format": "online", "state": "published", **fields}
    return Session(joining_link="https://meet.example.org/1", **fields)


def booking(**fields):
    return Booking(**{"session": session(), "status": "confirmed", "source": "self", "policy": {}, **fields})


CLOSES = session(booking_closes_at=START - 3 * HOUR)
CLOSES_LATE = session(booking_closes_at=END)  # the database lets booking close as late as the end
OFFER = booking(status="offered", offer_expires_at=NOW)
LATER_DATE = Part(session(), 2, 2, START + timedelta(days=14), END + timedelta(days=14))

RULES = {
    "book once it opens": (
        lambda at: policies.why_not_book(session(booking_opens_at=NOW), at=at),
        NOW,
        BEGINS,
    ),
    "book until it closes": (lambda at: policies.why_not_book(CLOSES, at=at), CLOSES.closes_at, ENDS),
    "book until the start": (lambda at: policies.why_not_book(session(), at=at), START, ENDS),
    "book until the start though it closes later": (
        lambda at: policies.why_not_book(CLOSES_LATE, at=at),
        START,
        ENDS,
    ),
    "promote until it closes": (lambda at: not policies.may_promote(CLOSES, at=at), CLOSES.closes_at, ENDS),
    "promote until the start though it closes later": (
        lambda at: not policies.may_promote(CLOSES_LATE, at=at),
        START,
        ENDS,
    ),
    "accept until the offer runs out": (lambda at: policies.why_not_offer(OFFER, at=at), NOW, ENDS),
    "name a manager until the offer runs out": (
        lambda at: not policies.asks_manager_to_accept(OFFER, Policy(manager="asked"), at=at),
        NOW,
        ENDS,
    ),
    "give to a colleague until the start": (
        lambda at: policies.why_not_substitute(booking(), session(), Policy(), at=at),
        START,
        ENDS,
    ),
    "give to a colleague until some hours before": (
        lambda at: policies.why_not_substitute(booking(), session(), Policy(substitute_until_hours=5), at=at),
        START - 5 * HOUR,
        ENDS,
    ),
    "cancel until the start": (lambda at: policies.why_not_cancel(booking(), session(), at=at), START, ENDS),
    "say that one comes until the start": (
        lambda at: policies.why_not_say_coming(booking(), session(), at=at),
        START,
        ENDS,
    ),
    "say what helps until the start": (
        lambda at: policies.why_not_say_need(booking(), session(format="hybrid"), text="A loop", at=at),
        START,
        ENDS,
    ),
    "mark from the morning of the day": (
        lambda at: policies.why_not_mark(session(), is_closed=False, at=at),
        MIDNIGHT,
        BEGINS,
    ),
    "mark a later date from its morning": (
        lambda at: policies.why_not_mark_part(LATER_DATE, at=at),
        MIDNIGHT + timedelta(days=14),
        BEGINS,
    ),
    "check in from an hour before": (
        lambda at: policies.why_not_check_in(session(), is_closed=False, at=at),
        START - HOUR,
        BEGINS,
    ),
    "check in until the end": (lambda at: policies.why_not_check_in(session(), is_closed=False, at=at), END, ENDS),
    "close the register from the end": (lambda at: policies.why_not_close(session(), at=at), END, BEGINS),
    "cancel in time for the whole last minute": (lambda at: policies.is_late(NOW, at=at), NOW + MINUTE, ENDS),
    "join once the way in opens": (
        lambda at: policies.why_not_join(booking(policy={"join_link_minutes": 20}), session(), at=at),
        START - 20 * MINUTE,
        BEGINS,
    ),
    "join until the end": (lambda at: policies.why_not_join(booking(), session(), at=at), END, ENDS),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_when_asked_around_its_instant_then_changes_exactly_there(rule):
    why_not, instant, wanted = RULES[rule]
    moments = [instant + timedelta(microseconds=step) for step in (-1, 0, 1)]

    assert tuple(not why_not(at) for at in moments) == wanted


@pytest.mark.parametrize(
    ("fields", "at", "until"),
    [
        ({"booking_closes_at": END}, START - HOUR, START),  # closes later than the start
        ({"booking_closes_at": START - 3 * HOUR}, START - 4 * HOUR, START - 3 * HOUR),
        ({}, START - 10 * MINUTE, START),
    ],
)
def test_offer_then_ends_with_booking_and_with_the_start_at_the_latest(fields, at, until):
    assert policies.offer_until(session(**fields), Policy(), at=at) == until


@pytest.mark.parametrize(
    ("fields", "at", "until"),
    [
        ({"booking_closes_at": NOW + 20 * MINUTE}, NOW, NOW + HOUR),  # booked in the last hour
        ({"booking_closes_at": NOW + 2 * HOUR}, NOW, NOW + 2 * HOUR),
        ({"booking_closes_at": END}, START - 2 * HOUR, START),
        ({}, START - 10 * MINUTE, START),
        ({}, datetime(2027, 5, 3, 23, 30, tzinfo=UTC), datetime(2027, 5, 7, 16, 0, tzinfo=UTC)),  # Tuesday in London
    ],
)
def test_manager_when_asked_then_has_an_evening_or_an_hour_and_never_past_the_start(fields, at, until):
    assert policies.manager_answers_by(session(**fields), Policy(), at=at) == until


@pytest.mark.parametrize("starts_at", [MIDNIGHT, MIDNIGHT + 30 * MINUTE, START])
def test_session_just_after_midnight_in_london_then_its_deadlines_are_those_of_its_day_there(starts_at):
    early = session(starts_at=starts_at, ends_at=END)
    in_person = session(starts_at=starts_at, ends_at=END, format="in_person")
    three_days_before = datetime(2027, 6, 17, 22, 59, tzinfo=UTC)

    assert policies.cancel_free_until(early, Policy()) == three_days_before
    assert policies.closes_by_policy(in_person, Policy(closes_in_person_working_days=3)) == three_days_before
    assert policies.places_kept_until(early, Policy(release_working_days=3)) == datetime(2027, 6, 17, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "code"), [("published", ""), ("draft", "no_place_yet"), ("cancelled", "session_cancelled")]
)
def test_place_when_the_session_is_not_public_then_there_is_nothing_to_join_or_to_come_to(state, code):
    for refusal in (
        policies.why_not_say_coming(booking(), session(state=state), at=NOW),
        policies.why_not_join(booking(), session(state=state), at=START),
    ):
        assert (refusal.code if refusal else "") == code
