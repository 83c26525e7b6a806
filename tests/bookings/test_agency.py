"""An agency lead's people: seen, booked, swapped and cancelled for; and who does not see them."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings import actions
from bookings.models import AccessNeed, Booking, BookingChange
from people.models import RoleGrant, User
from tests.bookings.agencies import elsewhere, lead, lead_of, part, trust
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, VenueFactory, make_booking
from tests.fixtures import signed_in

__all__ = ["elsewhere", "lead", "part", "trust"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def nurse(part):
    return UserFactory(email="nurse@example.org", name="Noor Sample", job_role="Nurse", organisation=part)


@pytest.fixture
def stranger(elsewhere):
    return UserFactory(email="stranger@example.org", name="Sasha Strange", organisation=elsewhere)


def text(answer):
    return answer.content.decode()


def test_agency_when_its_lead_looks_then_people_of_all_parts_and_nobody_else(lead, nurse, stranger):
    make_booking(practitioner=nurse)
    make_booking(practitioner=stranger)
    page = text(lead.get("/agency/"))
    assert "Noor Sample" in page
    assert "Sasha Strange" not in page
    assert "Confirmed" in page
    assert "Confirmed" in text(lead.get(f"/agency/people/{nurse.pk}/"))


def test_agency_when_somebody_said_what_helps_and_why_they_cancelled_then_no_page_tells(lead, nurse):
    session = SessionFactory(format="in_person", venue=VenueFactory())
    booking = actions.book(session, practitioner=nurse, at=NOW, need="A quiet seat")
    assert AccessNeed.objects.exists()
    pages = text(lead.get("/agency/")) + text(lead.get(f"/agency/people/{nurse.pk}/"))
    actions.cancel(booking, at=NOW, actor=nurse, reason="In hospital")
    pages += text(lead.get("/agency/")) + text(lead.get(f"/agency/people/{nurse.pk}/"))
    assert "Cancelled" in pages
    assert "quiet seat" not in pages
    assert "hospital" not in pages


@pytest.mark.parametrize("count", [5, 200])
def test_agency_when_there_are_few_or_many_people_then_as_many_queries(lead, part, count, django_assert_num_queries):
    session = SessionFactory(capacity=None)
    for number in range(count):
        person = UserFactory(email=f"many{number}@example.org", organisation=part)
        if number < 5:
            make_booking(session=session, practitioner=person)
    lead.get("/agency/")
    with django_assert_num_queries(10):
        assert lead.get("/agency/").status_code == 200


def test_agency_when_searched_by_words_or_week_then_narrowed(lead, nurse, part):
    UserFactory(email="porter@example.org", name="Pip Sample", organisation=part)
    session = make_booking(practitioner=nurse).session
    assert "Pip Sample" not in text(lead.get("/agency/?q=noor"))
    page = text(lead.get(f"/agency/?week={session.week.slug}"))
    assert "Noor Sample" in page
    assert "Pip Sample" not in page
    assert "Pip Sample" in text(lead.get("/agency/"))


def test_booking_when_made_by_the_lead_then_source_actor_and_whom_for_are_kept(lead, nurse):
    session = SessionFactory()
    answer = lead.post("/agency/book/", {"session": session.pk, "email": nurse.email, "organisation": "Example Ward"})
    assert answer.status_code == 302
    booking, change = Booking.objects.get(), BookingChange.objects.get()
    assert (booking.practitioner, booking.source) == (nurse, "agency_lead")
    assert (change.actor, change.on_behalf_of) == (lead.person, nurse)


def test_booking_when_the_person_is_another_organisations_then_403_and_nothing(lead, stranger):
    session = SessionFactory()
    fields = {"session": session.pk, "email": stranger.email, "organisation": "Example Trust"}
    lead_page = lead.post("/agency/book/", fields)
    assert lead_page.status_code == 403
    assert "You cannot book this person from here." in text(lead_page)
    assert not Booking.objects.exists()


def test_booking_when_the_address_is_new_then_the_person_is_of_the_organisation(lead, trust):
    session = SessionFactory()
    answer = lead.post("/agency/book/", {"session": session.pk, "email": "new@example.org", "name": "New Sample"})
    assert answer.status_code == 302
    assert User.objects.get(email="new@example.org").organisation == trust


def test_cancel_and_substitute_when_the_lead_asks_then_done_and_recorded(lead, nurse, part):
    booking = make_booking(practitioner=nurse)
    colleague = UserFactory(email="colleague@example.org", organisation=part)
    assert lead.get(f"/agency/bookings/{booking.pk}/substitute/").status_code == 200
    fields = {"email": colleague.email, "organisation": "Example Ward"}
    assert lead.post(f"/agency/bookings/{booking.pk}/substitute/", fields).status_code == 302
    new = Booking.objects.get(practitioner=colleague)
    assert (new.status, new.source, new.substitute_for) == ("confirmed", "agency_lead", booking)
    assert lead.get(f"/agency/bookings/{new.pk}/cancel/").status_code == 200
    assert lead.post(f"/agency/bookings/{new.pk}/cancel/", {"reason": "Left"}).status_code == 302
    last = BookingChange.objects.last()
    assert (last.verb, last.actor, last.on_behalf_of, last.reason) == ("cancelled", lead.person, colleague, "Left")


def addresses(booking):
    return [
        "/agency/",
        "/agency/book/",
        "/agency/bulk/",
        f"/agency/people/{booking.practitioner_id}/",
        f"/agency/bookings/{booking.pk}/cancel/",
        f"/agency/bookings/{booking.pk}/substitute/",
    ]


def test_agency_pages_when_others_ask_then_are_not_there(lead, nurse, elsewhere, trust):
    booking = make_booking(practitioner=nurse)
    organiser = UserFactory()
    RoleGrant.objects.create(user=organiser, role="organiser", partnership=PartnershipFactory())
    former = lead_of(trust, "former@example.org", expires_at=NOW - timedelta(days=1))
    boss = UserFactory()
    RoleGrant.objects.create(user=boss, role="administrator")
    other_lead = lead_of(elsewhere, "other.lead@example.org")
    for address in addresses(booking):
        assert Client().get(address).url == f"/sign-in/?next={address}"
        assert lead.get(address).status_code == 200, address
        for client in (signed_in(nurse), former, signed_in(organiser), signed_in(boss)):
            assert client.get(address).status_code == 404, address
            assert client.post(address).status_code in (404, 405), address
    for address in addresses(booking)[3:]:
        assert other_lead.get(address).status_code == 404, address
        assert other_lead.post(address).status_code in (404, 405), address
    assert Booking.objects.get().status == "confirmed"


def test_navigation_when_somebody_leads_then_names_the_page(lead, nurse):
    assert 'href="/agency/"' in text(lead.get("/"))
    assert 'href="/agency/"' not in text(signed_in(nurse).get("/"))


def test_details_when_read_then_say_what_the_organisation_sees(nurse):
    assert "safeguarding or training lead" in text(signed_in(nurse).get("/me/details/"))
