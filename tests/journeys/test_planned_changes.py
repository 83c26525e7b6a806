"""A published session is cancelled by keyboard alone."""

import pytest

from bookings.models import Booking
from events import actions
from events.models import Session
from people.actions import grant_role
from tests.browser import sign_in
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.journeys.test_booking import press, type_into

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organiser(site):
    """An organiser for Hampshire, and a session that somebody has booked."""
    make_booking(session=SessionFactory(title="Ten curious questions"))
    user = UserFactory(email="organiser@example.org")
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    return user


def test_organiser_when_using_the_keyboard_alone_then_cancels_a_session(organiser, client, context, page, site):
    session = Session.objects.get()
    sign_in(context, client, organiser, site)
    page.goto(f"{site}/organise/sessions/{session.pk}/change/")
    press(page, "Cancel this session")
    page.wait_for_url("**/cancel/")
    type_into(page, "Reason", "The trainer is ill.")
    press(page, "See whom it concerns")
    page.wait_for_selector("text=What is sent")
    press(page, "Cancel this session")
    page.wait_for_url("**/organise/changes/")
    assert Booking.objects.get().status == "confirmed"

    press(page, "Carry it out now")
    page.wait_for_selector(".notice-success >> text=is carried out")

    assert Session.objects.get().cancellation_reason == "The trainer is ill."
    assert Booking.objects.get().status == "cancelled"
    assert actions.carry_out_due(at=START) == 0
