"""What a change of a session means for the people on it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from events import actions as event_actions
from events.errors import CapacityTooSmall
from tests.factories import NOW, START, SessionFactory, VenueFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def session():
    """A session with two places, both taken, and two people waiting."""
    session = SessionFactory(capacity=2)
    for _ in range(2):
        make_booking(session=session)
    for _ in range(2):
        make_queued(session=session)
    return session


def test_a_moved_session_gives_each_entry_the_next_number_and_stamp(session):
    event_actions.reschedule_session(
        session.pk, starts_at=START + timedelta(days=1), ends_at=session.ends_at + timedelta(days=1), at=LATER
    )
    booked, waiting = Booking.objects.filter(status="confirmed"), Booking.objects.filter(status="waitlisted")
    assert set(booked.values_list("ical_sequence", "ical_stamp")) == {(1, LATER)}
    assert set(waiting.values_list("ical_sequence", flat=True)) == {0}
    assert {b.cancel_free_until.isoformat() for b in booked} == {"2027-06-18T22:59:00+00:00"}
    change = booked[0].changes.last()
    assert (change.verb, change.sequence) == ("revised", 1)
    assert change.details["starts_at"] == [START.isoformat(), (START + timedelta(days=1)).isoformat()]


def test_a_session_moved_to_where_it_is_changes_nothing(session):
    event_actions.reschedule_session(session.pk, starts_at=session.starts_at, ends_at=session.ends_at, at=LATER)
    assert set(Booking.objects.values_list("ical_sequence", flat=True)) == {0}


def test_another_room_gives_each_entry_the_next_number():
    session = SessionFactory(format="in_person", venue=VenueFactory())
    booking = make_booking(session=session)
    event_actions.revise_session(session.pk, venue=VenueFactory(slug="other", name="Other Hall"), at=LATER)
    booking.refresh_from_db()
    assert booking.ical_sequence == 1
    assert booking.changes.last().details == {"venue": ["Example Hall", "Other Hall"]}


def test_a_new_joining_link_changes_nobodys_diary():
    booking = make_booking()
    event_actions.revise_session(booking.session_id, joining_link="https://meet.example.org/new", at=LATER)
    booking.refresh_from_db()
    assert booking.ical_sequence == 0


def test_a_cancelled_session_ends_every_booking(session):
    event_actions.cancel_session(session.pk, reason="Trainer ill", at=LATER)
    assert set(Booking.objects.values_list("status", "cancelled_at", "cancelled_late", "queue_number")) == {
        ("cancelled", LATER, False, None)
    }
    assert sorted(Booking.objects.values_list("ical_sequence", flat=True)) == [0, 0, 1, 1]
    session.refresh_from_db()
    assert (session.places_taken, session.waiting) == (0, 0)
    assert Booking.objects.first().changes.last().reason == "Trainer ill"


def test_more_places_go_to_those_who_wait_in_order(session):
    event_actions.revise_session(session.pk, capacity=3, at=LATER)
    waiting = Booking.objects.filter(changes__verb="queued").order_by("pk")
    assert [b.status for b in waiting] == ["confirmed", "waitlisted"]
    session.refresh_from_db()
    assert (session.places_taken, session.waiting) == (3, 1)


def test_no_limit_any_more_then_nobody_waits(session):
    event_actions.revise_session(session.pk, capacity=None, at=LATER)
    session.refresh_from_db()
    assert (session.places_taken, session.waiting) == (4, 0)


def test_fewer_places_than_are_taken_are_refused_with_the_number(session):
    with pytest.raises(CapacityTooSmall, match="2 places are taken"):
        event_actions.revise_session(session.pk, capacity=1, at=LATER)
    session.refresh_from_db()
    assert session.capacity == 2


def test_a_move_costs_the_same_queries_for_any_number_of_people():
    assert cost_of_a_move(people=1) == cost_of_a_move(people=6)


def cost_of_a_move(*, people):
    session = SessionFactory(capacity=10)
    for _ in range(people):
        make_booking(session=session)
    with CaptureQueriesContext(connection) as queries:
        event_actions.revise_session(session.pk, starts_at=START + timedelta(hours=1), at=LATER)
    return len(queries)
