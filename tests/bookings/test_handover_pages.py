"""Giving one's place to a colleague, and taking a colleague's, on pages."""

from datetime import timedelta

import pytest
import time_machine

from bookings import actions
from bookings.links import HANDOVER, path_of
from bookings.models import Booking, BookingChange, Handover
from people.models import User
from tests.bookings.desk import set_session_policy
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
from tests.factories.people import SectorFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
KIM = {"name": "Kim Sample", "organisation_name": "Example School", "job_role": "Teacher"}


@pytest.fixture
def booking():
    return make_booking(practitioner=UserFactory(email="pat@example.org", name="Pat Sample"))


def ask(booking, email="kim@example.org"):
    return actions.ask_colleague(booking, email=email, at=NOW, actor=booking.practitioner)


def link(handover):
    return path_of(HANDOVER, handover)


def held():
    """Who has what on the session, in order of booking."""
    return list(Booking.objects.order_by("pk").values_list("practitioner__email", "status"))


# Asking


def test_owner_when_asking_a_colleague_then_reads_whom_and_until_when_and_can_ask_no_more(client, booking):
    client.force_login(booking.practitioner)
    address = f"/me/bookings/{booking.pk}/colleague/"
    assert f'href="{address}">Give my place to a colleague<' in client.get(booking.get_absolute_url()).content.decode()
    assert "<h1>Give my place to a colleague</h1>" in client.get(address).content.decode()

    asked = client.post(address, {"email": " Kim@Example.org"}, follow=True)

    sentence = "You have asked kim@example.org to take your place, until Tuesday 11 May 2027 at 10:00."
    assert sentence in words(asked)
    assert sentence in words(client.get(address))
    assert held() == [("pat@example.org", "confirmed")]

    client.post(f"{address}withdraw/")
    again = client.post(f"{address}withdraw/", follow=True)

    assert "Your colleague is not asked any more." in words(again)
    assert sentence not in words(again)
    assert Handover.objects.get().answer == "withdrawn"


@pytest.mark.parametrize(
    ("email", "status", "sentence"),
    [
        ("", 400, "Enter your colleague's email address."),
        ("nobody", 400, "Enter an email address in the right form"),
        ("PAT@example.org", 409, "This is your own address. Give your colleague's."),
    ],
)
def test_owner_when_the_address_cannot_be_asked_then_reads_why(client, booking, email, status, sentence):
    client.force_login(booking.practitioner)

    answer = client.post(f"/me/bookings/{booking.pk}/colleague/", {"email": email})

    assert answer.status_code == status
    assert sentence in words(answer)
    assert not Handover.objects.exists()


def test_owner_when_the_place_cannot_be_given_then_is_offered_nothing(client, clock, booking):
    clock.move_to(START)
    client.force_login(booking.practitioner)

    answer = client.post(f"/me/bookings/{booking.pk}/colleague/", {"email": "kim@example.org"})

    assert "Give my place" not in words(client.get(booking.get_absolute_url()))
    assert client.get(f"/me/bookings/{booking.pk}/colleague/").status_code == 302
    assert answer.status_code == 409
    assert "This place can no longer be given to a colleague." in words(answer)


def test_owner_when_they_wait_then_have_no_place_to_give(client, booking):
    Booking.objects.model.written.filter(pk=booking.pk).update(status="waitlisted", queue_number=1)
    client.force_login(booking.practitioner)

    assert "Give my place" not in words(client.get(booking.get_absolute_url()))


