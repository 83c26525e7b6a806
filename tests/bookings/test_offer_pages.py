"""An offered place on pages: from the mail's link, and signed in."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings import actions, tasks
from bookings.links import APPROVAL, OFFER, path_of
from bookings.models import Approval, Booking, BookingChange
from events.actions import cancel_session
from tests.bookings.desk import set_session_policy
from tests.factories import NOW, SessionFactory, UserFactory, make_booking, make_queued
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOURS = timedelta(hours=1)


@pytest.fixture
def offer():
    """Somebody to whom the one place of a session is offered."""
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    booking = make_queued(session=session, practitioner=UserFactory(email="pat@example.org"))
    actions.cancel(holder, at=NOW)
    booking.refresh_from_db()
    assert booking.status == "offered"
    return booking


def link(booking):
    return path_of(OFFER, booking)


def status(booking):
    return Booking.objects.get(pk=booking.pk).status


def test_link_when_looked_at_then_says_what_and_until_when_and_changes_nothing(client, offer):
    changes = BookingChange.objects.count()

    answer = client.get(link(offer))

    text = words(answer)
    assert "A place is offered to you" in text
    assert offer.session.title in text
    assert "The place is kept for you until Wednesday 5 May 2027 at 10:00." in text
    assert "Accept Decline" in text
    assert (status(offer), BookingChange.objects.count()) == ("offered", changes)
    assert client.head(link(offer)).status_code == 200
    assert status(offer) == "offered"


def test_link_then_no_cache_keeps_it_and_nobody_learns_of_it(client, offer):
    answer = client.get(link(offer))

    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.cookies == {}


def test_link_when_answered_then_a_browser_without_cookies_and_origin_is_enough(offer):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(link(offer), {"answer": "accept"}, headers={"Origin": "null"})

    assert answer.status_code == 302
    assert status(offer) == "confirmed"


@pytest.mark.parametrize("path", ["/offers/1/", "/offers/1:abc/", "/offers/x:y/", "/offers/%00/"])
def test_link_when_it_is_not_ours_then_is_as_absent_as_any_page(client, offer, path):
    assert client.get(path).status_code == client.post(path, {"answer": "accept"}).status_code == 404


def test_link_when_made_for_another_question_then_is_absent(client, offer):
    other = path_of(APPROVAL, offer).replace("/approvals/", "/offers/")

    assert client.get(other).status_code == 404


@pytest.mark.parametrize(
    ("answer", "after", "heading"),
    [("accept", "confirmed", "You have this place"), ("decline", "declined", "You declined this place")],
)
def test_link_when_answered_twice_then_says_what_became_of_it_and_writes_once(client, offer, answer, after, heading):
    first = client.post(link(offer), {"answer": answer}, follow=True)
    changes = BookingChange.objects.count()

    second = client.post(link(offer), {"answer": answer}, follow=True)

    assert heading in words(first)
    assert heading in words(second)
    assert (status(offer), BookingChange.objects.count()) == (after, changes)
    assert BookingChange.objects.filter(booking=offer).last().actor == offer.practitioner


@pytest.mark.parametrize(
    ("first", "second", "after", "heading"),
    [
        ("accept", "decline", "confirmed", "You have this place"),
        ("decline", "accept", "declined", "You declined this place"),
    ],
)
def test_link_when_answered_otherwise_in_another_tab_then_the_first_answer_stands(
    client, offer, first, second, after, heading
):
    client.post(link(offer), {"answer": first})

    answer = client.post(link(offer), {"answer": second})

    assert answer.status_code == 409
    assert "This place is no longer offered to you." in words(answer)
    assert heading in words(answer)
    assert status(offer) == after


@pytest.mark.parametrize("by_worker", [False, True])
def test_link_when_the_offer_has_run_out_then_says_so_and_gives_nothing(client, clock, offer, by_worker):
    clock.shift(24 * HOURS)
    if by_worker:
        tasks.pass_on()

    looked = client.get(link(offer))
    answer = client.post(link(offer), {"answer": "accept"})

    assert "This offer has run out" in words(looked)
    assert "Accept" not in words(looked)
    assert answer.status_code == 409
    assert status(offer) == ("expired" if by_worker else "offered")


def test_link_when_the_booking_was_cancelled_then_says_so(client, offer):
    actions.cancel(offer, at=NOW, actor=offer.practitioner)

    answer = client.post(link(offer), {"answer": "accept"})

    assert answer.status_code == 409
    assert "This booking is cancelled Sharing" in words(answer)
    assert status(offer) == "cancelled"


def test_link_when_the_session_was_called_off_then_says_why(client, offer):
    cancel_session(offer.session.pk, at=NOW, actor=None, reason="The trainer is ill.")

    assert "The session does not take place. The trainer is ill." in words(client.get(link(offer)))


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_link_when_no_button_is_named_then_asks_for_one(client, offer, answer):
    response = client.post(link(offer), {"answer": answer})

    assert response.status_code == 400
    assert "Press one of the two buttons." in words(response)
    assert status(offer) == "offered"


def test_accept_when_the_manager_is_to_be_asked_then_asks_for_them_once_and_waits(client, offer):
    set_session_policy(offer.session, manager="asked")

    unnamed = client.post(link(offer), {"answer": "accept"})
    named = client.post(
        link(offer),
        {"answer": "accept", "manager_name": "Lee Boss", "manager_email": "Lee@Example.org"},
        follow=True,
    )

    assert unnamed.status_code == 400
    assert "Give your line manager's email address, or tick that you have none." in words(unnamed)
    assert "Your line manager is asked" in words(named)
    assert status(offer) == "awaiting_approval"
    assert Approval.objects.get().manager_email == "lee@example.org"
    offer.practitioner.refresh_from_db()
    assert offer.practitioner.manager_email == "lee@example.org"


def test_decline_when_the_manager_would_be_asked_then_needs_no_name(client, offer):
    set_session_policy(offer.session, manager="asked")

    client.post(link(offer), {"answer": "decline", "manager_email": "no address"})

    assert status(offer) == "declined"


def test_owner_when_signed_in_then_answers_from_the_lists_of_bookings(client, offer):
    client.force_login(offer.practitioner)

    listed, shown = client.get("/me/"), client.get(f"/me/bookings/{offer.pk}/")
    answer = client.post(f"/me/bookings/{offer.pk}/offer/", {"answer": "accept"}, follow=True)

    assert "Offered to you until Wednesday 5 May 2027 at 10:00" in words(listed)
    assert "Place offered until Wednesday 5 May 2027 at 10:00" in words(shown)
    for page in (listed, shown):
        assert f'action="/me/bookings/{offer.pk}/offer/"' in page.content.decode()
    assert "The place is yours." in words(answer)
    assert status(offer) == "confirmed"


def test_owner_when_the_offer_has_gone_then_is_shown_the_booking(client, offer):
    client.force_login(offer.practitioner)
    actions.decline(offer, at=NOW)

    assert client.get(f"/me/bookings/{offer.pk}/offer/").headers["Location"] == f"/me/bookings/{offer.pk}/"


def test_owner_when_somebody_else_asks_then_there_is_no_such_page(client, offer):
    client.force_login(UserFactory())

    assert client.get(f"/me/bookings/{offer.pk}/offer/").status_code == 404
    assert client.post(f"/me/bookings/{offer.pk}/offer/", {"answer": "accept"}).status_code == 404
    assert Client().get(f"/me/bookings/{offer.pk}/offer/").headers["Location"].startswith("/sign-in/")
    assert status(offer) == "offered"


# The waiting list


def test_waiting_when_one_press_leaves_then_says_so(client):
    session = SessionFactory(capacity=1, title="Toolkit tour")
    make_booking(session=session)
    booking = make_queued(session=session)
    client.force_login(booking.practitioner)
    assert f'action="/me/bookings/{booking.pk}/leave/"' in client.get("/me/").content.decode()

    answer = client.post(f"/me/bookings/{booking.pk}/leave/", follow=True)

    assert "You have left the waiting list of “Toolkit tour”." in words(answer)
    assert status(booking) == "cancelled"
    assert client.get(f"/me/bookings/{booking.pk}/leave/").status_code == 405


def test_leaving_when_a_place_has_come_meanwhile_then_keeps_it(client, offer):
    client.force_login(offer.practitioner)

    answer = client.post(f"/me/bookings/{offer.pk}/leave/", follow=True)

    assert "You are not on this waiting list any more." in words(answer)
    assert status(offer) == "offered"


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (
            {},
            "it is offered to the first in line. We tell you by mail if that is you. You then have 24 hours, or",
        ),
        ({"waiting_list": "automatic"}, "the first in line has it at once."),
    ],
)
def test_waiting_then_the_page_says_what_the_place_in_line_means(client, policy, sentence):
    session = SessionFactory(capacity=1)
    set_session_policy(session, **policy)
    make_booking(session=session)
    booking = make_queued(session=session)
    client.force_login(booking.practitioner)

    text = words(client.get(f"/me/bookings/{booking.pk}/"))

    assert "You are next in line" in text
    assert sentence in text


@pytest.mark.parametrize("state", ["confirmed", "waitlisted", "offered"])
def test_my_bookings_when_one_or_four_then_cost_the_same(client, django_assert_num_queries, state):
    person = UserFactory()
    client.force_login(person)

    def make(number):
        session = SessionFactory(capacity=1, starts_at=NOW + timedelta(days=30 + number))
        holder = make_booking(session=session) if state != "confirmed" else None
        booking = make_booking(session=session, practitioner=person)
        if state == "offered":
            actions.cancel(holder, at=NOW)
        assert status(booking) == state

    make(0)
    with django_assert_num_queries(5):
        client.get("/me/")
    for number in range(1, 4):
        make(number)
    with django_assert_num_queries(5):
        client.get("/me/")


@pytest.mark.parametrize(("state", "queries"), [("confirmed", 11), ("waitlisted", 6), ("offered", 6)])
def test_booking_page_then_costs_what_its_state_needs(client, django_assert_num_queries, state, queries):
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    booking = holder if state == "confirmed" else make_queued(session=session)
    if state == "offered":
        actions.cancel(holder, at=NOW)
    client.force_login(booking.practitioner)

    with django_assert_num_queries(queries):
        client.get(f"/me/bookings/{booking.pk}/")
