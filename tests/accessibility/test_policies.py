"""The organisers' pages about policies and charges have no fault that axe can see."""

import pytest
from playwright.sync_api import expect

from bookings.models import Charge
from events.models import SessionHost
from people.actions import grant_role
from tests.accessibility.axe import glance, look
from tests.bookings.desk import set_policy
from tests.browser import sign_in
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def wrong_number(page):
    """Send the form with a word where a number belongs."""
    page.get_by_label("Hours an offer holds", exact=True).fill("soon")
    page.get_by_role("button", name="Save", exact=False).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


def no_reason(page):
    """Waive without saying why."""
    page.get_by_role("button", name="Waive it").click()
    expect(page.get_by_role("link", name="Say why it is waived.")).to_be_visible()


def no_reminders(page):
    """Switch the reminders off, and be shown how many that is."""
    page.get_by_label("Send no reminders").check()
    page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.get_by_role("heading", name="Send no reminders?")).to_be_visible()


PAGES = {
    "policies": ("policies/", None),
    "a policy": ("policies/hampshire/", None),
    "a policy with a fault": ("policies/hampshire/", wrong_number),
    "the policy of a session": ("sessions/{session}/policy/", None),
    "the policy of a session with a fault": ("sessions/{session}/policy/", wrong_number),
    "the policy of a session of others": ("sessions/{other}/policy/", None),
    "a policy that sends no reminders": ("policies/hampshire/", no_reminders),
    "a session that sends no reminders": ("sessions/{session}/policy/", no_reminders),
    "reminders of a session to switch off": ("sessions/{session}/reminders/", no_reminders),
    "charges": ("charges/", None),
    "no such charge": ("charges/?state=waived", None),
    "a charge to waive": ("charges/{charge}/waive/", None),
    "a charge to waive with a fault": ("charges/{charge}/waive/", no_reason),
}

IN_EVERY_MODE = {"policies", "a policy", "the policy of a session", "charges", "a charge to waive"}


@pytest.mark.parametrize("name", PAGES)
def test_page_when_looked_at_then_axe_finds_nothing(site, context, client, name):
    path, then = PAGES[name]
    hampshire, isle = PartnershipFactory(), PartnershipFactory(slug="isle-of-wight")
    organiser = UserFactory(email="organiser@example.org")
    grant_role(organiser, "organiser", at=NOW, partnership=hampshire)
    set_policy(cancel_working_days=5, closures=["2026-12-24"])
    set_policy(late_cancel_charge=5000)
    other = SessionFactory(host=isle)
    SessionHost.objects.create(session=other, partnership=hampshire)
    booking = make_booking()
    sign_in(context, client, organiser, site)
    charge = Charge.written.add(
        booking=booking, partnership=hampshire, reason="absence", pence=5000, made_at=NOW, organisation_name="A School"
    )

    address = path.format(session=booking.session_id, other=other.pk, charge=charge.pk)
    see = look if name in IN_EVERY_MODE else glance
    assert see(context, f"{site}/organise/{address}", then=then) == []
