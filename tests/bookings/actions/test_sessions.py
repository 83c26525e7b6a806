"""What a change of a session means for the people on it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions as booking_actions
from bookings.models import Booking, BookingChange
from bookings.policies import free_until_when_moved
from bookings.policy import Policy
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


def test_a_change_keeps_its_reason_for_everybody_on_the_session(session):
    event_actions.reschedule_session(
        session.pk, starts_at=START + timedelta(hours=1), ends_at=session.ends_at + timedelta(hours=1), at=LATER,
        reason="The trainer's train.", title="Another title",
    )  # fmt: skip
    changes = BookingChange.objects.filter(verb="revised")
    assert changes.count() == 4
    assert {change.reason for change in changes} == {"The trainer's train."}
    assert {name for change in changes for name in change.details} == {"starts_at", "ends_at", "title"}


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
    assert [b.status for b in waiting] == ["offered", "waitlisted"]
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


@pytest.mark.parametrize(
    "reopen",
    [{"booking_closes_at": START - timedelta(hours=1)}, {"booking_closes_at": None}],
    ids=["later", "with the start"],
)
def test_booking_that_reopens_gives_the_place_left_idle_to_the_first_who_waits(reopen):
    closed_at = NOW + timedelta(minutes=1)
    session = SessionFactory(capacity=1, booking_closes_at=closed_at)
    booking, waiting = make_booking(session=session), make_queued(session=session)
    booking_actions.cancel(booking, at=closed_at)
    waiting.refresh_from_db()
    assert waiting.status == "waitlisted"

    event_actions.revise_session(session.pk, at=LATER, **reopen)

    waiting.refresh_from_db()
    session.refresh_from_db()
    assert (waiting.status, session.places_taken, session.waiting) == ("offered", 1, 0)


def test_a_session_moved_on_gives_the_place_left_idle_to_the_first_who_waits():
    session = SessionFactory(capacity=1, booking_closes_at=NOW + timedelta(minutes=1))
    booking, waiting = make_booking(session=session), make_queued(session=session)
    booking_actions.cancel(booking, at=session.booking_closes_at)

    day = timedelta(days=1)
    event_actions.reschedule_session(session.pk, starts_at=START + day, ends_at=session.ends_at + day, at=LATER)

    waiting.refresh_from_db()
    assert waiting.status == "offered"


def test_booking_that_closes_earlier_promotes_nobody():
    session = SessionFactory(capacity=1)
    booking, waiting = make_booking(session=session), make_queued(session=session)
    event_actions.revise_session(session.pk, at=LATER, booking_closes_at=LATER)
    booking_actions.cancel(booking, at=LATER)

    event_actions.revise_session(session.pk, at=LATER, booking_closes_at=LATER - timedelta(minutes=1))

    waiting.refresh_from_db()
    assert waiting.status == "waitlisted"


@pytest.mark.parametrize(
    "change",
    [
        lambda pk, at: event_actions.revise_session(pk, at=at, title="Another title"),
        lambda pk, at: event_actions.cancel_session(pk, reason="Snow.", at=at),
        lambda pk, at: event_actions.revise_session(pk, at=at, capacity=None),
    ],
    ids=["revised", "cancelled", "promoted"],
)
def test_stamps_do_not_fall_when_the_instant_was_taken_before_a_wait(session, change):
    Booking.written.filter(session=session).update(ical_stamp=LATER)
    change(session.pk, LATER - timedelta(seconds=1))
    assert set(Booking.objects.values_list("ical_stamp", flat=True)) == {LATER}


def test_stamps_rise_each_by_itself(session):
    early, late = Booking.objects.filter(status="confirmed").order_by("pk")
    Booking.written.filter(pk=late.pk).update(ical_stamp=LATER + timedelta(microseconds=1))
    event_actions.revise_session(session.pk, at=LATER, title="Another title")
    stamps = dict(Booking.objects.values_list("pk", "ical_stamp"))
    assert (stamps[early.pk], stamps[late.pk]) == (LATER, LATER + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW, datetime(2027, 6, 17, 22, 59, tzinfo=UTC)),  # long before: the rule of working days
        (START - timedelta(days=2), START - timedelta(days=1)),  # the rule's day is past: a day from the move
        (START - timedelta(hours=24), START),
        (START - timedelta(hours=3), START),  # never past the start
    ],
)
def test_who_is_moved_may_cancel_in_time_for_a_day_at_least_and_up_to_the_start(at, expected):
    assert free_until_when_moved(SessionFactory.build(topic=None, week=None), Policy(), at=at) == expected


def test_a_session_moved_closer_makes_nobody_late_who_cancels_within_a_day():
    session = SessionFactory()
    booking = make_booking(session=session)
    start = NOW + timedelta(days=2)
    event_actions.reschedule_session(session.pk, starts_at=start, ends_at=start + timedelta(hours=1), at=LATER)
    event_actions.revise_session(session.pk, at=LATER + timedelta(hours=1), title="Another title")

    cancelled = booking_actions.cancel(booking, at=LATER + timedelta(hours=24))

    assert cancelled.cancel_free_until == LATER + timedelta(hours=24)
    assert not cancelled.cancelled_late


def test_a_session_moved_closer_and_cancelled_after_the_day_then_late():
    session = SessionFactory()
    booking = make_booking(session=session)
    start = NOW + timedelta(days=2)
    event_actions.reschedule_session(session.pk, starts_at=start, ends_at=start + timedelta(hours=1), at=LATER)

    assert booking_actions.cancel(booking, at=LATER + timedelta(hours=24, minutes=1)).cancelled_late


def test_a_move_costs_the_same_queries_for_any_number_of_people():
    assert cost_of_a_move(people=1) == cost_of_a_move(people=6)


def cost_of_a_move(*, people):
    session = SessionFactory(capacity=10)
    for _ in range(people):
        make_booking(session=session)
    with CaptureQueriesContext(connection) as queries:
        event_actions.revise_session(session.pk, starts_at=START + timedelta(hours=1), at=LATER)
    return len(queries)
