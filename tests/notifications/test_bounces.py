"""What providers tell by webhook: kept with the message, held against the address, shown, and cleared."""

from datetime import timedelta

import pytest
from anymail.signals import AnymailTrackingEvent, tracking
from django.db import IntegrityError, transaction
from django.test import Client

from notifications import bounces, delivery, inbox, undeliverable
from notifications.models import Message, ProviderEvent, Undeliverable
from tests.factories import SessionFactory, UserFactory, make_booking
from tests.fixtures import signed_in
from tests.pages import words

pytestmark = pytest.mark.django_db
PAT = "pat@example.org"


@pytest.fixture
def sent(booked):
    """A confirmation to Pat that went out."""
    message = booked(email=PAT)
    delivery.drain()
    message.refresh_from_db()
    assert message.status == "sent"
    return message


def told(kind, message=None, **fields):
    """Let a provider tell of a message, in the one form that anymail gives all."""
    fields = {"message_id": message.message_id if message else None, "event_id": "1", **fields}
    tracking.send(object, event=AnymailTrackingEvent(event_type=kind, **fields), esp_name="Example")


def marked():
    return list(Undeliverable.objects.filter(cleared_at=None).values_list("address", "reason"))


@pytest.mark.parametrize("brackets", [True, False])
@pytest.mark.parametrize("recipient", [PAT, "PAT@Example.org", None, "forwarded@elsewhere.example.org"])
def test_bounce_when_it_lasts_then_the_address_is_marked_in_the_providers_words(sent, brackets, recipient):
    name = sent.message_id if brackets else sent.message_id.strip("<>")
    told("bounced", message_id=name, recipient=recipient, reject_reason="bounced", mta_response="550 5.1.1 no\r\n such")
    assert marked() == [(PAT, "bounced")]
    assert Undeliverable.objects.get().words == ProviderEvent.objects.get().words == "550 5.1.1 no such"


def test_complaint_when_told_then_the_address_is_marked(sent):
    told("complained", sent, recipient=PAT, reject_reason="spam")
    assert marked() == [(PAT, "complained")]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("delivered", {}),
        ("deferred", {"mta_response": "451 later"}),
        ("bounced", {"reject_reason": "blocked"}),
        ("bounced", {"reject_reason": "other"}),
        ("bounced", {"reject_reason": "bounced", "mta_response": "552 5.2.2 mailbox full"}),
        ("bounced", {"reject_reason": "bounced", "mta_response": "smtp; 550 5.7.1 policy"}),
        ("bounced", {"reject_reason": "bounced", "mta_response": "450 greylisted"}),
        ("bounced", {"reject_reason": "bounced", "esp_event": {"Type": "SoftBounce"}}),
        ("bounced", {"reject_reason": "bounced", "esp_event": {"event": "soft_bounce"}}),
        ("bounced", {"reject_reason": "bounced", "esp_event": {"bounce": {"bounceType": "Transient"}}}),
        ("bounced", {"reject_reason": "bounced", "description": "Transient: MailboxFull"}),
    ],
)
def test_event_when_it_says_nothing_lasting_then_is_kept_with_the_message_alone(sent, kind, fields):
    told(kind, sent, recipient=PAT, **fields)
    assert ProviderEvent.objects.get().kind == ("delivered" if kind == "delivered" else "deferred")
    assert marked() == []


@pytest.mark.parametrize("kind", ["opened", "clicked", "queued", "sent", "unsubscribed", "unknown"])
def test_event_when_it_is_about_reading_then_is_not_kept(sent, kind):
    told(kind, sent, recipient=PAT)
    assert not ProviderEvent.objects.exists()
    assert marked() == []


@pytest.mark.parametrize("message_id", ["<other@elsewhere.example.org>", "", None, "\x00", "x" * 5000])
@pytest.mark.parametrize("recipient", ["stranger@example.org", "no address", "", None])
def test_event_when_nobody_here_is_concerned_then_leaves_no_trace(sent, message_id, recipient):
    told("bounced", message_id=message_id, recipient=recipient, reject_reason="bounced")
    assert not ProviderEvent.objects.exists()
    assert not Undeliverable.objects.exists()


def test_bounce_when_the_mail_was_a_code_to_sign_in_then_its_owner_is_marked():
    UserFactory(email=PAT)
    told("bounced", message_id="<code@example.org>", recipient=PAT, reject_reason="bounced")
    assert marked() == [(PAT, "bounced")]


def test_event_when_told_again_then_nothing_more_and_not_after_it_was_cleared(sent, now):
    fields = {"recipient": PAT, "reject_reason": "bounced", "timestamp": now}
    for _ in range(2):
        told("bounced", sent, **fields)
    assert ProviderEvent.objects.count() == Undeliverable.objects.count() == 1
    undeliverable.clear(Undeliverable.objects.all(), by=UserFactory(), at=now + timedelta(seconds=1))
    told("bounced", sent, **fields)
    assert marked() == []
    later = AnymailTrackingEvent(
        event_type="bounced", event_id="2", recipient=PAT, reject_reason="bounced", timestamp=now + timedelta(hours=1)
    )
    undeliverable.clear(Undeliverable.objects.all(), by=UserFactory(), at=now)
    bounces.take(later, esp="Example", at=now + timedelta(hours=2))
    assert marked() == [(PAT, "bounced")]


