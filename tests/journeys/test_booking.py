"""From the front page to a booking and back: by keyboard alone, and by mouse without JavaScript."""

import re

import pytest
from django.core import mail

from bookings.models import Booking
from people.models import User
from tests.factories import OrganisationFactory, SessionFactory, WeekFactory
from tests.journeys.browser import read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DETAILS = {"Full name": "Pat Sample", "Organisation": "Example School", "Job role": "Teacher"}


@pytest.fixture
def session(site):
    """A session of the coming week, and an organisation to choose."""
    OrganisationFactory()
    return SessionFactory(week=WeekFactory(title="Learning from Reviews"), title="Ten curious questions")


def newest_code():
    """Return the code in the newest mail."""
    return re.search(r"^\d{8}$", mail.outbox[-1].body, re.MULTILINE)[0]


def heading(page):
    """Return the page's heading one."""
    return page.get_by_role("heading", level=1).inner_text()


def book_and_cancel(page, site):
    """Go the whole way by pointing and typing."""
    page.goto(site)
    page.get_by_role("link", name="See the programme").click()
    assert heading(page) == "Learning from Reviews"
    page.get_by_role("link", name="Ten curious questions").click()
    page.get_by_role("link", name="Book this session").click()

    page.get_by_label("Email address").fill("pat@example.org")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Code").fill(newest_code())
    page.get_by_role("button", name="Continue").click()

    for label, value in DETAILS.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Book this session").click()
    assert "Confirmed" in read(page)
    assert "Tuesday 22 June 2027, 09:30 to 11:00 (UK time)" in read(page)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="My bookings").click()
    page.get_by_role("link", name="Ten curious questions").click()
    page.get_by_role("link", name="Cancel booking").click()
    page.get_by_role("button", name="Cancel booking").click()
    assert "Your booking is cancelled." in read(page)


def assert_booked_and_cancelled():
    """Check what is stored after the whole way."""
    booking = Booking.objects.get()
    assert (booking.name, booking.organisation_name, booking.status) == ("Pat Sample", "Example School", "cancelled")
    assert User.objects.get(email="pat@example.org").organisation.name == "Example School"


def test_practitioner_when_javascript_is_off_then_books_and_cancels(site, session, new_context):
    book_and_cancel(new_context(java_script_enabled=False).new_page(), site)

    assert_booked_and_cancelled()


def press(page, name, *, most=60):
    """Go to a link or button by Tab, and press Enter on it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if " ".join(page.evaluate("document.activeElement.innerText || ''").split()) == name:
            before = page.url
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return before
    raise AssertionError(f"{name} cannot be reached by Tab on {page.url}")


def type_into(page, label, text, *, most=60):
    """Go to a field by Tab, and type."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.labels?.[0]?.innerText || ''") == label:
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type(text)
            page.keyboard.press("Escape")  # close what the browser proposes
            return
    raise AssertionError(f"{label} cannot be reached by Tab on {page.url}")


def test_practitioner_when_using_the_keyboard_alone_then_books_and_cancels(site, session, page):
    page.goto(site)
    press(page, "See the programme")
    page.wait_for_url("**/weeks/**")
    press(page, "Ten curious questions")
    page.wait_for_url("**/sessions/**")
    press(page, "Book this session")
    page.wait_for_url("**/sign-in/**")
    type_into(page, "Email address", "pat@example.org")
    press(page, "Email me a code")
    page.wait_for_url("**/sign-in/code/**")
    type_into(page, "Code", newest_code())
    press(page, "Continue")
    page.wait_for_url("**/book/")
    for label, value in DETAILS.items():
        type_into(page, label, value)
    press(page, "Book this session")
    page.wait_for_url("**/me/bookings/*/")
    assert "Confirmed" in read(page)
    press(page, "Cancel booking")
    page.wait_for_url("**/cancel/")
    press(page, "Cancel booking")
    page.wait_for_url(re.compile(r"/me/bookings/\d+/$"))

    assert "Your booking is cancelled." in read(page)
    assert_booked_and_cancelled()


def test_visitor_when_switching_high_contrast_then_it_stays_over_pages_and_visits(site, session, context):
    page = context.new_page()
    page.goto(f"{site}/weeks/")
    plain = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.get_by_role("button", name="High contrast", pressed=False).click()
    switched = page.evaluate("getComputedStyle(document.body).backgroundColor")
    where = page.url
    page.close()
    later = context.new_page()
    later.goto(site)

    assert (plain, switched) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    assert where == f"{site}/weeks/"
    assert later.get_by_role("button", name="High contrast", pressed=True).is_visible()


def test_pages_when_opened_then_ask_no_other_server_and_break_no_policy(site, session, page):
    asked, complaints = set(), []
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: complaints.append(message.text))

    for path in ("/", "/weeks/", session.week.get_absolute_url(), session.get_absolute_url(), "/sign-in/"):
        page.goto(site + path)
        page.wait_for_load_state("networkidle")

    assert {url for url in asked if not url.startswith(site)} == set()
    assert complaints == []
    assert any(url.endswith("tokens.css") for url in asked)
