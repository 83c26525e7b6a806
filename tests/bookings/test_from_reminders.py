"""One press in a reminder: still coming, cancel, or give to a colleague; without signing in, and never by looking."""

from datetime import timedelta
from itertools import permutations

import pytest

from bookings import actions
from bookings.links import CANCEL, COMING, GIVE, OFFER, path_of
from bookings.models import Booking, BookingChange, Handover
from events import actions as event_actions
from notifications.models import Message
from tests.bookings.desk import set_policy, set_session_policy, verbs
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, UserFactory, make_booking, make_queued
from tests.fixtures import organiser_for
from tests.notifications.mails import html_of, mail_of, words_of
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PURPOSES = (COMING, CANCEL, GIVE)
HOUR = timedelta(hours=1)


@pytest.fixture
def booking():
    return make_booking(practitioner=UserFactory(email="pat@example.org", name="Pat Sample"))


def everything():
    """All that an answer could change."""
    return (
        list(Booking.objects.order_by("pk").values_list()),
        BookingChange.objects.count(),
        Handover.objects.count(),
        list(Message.objects.order_by("pk").values_list("pk", "status")),
    )


def press(client, purpose, booking, **fields):
    return client.post(path_of(purpose, booking), fields, follow=True)


# Looking


@pytest.mark.parametrize(
    ("purpose", "heading", "button"),
    [
        (COMING, "Are you still coming?", "I'm still coming"),
        (CANCEL, "Cancel your booking?", "Cancel booking"),
        (GIVE, "Give my place to a colleague", "Ask my colleague"),
    ],
)
def test_page_when_looked_at_then_asks_and_changes_nothing(client, booking, purpose, heading, button):
    before = everything()

    answer = client.get(path_of(purpose, booking))
    client.head(path_of(purpose, booking))

    assert f"<h1>{heading}</h1>" in answer.content.decode()
    assert button in words(answer)
    assert answer.content.decode().split("<main", 1)[1].count("</button>") == 1
    assert booking.email not in words(answer)
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert everything() == before


@pytest.mark.parametrize(("purpose", "other"), [*permutations(PURPOSES, 2), (COMING, OFFER)])
def test_link_when_its_token_is_for_something_else_then_opens_nothing(client, booking, purpose, other):
    token = path_of(other, booking).strip("/").split("/", 1)[1]
    folder = path_of(purpose, booking).strip("/").split("/", 1)[0]
    before = everything()
    assert client.get(f"/{folder}/{token}/").status_code == 404
    assert client.post(f"/{folder}/{token}/", {"email": "kim@example.org"}).status_code == 404
    assert client.get(f"/{folder}/{booking.pk}:made-up/").status_code == 404
    assert everything() == before


# Still coming


def test_still_coming_when_pressed_twice_then_noted_once_and_said(client, booking):
    first, second = press(client, COMING, booking), press(client, COMING, booking)

    for answer in (first, second):
        assert "Thank you: we count on you" in words(answer)
        assert "You told us on Tuesday 4 May 2027 at 10:00 that you are still coming." in words(answer)
        assert "</button>" not in answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    assert verbs(booking) == ["booked", "still_coming"]
    assert Booking.objects.get().status == "confirmed"
    assert Booking.objects.get().ical_sequence == 0


def test_still_coming_when_the_session_moves_then_is_asked_anew_and_holds_again_when_it_moves_back(client, booking):
    press(client, COMING, booking)
    event_actions.reschedule_session(
        booking.session_id, starts_at=START + 3 * HOUR, ends_at=START + 4 * HOUR, at=NOW + HOUR
    )

    assert "Are you still coming?" in words(client.get(path_of(COMING, booking)))
    press(client, COMING, booking)
    assert verbs(booking).count("still_coming") == 2

    event_actions.reschedule_session(booking.session_id, starts_at=START, ends_at=START + HOUR, at=NOW + 2 * HOUR)
    assert "Thank you: we count on you" in words(client.get(path_of(COMING, booking)))


def test_people_when_somebody_said_that_they_come_then_the_organisers_read_it(client, booking):
    organiser = organiser_for(PartnershipFactory())
    make_booking(session=booking.session)
    press(client, COMING, booking)
    page = words(organiser.get(f"/organise/sessions/{booking.session_id}/people/"))
    assert page.count("Still coming, said Tuesday 4 May 2027 at 10:00") == 1
    assert "1 said again that they come" in page
    history = words(organiser.get(f"/organise/bookings/{booking.pk}/"))
    assert "Said they are still coming" in history
    event_actions.reschedule_session(
        booking.session_id, starts_at=START + 3 * HOUR, ends_at=START + 4 * HOUR, at=NOW + HOUR
    )
    page = words(organiser.get(f"/organise/sessions/{booking.session_id}/people/"))
    assert "Still coming" not in page  # it was said of another hour


def test_still_coming_when_a_booking_waits_then_it_is_said_how_it_stands(client):
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    waits = make_queued(session=session)
    answer = press(client, COMING, waits)
    assert "You are on the waiting list" in words(answer)
    assert "still_coming" not in verbs(waits)


# Cancelling


