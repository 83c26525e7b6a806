"""Awkward addresses and names, and a mail server at its worst: what leaves, under which envelope, and what ends how."""

import pytest

from bookings.models import Booking
from notifications import delivery
from notifications.models import Message
from people.models import User

pytestmark = pytest.mark.django_db
LONG = "Aleksandra-Wilhelmina " * 9 + "Ng"  # 200 letters


def state(message):
    message.refresh_from_db()
    return message.status, message.risky


def with_address(message, address):
    """Let a booking have an address that no form lets in."""
    Booking.written.filter(pk=message.booking_id).update(email=address)


@pytest.mark.parametrize("character", ["\r\n", "\n", "\r", "\x07", "\x0b", "\u2028"])
@pytest.mark.parametrize("where", ["a@example.org{0}Bcc: b@example.org", "a{0}@example.org", "{0}a@example.org"])
def test_address_when_it_breaks_its_line_then_fails_at_once_and_nobody_else_is_written_to(
    sink, booked, where, character
):
    poisoned, other = booked(), booked()
    with_address(poisoned, where.format(character))
    assert delivery.drain() == 1
    assert state(poisoned) == ("failed", 0)
    assert state(other) == ("sent", 1)
    assert [to for _, to in sink.envelopes] == [other.booking.email]


@pytest.mark.parametrize(
    "address",
    [
        '"quoted local part"@example.org',
        '"with@at"@example.org',
        '"a, b"@example.org',
        "o'brien+tag@example.org",
        "a" * 64 + "@example.org",
        "pat@xn--bcher-kva.example.org",
        "pat@[127.0.0.1]",
    ],
)
def test_address_when_awkward_and_right_then_goes_to_it_as_it_is(sink, booked, address):
    message = booked()
    with_address(message, address)
    assert delivery.drain() == 1
    assert sink.envelopes[0][1] == address
    assert [one.addr_spec for one in sink.received[0]["To"].addresses] == [address]


@pytest.mark.parametrize("typed", ["pat@bücher.example.org", "PAT@BÜCHER.example.org", "pat@bu\u0308cher.example.org"])
def test_address_when_its_domain_has_other_letters_then_goes_in_the_form_mail_servers_know(sink, booked, typed):
    person = User.objects.create_user(typed, name="Pat", organisation_name="Example School", job_role="Teacher")
    booked(email=person.email)
    assert delivery.drain() == 1
    assert sink.envelopes[0][1] == "pat@xn--bcher-kva.example.org"


@pytest.mark.parametrize(
    "address", ["päd@example.org", "pat@", "@example.org", "no address", "", "a@b@c", "<>", "a..b@example.org"]
)
def test_address_when_no_mail_can_go_to_it_then_fails_at_once_and_the_next_goes(sink, booked, address):
    poisoned, other = booked(), booked()
    with_address(poisoned, address)
    assert delivery.drain() == 1
    assert state(poisoned)[0] == "failed"
    assert state(other) == ("sent", 1)
    assert [to for _, to in sink.envelopes] == [other.booking.email]


@pytest.mark.parametrize(
    "name",
    [
        LONG,
        "🎈" * 200,
        "Zoë 🧑‍🧑‍🧒 O’Brien-Łukasiewicz",
        "مريم العلي",
        "<script>alert(1)</script>",
        "{name} %(x)s {{ 7*7 }}",
        '"Pat", pat@elsewhere.example.org',
        "=?utf-8?q?x?=",
    ],
)
def test_name_when_awkward_then_is_read_as_it_is_and_no_line_is_too_long(sink, booked, name):
    message = booked(name=name)
    assert delivery.drain() == 1
    (mail,) = sink.received
    assert name.split()[0] in " ".join(mail.get_body(("plain",)).get_content().split())
    assert "<script>" not in mail.get_body(("html",)).get_content()
    assert [one.addr_spec for one in mail["To"].addresses] == [message.booking.email]
    assert sink.envelopes == [(message.booking.organizer_email, message.booking.email)]
    assert max(map(len, mail.as_bytes().splitlines())) <= 998


@pytest.mark.parametrize("title", ["T" * 200, "🎈" * 200, "Schutz für Kinder – Grundlagen " * 6])
def test_title_when_awkward_then_the_subject_is_one_header(sink, booked, session, title):
    type(session).objects.filter(pk=session.pk).update(title=title[:200])
    booked()
    assert delivery.drain() == 1
    (mail,) = sink.received
    assert title[:40].strip() in str(mail["Subject"])
    assert len(mail.get_all("Subject")) == 1


@pytest.mark.parametrize("greeting", ["421 too busy", "554 go away"])
def test_server_when_it_greets_badly_then_nothing_is_claimed(sink, booked, greeting):
    message = booked()
    sink.greeting = greeting
    assert delivery.drain() == 0
    assert state(message) == ("pending", 0)
    assert message.tries == 0


@pytest.mark.parametrize(
    ("verb", "reply", "end", "copies"),
    [
        ("MAIL", "421 closing", ("pending", 0), 0),
        ("RCPT", "421 closing", ("pending", 0), 0),
        ("DATA", "421 closing", ("pending", 0), 0),
        (".", "421 closing", ("pending", 0), 1),
        (".", "451 later", ("pending", 0), 1),
        (".", "550 no", ("failed", 0), 1),
        (".", "552 too much", ("failed", 0), 1),
        ("RCPT", "552 full", ("failed", 0), 0),
        ("MAIL", "HANG UP", ("pending", 0), 0),
        ("RCPT", "HANG UP", ("pending", 0), 0),
        ("DATA", "HANG UP", ("pending", 1), 0),  # perhaps it was the answer that was lost
        (".", "HANG UP", ("pending", 1), 1),
        ("MAIL", "HANG", ("pending", 0), 0),
        ("RCPT", "HANG", ("pending", 0), 0),
        (".", "HANG", ("pending", 1), 1),
    ],
)
def test_server_when_it_is_at_its_worst_then_no_copy_is_forgotten_and_the_next_try_tells(
    settings, sink, booked, verb, reply, end, copies
):
    settings.OUTBOX_SMTP_SECONDS = 0.5
    message = booked()
    sink.answers[verb] = [reply]
    assert delivery.drain() == 0
    assert (state(message), len(sink.received)) == (end, copies)
    if end[0] == "pending":
        Message.objects.filter(pk=message.pk).update(due_at=message.created_at)
        assert delivery.drain() == 1
        assert state(message) == ("sent", end[1] + 1)
