"""Coming in: the code on the room's screen and a code of one's own at the door, on phones that run no script."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings import check_in_codes
from bookings.links import ARRIVAL, path_of
from bookings.models import Attendance, Booking
from tests.api_client import organiser_of
from tests.browser import is_sideways, sign_in
from tests.factories import START, PartnershipFactory, SessionFactory, UserFactory, VenueFactory, make_booking
from tests.journeys.browser import read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


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


def test_morning_of_a_session_then_people_check_in_by_code_by_picture_and_at_the_door(
    live_server, window, session, organiser, settings
):
    settings.SITE_URL = site = live_server.url
    people = [UserFactory(name=name) for name in ("Pat Sample", "Lou Sample", "Sam Sample")]
    pat, lou, sam = (make_booking(session=session, practitioner=person) for person in people)
    how = {**PHONE, "java_script_enabled": False}
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
