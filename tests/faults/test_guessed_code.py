"""A code guessed two hundred times at once: the site judges as many as the limit says, and the control many more."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock, local

import pytest
from django.db import connection

from bookings import actions, check_in_codes, door_errors
from bookings.actions import check_ins
from bookings.actions.check_ins import MOST_TRIES, WINDOW
from bookings.models import CheckInTries
from tests.factories import START, SessionFactory, make_booking
from tests.faults.patience import PATIENCE

pytestmark = [pytest.mark.postgres, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
GUESSES, HANDS = 200, 20


@pytest.fixture
def judged(monkeypatch):
    """How often a code was looked at."""
    judged, lock = [], Lock()

    def is_code(session_id, typed, *, at):
        with lock:
            judged.append(typed)
        return False

    monkeypatch.setattr(check_in_codes, "is_code", is_code)
    return judged


def guess_at_once(booking, *, at=START):
    """Send all guesses from many hands; return how often it was one too many."""
    barrier, person = Barrier(HANDS), booking.practitioner

    def guess(hand):
        refused = 0
        barrier.wait(timeout=PATIENCE)
        try:
            for number in range(GUESSES // HANDS):
                try:
                    actions.check_in(booking.session, person, at=at, code=f"{hand:03}{number:03}")
                except door_errors.TooManyTries:
                    refused += 1
                except door_errors.CodeWrong:
                    continue
        finally:
            connection.close()
        return refused

    with ThreadPoolExecutor(HANDS) as hands:
        return sum(hands.map(guess, range(HANDS)))


def test_code_when_guessed_two_hundred_times_at_once_then_judged_as_often_as_the_limit_says(judged):
    booking = make_booking(session=SessionFactory())

    assert guess_at_once(booking) == GUESSES - MOST_TRIES
    assert len(judged) == MOST_TRIES
    assert CheckInTries.objects.get().count == MOST_TRIES
    assert guess_at_once(booking, at=START + WINDOW) == GUESSES - MOST_TRIES
    assert len(judged) == 2 * MOST_TRIES


def test_control_when_counted_by_a_look_and_a_write_then_many_more_are_judged(judged, monkeypatch):
    booking = make_booking(session=SessionFactory())
    CheckInTries.written.add(person=booking.practitioner, since=START, count=1)
    all_have_looked, seen = Barrier(HANDS), local()

    def look_and_write(person, *, at):
        count = CheckInTries.objects.get(person=person).count
        if not hasattr(seen, "first"):
            seen.first = all_have_looked.wait(timeout=PATIENCE)
        if count >= MOST_TRIES:
            raise door_errors.TooManyTries
        CheckInTries.written.filter(person=person).update(count=count + 1, since=at)

    monkeypatch.setattr(check_ins, "_count_try", look_and_write)

    guess_at_once(booking)

    assert len(judged) >= HANDS > MOST_TRIES
