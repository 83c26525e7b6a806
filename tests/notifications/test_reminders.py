"""What a start calls for, and when: on ordinary days, over holidays, and on the nights when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.policy import Policy
from bookings.reminder_rules import parse, why_not
from bookings.working_days import free_until, is_working_day
from events.wall_time import LONDON, instant
from notifications.reminders import joining, reminders
from tests.factories.instants import london
from tests.notifications.rule_lists import rules

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def due(starts_at, *rules, at=LONG_AGO, **policy):
    rules = {"reminders": rules} if rules else {}
    return {r.rule.code: r.due_at for r in reminders(starts_at, LONDON, Policy(**rules, **policy), at=at)}


def test_a_wednesday_session_is_reminded_of_on_working_mornings_and_an_hour_before():
    start = london(2027, 6, 23, 13, 30)
    assert due(start) == {
        "-10d": london(2027, 6, 11),  # the Friday: ten days before is a Sunday
        "-1w": london(2027, 6, 22),
        "-1h": london(2027, 6, 23, 12, 30),
    }


def test_a_monday_session_is_reminded_of_on_friday():
    assert due(london(2027, 6, 21, 8, 30))["-1w"] == london(2027, 6, 18)


@pytest.mark.parametrize(
    ("start", "rule", "wanted"),
    [
        (london(2026, 4, 7, 10), "1 working day before", london(2026, 4, 2)),  # Good Friday, Easter, Easter Monday
        (london(2026, 12, 29, 10), "1 working day before at 15:30", london(2026, 12, 24, 15, 30)),
        (london(2027, 1, 4, 10), "4 working days before", london(2026, 12, 24)),  # over New Year's Day
        (london(2026, 12, 31, 10), "3 days before", london(2026, 12, 24)),  # the 28th is Boxing Day's substitute
        (london(2027, 6, 23, 14), "0 days before at 08:00", london(2027, 6, 23, 8)),
        (london(2027, 6, 26, 14), "0 days before at 08:00", london(2027, 6, 26, 8)),  # a Saturday, on which it is on
    ],
)
def test_days_before_then_no_weekend_and_no_bank_holiday(start, rule, wanted):
    assert list(due(start, rule).values()) == [wanted]


def test_a_day_on_which_the_office_is_closed_is_no_working_day():
    start = london(2027, 6, 23, 13, 30)
    assert due(start, "1 working day before", closures=("2027-06-22",))["-1w"] == london(2027, 6, 21)


def test_hours_before_are_counted_as_they_pass_and_days_by_the_clock_when_clocks_go_back():
    start = london(2026, 10, 25, 10)  # 10:00 GMT, on the Sunday of the change
    assert due(start, "1 hour before", "12 hours before", "1 working day before", "0 days before at 08:00") == {
        "-1h": datetime(2026, 10, 25, 9, 0, tzinfo=UTC),
        "-12h": datetime(2026, 10, 24, 18, 0, tzinfo=UTC),  # 22:00 is 23:00 BST: quiet, so 19:00 BST
        "-1w": datetime(2026, 10, 23, 8, 0, tzinfo=UTC),
        "-0d": datetime(2026, 10, 25, 8, 0, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("start", "rule", "wanted"),
    [
        # 28 March 2027: 01:00 becomes 02:00
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "1 hour before", datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "2 hours before", datetime(2027, 3, 27, 23, 30, tzinfo=UTC)),
        (london(2027, 3, 28, 10), "0 days before at 01:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # never comes
        (london(2027, 3, 29, 10), "24 hours before", datetime(2027, 3, 28, 9, 0, tzinfo=UTC)),  # Easter Monday
        (london(2027, 3, 30, 10), "1 working day before", london(2027, 3, 25)),  # over Easter and the change
        # 31 October 2027: 02:00 becomes 01:00
        (london(2027, 10, 31, 10), "0 days before at 01:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # the first
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "1 hour before", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (london(2027, 11, 1, 9, 30), "24 hours before", datetime(2027, 10, 31, 9, 30, tzinfo=UTC)),
        (london(2027, 11, 1, 9, 30), "1 working day before", datetime(2027, 10, 29, 8, 0, tzinfo=UTC)),
        (london(2027, 11, 10, 9, 30), "10 days before", datetime(2027, 10, 29, 8, 0, tzinfo=UTC)),  # the 31st: Sunday
    ],
)
def test_nights_on_which_clocks_change_then_every_reminder_has_its_instant(start, rule, wanted):
    assert list(due(start, rule, quiet_from_hour=0, quiet_until_hour=0).values()) == [wanted]


# A worker goes by the database's clock. One that is an hour off at the night of a change must find the same instants.
@pytest.mark.parametrize("start", [london(2026, 10, 25, 10), london(2027, 3, 28, 10)])
@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_reminders_when_asked_by_a_clock_that_is_off_then_the_same_instants_and_only_what_is_past_differs(start, hours):
    rules = ("2 days before at 09:00", "0 days before at 08:00", "1 hour before")
    every = due(start, *rules)
    for moment in every.values():
        at = moment + timedelta(hours=hours)
        assert due(start, *rules, at=at) == {code: when for code, when in every.items() if when > at}


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [
        ("Europe/London", datetime(2026, 10, 23, 8, tzinfo=UTC)),
        ("Europe/Dublin", datetime(2026, 10, 23, 8, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 10, 23, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 23, 13, tzinfo=UTC)),  # clocks change there a week later
        ("Pacific/Auckland", datetime(2026, 10, 22, 20, tzinfo=UTC)),  # and it is Monday already
    ],
)
def test_days_before_then_counted_on_the_clock_of_the_session(zone, wanted):
    start = datetime(2026, 10, 25, 12, 30, tzinfo=UTC)  # the Sunday on which clocks go back in Europe
    found = reminders(start, ZoneInfo(zone), Policy(reminders=("1 working day before at 09:00",)), at=LONG_AGO)
    assert [one.due_at for one in found] == [wanted]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("1 working day before at 06:59", london(2027, 6, 21, 19)),  # comes the evening before, not at night
        ("1 working day before at 07:00", london(2027, 6, 22, 7)),
        ("1 working day before at 19:59", london(2027, 6, 22, 19, 59)),
        ("1 working day before at 20:00", london(2027, 6, 22, 19)),
        ("12 hours before", london(2027, 6, 22, 19)),  # at 20:30
        ("3 hours before", london(2027, 6, 23, 5, 30)),  # so near the start that it comes at any hour
    ],
)
def test_quiet_hours_then_a_reminder_comes_before_them_unless_it_is_urgent(rule, wanted):
    assert list(due(london(2027, 6, 23, 8, 30), rule).values()) == [wanted]


@pytest.mark.parametrize(
    ("clock", "comes"), [("11:59", (11, 59)), ("12:00", (11, 0)), ("13:59", (11, 0)), ("14:00", (14, 0))]
)
def test_quiet_hours_by_day_then_those_are_kept(clock, comes):
    start = london(2027, 6, 23, 16)
    found = due(start, f"1 working day before at {clock}", quiet_from_hour=12, quiet_until_hour=14)
    assert found["-1w"] == london(2027, 6, 22, *comes)


@pytest.mark.parametrize(("clock", "comes"), [("08:59", True), ("09:00", False), ("09:01", False)])
def test_reminder_that_would_come_in_the_last_half_hour_then_none(clock, comes):
    assert bool(due(london(2027, 6, 23, 9, 30), f"0 days before at {clock}")) is comes


@pytest.mark.parametrize(("minutes", "ahead"), [(-1, 1), (0, 0), (1, 0)])
def test_joining_instructions_when_asked_around_their_instant_then_ahead_until_it(minutes, ahead):
    start, moment = london(2027, 6, 23, 9, 30), london(2027, 6, 22)
    policy = Policy(joining_instructions_days=1)
    assert [one.due_at for one in joining(start, LONDON, policy, at=None)] == [moment]
    assert len(joining(start, LONDON, policy, at=moment + timedelta(minutes=minutes))) == ahead


def test_who_books_late_is_not_reminded_of_what_is_past():
    start = london(2027, 6, 23, 13, 30)
    assert set(due(start, at=london(2027, 6, 15))) == {"-1w", "-1h"}
    assert set(due(start, at=start - timedelta(minutes=61))) == {"-1h"}
    assert due(start, at=start - timedelta(minutes=60)) == {}


def test_each_reminder_is_worthless_once_the_next_is_due():
    start = london(2027, 6, 23, 13, 30)
    found = reminders(start, LONDON, Policy(), at=LONG_AGO)
    assert [r.expires_at for r in found] == [found[1].due_at, found[2].due_at, start - timedelta(minutes=30)]


def test_two_rules_that_fall_due_at_once_then_one_reminder():
    start = london(2027, 6, 23, 13, 30)
    assert due(start, "1 working day before", "1 day before") == {"-1w": london(2027, 6, 22)}


@pytest.mark.parametrize("text", ["1 day before at 09:00", "3 working days before at 08:15", "1 hour before"])
def test_rule_then_its_words_are_read_as_the_same_rule(text):
    assert parse(text).words == text
    assert parse(f"  {text.upper()}".replace(" AT ", "  at ")) == parse(text)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["soon"], "is no rule"),
        (["10 days"], "is no rule"),
        (["1 week before"], "is no rule"),
        (["1 day before at 25:00"], "25:00 is no time of day"),
        (["0 hours before"], "Give 1 to 72 hours"),
        (["91 days before"], "Give 0 to 90 days"),
        (["2 hours before at 09:00"], "no time of day"),
        (["1 day before at 09:00", "1 day before at 10:00"], "give each length of time once"),
        ([f"{n} days before" for n in range(11)], "more than 10 times"),
        ([7], "Write it as"),
    ],
)
def test_rules_that_cannot_be_meant_then_said(lines, sentence):
    assert sentence in why_not(lines)


@given(
    start=st.datetimes(datetime(2026, 6, 1), datetime(2028, 1, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    rules=rules("before"),
    hours=st.tuples(st.integers(0, 23), st.integers(0, 23)),
    at=st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_whatever_the_rules_then_in_order_each_once_none_late_and_none_past(start, rules, hours, at):
    policy = Policy(reminders=tuple(rules), quiet_from_hour=hours[0], quiet_until_hour=hours[1])
    every = reminders(start, LONDON, policy, at=None)
    assert all(one.due_at < one.expires_at <= start - timedelta(minutes=30) for one in every)
    assert all(one.expires_at <= after.due_at for one, after in pairwise(every))
    assert len({one.rule.code for one in every}) == len(every)
    for one in every:
        clock = one.due_at.astimezone(LONDON).hour
        is_quiet = hours[0] <= clock < hours[1] if hours[0] < hours[1] else (clock >= hours[0] or clock < hours[1])
        assert one.rule.is_soon or hours[0] == hours[1] or not is_quiet
    assert reminders(start, LONDON, policy, at=start - at) == [one for one in every if one.due_at > start - at]


@given(day=st.dates(date(2026, 1, 1), date(2028, 12, 31)), hour=st.integers(7, 20))
def test_the_first_reminder_comes_on_a_working_day_before_the_free_deadline(day, hour):
    start = instant(day, time(hour))
    first, second, third = reminders(start, LONDON, Policy(), at=LONG_AGO)
    assert is_working_day(first.due_at.astimezone(LONDON).date())
    assert first.due_at < free_until(start, LONDON, 3)
    assert first.due_at < second.due_at < third.due_at < start
