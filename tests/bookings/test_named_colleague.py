"""Who names a colleague learns nothing of them: not whether they have a place, wait, or are known at all."""

import re

import pytest
from django.db import transaction
from django.test import Client

from bookings.links import GIVE, HANDOVER, path_of
from bookings.models import Booking, Handover
from notifications.models import Message
from people.models import User
from tests.api_client import Api
from tests.factories import SessionFactory, UserFactory, make_booking, make_queued
from tests.notifications.mails import mail_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
KIM = "kim@example.org"


def unknown(session):
    """Nobody has this address."""


def known(session):
    UserFactory(email=KIM)


def placed(session):
    make_booking(session=session, practitioner=UserFactory(email=KIM))


def waits(session):
    make_queued(session=session, practitioner=UserFactory(email=KIM))


def closed(session):
    UserFactory(email=KIM, is_active=False)


def by_program(client, booking):
    body = {"practitioner": {"email": KIM, "name": "Kim Sample"}}
    return Api(booking.practitioner).post(f"bookings/{booking.pk}/substitute/", body)


def on_page(client, booking):
    client.force_login(booking.practitioner)
    return client.post(f"/me/bookings/{booking.pk}/colleague/", {"email": KIM})


def by_link(client, booking):
    return client.post(path_of(GIVE, booking), {"email": KIM})


def answered(ask, standing, capacity):
    """All that the asker sees of a colleague of some standing, down to the bytes, and the mail that went; undone."""
    with transaction.atomic():
        session = SessionFactory(capacity=capacity)
        booking = make_booking(session=session, practitioner=UserFactory(email="pat@example.org", name="Pat Sample"))
        standing(session)
        client = Client()
        answers = [ask(client, booking)]
        client.force_login(booking.practitioner)
        answers.append(client.get(f"/me/bookings/{booking.pk}/"))
        letter = mail_of(booking, "substitute_asked")
        seen = [(answer.status_code, sorted(answer.headers.items()), answer.content.decode()) for answer in answers]
        kinds = list(Message.objects.filter(booking=booking).order_by("pk").values_list("kind", "status"))
        transaction.set_rollback(True)
    secrets = r'nonce[^ >]*|csrfmiddlewaretoken" value="[^"]*|[\w-]*:[\w-]{43}'
    return re.sub(secrets, "", str(seen)), letter["To"], re.sub(secrets, "", words_of(letter)), kinds


@pytest.mark.parametrize("ask", [by_program, on_page, by_link])
@pytest.mark.parametrize("standing", [known, placed, waits, closed])
def test_asker_when_the_colleague_is_known_placed_or_waits_then_reads_the_same_as_of_nobody(ask, standing):
    capacity = 1 if standing is waits else None
    found = answered(ask, standing, capacity)

    assert found == answered(ask, unknown, capacity)
    assert found[1] == KIM


def test_colleague_who_has_a_place_when_they_take_another_then_keeps_their_own_and_the_asker_reads_nothing(client):
    session = SessionFactory()
    booking = make_booking(session=session)
    placed(session)
    by_link(client, booking)

    answer = client.post(path_of(HANDOVER, Handover.objects.get()), {"answer": "take"})

    assert answer.status_code == 409
    assert "You have booked this session already" in answer.content.decode()
    assert Booking.objects.filter(status="confirmed").count() == 2
    assert User.objects.filter(email=KIM).count() == 1
