"""The people of a session, as its organisers see and book them; the override; the history of a booking."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings import actions, errors
from bookings.models import Booking, BookingChange
from people.models import RoleGrant
from tests.bookings.agencies import lead, trust
from tests.factories import NOW, START, SessionFactory, UserFactory, VenueFactory, make_booking
from tests.factories.people import SectorFactory
from tests.fixtures import signed_in
from tests.pages import words

__all__ = ["lead", "trust"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_people_when_listed_then_by_state_and_in_the_order_of_the_queue(organiser):
    session = SessionFactory(capacity=1)
    for name in ("first", "second", "third"):
        make_booking(session=session, practitioner=UserFactory(email=f"{name}@example.org"))
    page = words(organiser.get(f"/organise/sessions/{session.pk}/people/"))
    assert page.index("First") < page.index("Second") < page.index("Third")
    assert "Number 1 in line" in page
    assert "Number 2 in line" in page


@pytest.mark.parametrize("count", [1, 6])
def test_people_when_few_or_many_then_as_many_queries(organiser, count, django_assert_num_queries):
    session = SessionFactory(capacity=3)
    for _ in range(count):
        make_booking(session=session)
    address = f"/organise/sessions/{session.pk}/people/"
    organiser.get(address)
    with django_assert_num_queries(12):
        organiser.get(address)


def test_booking_when_a_rule_refuses_then_the_organiser_books_all_the_same_with_a_reason(organiser):
    session = SessionFactory()
    session.sectors.add(SectorFactory(slug="police", name="Police"))
    address = f"/organise/sessions/{session.pk}/people/book/"
    fields = {"email": "pat@example.org", "name": "Pat Sample", "organisation": "Example School"}
    refused = organiser.post(address, fields)
    assert refused.status_code == 409
    assert "Book all the same" in words(refused)
    assert organiser.post(address, {**fields, "override": "1"}).status_code == 400
    assert not Booking.objects.exists()
    assert organiser.post(address, {**fields, "override": "1", "reason": "Speaks there"}).status_code == 302
    change = BookingChange.objects.get()
    assert (change.reason, change.actor, change.booking.source) == ("Speaks there", organiser.person, "organiser")
    history = words(organiser.get(f"/organise/bookings/{change.booking_id}/"))
    assert "Speaks there" in history
    assert str(organiser.person) in history


def test_booking_when_booking_is_closed_then_no_override_is_offered(organiser):
    session = SessionFactory(booking_closes_at=NOW - timedelta(hours=1))
    fields = {"email": "pat@example.org", "override": "1", "reason": "Please"}
    answer = organiser.post(f"/organise/sessions/{session.pk}/people/book/", fields)
    assert answer.status_code == 409
    assert "Book all the same" not in words(answer)
    assert not Booking.objects.exists()


def test_override_when_the_venue_is_full_then_is_refused_all_the_same():
    session = SessionFactory(format="hybrid", venue=VenueFactory(), capacity=5, in_person_capacity=1)
    session.has_waiting_list = False
    session.save()
    actions.book(session, practitioner=UserFactory(), at=NOW, mode="in_person")
    session.refresh_from_db()
    fields = {"practitioner": UserFactory(), "at": NOW, "mode": "in_person"}
    with pytest.raises(errors.SessionFull):
        actions.book(session, **fields, overrides="Speaks there")
    fields["mode"] = "online"
    assert actions.book(session, **fields, overrides="Speaks there").status == "confirmed"


def test_cancel_and_substitute_when_an_organiser_asks_then_done(organiser):
    booking = make_booking()
    people = f"/organise/sessions/{booking.session_id}/people/"
    answer = organiser.post(f"/organise/bookings/{booking.pk}/substitute/", {"email": "new@example.org", "name": "New"})
    assert answer.url == people
    new = Booking.objects.get(email="new@example.org")
    assert new.substitute_for == booking
    assert organiser.post(f"/organise/bookings/{new.pk}/cancel/", {"reason": "Ill"}).url == people
    assert Booking.objects.get(pk=new.pk).status == "cancelled"


def test_position_when_priority_differs_then_counts_as_the_queue_goes():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    first, second = make_booking(session=session), make_booking(session=session)
    Booking.written.filter(pk=first.pk).update(priority=1)
    positions = {one.pk: one.position for one in Booking.objects.with_position()}
    assert (positions[first.pk], positions[second.pk]) == (2, 1)


def test_organisers_pages_when_others_ask_then_are_not_there(organiser, islander, lead):
    booking = make_booking(session=SessionFactory(starts_at=START))
    session = f"/organise/sessions/{booking.session_id}"
    one = f"/organise/bookings/{booking.pk}"
    boss = UserFactory()
    RoleGrant.objects.create(user=boss, role="administrator")
    for address in (
        f"{session}/people/",
        f"{session}/people/book/",
        f"{session}/bulk/",
        f"{one}/",
        f"{one}/cancel/",
        f"{one}/substitute/",
    ):
        assert Client().get(address).url == f"/sign-in/?next={address}"
        for client in (islander, lead, signed_in(booking.practitioner)):
            assert client.get(address).status_code == 404, address
            assert client.post(address).status_code in (404, 405), address
        assert organiser.get(address).status_code == 200, address
        assert signed_in(boss).get(address).status_code == 200, address
    assert Booking.objects.get().status == "confirmed"
