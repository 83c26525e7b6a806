"""The desk in a browser: a place offered and taken from the mail, a manager who agrees, a place given away."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from bookings.links import APPROVAL, HANDOVER, OFFER, path_of
from bookings.models import Approval, Booking, Handover
from tests.bookings.desk import set_session_policy
from tests.browser import sign_in
from tests.factories import START, SessionFactory, UserFactory, make_booking
from tests.journeys.browser import read
from tests.journeys.test_booking import DETAILS, heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(new_context, site):
    """Open windows of different people, each with cookies of its own."""

    def open_window(user=None):
        context = new_context()
        if user:
            sign_in(context, Client(), user, site)
        return context.new_page()

    return open_window


def test_place_when_given_up_then_goes_by_an_offer_from_the_mail_to_who_waits(site, window):
    session = SessionFactory(capacity=1, title="Toolkit tour")
    pat, kim = UserFactory(email="pat@example.org"), UserFactory(email="kim@example.org")
    holder = make_booking(session=session, practitioner=pat)

    waiting = window(kim)
    waiting.goto(f"{site}/sessions/{session.pk}/")
    assert "This session is full" in read(waiting)
    waiting.get_by_role("button", name="Join the waiting list").click()
    assert "You are next in line" in read(waiting)

    leaving = window(pat)
    leaving.goto(f"{site}/me/bookings/{holder.pk}/")
    leaving.get_by_role("link", name="Cancel booking").click()
    leaving.get_by_role("button", name="Cancel booking").click()
    assert "Your booking is cancelled." in read(leaving)

    mail = window()
    mail.goto(site + path_of(OFFER, Booking.objects.get(practitioner=kim)))
    assert heading(mail) == "A place is offered to you"
    mail.get_by_role("button", name="Accept").click()
    assert "You have this place" in read(mail)
    mail.get_by_role("link", name="See my booking").click()
    mail.wait_for_url("**/sign-in/**")

    waiting.reload()
    assert "Confirmed" in read(waiting)


def test_booking_when_the_manager_is_asked_then_holds_once_they_agree(site, window):
    session = SessionFactory(title="Toolkit tour")
    set_session_policy(session, manager="asked")
    pat = UserFactory(email="pat@example.org", name="Pat Sample")

    mine = window(pat)
    mine.goto(f"{site}/sessions/{session.pk}/")
    mine.get_by_role("link", name="Book this session").click()
    mine.get_by_label("Line manager's name").fill("Lee Boss")
    mine.get_by_label("Line manager's email address").fill("lee@example.org")
    mine.get_by_role("button", name="Book this session").click()
    assert "Waiting for approval" in read(mine)
    assert "Your line manager, Lee Boss, is asked whether you may come." in read(mine)

    manager = window()
    manager.goto(site + path_of(APPROVAL, Approval.objects.get()))
    assert heading(manager) == "May Pat Sample take part?"
    manager.get_by_role("button", name="Agree", exact=True).click()
    assert "Pat Sample has the place." in read(manager)

    mine.reload()
    assert "Confirmed" in read(mine)


def test_place_when_given_to_a_colleague_then_is_theirs_once_they_take_it(site, window):
    booking = make_booking(
        session=SessionFactory(title="Toolkit tour", starts_at=START + timedelta(days=1)),
        practitioner=UserFactory(email="pat@example.org", name="Pat Sample"),
    )

    mine = window(booking.practitioner)
    mine.goto(f"{site}/me/bookings/{booking.pk}/")
    mine.get_by_role("link", name="Give my place to a colleague").click()
    mine.get_by_label("Your colleague's email address").fill("kim@example.org")
    mine.get_by_role("button", name="Ask my colleague").click()
    assert "You have asked kim@example.org to take your place" in read(mine)

    theirs = window()
    theirs.goto(site + path_of(HANDOVER, Handover.objects.get()))
    assert heading(theirs) == "Pat Sample offers you a place"
    for label, value in {**DETAILS, "Full name": "Kim Sample"}.items():
        theirs.get_by_label(label, exact=True).fill(value)
    theirs.get_by_role("button", name="Take the place").click()
    assert "You have taken the place" in read(theirs)
    address = theirs.get_by_role("link", name="Sign in and see my booking").get_attribute("href")
    assert urlsplit(address).path == Booking.objects.get(practitioner__email="kim@example.org").get_absolute_url()

    mine.reload()
    assert "Given to Kim Sample" in read(mine)
