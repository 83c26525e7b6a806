"""People who turn up without a place: found or made, beside the places that are counted, and taken off again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bookings import actions, invariants
from bookings.actions import Mark
from bookings.errors import NotSubstitutable, NotWalkedIn, RegisterClosed, RegisterNotOpen
from bookings.models import Attendance, Booking
from notifications.models import Message
from people.models import User
from tests.bookings.desk import counters, verbs
from tests.factories import START, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
MORNING = START - timedelta(minutes=30)


@pytest.fixture
def session():
    return SessionFactory(capacity=1)


@pytest.fixture
def organiser():
    return UserFactory(email="organiser@example.org")


def walk_in(session, organiser, *, at=START, **details):
    return actions.walk_in(session, details, actor=organiser, at=at)


def states():
    return sorted(Attendance.objects.values_list("booking__name", "state"))


def test_walk_in_when_new_then_made_and_marked_and_takes_no_counted_place(session, organiser):
    make_booking(session=session)
    told = Message.objects.count()

    booking = walk_in(session, organiser, name="Vi Sample", email="vi@example.org")

    assert (booking.status, booking.source, booking.practitioner.email) == ("confirmed", "walk_in", "vi@example.org")
    assert verbs(booking) == ["walked_in"]
    assert states() == [("Vi Sample", "present")]
    assert counters(session) == (1, 0)
    assert invariants.faults(at=START) == []
    actions.close_register(session, at=session.ends_at, actor=organiser)
    written = Message.objects.order_by("pk").values_list("kind", "booking")[told:]
    assert list(written) == [("thank_you", booking.pk), ("follow_up", booking.pk)]


def test_walk_in_when_sent_twice_then_one_person_with_an_address_or_without(session, organiser):
    for details in ({"name": "Vi Sample", "email": "vi@example.org"}, {"name": "Jo Sample"}):
        assert walk_in(session, organiser, **details) == walk_in(session, organiser, **details)

    assert Booking.objects.count() == 2
    assert User.objects.filter(name__in=["Vi Sample", "Jo Sample"]).count() == 2


def test_walk_in_when_on_the_list_then_found_by_address_or_name_and_marked(session, organiser):
    booking = make_booking(session=session, practitioner=UserFactory(name="Pat Sample", email="pat@example.org"))

    assert walk_in(session, organiser, name="Pat", email="PAT@example.org") == booking
    assert walk_in(session, organiser, name=" pat sample ") == booking

    assert states() == [("Pat Sample", "present")]
    assert Booking.objects.get().source == "self"


def test_walk_in_when_marked_already_then_the_mark_stands(session, organiser):
    booking = make_booking(session=session)
    actions.mark(session, [Mark(booking.pk, "excused", START)], at=START, actor=organiser)

    walk_in(session, organiser, name=booking.name, email=booking.email, at=END)

    assert [state for _, state in states()] == ["excused"]


@pytest.mark.parametrize(
    ("at", "state"), [(MORNING, "present"), (START + timedelta(minutes=45), "late"), (END, "present")]
)
def test_walk_in_then_late_by_policy_while_it_lasts(session, organiser, at, state):
    walk_in(session, organiser, name="Vi Sample", at=at)

    assert states() == [("Vi Sample", state)]


def test_walk_in_when_they_waited_then_wait_no_longer_and_the_counters_hold(session, organiser):
    make_booking(session=session)
    waiting = make_queued(session=session)

    booking = walk_in(session, organiser, name=waiting.name, email=waiting.email)

    waiting.refresh_from_db()
    assert (waiting.status, verbs(waiting)) == ("cancelled", ["queued", "came_anyway"])
    assert (booking.source, counters(session)) == ("walk_in", (1, 0))
    assert invariants.faults(at=START) == []


def test_walk_in_when_a_place_was_offered_then_it_goes_to_the_next(session, organiser):
    holder = make_booking(session=session)
    first, second = make_queued(session=session), make_queued(session=session)
    actions.cancel(holder, at=MORNING)

    walk_in(session, organiser, name=first.name, email=first.email, at=MORNING)

    second.refresh_from_db()
    assert second.status == "offered"
    assert invariants.faults(at=MORNING) == []


def test_walk_in_when_cancelled_before_the_start_then_frees_no_place(session, organiser):
    make_booking(session=session)
    booking = walk_in(session, organiser, name="Vi Sample", at=MORNING)

    actions.cancel(booking, at=MORNING, actor=organiser)

    assert counters(session) == (1, 0)
    assert invariants.faults(at=MORNING) == []


def test_walk_in_then_has_no_place_to_give_away(session, organiser):
    booking = walk_in(session, organiser, name="Vi Sample", at=MORNING)

    with pytest.raises(NotSubstitutable):
        actions.substitute(booking, practitioner=UserFactory(), actor=organiser, at=MORNING, source="colleague")


def test_walk_in_when_a_mistake_then_taken_off_once_and_nobody_else(session, organiser):
    booked = make_booking(session=session)
    booking = walk_in(session, organiser, name="Vi Sample")

    actions.take_off(booking, actor=organiser, at=START)
    actions.take_off(booking, actor=organiser, at=START)
    with pytest.raises(NotWalkedIn):
        actions.take_off(booked, actor=organiser, at=START)

    assert verbs(booking) == ["walked_in", "taken_off"]
    assert states() == []
    assert counters(session) == (1, 0)
    assert invariants.faults(at=START) == []


def test_walk_in_that_cannot_be_then_nobody_is_made(session, organiser):
    closed = UserFactory(email="closed@example.org", is_active=False)
    people = User.objects.count()

    with pytest.raises(RegisterNotOpen):
        walk_in(session, organiser, name="Vi Sample", at=START - timedelta(days=1))
    with pytest.raises(PermissionDenied, match="closed"):
        walk_in(session, organiser, name="Vi Sample", email=closed.email)
    with pytest.raises(ValidationError, match="name"):
        walk_in(session, organiser, name=" ")
    booking = walk_in(session, organiser, name="Jo Sample")
    actions.close_register(session, at=END, actor=organiser)
    with pytest.raises(RegisterClosed):
        walk_in(session, organiser, name="Vi Sample", at=END)
    with pytest.raises(RegisterClosed):
        actions.take_off(booking, actor=organiser, at=END)

    assert User.objects.count() == people + 1
