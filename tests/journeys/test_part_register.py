"""The register of a session of two dates on a phone: each date has its own page and marks."""

import pytest
import time_machine
from playwright.sync_api import expect

from bookings.models import Attendance, PartAttendance
from tests.accessibility.axe import glance, look
from tests.api_client import organiser_of
from tests.browser import is_sideways
from tests.factories import NOW, START, PartnershipFactory, UserFactory, make_booking, make_two_part
from tests.factories.parts import FORTNIGHT
from tests.journeys.test_register import PHONE, opened, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(live_server):
    """Serve the site on the morning of the second date."""
    with time_machine.travel(START + FORTNIGHT, tick=True):
        yield live_server.url


@pytest.fixture
def session(day):
    session = make_two_part(capacity=10, title="Supervision that changes practice")
    for number in range(3):
        make_booking(session=session, practitioner=UserFactory(name=f"Person {number:02}"), at=NOW)
    return session


@pytest.fixture
def phone(day, session, new_context):
    organiser = organiser_of(PartnershipFactory(), UserFactory(email="organiser@example.org"))
    return opened(new_context(**PHONE), day, (session, organiser))


def dates():
    return sorted(PartAttendance.objects.values_list("booking__name", "part", "state"))


def test_register_when_marked_without_a_network_on_each_date_then_each_mark_arrives_at_its_own(phone, day, session):
    assert not is_sideways(phone)
    expect(phone.locator("[aria-current=page]", has_text="Part 2 of 2")).to_have_count(1)
    expect(phone.locator("html")).to_have_attribute("data-kept", "yes")
    phone.get_by_role("link", name="Part 1 of 2").click()
    expect(phone.locator("[aria-current=page]", has_text="Part 1 of 2")).to_have_count(1)
    expect(phone.locator("[data-sync]")).to_be_hidden()
    press(phone, 0, "Late")
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)

    phone.context.set_offline(True)
    press(phone, 1, "Present")
    expect(phone.locator("[data-sync]")).to_contain_text("1 mark kept on this device")
    phone.reload()
    expect(phone.locator("[data-counts]")).to_have_text("2 came, 0 did not, 1 not marked.")
    phone.context.set_offline(False)
    expect(phone.locator("[data-sync]")).to_be_hidden()

    phone.get_by_role("link", name="Part 2 of 2").click()
    expect(phone.locator("[data-counts]")).to_have_text("0 came, 0 did not, 3 not marked.")
    press(phone, 0, "Present")
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)

    assert dates() == [("Person 00", 1, "late"), ("Person 00", 2, "present"), ("Person 01", 1, "present")]
    whole = dict(Attendance.objects.values_list("booking__name", "state"))
    assert whole == {"Person 00": "present", "Person 01": "left_early"}


def test_pages_of_dates_when_looked_at_then_have_no_fault(phone, day, session):
    for see, path in ((glance, "register/"), (glance, "register/?part=1"), (look, "parts/")):
        assert see(phone.context, f"{day}/organise/sessions/{session.pk}/{path}") == []
