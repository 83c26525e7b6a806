"""From the diary entry to the meeting."""

from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Arrival, Attendance
from notifications.invitations import invitation
from tests.factories import SessionFactory, UserFactory, make_booking
from tests.golden import only

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Room(BaseHTTPRequestHandler):
    """A meeting, as far as a browser can tell."""

    def do_GET(self):
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>Meeting</title><h1>The meeting</h1>")

    def log_message(self, *args):
        pass


@pytest.fixture
def meeting():
    """Serve a meeting, which is of another origin than the site; return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Room) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/room"
        server.shutdown()


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_session_when_joined_from_the_diary_then_the_browser_is_in_the_meeting(
    site, meeting, new_context, settings, java_script_enabled
):
    settings.SITE_URL = site
    starts_at = timezone.now() + timedelta(minutes=10)
    session = SessionFactory(joining_link=meeting, starts_at=starts_at, title="Ten curious questions")
    amira = UserFactory(email="amira@example.org", name="Amira Sample")
    booking = make_booking(session=session, practitioner=amira, at=starts_at - timedelta(days=30))
    entry = only(invitation(booking, "REQUEST"))
    page = new_context(java_script_enabled=java_script_enabled).new_page()

    page.goto(str(entry["conference"]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ten curious questions")
    expect(page.get_by_role("main")).to_contain_text("This is Amira's way in.")
    assert not Arrival.objects.exists()

    page.get_by_role("button", name="Join now").click()
    expect(page).to_have_url(meeting)
    expect(page.get_by_role("heading", level=1)).to_have_text("The meeting")
    assert Arrival.objects.get().booking == booking
    assert Attendance.objects.get().source == "join_page"