def test_cancel_when_pressed_twice_then_cancelled_once_and_said(client, booking):
    first, second = press(client, CANCEL, booking), press(client, CANCEL, booking)

    for answer in (first, second):
        assert "This booking is cancelled" in words(answer)
        assert "Cancelled on Tuesday 4 May 2027 at 10:00." in words(answer)
    assert verbs(booking) == ["booked", "cancelled"]
    assert booking.changes.last().actor == booking.practitioner


def test_cancel_when_it_is_late_then_says_so_with_its_charge_before_and_records_it(client, clock):
    set_policy(late_cancel_charge=5050)
    booking = make_booking()
    clock.move_to(START - HOUR)
    text = words(client.get(path_of(CANCEL, booking)))
    assert "and it is recorded as late. Cancelling late is charged: £50.50." in text
    press(client, CANCEL, booking)
    assert Booking.objects.get(pk=booking.pk).cancelled_late


def test_cancel_when_somebody_waits_then_they_get_the_place_in_the_same_step(client):
    session = SessionFactory(capacity=1)
    booking = make_booking(session=session)
    waits = make_queued(session=session)
    press(client, CANCEL, booking)
    assert Booking.objects.get(pk=waits.pk).status == "offered"


# Giving


def test_give_when_a_colleague_is_asked_twice_then_asked_once_and_said(client, booking):
    for _ in range(2):
        answer = press(client, GIVE, booking, email="kim@example.org")
        assert "You have asked kim@example.org to take your place, until" in words(answer)
    assert Handover.objects.get().answer == ""
    assert verbs(booking) == ["booked", "colleague_asked"]


@pytest.mark.parametrize(
    ("email", "status", "sentence"),
    [
        ("", 400, "Enter your colleague's email address."),
        ("nobody", 400, "Enter an email address in the right form"),
        ("kim@example.org\nBcc: x@example.org", 400, "Enter an email address in the right form"),
        ("pat@example.org", 409, "This is your own address. Give your colleague's."),
    ],
)
def test_give_when_the_address_cannot_be_asked_then_says_why(client, booking, email, status, sentence):
    answer = press(client, GIVE, booking, email=email)
    assert answer.status_code == status
    assert sentence in words(answer)
    assert not Handover.objects.exists()


def test_give_when_the_policy_ends_it_earlier_then_neither_the_mail_nor_the_page_offers_it(client, clock):
    session = SessionFactory()
    set_session_policy(session, substitute_until_hours=2)
    booking = make_booking(session=session)
    assert path_of(GIVE, booking) in words_of(mail_of(booking, "reminder"))
    assert path_of(GIVE, booking) not in words_of(mail_of(booking, "reminder_soon"))
    clock.move_to(START - HOUR)
    answer = press(client, GIVE, booking, email="kim@example.org")
    assert "This place can no longer be given to a colleague" in words(answer)
    assert not Handover.objects.exists()


# Late, and after the end


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize(
    ("after", "heading"), [(timedelta(0), "This session has begun"), (5 * HOUR, "This session is over")]
)
def test_press_when_it_comes_late_then_says_what_holds_and_changes_nothing(
    client, clock, booking, purpose, after, heading
):
    clock.move_to(START + after)
    before = everything()
    answer = press(client, purpose, booking, email="kim@example.org")
    assert heading in words(answer)
    assert "</button>" not in answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    assert everything() == before


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("whose", ["person", "session"])
def test_press_when_all_is_cancelled_then_says_what_holds_and_changes_nothing(client, booking, purpose, whose):
    if whose == "person":
        actions.cancel(booking, at=NOW, actor=booking.practitioner)
    else:
        event_actions.cancel_session(booking.session_id, reason="The trainer is ill.", at=NOW)
    before = everything()
    answer = press(client, purpose, booking, email="kim@example.org")
    assert "This booking is cancelled" in words(answer)
    assert ("The trainer is ill." in words(answer)) == (whose == "session")
    assert everything() == before


@pytest.mark.parametrize("purpose", PURPOSES)
def test_press_when_the_place_is_a_colleagues_then_says_so_and_changes_nothing(client, booking, purpose):
    organiser = organiser_for(PartnershipFactory())
    organiser.post(f"/organise/bookings/{booking.pk}/substitute/", {"email": "kim@example.org", "name": "Kim Sample"})
    before = everything()
    answer = press(client, purpose, booking, email="new@example.org")
    assert "You gave this place to a colleague" in words(answer)
    assert everything() == before


# In the mails


@pytest.mark.parametrize("kind", ["reminder", "reminder_soon"])
def test_reminder_when_read_then_holds_all_three_links_in_words_and_html(booking, kind):
    mail = mail_of(booking, kind)
    for purpose in PURPOSES:
        assert path_of(purpose, booking) in words_of(mail)
        assert f'{path_of(purpose, booking)}"' in html_of(mail)
    assert "I'm still coming" in words_of(mail)


def test_confirmation_when_read_then_holds_none_of_them(booking):
    text = words_of(mail_of(booking, "confirmation"))
    assert not [purpose for purpose in PURPOSES if path_of(purpose, booking) in text]