def test_mail_when_the_address_is_marked_then_only_what_is_urgent_still_goes(sent, now):
    told("bounced", sent, recipient=PAT, reject_reason="bounced", mta_response="550 5.1.1 nobody")
    other = make_booking(session=SessionFactory(), practitioner=sent.booking.practitioner, at=now)
    hour = Message.objects.get(booking=sent.booking, kind="reminder_soon")
    Message.objects.filter(pk=hour.pk).update(due_at=now - timedelta(seconds=1))
    confirmation = Message.objects.get(booking=other, kind="confirmation")
    Message.objects.filter(pk=confirmation.pk).update(due_at=now - timedelta(seconds=1))
    before = len(inbox.newest())
    delivery.drain()
    confirmation.refresh_from_db()
    hour.refresh_from_db()
    assert (confirmation.status, hour.status) == ("failed", "sent")
    assert "Mail to it comes back" in confirmation.error
    assert "550 5.1.1 nobody" in confirmation.error
    assert len(inbox.newest()) == before + 1


@pytest.mark.parametrize(
    ("verb", "reply", "is_marked"),
    [
        ("RCPT", "550 5.1.1 nobody of that name", True),
        ("RCPT", "550 no such user", True),
        ("RCPT", "551 moved away", True),
        ("RCPT", "552 mailbox full", False),
        ("RCPT", "550 5.7.1 we do not like you", False),
        ("RCPT", "450 later", False),
        ("MAIL", "550 sender unknown", False),
        (".", "554 looks like spam", False),
    ],
)
def test_refusal_when_it_is_the_addresss_lasting_fault_then_it_is_marked(sink, booked, verb, reply, is_marked):
    booked(email=PAT)
    booked(email="next@example.org")
    sink.answers[verb] = [reply]
    assert delivery.drain() == 1  # whoever stands behind is told
    assert marked() == ([(PAT, "refused")] if is_marked else [])


def test_pages_when_an_address_is_marked_then_say_so_to_its_owner_and_the_organisers(organiser, sent):
    told("bounced", sent, recipient=PAT, reject_reason="bounced", mta_response="550 5.1.1 nobody")
    person = signed_in(sent.booking.practitioner)
    mine = words(person.get("/me/messages/"))
    assert "Mail to you is coming back" in mine
    assert "Came back" in mine
    people = f"/organise/sessions/{sent.booking.session_id}/people/"
    assert "Mail comes back" in words(organiser.get(people))
    listed = words(organiser.get("/organise/addresses/"))
    assert PAT in listed
    assert "550 5.1.1 nobody" in listed
    answer = organiser.post(f"/organise/addresses/{Undeliverable.objects.get().pk}/clear/", follow=True)
    assert "our mail reaches everybody" in words(answer)
    row = Undeliverable.objects.get()
    assert row.cleared_by.email == "organiser@example.org"
    assert "Mail comes back" not in words(organiser.get(people))
    assert "coming back" not in words(person.get("/me/messages/"))


def test_addresses_when_they_are_others_then_are_neither_seen_nor_cleared(organiser, islander, sent):
    told("bounced", sent, recipient=PAT, reject_reason="bounced")
    clear = f"/organise/addresses/{Undeliverable.objects.get().pk}/clear/"
    assert PAT not in words(islander.get("/organise/addresses/"))
    for client in (islander, signed_in(sent.booking.practitioner)):
        assert client.post(clear).status_code == 404
    assert signed_in(sent.booking.practitioner).get("/organise/addresses/").status_code == 404
    assert Client().get("/organise/addresses/").url == "/sign-in/?next=/organise/addresses/"
    assert organiser.get(clear).status_code == 405
    assert marked() == [(PAT, "bounced")]


@pytest.mark.parametrize("count", [1, 3])
def test_addresses_when_few_or_many_then_as_many_queries(organiser, count, django_assert_num_queries, now):
    session = SessionFactory(capacity=None)
    for _ in range(count):
        address = make_booking(session=session).email
        undeliverable.mark(address, reason=Undeliverable.Reason.BOUNCED, words="", at=now)
    organiser.get("/organise/addresses/")
    with django_assert_num_queries(9):
        organiser.get("/organise/addresses/")


BREACHES = [
    ("undeliverable_address_once", lambda now: [address(now), address(now)]),
    ("undeliverable_reason_known", lambda now: address(now, reason="perhaps")),
    ("undeliverable_cleared_by_only_if_cleared", lambda now: address(now, cleared_by=UserFactory())),
    ("provider_event_kind_known", lambda now: event(now, kind="opened")),
]


def address(now, **values):
    return Undeliverable.objects.create(**{"address": PAT, "reason": "bounced", "since": now, **values})


def event(now, **values):
    make_booking()
    return ProviderEvent.objects.create(message=Message.objects.first(), at=now, key="x", **values)


@pytest.mark.parametrize(("constraint", "breach"), BREACHES, ids=[name for name, _ in BREACHES])
def test_row_when_it_contradicts_itself_then_the_database_refuses(now, constraint, breach):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        breach(now)
    assert constraint in str(refused.value) or "UNIQUE" in str(refused.value)
