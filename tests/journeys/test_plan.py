"""Picking three sessions, seeing that two clash, and booking all: by keyboard, and by mouse without JavaScript."""

from datetime import timedelta

import pytest

from bookings.models import Booking
from notifications import inbox, messages
from notifications.models import Message
from tests.factories import START, OrganisationFactory, SessionFactory, TopicFactory
from tests.journeys.browser import read
from tests.journeys.test_booking import DETAILS, heading, newest_code, press, type_into

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLES = ("Launch briefing", "Toolkit tour", "Myth-busting panel")


@pytest.fixture
def sessions(site):
    """Three sessions, of which two are at the same time; one of those runs again at half past three."""
    OrganisationFactory()
    topic = TopicFactory(title="Toolkit tour")
    sessions = [
        SessionFactory(title="Launch briefing"),
        SessionFactory(title="Toolkit tour", topic=topic),
        SessionFactory(title="Myth-busting panel", starts_at=START + timedelta(days=1)),
    ]
    SessionFactory(title="Toolkit tour", topic=topic, starts_at=START + timedelta(hours=6))
    return sessions


def deliver(site, page):
    """Let the worker bring what is in the outbox; return the subjects, the newest first, as the inbox shows them."""
    for message in Message.objects.filter(kind__in=["confirmation", "plan"]).order_by("pk"):
        inbox.keep(messages.build(message).content)
    page.goto(f"{site}/dev/mail/?to=pat@example.org")
    return page.locator(".mail-subject").all_inner_texts()


def assert_booked_and_told(site, page):
    """Check what is booked, and read the mails."""
    booked = Booking.objects.order_by("session__starts_at")
    assert [(b.session.title, f"{b.session.local_start:%H:%M}", b.status) for b in booked] == [
        ("Launch briefing", "09:30", "confirmed"),
        ("Toolkit tour", "15:30", "confirmed"),
        ("Myth-busting panel", "09:30", "confirmed"),
    ]
    assert len({booking.plan for booking in booked}) == 1
    subjects = deliver(site, page)
    assert sorted(subject.split(",")[0] for subject in subjects) == sorted(
        ["Booked: 3 sessions", *(f"Booked: {title}" for title in TITLES)]
    )
    page.get_by_role("link", name="Booked: 3 sessions").click()
    words = read(page)
    assert [title in words for title in TITLES] == [True, True, True]
    assert "The diary entry" not in words
    page.go_back()
    page.get_by_role("link", name="Booked: Toolkit tour").click()
    assert "METHOD:REQUEST" in read(page)
    assert read(page).count("BEGIN:VEVENT") == 1


def plan_and_book(page, site, sessions):
    """Go the whole way by pointing and typing."""
    for session in sessions:
        page.goto(f"{site}/sessions/{session.pk}/")
        page.get_by_role("button", name="Add to my plan").click()
        assert "is in your plan." in read(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="My plan (3)").click()
    assert heading(page) == "My plan"
    assert "At the same time as “Toolkit tour” (09:30 to 11:00)." in read(page)
    assert "At the same time as “Launch briefing” (09:30 to 11:00)." in read(page)

    page.get_by_role("button", name="Take 15:30 instead").click()
    assert "At the same time" not in read(page)

    page.get_by_role("button", name="Book all").click()
    page.get_by_label("Email address").fill("pat@example.org")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Code").fill(newest_code())
    page.get_by_role("button", name="Continue").click()
    assert heading(page) == "My plan"
    for label, value in DETAILS.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Book all").click()
    assert heading(page) == "3 sessions booked"
    page.reload()
    assert heading(page) == "3 sessions booked"


def test_practitioner_when_javascript_is_off_then_plans_and_books_all(site, sessions, new_context):
    page = new_context(java_script_enabled=False).new_page()

    plan_and_book(page, site, sessions)

    assert_booked_and_told(site, page)


def test_practitioner_when_using_the_keyboard_alone_then_plans_and_books_all(site, sessions, page):
    for session in sessions:
        page.goto(f"{site}/sessions/{session.pk}/")
        press(page, "Add to my plan")
        page.get_by_text("This is in your plan.").wait_for()
    press(page, "See my plan")
    page.wait_for_url("**/plan/")
    press(page, "Take 15:30 instead for Toolkit tour")
    page.get_by_text("“Toolkit tour” is in your plan.").wait_for()
    assert "At the same time" not in read(page)
    press(page, "Remove from my plan Myth-busting panel, 09:30")
    page.get_by_text("2 sessions picked, not booked yet.").wait_for()
    page.goto(f"{site}/sessions/{sessions[2].pk}/")
    press(page, "Add to my plan")
    page.get_by_text("This is in your plan.").wait_for()
    press(page, "My plan (3)")
    page.wait_for_url("**/plan/")
    press(page, "Book all")
    page.wait_for_url("**/sign-in/**")
    type_into(page, "Email address", "pat@example.org")
    press(page, "Email me a code")
    page.wait_for_url("**/sign-in/code/**")
    type_into(page, "Code", newest_code())
    press(page, "Continue")
    page.wait_for_url("**/plan/")
    for label, value in DETAILS.items():
        type_into(page, label, value)
    press(page, "Book all")
    page.wait_for_url("**/plan/done/")

    assert heading(page) == "3 sessions booked"
    assert_booked_and_told(site, page)
