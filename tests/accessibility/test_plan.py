"""My plan and what came of booking it, in every state that looks different."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from notifications import inbox, messages
from notifications.models import Message
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import (
    NOW,
    START,
    SessionFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    make_booking,
)
from tests.factories.people import AreaFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


def programme():
    """Make sessions that clash, are far apart, full, over and offered again; return those to pick."""
    topic = TopicFactory()
    centre = VenueFactory(slug="example-centre", name="Example Centre", area=AreaFactory())
    hall = VenueFactory(area=AreaFactory(slug="isle-of-wight"))
    SessionFactory(topic=topic, title="Toolkit tour", starts_at=START + 8 * HOUR)
    full = SessionFactory(title="A full session", starts_at=START + timedelta(days=1), capacity=1)
    make_booking(session=full)
    return [
        SessionFactory(topic=topic, title="Toolkit tour"),
        SessionFactory(title="Honest conversations", format="in_person", venue=centre),
        SessionFactory(title="Practice", format="in_person", venue=hall, starts_at=START + 2 * HOUR),
        SessionFactory(title="Close", starts_at=START + 4 * HOUR),
        full,
    ]


def pick(page, site, sessions):
    """Press the button on each session's page."""
    for session in sessions:
        page.goto(f"{site}/sessions/{session.pk}/")
        page.get_by_role("button", name="Add to my plan").click()


def picked(context, site):
    """Pick the whole programme, and one session that is then called off."""
    sessions, called_off = programme(), SessionFactory(title="Called off")
    pick(context.new_page(), site, [*sessions, called_off])
    type(called_off).objects.filter(pk=called_off.pk).update(state="cancelled", cancelled_at=NOW)
    return sessions


def test_plan_when_empty_then_has_no_fault(site, context):
    assert glance(context, f"{site}/plan/") == []


def test_plan_when_signed_out_with_everything_to_say_then_has_no_fault(site, context):
    picked(context, site)

    assert look(context, f"{site}/plan/") == []


def test_plan_when_signed_in_with_bookings_between_then_has_no_fault(site, context, client):
    person = UserFactory()
    make_booking(session=SessionFactory(title="Booked", starts_at=START + HOUR), practitioner=person)
    sign_in(context, client, person, site)
    picked(context, site)

    assert glance(context, f"{site}/plan/") == []


def test_plan_when_details_are_sent_empty_then_the_errors_have_no_fault_and_take_the_focus(site, context, client):
    sign_in(context, client, UserFactory(name="", organisation_name="", job_role=""), site)
    picked(context, site)

    def send(page):
        page.get_by_role("button", name="Book all").click()
        expect(page.locator(".error-summary")).to_be_focused()

    assert glance(context, f"{site}/plan/", then=send) == []


def test_session_when_it_can_be_picked_and_when_it_is_picked_then_has_no_fault(site, context):
    session = SessionFactory()
    address = f"{site}/sessions/{session.pk}/"

    before = glance(context, address)
    pick(context.new_page(), site, [session])

    assert before == glance(context, address) == []


def test_plan_when_it_takes_no_more_then_the_refusal_has_no_fault(site, context):
    session = SessionFactory()

    def press_too_late(page):
        page.get_by_role("button", name="Add to my plan").click()
        page.get_by_role("alert").wait_for()
        type(session).objects.update(booking_closes_at=None)

    def look_once(page):
        type(session).objects.update(booking_closes_at=NOW)
        press_too_late(page)

    assert glance(context, f"{site}/sessions/{session.pk}/", then=look_once) == []


def test_result_when_some_could_not_be_booked_then_has_no_fault(site, context, client):
    sign_in(context, client, UserFactory(), site)
    sessions, page = picked(context, site), context.new_page()
    topic = TopicFactory()
    last = SessionFactory(topic=topic, title="The last place", starts_at=START + timedelta(days=2), capacity=1)
    SessionFactory(topic=topic, title="The last place", starts_at=START + timedelta(days=2, hours=3))
    pick(page, site, [last])
    make_booking(session=last)
    page.goto(f"{site}/plan/")

    page.get_by_role("button", name="Book all").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{len(sessions) - 1} sessions booked, 3 not booked")
    assert page.get_by_role("button", name="Add to my plan").count() == 1
    assert look(context, f"{site}/plan/done/") == []


def test_result_when_one_waits_then_has_no_fault(site, context, client):
    sign_in(context, client, UserFactory(), site)
    page = context.new_page()
    pick(page, site, programme())
    page.goto(f"{site}/plan/")
    page.get_by_label("Join waiting lists where a session is full").check()

    page.get_by_role("button", name="Book all").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("4 sessions booked, 1 on the waiting list")
    assert glance(context, f"{site}/plan/done/") == []
    kept = inbox.keep(messages.build(Message.objects.get(kind="plan")).content)
    assert glance(context, f"{site}/dev/mail/{kept}/") == []
