"""From the diary entry to the meeting."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Arrival, Attendance
from notifications.invitations import invitation
from tests.factories import SessionFactory, UserFactory, make_booking
from tests.golden import only

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MEETING = "https://meet.example.org/room"


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_session_when_joined_from_the_diary_then_the_browser_is_in_the_meeting(
    site, browser, settings, java_script_enabled
):
    settings.SITE_URL = site
    starts_at = timezone.now() + timedelta(minutes=10)
    session = SessionFactory(joining_link=MEETING, starts_at=starts_at, title="Ten curious questions")
    amira = UserFactory(email="amira@example.org", name="Amira Sample")
    booking = make_booking(session=session, practitioner=amira, at=starts_at - timedelta(days=30))
    entry = only(invitation(booking, "REQUEST"))
    context = browser.new_context(java_script_enabled=java_script_enabled)
    context.route(f"{MEETING}**", lambda route: route.fulfill(body="<h1>The meeting</h1>", content_type="text/html"))
    page = context.new_page()

    page.goto(str(entry["conference"]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ten curious questions")
    expect(page.get_by_role("main")).to_contain_text("This is Amira's way in.")
    assert not Arrival.objects.exists()

    page.get_by_role("button", name="Join now").click()
    expect(page).to_have_url(re.compile(MEETING))
    expect(page.get_by_role("heading", level=1)).to_have_text("The meeting")
    assert Arrival.objects.get().booking == booking
    assert Attendance.objects.get().source == "join_page"
