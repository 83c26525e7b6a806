"""What became of each message, as organisers and the people themselves see it; sending again."""

import pytest
from django.test import Client

from notifications import delivery
from notifications.models import Message
from tests.factories import SessionFactory, UserFactory, make_booking
from tests.fixtures import signed_in
from tests.pages import words

pytestmark = pytest.mark.django_db


def pages_of(message):
    """The two pages on which organisers read of a message."""
    return f"/organise/sessions/{message.booking.session_id}/messages/", f"/organise/bookings/{message.booking_id}/"


def test_log_when_a_message_went_then_says_subject_time_and_the_servers_answer(sink, organiser, booked):
    message = booked(email="pat@example.org")
    sink.answers["."] = ["250 2.0.0 queued as 4711"]
    delivery.drain()
    subject = str(sink.received[0]["Subject"])
    for client, address in (
        *((organiser, page) for page in pages_of(message)),
        (signed_in(message.booking.practitioner), "/me/messages/"),
    ):
        page = words(client.get(address))
        assert subject in page, address
        assert "Sent" in page
        assert "queued as 4711" in page
        assert "pat@example.org" in page
    reminders = Message.objects.filter(booking=message.booking, status="pending").count()
    assert page.count("Waiting to be sent") == reminders > 0


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("failed", "Not sent: refused"),
        ("cancelled", "Not sent: no longer true"),
        ("expired", "Not sent: too late"),
        ("unknown", "Perhaps sent"),
    ],
)
def test_log_when_a_message_did_not_go_then_says_so_in_words_and_offers_what_can_be_done(
    organiser, booked, status, said
):
    message = booked()
    Message.objects.filter(booking=message.booking).exclude(pk=message.pk).delete()
    Message.objects.filter(pk=message.pk).update(status=status, error="550 nobody of that name")
    for address in pages_of(message):
        page = words(organiser.get(address))
        assert said in page
        assert "550 nobody of that name" in page
        assert ("Send again" in page) is (status in {"failed", "unknown"})
    mine = words(signed_in(message.booking.practitioner).get("/me/messages/"))
    assert said in mine
    assert "Send again" not in mine


def test_sending_again_when_pressed_then_once_more_and_never_what_went(organiser, booked, now):
    message = booked()
    again = f"/organise/messages/{message.pk}/again/"
    history = f"/organise/bookings/{message.booking_id}/"
    assert organiser.get(again).status_code == 405
    Message.objects.filter(pk=message.pk).update(status="sent", sent_at=now)
    assert "was not sent again" in words(organiser.post(again, {"back": history}, follow=True))
    Message.objects.filter(pk=message.pk).update(status="unknown", sent_at=None, risky=2)
    answer = organiser.post(again, {"back": history})
    assert answer.url == history
    message.refresh_from_db()
    assert (message.status, message.risky) == ("pending", 0)


@pytest.mark.parametrize("back", ["https://evil.example.org/", "//evil.example.org/", "javascript:alert(1)", ""])
def test_sending_again_when_the_way_back_leads_elsewhere_then_to_the_session(organiser, booked, back):
    message = booked()
    answer = organiser.post(f"/organise/messages/{message.pk}/again/", {"back": back})
    assert answer.url == f"/organise/sessions/{message.booking.session_id}/messages/"


def test_log_when_others_ask_then_is_not_there(booked, organiser, islander):
    message = booked()
    Message.objects.filter(pk=message.pk).update(status="failed")
    stranger = signed_in(UserFactory())
    for client in (islander, stranger, signed_in(message.booking.practitioner)):
        for address in pages_of(message):
            assert client.get(address).status_code == 404
        assert client.post(f"/organise/messages/{message.pk}/again/").status_code == 404
    assert Client().get("/me/messages/").url == "/sign-in/?next=/me/messages/"
    assert message.booking.email not in words(stranger.get("/me/messages/"))
    message.refresh_from_db()
    assert message.status == "failed"
    assert organiser.get(pages_of(message)[0]).status_code == 200


def test_my_messages_when_somebody_is_a_line_manager_then_what_went_to_them_stands_there(booked, now):
    manager = UserFactory(email="boss@example.org")
    booking = booked().booking
    type(booking).written.filter(pk=booking.pk).update(manager_email=manager.email)
    told = Message.objects.create(
        booking=booking, kind="manager_told", occurrence="x", message_id="<x@x>", due_at=now, expires_at=now
    )
    assert "Line manager told" not in words(signed_in(manager).get("/me/messages/"))
    Message.objects.filter(pk=told.pk).update(status="sent", sent_at=now)
    page = words(signed_in(manager).get("/me/messages/"))
    assert "Line manager told" in page
    assert "Confirmation" not in page
    assert "Line manager told" not in words(signed_in(booking.practitioner).get("/me/messages/"))


@pytest.mark.parametrize("count", [1, 3])
def test_logs_when_few_or_many_then_as_many_queries(organiser, count, django_assert_num_queries):
    person, session = UserFactory(), SessionFactory(capacity=None)
    for _ in range(count):
        booking = make_booking(session=session)
        make_booking(session=SessionFactory(), practitioner=person)
    for client, address, queries in (
        (organiser, f"/organise/sessions/{session.pk}/messages/", 12),
        (organiser, f"/organise/bookings/{booking.pk}/", 13),
        (signed_in(person), "/me/messages/", 10),
    ):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


def test_log_when_there_are_many_then_page_by_page(organiser, booked, now):
    booking = booked().booking
    Message.objects.bulk_create(
        Message(booking=booking, kind="changed", occurrence=str(n), message_id=f"<{n}@x>", due_at=now, expires_at=now)
        for n in range(60)
    )
    address = f"/organise/bookings/{booking.pk}/"
    assert "Page 1 of 2" in words(organiser.get(address))
    assert "Page 2 of 2" in words(organiser.get(address, {"page": "2"}))


def test_logs_when_there_is_nothing_then_say_so(organiser):
    assert "We have not sent you anything yet" in words(signed_in(UserFactory()).get("/me/messages/"))
    page = organiser.get(f"/organise/sessions/{SessionFactory().pk}/messages/")
    assert "Nobody has been sent anything" in words(page)