def test_booking_of_somebody_else_then_there_is_no_such_page(client, booking):
    client.force_login(UserFactory())
    address = f"/me/bookings/{booking.pk}/colleague/"

    answers = [
        client.get(address),
        client.post(address, {"email": "a@example.org"}),
        client.post(f"{address}withdraw/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


# Answering


def test_page_when_looked_at_then_says_who_offers_what_and_changes_nothing(client, booking):
    handover = ask(booking)
    changes = BookingChange.objects.count()

    answer = client.get(link(handover))

    text = words(answer)
    assert "Pat Sample offers you a place" in text
    assert "Please answer by Tuesday 11 May 2027 at 10:00." in text
    assert "Take the place No, thank you" in text
    assert "pat@example.org" not in text
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert BookingChange.objects.count() == changes
    assert not User.objects.filter(email="kim@example.org").exists()


def test_colleague_when_nobody_knows_them_then_says_who_they_are_and_has_the_place(client, booking):
    OrganisationFactory(name="Example School")
    handover = ask(booking)

    unnamed = client.post(link(handover), {"answer": "take"})
    taken = client.post(link(handover), {"answer": "take", **KIM}, follow=True)
    again = client.post(link(handover), {"answer": "take", **KIM}, follow=True)

    assert unnamed.status_code == 400
    assert "Enter your full name." in words(unnamed)
    assert "You have taken the place" in words(taken)
    assert "You have taken the place" in words(again)
    new = Booking.objects.get(practitioner__email="kim@example.org")
    assert f'href="{new.get_absolute_url()}">Sign in and see my booking<' in taken.content.decode()
    assert held() == [("pat@example.org", "substituted"), ("kim@example.org", "confirmed")]
    assert (new.name, new.job_role, new.practitioner.organisation.name) == ("Kim Sample", "Teacher", "Example School")


def test_colleague_when_known_then_one_press_is_enough_and_nothing_of_the_account_is_shown(client, booking):
    kim = UserFactory(email="kim@example.org", name="Kim Secret", job_role="Magistrate")
    handover = ask(booking)

    page = words(client.get(link(handover)))
    client.post(link(handover), {"answer": "take", "name": "Somebody Else"})

    assert "Kim Secret" not in page
    assert "Magistrate" not in page
    assert "Full name" not in page
    kim.refresh_from_db()
    assert kim.name == "Kim Secret"
    assert held()[1] == ("kim@example.org", "confirmed")


def test_colleague_when_some_of_their_details_are_known_then_those_stay_and_are_not_shown(client, booking):
    kim = UserFactory(email="kim@example.org", name="Kim Secret", job_role="", organisation_name="")
    handover = ask(booking)

    page = client.get(link(handover))
    client.post(link(handover), {"answer": "take", **KIM})

    assert "Kim Secret" not in words(page)
    assert 'value="Kim' not in page.content.decode()
    kim.refresh_from_db()
    assert (kim.name, kim.job_role, kim.organisation_name) == ("Kim Secret", "Teacher", "Example School")


def test_colleague_when_saying_no_then_the_first_person_keeps_the_place(client, booking):
    handover = ask(booking)

    answer = client.post(link(handover), {"answer": "no"}, follow=True)
    changed = client.post(link(handover), {"answer": "take", **KIM})

    assert "You said no" in words(answer)
    assert changed.status_code == 409
    assert held() == [("pat@example.org", "confirmed")]
    assert not User.objects.filter(email="kim@example.org").exists()


def test_colleague_when_booked_already_then_keeps_everything_as_it_was(client, booking):
    handover = ask(booking)
    make_booking(session=booking.session, practitioner=UserFactory(email="kim@example.org"))
    before = held(), BookingChange.objects.count()

    answer = client.post(link(handover), {"answer": "take"})

    assert answer.status_code == 409
    assert "You keep your own booking as it was, and nothing has changed." in words(answer)
    assert (held(), BookingChange.objects.count()) == before
    assert Handover.objects.get().answer == ""


def test_colleague_when_they_wait_for_the_session_then_have_the_place_instead(client):
    session = SessionFactory(capacity=1)
    first = make_booking(session=session, practitioner=UserFactory(email="pat@example.org"))
    make_queued(session=session, practitioner=UserFactory(email="kim@example.org"))

    client.post(link(ask(first)), {"answer": "take"})

    assert held() == [
        ("pat@example.org", "substituted"),
        ("kim@example.org", "cancelled"),
        ("kim@example.org", "confirmed"),
    ]


def not_of_the_sector(booking, kim):
    booking.session.sectors.add(SectorFactory(slug="health", name="Health"))
    return "This session is for people who work in: Health."


def other_sitting(booking, kim):
    other = SessionFactory(topic=booking.session.topic, starts_at=START + timedelta(days=1))
    make_booking(session=other, practitioner=kim)
    return "You have booked another sitting of this already."


def closed_account(booking, kim):
    User.objects.filter(pk=kim.pk).update(is_active=False)
    return "This account is closed."


@pytest.mark.parametrize("obstacle", [not_of_the_sector, other_sitting, closed_account])
def test_colleague_when_a_rule_is_against_it_then_reads_which_and_nothing_changes(client, obstacle):
    booking = make_booking(
        session=SessionFactory(topic=TopicFactory(one_sitting=True)), practitioner=UserFactory(email="pat@example.org")
    )
    handover = ask(booking)
    sentence = obstacle(booking, UserFactory(email="kim@example.org"))

    answer = client.post(link(handover), {"answer": "take"})

    assert answer.status_code == 409
    assert sentence in words(answer)
    assert held()[0] == ("pat@example.org", "confirmed")
    assert Handover.objects.get().answer == ""


def test_colleague_when_nobody_knew_them_and_a_rule_is_against_it_then_nothing_is_kept_of_them(client, booking):
    handover = ask(booking)
    not_of_the_sector(booking, None)

    assert client.post(link(handover), {"answer": "take", **KIM}).status_code == 409

    assert not User.objects.filter(email="kim@example.org").exists()


def withdrawn(booking):
    actions.withdraw_handover(booking, at=NOW)
    return "Pat Sample does not ask any more."


def cancelled(booking):
    actions.cancel(booking, at=NOW)
    return "Pat Sample no longer has a booking for this session."


@pytest.mark.parametrize("end", [withdrawn, cancelled])
@pytest.mark.parametrize("answer", ["take", "no"])
def test_colleague_when_the_place_is_offered_no_more_then_reads_why(client, booking, end, answer):
    UserFactory(email="kim@example.org")
    handover = ask(booking)
    sentence = end(booking)

    looked, answered = client.get(link(handover)), client.post(link(handover), {"answer": answer})

    for page in (looked, answered):
        assert "This place is no longer offered to you" in words(page)
        assert sentence in words(page)
    assert answered.status_code == 409
    assert Booking.objects.count() == 1


def test_colleague_when_the_session_has_begun_then_reads_that_it_is_too_late(client, clock, booking):
    UserFactory(email="kim@example.org")
    with time_machine.travel(START - timedelta(days=1), tick=False):
        handover = actions.ask_colleague(booking, email="kim@example.org", at=START - timedelta(days=1))
    clock.move_to(START)

    answer = client.post(link(handover), {"answer": "take"})

    assert answer.status_code == 409
    assert "The time to answer is over" in words(answer)
    assert held() == [("pat@example.org", "confirmed")]


@pytest.mark.parametrize("path", ["/handovers/1/", "/handovers/1:abc/"])
def test_link_when_it_is_not_ours_then_is_absent(client, booking, path):
    ask(booking)

    assert client.get(path).status_code == client.post(path, {"answer": "take"}).status_code == 404


def test_pages_when_the_place_is_given_then_tell_both(client):
    session = SessionFactory(format="in_person", venue=VenueFactory())
    set_session_policy(session, substitute_until_hours=1)
    booking = make_booking(session=session, practitioner=UserFactory(email="pat@example.org"))
    UserFactory(email="kim@example.org", name="Kim Sample")

    taken = client.post(link(ask(booking)), {"answer": "take"}, follow=True)
    client.force_login(booking.practitioner)
    shown = client.get(booking.get_absolute_url())

    assert "Is there anything that would help you take part" in words(taken)
    assert "Given to Kim Sample on Tuesday 4 May 2027 at 10:00." in words(shown)
