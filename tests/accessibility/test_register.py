"""The register and the pages of checking in, in every state that looks different."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from bookings import actions, check_in_codes
from bookings.links import ARRIVAL, path_of
from bookings.models import AttendanceReport
from tests.accessibility.axe import glance, look
from tests.api_client import organiser_of
from tests.bookings.attendance_files.samples import teams_report
from tests.browser import sign_in
from tests.factories import START, PartnershipFactory, SessionFactory, UserFactory, VenueFactory, make_booking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(live_server):
    """Serve the site when the session has begun."""
    with time_machine.travel(START + timedelta(minutes=5), tick=True):
        yield live_server.url


@pytest.fixture
def session():
    return SessionFactory(capacity=10, title="Honest conversations", format="hybrid", venue=VenueFactory())


@pytest.fixture
def organiser(context, client, day):
    """An organiser whose browser it is."""
    person = organiser_of(PartnershipFactory(), UserFactory(email="organiser@example.org"))
    sign_in(context, client, person, day)
    return person


def register(day, session):
    return f"{day}/organise/sessions/{session.pk}/register/"


def test_register_with_all_it_can_say_then_has_no_fault(context, day, session, organiser):
    bookings = [make_booking(session=session) for _ in range(3)]
    actions.mark(session, [actions.Mark(bookings[0].pk, "late", START)], at=START, actor=organiser)
    actions.walk_in(session, {"name": "Vi Sample"}, actor=organiser, at=START)

    def press(page):
        page.context.set_offline(True)
        page.get_by_role("button", name="Present").nth(1).click()
        expect(page.locator("[data-sync]")).to_be_visible()
        page.context.set_offline(False)

    assert look(context, register(day, session)) == []
    assert glance(context, register(day, session), then=press) == []


def test_walk_in_that_is_wrong_then_the_error_has_no_fault_and_takes_the_focus(context, day, session, organiser):
    def send(page):
        page.get_by_role("button", name="Add to the register").click()
        expect(page.locator(".error-summary")).to_be_focused()

    assert glance(context, register(day, session), then=send) == []


def test_code_of_the_room_and_own_code_then_have_no_fault(context, day, session, organiser):
    booking = make_booking(session=session)
    assert look(context, f"{register(day, session)}code/") == []
    assert look(context, day + path_of(ARRIVAL, booking)) == []


def test_report_before_and_after_then_has_no_fault(context, day, session, organiser):
    make_booking(session=session, practitioner=UserFactory(name="Pat Sample"))
    content = teams_report([("Pat Sample", "", [(0, 90)]), ("Anon", "anon@example.org", [(0, 90)])]).encode()

    def send(page):
        page.get_by_label("Attendance report").set_input_files(
            {"name": "report.csv", "mimeType": "text/csv", "buffer": content}
        )
        page.get_by_role("button", name="Read the report").click()
        page.wait_for_url(f"**/{AttendanceReport.objects.get().pk}/")

    assert look(context, f"{register(day, session)}report/") == []
    assert look(context, f"{register(day, session)}report/", then=send) == []


def test_check_in_in_each_state_then_has_no_fault(context, client, day, session):
    booking = make_booking(session=session)
    other = SessionFactory(title="Another door", capacity=3)
    assert look(context, f"{day}/check-in/") == []
    sign_in(context, client, booking.practitioner, day)

    def wrong(page):
        page.get_by_label("Code").fill("12")
        page.get_by_role("button", name="Check in").click()
        expect(page.locator(".error-summary")).to_be_focused()

    word = check_in_codes.picture_word(session.pk, START + timedelta(minutes=5))
    page = f"{day}/sessions/{session.pk}/check-in/"
    assert glance(context, page, then=wrong) == []
    assert look(context, f"{page}?shown={word}") == []
    assert glance(context, f"{day}/sessions/{other.pk}/check-in/") == []
    actions.arrived(booking, at=START, source="code")
    assert glance(context, page) == []
    assert glance(context, f"{day}/me/bookings/{booking.pk}/") == []
