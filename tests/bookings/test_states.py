"""Which state may follow which."""

import pytest

from bookings import states
from bookings.states import HOLDING, LIVE, MOVES, Status, Verb


@pytest.mark.parametrize(("before", "verb"), MOVES, ids=str)
def test_after_an_allowed_move_the_table_names_the_state(before, verb):
    assert states.after(before, verb) is MOVES[before, verb]


@pytest.mark.parametrize(
    ("before", "verb"),
    [(b, v) for b in [None, *Status] for v in Verb if (b, v) not in MOVES],
    ids=str,
)
def test_every_other_move_is_refused(before, verb):
    with pytest.raises(ValueError, match="cannot be"):
        states.after(before, verb)


def test_whoever_holds_a_place_is_live():
    assert HOLDING < LIVE
    waits = LIVE - HOLDING
    assert waits == {Status.WAITLISTED}


def test_nothing_follows_the_end():
    ended = set(Status) - LIVE
    assert not [move for move in MOVES if move[0] in ended]


def test_states_are_shown_in_the_words_people_know():
    assert {str(s.label) for s in LIVE | {Status.CANCELLED}} == {
        "Confirmed",
        "Waiting list",
        "Place offered",
        "Waiting for approval",
        "Cancelled",
    }
