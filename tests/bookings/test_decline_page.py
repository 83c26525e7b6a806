"""The page of somebody who declined in their calendar, and what others see of it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings import actions
from bookings.links import DECLINE, OFFER, path_of
from bookings.models import Booking, BookingChange
from events.actions import cancel_session
from people.models import RoleGrant
from tests.bookings.calendar_replies import reply
from tests.bookings.desk import set_policy, verbs
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.pages import words

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + 2 * MINUTE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def booking():
    return make_booking(session=SessionFactory(capacity=1), practitioner=UserFactory(email="pat@example.org"))


@pytest.fixture
def asked(booking):
    return reply(booking)


def status(booking):
    return Booking.objects.get(pk=booking.pk).status


def test_page_when_looked_at_then_says_where_things_stand_and_changes_nothing(client, booking, asked):
    page = client.get(path_of(DECLINE, asked))

    text = words(page)
    assert "Can you not come?" in text
    assert "You still have your place. It stays yours until you give it up." in text
    assert "Giving it up does not count as late." in text
    assert "Keep my place Give my place up" in text
    assert client.head(path_of(DECLINE, asked)).status_code == 200
    assert (status(booking), verbs(booking)) == ("confirmed", ["booked", "calendar_declined"])
    assert page.headers["Cache-Control"] == "no-store, private"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.cookies == {}


@pytest.mark.parametrize(
    ("answer", "after", "heading"),
    [("keep", "confirmed", "You keep your place"), ("give_up", "cancelled", "You have given up your place")],
)
def test_page_when_answered_twice_then_says_what_holds_and_writes_once(booking, asked, answer, after, heading):
    browser = Client(enforce_csrf_checks=True)
    first = browser.post(path_of(DECLINE, asked), {"answer": answer}, headers={"Origin": "null"}, follow=True)
    count = BookingChange.objects.count()

    second = browser.post(path_of(DECLINE, asked), {"answer": answer}, follow=True)

    assert heading in words(first)
    assert heading in words(second)
    assert (status(booking), BookingChange.objects.count()) == (after, count)
    assert booking.changes.last().actor == booking.practitioner


def test_page_when_given_up_after_keeping_in_another_window_then_the_first_holds(client, booking, asked):
    client.post(path_of(DECLINE, asked), {"answer": "keep"})

    page = client.post(path_of(DECLINE, asked), {"answer": "give_up"})

    assert page.status_code == 409
    assert "This place is kept already." in words(page)
    assert status(booking) == "confirmed"


def test_page_when_kept_after_giving_up_then_says_that_it_is_gone(client, booking, asked):
    client.post(path_of(DECLINE, asked), {"answer": "give_up"})

    page = client.post(path_of(DECLINE, asked), {"answer": "keep"})

    assert page.status_code == 409
    assert "You have given up your place" in words(page)
    assert status(booking) == "cancelled"


def test_page_when_no_button_was_pressed_then_asks_for_one(client, booking, asked):
    page = client.post(path_of(DECLINE, asked), {"answer": "perhaps"})

    assert page.status_code == 400
    assert "Press one of the two buttons." in words(page)
    assert status(booking) == "confirmed"


def test_page_when_the_place_is_to_be_released_then_says_when(client, clock):
    set_policy(calendar_decline="release")
    booking = make_booking(session=SessionFactory())
    asked = reply(booking)
    assert "half an hour after the mail in which we say so" in words(client.get(path_of(DECLINE, asked)))
    actions.told_of_decline(asked, told_at=NOW + 2 * MINUTE)
    assert "is given up on Tuesday 4 May 2027 at 10:32." in words(client.get(path_of(DECLINE, asked)))

    actions.release_declined(at=NOW + 32 * MINUTE)

    clock.move_to(NOW + 40 * MINUTE)
    page = client.get(path_of(DECLINE, asked))
    assert "Your place was given up" in words(page)
    assert "Tuesday 4 May 2027 at 10:32" in words(page)
    assert client.post(path_of(DECLINE, asked), {"answer": "keep"}).status_code == 409


def test_page_when_late_then_says_what_it_costs(client, clock):
    set_policy(late_cancel_charge=2500)
    booking = make_booking(session=SessionFactory())
    asked = reply(booking)
    clock.move_to(Booking.objects.get(pk=booking.pk).cancel_free_until + 2 * MINUTE)

    assert "it is recorded as late and charged: £25.00." in words(client.get(path_of(DECLINE, asked)))


def test_page_when_the_session_or_the_booking_is_cancelled_or_it_has_begun_then_says_so(client, clock, booking, asked):
    address = path_of(DECLINE, asked)
    clock.move_to(START)
    assert "This session has begun" in words(client.get(address))
    clock.move_to(NOW + 3 * MINUTE)
    actions.cancel(booking, at=NOW + 3 * MINUTE)
    assert "You have no place on this session any more" in words(client.get(address))
    cancel_session(booking.session_id, reason="Snow.", at=NOW + 4 * MINUTE)
    assert "This session is cancelled" in words(client.get(address))
    assert "Keep my place" not in words(client.get(address))


def test_page_of_an_earlier_mail_then_answers_the_question_that_is_open(client, booking, asked):
    reply(booking, "accepted", minutes=2)
    again = reply(booking, minutes=3)

    client.post(path_of(DECLINE, asked), {"answer": "keep"})

    again.refresh_from_db()
    assert again.answer == "kept"


@pytest.mark.parametrize("path", ["/declines/1/", "/declines/1:abc/", "/declines/%00/"])
def test_page_when_the_link_is_not_ours_then_is_as_absent_as_any_page(client, asked, path):
    assert client.get(path).status_code == client.post(path, {"answer": "keep"}).status_code == 404
    other = path_of(OFFER, asked).replace("/offers/", "/declines/")
    assert client.get(other).status_code == 404


def test_my_booking_when_declined_in_the_calendar_then_leads_to_the_question(client, booking, asked):
    client.force_login(booking.practitioner)

    page = client.get(f"/me/bookings/{booking.pk}/")

    assert path_of(DECLINE, asked) in page.content.decode()
    actions.keep_declined(asked, at=NOW + 2 * MINUTE)
    assert path_of(DECLINE, asked) not in client.get(f"/me/bookings/{booking.pk}/").content.decode()


@pytest.mark.parametrize(
    ("decides", "said"),
    [("ask", "Declining it there does not cancel your place."), ("release", "we write to you first")],
)
def test_my_booking_then_says_what_declining_means(client, decides, said):
    set_policy(calendar_decline=decides)
    booking = make_booking(session=SessionFactory())
    client.force_login(booking.practitioner)

    assert said in words(client.get(f"/me/bookings/{booking.pk}/"))


def test_organisers_then_see_the_last_answer_and_the_history_of_all(client, booking, asked):
    organiser = UserFactory(email="organiser@example.org")
    RoleGrant.objects.create(user=organiser, role="organiser", partnership=PartnershipFactory())
    client.force_login(organiser)
    assert "Declined in their calendar" in words(client.get(f"/organise/sessions/{booking.session_id}/people/"))
    reply(booking, "tentative", minutes=2)
    assert "Perhaps, says their calendar" in words(client.get(f"/organise/sessions/{booking.session_id}/people/"))

    history = words(client.get(f"/organise/bookings/{booking.pk}/"))

    assert "Declined the invitation in their calendar" in history
    assert "Declined The place is kept" in history
    assert "Tuesday 4 May 2027 at 10:02 Perhaps –" in history
