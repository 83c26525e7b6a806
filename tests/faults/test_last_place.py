"""The last place, with real processes on PostgreSQL; and the control that must oversell."""

from collections import Counter

import pytest
from django.db import connection

from bookings.models import Booking
from events.models import Session
from tests.factories import SessionFactory, UserFactory, make_booking
from tests.faults.bidders import bid_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
BIDDERS = 8


def test_one_place_and_eight_processes_then_one_is_booked_and_seven_wait_in_order():
    session = SessionFactory(capacity=1)
    told = bid_at_once(session.pk, [UserFactory().pk for _ in range(BIDDERS)])
    assert Counter(told) == {"confirmed": 1, "waitlisted": BIDDERS - 1}
    session.refresh_from_db()
    assert (session.places_taken, session.waiting) == (1, BIDDERS - 1)
    queue = Booking.objects.filter(status="waitlisted").values_list("queue_number", flat=True)
    assert sorted(queue) == list(range(1, BIDDERS))


def test_one_person_in_eight_processes_then_booked_once_and_told_so_by_the_others():
    session = SessionFactory(capacity=BIDDERS)
    told = bid_at_once(session.pk, [UserFactory().pk] * BIDDERS)
    assert Counter(told) == {"confirmed": 1, "AlreadyBooked": BIDDERS - 1}
    session.refresh_from_db()
    assert session.places_taken == 1


def test_one_person_in_eight_processes_for_a_full_session_then_waits_once():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    told = bid_at_once(session.pk, [UserFactory().pk] * BIDDERS)
    assert Counter(told) == {"waitlisted": 1, "AlreadyBooked": BIDDERS - 1}


@pytest.fixture
def without_the_last_line():
    """The table without its check on places, so that only the statement under test stands guard."""
    name = "session_places_within_capacity"
    constraint = next(c for c in Session._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, constraint)
    yield
    Session.objects.update(places_taken=0)
    with connection.schema_editor() as editor:
        editor.add_constraint(Session, constraint)


@pytest.mark.usefixtures("without_the_last_line")
def test_control_without_the_guard_the_same_race_oversells():
    session = SessionFactory(capacity=1)
    told = bid_at_once(session.pk, [UserFactory().pk for _ in range(BIDDERS)], guarded=False)
    assert Counter(told)["confirmed"] > 1
    assert Booking.objects.filter(session=session, status="confirmed").count() > 1


def test_control_without_the_guard_the_check_constraint_still_holds_the_last_line():
    session = SessionFactory(capacity=1)
    told = bid_at_once(session.pk, [UserFactory().pk for _ in range(BIDDERS)], guarded=False)
    assert Counter(told)["confirmed"] == 1
    assert Booking.objects.filter(session=session, status="confirmed").count() == 1
