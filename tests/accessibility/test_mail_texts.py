"""The pages about what mails say, and those on which people are written to, have no fault that axe can see."""

import pytest
from playwright.sync_api import expect

from notifications.kinds import Kind
from notifications.models import MailText
from notifications.stop_links import stop_address
from people.actions import grant_role
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def unknown(page):
    """Save words with a placeholder that there is not."""
    page.get_by_label("Heading", exact=True).fill("Come to {titel}")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


def awkward(page):
    """Look at what is typed with awkward words, in the frame, without leaving the page."""
    page.get_by_label("Heading", exact=True).fill("My own heading")
    page.get_by_role("button", name="Preview with awkward words").click()
    mail = page.frame_locator("iframe[name=preview]")
    mail.get_by_role("heading", name="My own heading").wait_for()
    assert "Subject: Reminder:" in mail.locator("body").inner_text()
    assert page.get_by_label("Heading", exact=True).input_value() == "My own heading"


def previewed(page):
    """Write a letter and look at it."""
    page.get_by_label("Subject").fill("Where to park")
    page.get_by_label("Text").fill("Dear {name}, use the gate.")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Send to 1 person").wait_for()


def sent(page):
    """Write a letter, look at it and send it."""
    previewed(page)
    page.get_by_role("button", name="Send to 1 person").click()
    page.get_by_role("button", name="Take it back").first.wait_for()


PAGES = {
    "what mails say": ("/organise/texts/hampshire/", None),
    "the words of a kind": ("/organise/texts/hampshire/reminder/", None),
    "the words of a kind with a fault": ("/organise/texts/hampshire/reminder/", unknown),
    "the words of a kind as a mail": ("/organise/texts/hampshire/reminder/", awkward),
    "a letter": ("/organise/sessions/{session}/write/", None),
    "a letter to look at": ("/organise/sessions/{session}/write/", previewed),
    "a letter that was written": ("/organise/sessions/{session}/write/", sent),
    "stopping news": ("{stop}", None),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_when_looked_at_then_axe_finds_nothing(site, context, client, name):
    path, then = PAGES[name]
    hampshire = PartnershipFactory()
    organiser = UserFactory(email="organiser@example.org")
    grant_role(organiser, "organiser", at=NOW, partnership=hampshire)
    MailText.objects.create(partnership=hampshire, kind="reminder", version=1, heading="Soon", made_by=organiser)
    booking = make_booking(session=SessionFactory(host=hampshire))
    sign_in(context, client, organiser, site)
    stop = stop_address(booking.practitioner_id, Kind.NEWS)
    address = path.format(session=booking.session_id, stop=f"/{stop.partition('://')[2].partition('/')[2]}")
    assert (glance if then else look)(context, f"{site}{address}", then=then) == []
