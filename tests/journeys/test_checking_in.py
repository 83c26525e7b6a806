"""Coming in: the code on the room's screen, a code of one's own at the door, and a Teams report in the evening."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import expect

from bookings import check_in_codes
from bookings.links import ARRIVAL, path_of
from bookings.models import Attendance, Booking
from tests.api_client import organiser_of
from tests.bookings.attendance_files.samples import teams_report
from tests.browser import is_sideways, sign_in
from tests.factories import START, PartnershipFactory, SessionFactory, UserFactory, VenueFactory, make_booking
from tests.journeys.browser import read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
END = START + timedelta(minutes=90)


@pytest.fixture
def session():
    return SessionFactory(capacity=300, title="Toolkit tour", format="hybrid", venue=VenueFactory())


@pytest.fixture
def organiser():
    return organiser_of(PartnershipFactory(), UserFactory(email="organiser@example.org"))


@pytest.fixture
def window(new_context, live_server):
    """Open windows of different people, each with cookies of its own."""

    def open_window(user=None, **how):
        context = new_context(**how)
        if user:
            sign_in(context, Client(), user, live_server.url)
        return context.new_page()

    return open_window


def states():
    return dict(Attendance.objects.values_list("booking__name", "state"))


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_morning_of_a_session_then_people_check_in_by_code_by_picture_and_at_the_door(
    live_server, window, session, organiser, settings, java_script_enabled
):
    settings.SITE_URL = site = live_server.url
    people = [UserFactory(name=name) for name in ("Pat Sample", "Lou Sample", "Sam Sample")]
    pat, lou, sam = (make_booking(session=session, practitioner=person) for person in people)
    how = {**PHONE, "java_script_enabled": java_script_enabled}
    with time_machine.travel(START - timedelta(minutes=20), tick=True):
        screen = window(organiser)
        screen.goto(f"{site}/organise/sessions/{session.pk}/register/")
        screen.get_by_role("link", name="Show a code for checking in").click()
        code = re.search(r"\d{3} \d{3}", read(screen))[0]

        typing = window(pat.practitioner, **how)
        typing.goto(f"{site}/check-in/")
        typing.get_by_role("link", name="Toolkit tour").click()
        typing.get_by_label("Code").fill(code)
        typing.get_by_role("button", name="Check in").click()
        assert "You are checked in" in read(typing)
        assert not is_sideways(typing)

        word = check_in_codes.picture_word(session.pk, START - timedelta(minutes=20))
        scanning = window(lou.practitioner, **how)
        scanning.goto(f"{site}/sessions/{session.pk}/check-in/?shown={word}")
        assert states() == {"Pat Sample": "present"}
        scanning.get_by_role("button", name="Check in").click()
        assert "You are checked in" in read(scanning)

        stranger = window(UserFactory(name="Vi Sample"), **how)
        stranger.goto(f"{site}/sessions/{session.pk}/check-in/?shown={word}")
        stranger.get_by_role("button", name="Check in without a booking").click()
        assert "You are checked in" in read(stranger)

        showing = window(sam.practitioner, **how)
        showing.goto(f"{site}/me/bookings/{sam.pk}/")
        assert "Show this at the door." in read(showing)
        camera = window(organiser, **how)
        camera.goto(site + path_of(ARRIVAL, sam))
        camera.get_by_role("button", name="Mark as here").click()
        assert "Present" in read(camera)

        screen.goto(f"{site}/organise/sessions/{session.pk}/register/")
        assert "4 came, 0 did not, 0 not marked. 1 had not booked." in read(screen)
    assert set(states().values()) == {"present"}
    assert Booking.objects.get(source="walk_in").name == "Vi Sample"


def test_evening_of_a_session_then_a_teams_report_of_250_rows_is_read_and_the_rest_settled(
    live_server, window, session, organiser
):
    for number in range(250):
        person = UserFactory(name=f"Person {number:03}", email=f"p{number}@example.org")
        make_booking(session=session, practitioner=person)
    rows = [(f"Person {number:03} (Guest)", "", [(0, 90)]) for number in range(120)]
    rows += [("Guest", f"P{number}@example.org", [(0, 90)]) for number in range(120, 248)]
    content = teams_report([*rows, ("Patricia", "", [(0, 90)]), ("Vi Sample", "", [(0, 90)])])
    with time_machine.travel(END + timedelta(hours=1), tick=True):
        desk = window(organiser)
        desk.goto(f"{live_server.url}/organise/sessions/{session.pk}/register/")
        desk.get_by_role("link", name="Read a Teams or Zoom report").click()
        file = {
            "name": "Attendance report.csv",
            "mimeType": "text/csv",
            "buffer": content.encode("utf-16"),
        }
        desk.get_by_label("Attendance report").set_input_files(file)
        desk.get_by_role("button", name="Read the report").click()
        assert "248 people of it are on the register. 2 could not be placed" in read(desk)

        row = desk.locator(".register-person", has_text="Patricia")
        row.get_by_label("On the register as").select_option(label="Person 249, Example School")
        row.get_by_role("button", name="This is who it is").click()
        desk.get_by_role("button", name="Had not booked").click()
        assert "There is nobody left to settle." in read(desk)

        desk.get_by_role("link", name="Back to the register").click()
        expect(desk.locator("[data-counts]")).to_have_text("250 came, 0 did not, 1 not marked.")
    assert Attendance.objects.filter(state="present", minutes=90).count() == 250
