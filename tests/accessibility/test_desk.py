"""The pages of those who are offered a place, asked or waiting, in every state that looks different."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bookings import actions
from bookings.links import APPROVAL, CANCEL, COMING, DECLINE, GIVE, HANDOVER, OFFER, path_of
from bookings.models import Approval, Booking
from tests.accessibility.axe import glance, look
from tests.bookings.calendar_replies import reply
from tests.bookings.desk import set_session_policy
from tests.browser import sign_in
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANAGER = ("Lee Boss", "lee.boss.of.the.whole.department@example.org")


def offered(**policy):
    """Somebody to whom a place is offered."""
    session = SessionFactory(capacity=1, title="Honest conversations about what is hard to say")
    set_session_policy(session, **policy)
    holder = make_booking(session=session) if not policy else None
    holder = holder or actions.book(session, practitioner=UserFactory(), at=NOW, manager=("", ""))
    if policy:
        set_session_policy(session)
    booking = make_queued(session=session)
    set_session_policy(session, **policy)
    actions.cancel(holder, at=NOW)
    return Booking.objects.get(pk=booking.pk)


def asking():
    """Somebody whose manager is asked."""
    session = SessionFactory()
    set_session_policy(session, manager="asked")
    return actions.book(session, practitioner=UserFactory(), at=NOW, manager=MANAGER)


@pytest.mark.parametrize("is_answered", [False, True])
def test_page_about_a_declined_invitation_then_has_no_fault(site, context, is_answered):
    asked = reply(make_booking(session=SessionFactory()))
    if is_answered:
        actions.keep_declined(asked, at=NOW)
    assert (glance if is_answered else look)(context, site + path_of(DECLINE, asked)) == []


def test_offer_by_link_then_has_no_fault(site, context):
    assert look(context, site + path_of(OFFER, offered())) == []


def test_offer_when_the_manager_is_not_named_then_the_error_has_no_fault_and_takes_the_focus(site, context):
    booking = offered(manager="asked")

    def send(page):
        page.get_by_role("button", name="Accept").click()
        expect(page.locator(".error-summary")).to_be_focused()

    assert glance(context, site + path_of(OFFER, booking), then=send) == []


def test_offer_when_answered_then_has_no_fault(site, context):
    booking = offered()
    actions.accept(booking, at=NOW)

    assert glance(context, site + path_of(OFFER, booking)) == []


def test_approval_when_open_and_when_answered_then_has_no_fault(site, context):
    asking()
    approval = Approval.objects.get()

    before = look(context, site + path_of(APPROVAL, approval))
    actions.answer_approval(approval, agrees=True, at=NOW)

    assert before == glance(context, site + path_of(APPROVAL, approval)) == []


def test_handover_when_details_are_missing_and_when_taken_then_has_no_fault(site, context):
    handover = actions.ask_colleague(make_booking(), email="kim@example.org", at=NOW)
    address = site + path_of(HANDOVER, handover)

    def send(page):
        page.get_by_role("button", name="Take the place").click()
        expect(page.locator(".error-summary")).to_be_focused()

    before, wrong = look(context, address), glance(context, address, then=send)
    actions.answer_handover(handover, takes=True, at=NOW, practitioner=UserFactory(email="kim@example.org"))

    assert before == wrong == glance(context, address) == []


def test_my_bookings_in_every_state_then_have_no_fault(site, context, client):
    booking, asked = offered(), asking()
    person = booking.practitioner
    Booking.objects.model.written.filter(pk=asked.pk).update(practitioner=person)
    waited = SessionFactory(capacity=1)
    make_booking(session=waited)
    waiting = make_queued(session=waited, practitioner=person)
    sign_in(context, client, person, site)

    addresses = [f"{site}/me/", *(f"{site}/me/bookings/{one.pk}/" for one in (booking, asked, waiting))]

    assert [glance(context, address) for address in addresses] == [[], [], [], []]


def test_giving_a_place_when_asking_and_while_asked_then_has_no_fault(site, context, client):
    booking = make_booking()
    sign_in(context, client, booking.practitioner, site)
    address = f"{site}/me/bookings/{booking.pk}/colleague/"

    before = look(context, address)
    actions.ask_colleague(booking, email="kim.with.a.very.long.address@example.org", at=NOW)

    assert before == glance(context, address) == glance(context, f"{site}{booking.get_absolute_url()}") == []


def test_pages_behind_a_reminder_when_open_and_when_answered_then_have_no_fault(site, context):
    booking = make_booking()
    addresses = [f"{site}{path_of(purpose, booking)}" for purpose in (COMING, CANCEL, GIVE)]
    opened = [see(context, address) for see, address in zip((look, glance, glance), addresses, strict=True)]
    actions.say_coming(booking, at=NOW)
    actions.cancel(booking, at=NOW)
    answered = [glance(context, address) for address in addresses]
    assert opened == answered == [[], [], []]


def test_booking_form_with_every_question_and_a_clash_then_has_no_fault(site, context, client):
    person, topic = UserFactory(), TopicFactory()
    session = SessionFactory(topic=topic, format="hybrid", venue=VenueFactory(), for_whom="I supervise others.")
    SessionFactory(topic=topic, starts_at=START + timedelta(hours=6))
    set_session_policy(session, manager="asked")
    make_booking(session=SessionFactory(title="Launch briefing"), practitioner=person)
    sign_in(context, client, person, site)
    address = f"{site}/sessions/{session.pk}/"

    def send(page):
        page.get_by_role("button", name="Book this session").click()
        expect(page.locator(".error-summary")).to_be_focused()

    assert glance(context, address) == glance(context, f"{address}book/", then=send) == []


def test_session_when_places_are_kept_for_others_then_has_no_fault(site, context, client):
    organisation = OrganisationFactory()
    session = SessionFactory(capacity=5)
    set_session_policy(session, organisation_quota=1)
    make_booking(session=session, practitioner=UserFactory(organisation=organisation))
    sign_in(context, client, UserFactory(organisation=organisation), site)

    assert glance(context, f"{site}/sessions/{session.pk}/") == []
