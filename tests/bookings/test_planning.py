"""How sessions fit together: facts and an instant, no database."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings import planning
from bookings.plan_words import done_words, gap_words, sum_words
from events.models import Session, Venue
from people.models import Area
from tests.factories import NOW, START

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HAMPSHIRE, ISLAND = Area(pk=1, name="Hampshire"), Area(pk=2, name="Isle of Wight")
HALL = Venue(pk=1, name="Example Hall", area=HAMPSHIRE)
CENTRE = Venue(pk=2, name="Example Centre", area=HAMPSHIRE)
HARBOUR = Venue(pk=3, name="Example Harbour", area=ISLAND)
NOWHERE = Venue(pk=4, name="Example Tent")
APART = "They are in different areas: Hampshire and Isle of Wight."


def session(pk, starts_after=timedelta(), *, lasts=HOUR, topic=None, venue=None, **fields):
    start = START + starts_after
    return Session(
        pk=pk,
        topic_id=topic or pk,
        title=f"Session {pk}",
        venue=venue,
        starts_at=start,
        ends_at=start + lasts,
        **{"format": "in_person" if venue else "online", "state": "published", "capacity": 10} | fields,
    )


def pks(sessions):
    return [one.pk for one in sessions]


# What clashes


@pytest.mark.parametrize(
    ("after", "lasts", "expected"),
    [
        (timedelta(), HOUR, True),
        (59 * MINUTE, HOUR, True),
        (HOUR, HOUR, False),
        (-HOUR, HOUR, False),
        (-HOUR, HOUR + MINUTE, True),
        (20 * MINUTE, 20 * MINUTE, True),
        (-HOUR, 3 * HOUR, True),
    ],
    ids=["same", "last minute", "as it ends", "until it begins", "into it", "within it", "around it"],
)
def test_sessions_clash_when_they_share_a_moment_and_not_when_they_touch(after, lasts, expected):
    assert planning.clash(session(1), session(2, after, lasts=lasts)) is expected


def test_session_clashes_with_itself_never():
    assert not planning.clash(session(1), session(1))


def test_sessions_on_two_clocks_clash_by_the_instant():
    assert planning.clash(session(1), session(2, zone="Europe/Paris"))


sessions = st.builds(
    session,
    st.integers(1, 30),
    st.integers(0, 600).map(lambda minutes: minutes * MINUTE),
    lasts=st.integers(1, 240).map(lambda minutes: minutes * MINUTE),
    topic=st.integers(1, 4),
    venue=st.sampled_from([None, HALL, CENTRE, HARBOUR, NOWHERE]),
    places_taken=st.sampled_from([0, 10]),
)
programmes = st.lists(sessions, max_size=6, unique_by=lambda one: one.pk)
patient = settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine proves nothing


@patient
@given(sessions, sessions)
def test_clash_holds_both_ways_whatever_the_sessions(one, other):
    assert planning.clash(one, other) == planning.clash(other, one)


# What would fit


@patient
@given(programmes, st.integers(1, 6))
def test_a_fitting_sitting_never_clashes_and_has_a_place_whatever_the_programme(programme, count):
    picks = programme[:count]
    for pick in picks:
        for one in planning.fitting(pick, programme, picks, at=NOW):
            rest = [other for other in picks if other.pk != pick.pk]
            assert not planning.clashing_with(one, rest)
            assert (one.topic_id, one.places_left != 0) == (pick.topic_id, True)
            assert one.pk not in pks(rest)


def test_fitting_when_sittings_are_free_then_the_first_three_by_time():
    sittings = [session(pk, hours * HOUR, topic=1) for pk, hours in ((5, 9), (4, 7), (3, 5), (2, 3), (1, 0))]
    assert pks(planning.fitting(sittings[-1], sittings, [sittings[-1]], at=NOW)) == [2, 3, 4]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "cancelled"},
        {"places_taken": 10},
        {"places_taken": 9, "waiting": 1},
        {"booking_opens_at": NOW + MINUTE},
        {"booking_closes_at": NOW},
        {"booking_required": False},
    ],
    ids=["cancelled", "full", "somebody waits", "not open", "closed", "no booking"],
)
def test_fitting_when_a_sitting_cannot_be_booked_then_it_is_not_offered(fields):
    pick, other = session(1, topic=1), session(2, 5 * HOUR, topic=1, **fields)
    assert planning.fitting(pick, [pick, other], [pick], at=NOW) == []
    assert pks(planning.fitting(pick, [session(2, 5 * HOUR, topic=1)], [pick], at=NOW)) == [2]


def test_fitting_when_another_sitting_is_picked_already_then_no_third_is_offered():
    picks = [session(1, topic=1), session(2, 5 * HOUR, topic=1)]
    assert planning.fitting(picks[0], [*picks, session(3, 8 * HOUR, topic=1)], picks, at=NOW) == []


def test_fitting_when_a_sitting_clashes_with_the_session_it_replaces_then_it_is_offered():
    pick = session(1, topic=1)
    assert pks(planning.fitting(pick, [session(2, 30 * MINUTE, topic=1)], [pick], at=NOW)) == [2]


# What can be picked


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, None),
        ({"places_taken": 10}, None),
        ({"booking_opens_at": NOW + MINUTE}, None),
        ({"booking_closes_at": NOW}, "booking_closed"),
        ({"state": "cancelled"}, "session_cancelled"),
        ({"booking_required": False}, "booking_not_needed"),
    ],
    ids=["open", "full", "not open yet", "closed", "cancelled", "no booking"],
)
def test_session_can_be_picked_when_it_is_to_be_booked_now_or_later(fields, code):
    refusal = planning.why_not_pick(session(1, **fields), at=NOW)
    assert (refusal and refusal.code) == code


# The way from one to the next


def words(gaps):
    return [gap_words(gap).words for gap in gaps]


@pytest.mark.parametrize(
    ("venue", "after", "sentence", "tone"),
    [
        (CENTRE, 2 * HOUR + 15 * MINUTE, "1 hour 15 minutes to get from Example Hall to Example Centre.", "quiet"),
        (CENTRE, 2 * HOUR, "1 hour to get from Example Hall to Example Centre.", "quiet"),
        (CENTRE, 2 * HOUR - MINUTE, "Only 59 minutes to get from Example Hall to Example Centre.", "attention"),
        (CENTRE, HOUR, "No time to get from Example Hall to Example Centre.", "attention"),
        (NOWHERE, HOUR, "No time to get from Example Hall to Example Tent.", "attention"),
        (
            HARBOUR,
            HOUR + 30 * MINUTE,
            f"Only 30 minutes to get from Example Hall to Example Harbour. {APART}",
            "stop",
        ),
        (
            HARBOUR,
            3 * HOUR,
            f"2 hours to get from Example Hall to Example Harbour. {APART}",
            "quiet",
        ),
    ],
)
def test_way_when_two_venues_follow_each_other_then_says_how_long_there_is(venue, after, sentence, tone):
    (gap,) = planning.ways([session(2, after, venue=venue), session(1, venue=HALL)])
    assert (gap_words(gap).words, gap_words(gap).tone) == (sentence, tone)


@pytest.mark.parametrize(
    "other",
    [
        session(2, 2 * HOUR, venue=HALL),
        session(2, 2 * HOUR),
        session(2, 30 * MINUTE, venue=CENTRE),
        session(2, timedelta(days=1), venue=CENTRE),
        session(2, 2 * HOUR, venue=CENTRE, format="hybrid"),
    ],
    ids=["same venue", "online", "at the same time", "another day", "or online"],
)
def test_way_when_there_is_none_to_go_then_says_nothing(other):
    assert planning.ways([session(1, venue=HALL), other]) == []


def test_way_when_a_long_session_covers_a_short_one_then_begins_where_the_long_one_ends():
    long, short = session(1, venue=HALL, lasts=4 * HOUR), session(2, HOUR, venue=CENTRE)
    (gap,) = planning.ways([long, short, session(3, 5 * HOUR, venue=HARBOUR)])
    assert (gap.before, gap.length) == (long, HOUR)


def test_way_when_an_online_session_lies_between_then_is_still_told():
    found = planning.ways([session(1, venue=HALL), session(2, HOUR), session(3, 3 * HOUR, venue=CENTRE)])
    assert words(found) == ["2 hours to get from Example Hall to Example Centre."]


@pytest.mark.parametrize(
    ("minutes", "sentences"),
    [
        (0, ["No time between being at Example Hall and the online session."]),
        (29, ["Only 29 minutes between being at Example Hall and the online session."]),
        (30, []),
    ],
)
def test_switch_when_an_online_session_follows_closely_then_is_told(minutes, sentences):
    online = session(2, HOUR + minutes * MINUTE)
    assert words(planning.switches([session(1, venue=HALL), online])) == sentences


def test_switch_when_both_are_online_or_both_in_person_then_says_nothing():
    assert planning.switches([session(1), session(2, HOUR)]) == []
    assert planning.switches([session(1, venue=HALL), session(2, HOUR, venue=CENTRE)]) == []


# The words of the whole


@pytest.mark.parametrize(
    ("picks", "clashes", "expected"),
    [
        (1, 0, "1 session picked, not booked yet."),
        (3, 0, "3 sessions picked, not booked yet."),
        (3, 1, "3 sessions picked, not booked yet. 1 of them is at the same time as another."),
        (3, 2, "3 sessions picked, not booked yet. 2 of them are at the same time as another."),
    ],
)
def test_plan_when_summed_up_then_says_how_many_and_how_many_clash(picks, clashes, expected):
    assert sum_words(picks, clashes) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((1, 0, 0), "1 session booked"),
        ((3, 1, 1), "3 sessions booked, 1 on the waiting list, 1 not booked"),
        ((0, 2, 0), "2 sessions on the waiting list"),
        ((0, 0, 2), "Nothing was booked"),
        ((0, 0, 0), "You had booked these already"),
    ],
)
def test_step_when_done_then_says_what_came_of_it(counts, expected):
    assert done_words(*counts) == expected
