"""What the desk does at its edges: an answer that comes too late, a queue with priorities, a manager named once."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.errors import AlreadyAnswered, ManagerNotNamed, SessionFull
from bookings.models import Booking, Handover
from tests.bookings.desk import set_session_policy
from tests.factories import NOW, SessionFactory, UserFactory, VenueFactory, make_booking, make_queued
from tests.factories.people import AreaFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("takes", [True, False])
def test_colleague_when_the_booking_was_cancelled_meanwhile_then_has_nothing_to_answer(takes):
    booking = make_booking()
    handover = actions.ask_colleague(booking, email="kim@example.org", at=NOW)
    actions.cancel(booking, at=NOW)

    with pytest.raises(AlreadyAnswered):
        actions.answer_handover(handover, takes=takes, at=NOW, practitioner=UserFactory(email="kim@example.org"))

    assert Handover.objects.get().answer == ""
    assert Booking.objects.live().count() == 0


def test_position_when_somebody_of_the_area_joins_later_then_they_stand_before_outsiders():
    area = AreaFactory()
    session = SessionFactory(capacity=1)
    insider = UserFactory()
    insider.areas.add(area)
    holder = UserFactory()
    holder.areas.add(area)
    session.areas.add(area)
    make_booking(session=session, practitioner=holder)
    outsider = make_queued(session=session)
    first = make_queued(session=session, practitioner=insider)

    positions = {b.pk: b.position for b in Booking.objects.with_position()}

    assert (positions[first.pk], positions[outsider.pk]) == (1, 2)


def test_accept_when_the_person_said_that_they_have_no_manager_then_is_not_asked_again():
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    set_session_policy(session, manager="asked")
    waiting = actions.book(session, practitioner=UserFactory(), at=NOW, manager=("", ""))
    actions.cancel(holder, at=NOW)

    assert actions.accept(waiting, at=NOW).status == "confirmed"


def test_accept_when_nobody_asked_before_then_a_manager_has_to_be_named():
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    waiting = make_queued(session=session)
    set_session_policy(session, manager="asked")
    actions.cancel(holder, at=NOW)

    with pytest.raises(ManagerNotNamed):
        actions.accept(waiting, at=NOW)


@pytest.mark.parametrize(("manager", "kept"), [("told", "lee@example.org"), ("none", ""), ("self_declared", "")])
def test_booking_when_a_manager_is_named_then_is_kept_only_where_they_are_written_to(manager, kept):
    session = SessionFactory()
    set_session_policy(session, manager=manager)

    booking = actions.book(session, practitioner=UserFactory(), at=NOW, manager=("Lee", "lee@example.org"))

    assert booking.manager_email == kept


def test_booking_when_the_venue_is_full_and_places_are_left_then_the_refusal_says_what_is_full():
    session = SessionFactory(capacity=5, format="hybrid", venue=VenueFactory(), in_person_capacity=1)
    actions.book(session, practitioner=UserFactory(), at=NOW, mode="in_person")

    with pytest.raises(SessionFull, match="Every place at the venue is taken"):
        actions.book(session, practitioner=UserFactory(), at=NOW, mode="in_person", join_waiting_list=False)

    assert actions.book(session, practitioner=UserFactory(), at=NOW + timedelta(1), mode="online").status == "confirmed"
