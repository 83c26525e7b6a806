"""What is missing before a week is published: each finding by its facts, and a week without any."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from events.checklist import PlannedSession, WeekPlan, check_week
from events.wall_time import LONDON
from tests.factories import NOW, WEEK_STARTS

TUESDAY = datetime(2027, 6, 22, 9, 30, tzinfo=LONDON)
HOUR = timedelta(hours=1)
HALL, ROOM = (1, "Example Hall"), (7, "Example Room")


def planned(pk=1, **facts):
    """A session with everything that people want to know."""
    starts_at = facts.pop("starts_at", TUESDAY)
    whole = {
        "title": "Sharing information",
        "ends_at": starts_at + HOUR,
        "joining_link": "https://meet.example.org/room",
        "capacity": 20,
        "summary": "What it is.",
        "audience": "Everybody",
        "outcomes": "- one",
    }
    return PlannedSession(pk=pk, starts_at=starts_at, **(whole | facts))


def in_hall(pk=1, **facts):
    return planned(pk, **({"format": "in_person", "venue": HALL, "joining_link": ""} | facts))


def week(*sessions, **facts):
    return WeekPlan(**({"starts_on": WEEK_STARTS, "has_lead": True, "sessions": sessions or (planned(),)} | facts))


def codes(plan, *, at=NOW):
    return [finding.code for finding in check_week(plan, at=at)]


def test_week_when_nothing_is_missing_then_nothing_is_found():
    beside = in_hall(2, room=ROOM, trainers={3: "Sam Example"}, starts_at=TUESDAY + HOUR)
    by_invitation = planned(3, booking_required=False, capacity=None)
    assert check_week(week(in_hall(room=ROOM, trainers={3: "Sam Example"}), beside, by_invitation), at=NOW) == []


@pytest.mark.parametrize(
    ("facts", "code", "must"),
    [
        ({"has_lead": False}, "no_lead", True),
        ({"open_days": frozenset({3})}, "day_open", False),
        (
            {"starts_on": date(2027, 5, 31), "sessions": [planned(starts_at=TUESDAY - 21 * 24 * HOUR)]},
            "bank_holiday",
            False,
        ),
    ],
)
def test_week_when_something_of_it_is_missing_then_named(facts, code, must):
    (finding,) = check_week(week(**facts), at=NOW)
    assert (finding.code, finding.must, finding.session) == (code, must, None)


def test_week_without_sessions_when_checked_then_said():
    assert codes(replace(week(), sessions=())) == ["no_sessions"]


def test_findings_about_the_week_when_read_then_say_which_day_and_where_it_is_mended():
    found = check_week(week(starts_on=date(2027, 5, 31), open_days=frozenset({2})), at=NOW)
    words = {finding.code: (finding.sentence, finding.part) for finding in found}
    assert words["bank_holiday"] == ("Monday 31 May is a bank holiday: Spring Bank Holiday.", "days")
    assert words["day_open"] == ("Tuesday is still to be confirmed.", "days")


@pytest.mark.parametrize(
    ("session", "code"),
    [
        (in_hall(venue=None), "no_venue"),
        (planned(format="hybrid"), "no_venue"),
        (planned(ends_at=TUESDAY), "ends_before_start"),
    ],
)
def test_session_when_nobody_can_come_to_it_then_must_be_mended(session, code):
    (finding,) = check_week(week(session), at=NOW)
    assert (finding.code, finding.must, finding.session, finding.part) == (code, True, 1, "session")


@pytest.mark.parametrize(
    ("session", "code"),
    [
        (planned(starts_at=TUESDAY + 4 * 24 * HOUR), "outside_week"),
        (planned(starts_at=TUESDAY.replace(hour=6, minute=59)), "odd_hours"),
        (planned(starts_at=TUESDAY.replace(hour=20, minute=1)), "odd_hours"),
        (planned(ends_at=TUESDAY + 20 * HOUR), "odd_hours"),
        (planned(joining_link=""), "no_link"),
        (planned(format="hybrid", venue=HALL, joining_link=""), "no_link"),
        (in_hall(capacity=None), "no_capacity"),
        (planned(summary=""), "no_summary"),
        (planned(audience=""), "no_audience"),
        (planned(outcomes=""), "no_outcomes"),
        (planned(booking_opens_at=TUESDAY), "booking_opens_late"),
        (planned(booking_closes_at=TUESDAY + HOUR / 2), "booking_closes_late"),
        (planned(booking_opens_at=TUESDAY - HOUR, booking_closes_at=TUESDAY - HOUR), "booking_never_open"),
        (planned(booking_closes_at=NOW), "booking_closed_already"),
    ],
)
def test_session_when_something_is_worth_a_look_then_named(session, code):
    (finding,) = check_week(week(session), at=NOW)
    assert (finding.code, finding.must, finding.session) == (code, False, 1)


@pytest.mark.parametrize(
    "session",
    [
        planned(starts_at=TUESDAY.replace(hour=7, minute=0)),
        planned(starts_at=TUESDAY.replace(hour=20, minute=0)),
        planned(capacity=None),
        in_hall(joining_link=""),
        planned(booking_opens_at=NOW, booking_closes_at=TUESDAY),
        planned(booking_required=False, booking_closes_at=NOW),
    ],
)
def test_session_when_just_within_the_bounds_then_nothing_is_found(session):
    assert codes(week(session)) == []


def test_session_when_it_starts_as_one_looks_then_it_is_past():
    assert codes(week(), at=TUESDAY) == ["in_the_past"]
    assert codes(week(), at=TUESDAY - timedelta(seconds=1)) == []


def test_room_when_wanted_twice_then_both_sessions_are_told_of_the_other():
    found = check_week(week(in_hall(room=ROOM), in_hall(2, room=ROOM, title="Other")), at=NOW)
    assert [(one.code, one.must, one.session) for one in found] == [("room_clash", True, 1), ("room_clash", True, 2)]
    assert found[0].sentence == "Example Room is taken then by “Other”."


def test_trainer_when_wanted_twice_then_both_sessions_are_told_of_the_other():
    sam = {3: "Sam Example"}
    found = check_week(week(planned(trainers=sam), planned(2, trainers=sam, title="Other")), at=NOW)
    assert [(one.code, one.must, one.session) for one in found] == [
        ("trainer_clash", True, 1),
        ("trainer_clash", True, 2),
    ]
    assert found[0].sentence == "Sam Example is in “Other” at that time."


@pytest.mark.parametrize(("rooms", "expected"), [((ROOM, None), ["venue_clash"] * 2), ((ROOM, (8, "Other")), [])])
def test_venue_when_two_meet_there_then_worth_a_look_unless_each_has_a_room(rooms, expected):
    found = check_week(week(in_hall(room=rooms[0]), in_hall(2, room=rooms[1])), at=NOW)
    assert [one.code for one in found] == expected
    assert not any(one.must for one in found)


def test_sessions_when_one_starts_as_the_other_ends_then_no_clash():
    assert codes(week(in_hall(room=ROOM), in_hall(2, room=ROOM, starts_at=TUESDAY + HOUR))) == []


def test_session_elsewhere_when_it_has_the_room_then_only_the_week_at_hand_is_told():
    plan = week(in_hall(room=ROOM), elsewhere=[in_hall(9, room=ROOM, title="Elsewhere")])
    assert [(one.code, one.session) for one in check_week(plan, at=NOW)] == [("room_clash", 1)]


def test_findings_when_listed_then_what_must_be_mended_comes_first_and_then_the_programme_in_order():
    plan = week(planned(1, summary=""), in_hall(2, venue=None, starts_at=TUESDAY + 2 * HOUR), open_days=frozenset({1}))
    assert codes(plan) == ["no_venue", "day_open", "no_summary"]
