"""When those who came are reminded of the questions: on ordinary days, over holidays, and when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.policy import Policy
from bookings.reminder_rules import parse, why_not
from events.wall_time import LONDON, instant
from notifications.kinds import Kind
from notifications.reminders import after_end, reminders
from tests.factories.instants import london
from tests.notifications.rule_lists import rules

NO_QUIET = {"quiet_from_hour": 0, "quiet_until_hour": 0}


def utc(*moment):
    return datetime(*moment, tzinfo=UTC)


def due(ends_at, *rules, at=None, **policy):
    found = after_end(ends_at, LONDON, Policy(reminders=rules, **policy), at=at)
    return {one.rule.code: one.due_at for one in found}


def test_rules_of_both_sides_then_each_reminds_of_its_own():
    start, end = london(2027, 6, 22, 9, 30), london(2027, 6, 22, 11)
    policy = Policy(reminders=("1 hour before", "1 hour after", "1 day before", "1 day after"))
    before = reminders(start, LONDON, policy, at=None)
    assert [(one.rule.code, one.kind) for one in before] == [("-1d", Kind.REMINDER), ("-1h", Kind.REMINDER_SOON)]
    after = after_end(end, LONDON, policy, at=None)
    assert [(one.rule.code, one.kind) for one in after] == [
        ("+1h", Kind.QUESTIONS_REMINDER),
        ("+1d", Kind.QUESTIONS_REMINDER),
    ]


def test_a_tuesday_session_then_days_working_days_and_hours_after_it():
    found = due(london(2027, 6, 22, 11), "2 hours after", "1 working day after at 08:30", "3 days after")
    assert found == {"+2h": london(2027, 6, 22, 13), "+1w": london(2027, 6, 23, 8, 30), "+3d": london(2027, 6, 25)}


# The vectors of working days before, read from the other end.
@pytest.mark.parametrize(
    ("last", "count", "day"),
    [
        (date(2023, 10, 4), 3, date(2023, 10, 9)),
        (date(2024, 5, 23), 2, date(2024, 5, 28)),  # over the spring bank holiday
        (date(2024, 12, 11), 10, date(2024, 12, 27)),
        (date(2024, 12, 18), 5, date(2024, 12, 27)),
        (date(2024, 12, 30), 2, date(2025, 1, 2)),
        (date(2026, 4, 1), 2, date(2026, 4, 7)),  # over Easter
        (date(2026, 5, 11), 10, date(2026, 5, 26)),
        (date(2026, 12, 23), 2, date(2026, 12, 29)),  # 28 December is a substitute day
        (date(2026, 12, 16), 10, date(2027, 1, 4)),
    ],
)
def test_working_days_after_then_no_weekend_and_no_bank_holiday_counts(last, count, day):
    rule = f"{count} working days after at 10:15"
    assert list(due(instant(last, time(16)), rule).values()) == [instant(day, time(10, 15))]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("1 day after", london(2026, 12, 29)),  # Christmas, Boxing Day and its substitute
        ("4 days after at 14:00", london(2026, 12, 29, 14)),
        ("5 days after at 14:00", london(2026, 12, 29, 14)),
        ("0 days after at 18:00", london(2026, 12, 24, 18)),
        ("24 hours after", london(2026, 12, 25, 11)),  # as they pass, whatever the day
    ],
)
def test_days_after_that_are_no_working_days_then_it_comes_on_the_next(rule, wanted):
    assert list(due(london(2026, 12, 24, 11), rule).values()) == [wanted]


def test_a_day_on_which_the_office_is_closed_is_no_working_day_after_either():
    end = london(2027, 6, 22, 11)
    assert list(due(end, "1 working day after", closures=("2027-06-23",)).values()) == [london(2027, 6, 24)]
    assert list(due(end, "1 day after", closures=("2027-06-23",)).values()) == [london(2027, 6, 24)]


@pytest.mark.parametrize(
    ("end", "rule", "wanted"),
    [
        # 25 October 2026: 02:00 becomes 01:00
        (london(2026, 10, 23, 15), "1 working day after", utc(2026, 10, 26, 9)),
        (london(2026, 10, 23, 15), "2 days after at 09:00", utc(2026, 10, 26, 9)),  # the Sunday itself is none
        (london(2026, 10, 23, 15), "48 hours after", utc(2026, 10, 25, 14)),  # 15:00 and then 14:00 by the clock
        (london(2026, 10, 25, 10), "0 days after at 18:00", utc(2026, 10, 25, 18)),
        (utc(2026, 10, 25, 0, 10), "0 days after at 01:30", utc(2026, 10, 25, 0, 30)),  # the first of two
        (utc(2026, 10, 25, 0, 30), "2 hours after", utc(2026, 10, 25, 2, 30)),
        (london(2026, 10, 26, 10), "1 working day after", utc(2026, 10, 27, 9)),
        # 28 March 2027, Easter Sunday: 01:00 becomes 02:00
        (london(2027, 3, 25, 15), "1 working day after", utc(2027, 3, 30, 8)),
        (london(2027, 3, 25, 15), "1 day after", utc(2027, 3, 30, 8)),
        (london(2027, 3, 25, 15), "72 hours after", utc(2027, 3, 28, 15)),  # 16:00 by the clock
        (utc(2027, 3, 28, 0, 15), "0 days after at 01:30", utc(2027, 3, 28, 1, 30)),  # never comes: the hour after
        (utc(2027, 3, 28, 0, 15), "1 hour after", utc(2027, 3, 28, 1, 15)),
    ],
)
def test_nights_on_which_clocks_change_then_days_go_by_the_clock_and_hours_as_they_pass(end, rule, wanted):
    assert list(due(end, rule, **NO_QUIET).values()) == [wanted]


def test_days_after_then_counted_on_the_clock_of_the_session():
    end = utc(2026, 6, 23, 23, 30)  # Wednesday in London already, and still Tuesday in UTC
    assert list(due(end, "1 working day after").values()) == [london(2026, 6, 25)]


@pytest.mark.parametrize(
    ("end", "rule", "wanted"),
    [
        (london(2027, 6, 22, 17, 30), "2 hours after", london(2027, 6, 22, 19, 30)),
        (london(2027, 6, 22, 18), "2 hours after", london(2027, 6, 23, 7)),
        (london(2027, 6, 25, 18), "2 hours after", london(2027, 6, 28, 7)),  # Friday evening: not on Saturday morning
        (london(2027, 6, 22, 11), "1 day after at 06:59", london(2027, 6, 23, 7)),
        (london(2027, 6, 24, 11), "1 day after at 20:00", london(2027, 6, 28, 7)),
        (london(2026, 10, 24, 19), "1 hour after", utc(2026, 10, 26, 7)),  # over the night of the change
    ],
)
def test_quiet_hours_then_a_reminder_of_the_questions_comes_after_them(end, rule, wanted):
    assert list(due(end, rule).values()) == [wanted]


def test_quiet_hours_by_day_then_it_comes_once_they_end():
    end = london(2027, 6, 22, 11)
    found = due(end, "1 day after at 12:30", quiet_from_hour=12, quiet_until_hour=14)
    assert list(found.values()) == [london(2027, 6, 23, 14)]


def test_a_rule_that_falls_before_the_end_or_once_the_questions_are_closed_then_nothing():
    end = london(2027, 6, 22, 11)
    assert due(end, "0 days after at 09:00") == {}
    assert due(end, "40 days after", keep_answers_months=1) == {}
    assert due(end, "40 days after", keep_answers_months=2)


def test_each_reminder_of_the_questions_is_worthless_once_the_next_is_due_and_the_last_after_two_weeks():
    end = london(2027, 6, 22, 11)
    rules = ("3 days after", "1 day after", "1 working day after")
    found = after_end(end, LONDON, Policy(reminders=rules), at=None)
    assert [one.expires_at for one in found] == [found[1].due_at, found[1].due_at + timedelta(days=14)]
    assert [one.rule.code for one in found] == ["+1d", "+3d"]  # of two at once there is one
    late = after_end(end, LONDON, Policy(reminders=("25 days after",), keep_answers_months=1), at=None)
    assert [one.expires_at for one in late] == [london(2027, 7, 22, 11)]  # when the questions close


@pytest.mark.parametrize("text", ["1 day after at 09:00", "1 working day after at 08:15", "2 hours after"])
def test_rule_after_then_its_words_are_read_as_the_same_rule(text):
    assert parse(text).words == text
    assert parse(f" {text.upper()} ") == parse(text)
    assert parse(text).code.startswith("+")
    assert parse(text) != parse(text.replace("after", "before"))
    assert not parse(text).is_soon
    assert parse("2 hours before").is_soon  # the control


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["1 day afterwards"], "is no rule"),
        (["after 1 day"], "is no rule"),
        (["1 day before after"], "is no rule"),
        (["1 day after at 25:00"], "25:00 is no time of day"),
        (["0 hours after"], "Give 1 to 72 hours"),
        (["0 working days after"], "Give 1 to 60 working days"),
        (["91 days after"], "Give 0 to 90 days"),
        (["2 hours after at 09:00"], "counted from the start or the end"),
        (["1 day after at 09:00", "1 day after at 10:00"], "or after the end; give each length of time once"),
        (["1 day before", "1 day after"], ""),
    ],
)
def test_rules_after_that_cannot_be_meant_then_said(lines, sentence):
    assert sentence in why_not(lines)
    assert bool(why_not(lines)) == bool(sentence)


@given(
    end=st.datetimes(datetime(2026, 6, 1), datetime(2028, 1, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    rules=rules("after"),
    hours=st.tuples(st.integers(0, 23), st.integers(0, 23)),
    at=st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_whatever_the_rules_after_then_in_order_each_once_none_early_and_none_quiet(end, rules, hours, at):
    policy = Policy(reminders=tuple(rules), quiet_from_hour=hours[0], quiet_until_hour=hours[1])
    every = after_end(end, LONDON, policy, at=None)
    assert all(end < one.due_at < one.expires_at for one in every)
    assert all(one.expires_at <= after.due_at for one, after in pairwise(every))
    assert len({one.rule.code for one in every}) == len(every)
    for one in every:
        clock = one.due_at.astimezone(LONDON).hour
        is_quiet = hours[0] <= clock < hours[1] if hours[0] < hours[1] else (clock >= hours[0] or clock < hours[1])
        assert hours[0] == hours[1] or not is_quiet
    assert after_end(end, LONDON, policy, at=end + at) == [one for one in every if one.due_at > end + at]
