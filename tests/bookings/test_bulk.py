"""Many people by a pasted list: the good lines are booked, the others listed, and a second time changes nothing."""

import re

import pytest
from django.test import Client

from bookings.models import Booking
from bookings.views.bulk import BulkPage
from people.models import User
from tests import services
from tests.bookings.agencies import elsewhere, lead, part, trust
from tests.factories import PartnershipFactory, SessionFactory, UserFactory
from tests.pages import words

__all__ = ["elsewhere", "lead", "part", "trust"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LONG = services.size(120, night=1000)  # lines


def test_list_when_a_lead_previews_then_each_line_says_what_would_happen_and_nothing_does(lead, trust, part, elsewhere):
    session = SessionFactory(capacity=1)
    UserFactory(email="known@example.org", organisation=part)
    UserFactory(email="other@example.org", organisation=elsewhere)
    people = "known@example.org\nNew Sample, new@example.org\nother@example.org\nnobody@example.org\nNo address"
    page = words(lead.post("/agency/bulk/", {"sessions": [session.pk], "organisation": trust.pk, "people": people}))
    assert "Known: gets a place." in page
    assert "You cannot book this person from here." in page
    assert "Write a name before it." in page
    assert "There is no address in this line." in page
    assert not Booking.objects.exists()
    assert not User.objects.filter(email="new@example.org").exists()


def test_list_when_a_lead_books_then_new_people_are_of_the_organisation_and_others_stay_out(lead, trust, elsewhere):
    session = SessionFactory(capacity=1)
    UserFactory(email="other@example.org", organisation=elsewhere)
    people = "A Sample, a@example.org, Nurse\nB Sample, b@example.org\nOther, other@example.org"
    fields = {"sessions": [session.pk], "people": people, "step": "book"}
    page = words(lead.post("/agency/bulk/", fields))
    assert "1 booked, 1 on the waiting list, 0 booked before, 1 not booked." in page
    assert set(Booking.objects.values_list("email", "status", "source")) == {
        ("a@example.org", "confirmed", "agency_lead"),
        ("b@example.org", "waitlisted", "agency_lead"),
    }
    assert User.objects.get(email="a@example.org").organisation == trust


def test_long_list_when_some_are_wrong_then_the_good_are_booked_and_again_changes_nothing(organiser):
    session = SessionFactory(capacity=None)
    lines = [f"Person {number}, bulk{number}@example.org" for number in range(LONG)]
    lines[9], lines[LONG // 2 - 1] = "Person without an address", "Twice, bulk1@example.org"
    address = f"/organise/sessions/{session.pk}/bulk/"
    fields = {"people": "\n".join(lines), "step": "book"}
    while True:
        answer = organiser.post(address, fields)
        found = re.search(r'name="so_far" value="([^"]+)"', answer.content.decode())
        if not found:
            break
        fields["so_far"] = found[1]
    page, good = words(answer), LONG - 2
    assert f"{good} booked, 0 on the waiting list, 0 booked before, 2 not booked." in page
    assert "Line 10 " in page
    assert f"Line {LONG // 2} " in page
    assert Booking.objects.count() == good
    fields.pop("so_far", None)
    page, good = words(answer), LONG - 2
    assert f"{good} booked, 0 on the waiting list, 0 booked before, 2 not booked." in page


def test_list_when_the_time_of_a_request_is_up_then_the_next_goes_on_and_keeps_the_faults(organiser, monkeypatch):
    monkeypatch.setattr(BulkPage, "seconds", 0)
    address = f"/organise/sessions/{SessionFactory().pk}/bulk/"
    fields = {"people": "No address\nA Sample, a@example.org", "step": "book"}
    first = organiser.post(address, fields)
    assert "1 are still to come." in words(first)
    assert not Booking.objects.exists()
    fields["so_far"] = re.search(r'name="so_far" value="([^"]+)"', first.content.decode())[1]
    assert "1 booked, 0 on the waiting list, 0 booked before, 1 not booked." in words(organiser.post(address, fields))


def test_list_when_too_long_or_empty_then_400(organiser):
    address = f"/organise/sessions/{SessionFactory().pk}/bulk/"
    assert "Paste at most 1,000" in words(organiser.post(address, {"people": "x\n" * 1001}))
    assert organiser.post(address, {"people": " \n"}).status_code == 400


def test_list_when_the_session_is_another_partnerships_then_not_there(organiser):
    theirs = SessionFactory(host=PartnershipFactory(slug="isle-of-wight"))
    address = f"/organise/sessions/{theirs.pk}/bulk/"
    assert Client().get(address).status_code == 302
    assert organiser.get(address).status_code == 404
    assert organiser.post(address, {"people": "A, a@example.org", "step": "book"}).status_code == 404
    assert not Booking.objects.exists()
