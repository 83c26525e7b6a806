"""Headers made of names: whatever a name holds, a mail has one sender, and its other headers stay whole."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.ical import one_line
from notifications import headers, messages
from notifications.kinds import Kind
from notifications.models import Message
from notifications.sample_mail import send_test
from notifications.texts.house import HOUSE
from people.models import Partnership
from tests.factories import NOW, SessionFactory, UserFactory, make_booking

MANY = "Hampshire, Isle of Wight, Portsmouth and Southampton Safeguarding Children Partnership"
OWN = "bookings@practice-weeks.example.org"
STOP = f"<https://weeks.example.org/messages/stop/{'token:' * 30}/>"
SIGNS = st.sampled_from(
    [*",;:'’\"<>()[]@\\=?.&  éŵ日😀\u200b", "=?utf-8?q?a=0D=0ABcc:_x?=", "Isle of Wight", "Partnership"]
)
NAMES = st.lists(st.one_of(SIGNS, st.characters()), max_size=80).map("".join)


def whole_mail(name, subject):
    mail = EmailMessage(policy=headers.HEADERS)
    mail["From"] = mail["Sender"] = mail["Reply-To"] = headers.mailbox(name, OWN)
    mail["To"] = "pat@example.org"
    mail["Subject"] = " ".join(headers.text_words(subject))
    mail["List-Unsubscribe"] = STOP
    mail["References"] = f"<{'a' * 90}@example.org>"
    mail.set_content("Hello", cte="base64")
    return mail.as_bytes()


def decoded(raw):
    """Return a header's text as RFC 2047 has it: the space between two encoded words is none of it."""
    return str(make_header(decode_header(raw)))


@given(NAMES, NAMES)
@example(MANY, "Children’s voices")
@example("Partneriaeth Diogelu Plant, Môn a’r Cyffiniau " * 4, "=?utf-8?q?a=0D=0ABcc:_x=40example.org?=")
def test_headers_when_names_hold_any_sign_then_each_is_one_mailbox_with_that_name_and_address(name, subject):
    name, subject = one_line(name), one_line(subject)
    content = whole_mail(name, subject)
    head, _, _ = content.partition(b"\r\n\r\n")
    assert all(len(line) <= 76 for line in head.split(b"\r\n") if b"=?utf-8?b?" in line)
    plain = message_from_bytes(content)
    for header in ("From", "Sender", "Reply-To"):
        ((shown, address),) = getaddresses([plain[header].replace("\r\n", "")])
        assert (decoded(shown), address) == (name, OWN)
    modern = message_from_bytes(content, _class=EmailMessage, policy=default)
    assert [box.addr_spec for box in modern["From"].addresses] == [OWN]
    assert modern["Subject"] == subject
    assert modern.keys() == [
        *("From", "Sender", "Reply-To", "To", "Subject", "List-Unsubscribe", "References"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    ]
    assert plain["List-Unsubscribe"] == STOP
    headers.refuse_unsafe(content, sender=OWN, recipient="pat@example.org", contact=OWN)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"From: Hampshire, Isle of Wight <bookings@practice-weeks.example.org>", "From header would name 2 mailboxes"),
        (b"From: One <other@practice-weeks.example.org>", "From header would name 1 mailboxes, or another one"),
        (b"Subject: From nobody", "From header would name 0 mailboxes"),
        (b"From: bookings@practice-weeks.example.org\r\nReply-To: x@example.org", "Reply-To header"),
        (b"From: bookings@practice-weeks.example.org\r\nTo: x@example.org", "To header would name 2 mailboxes"),
    ],
)
def test_finished_mail_when_it_names_anybody_else_then_refused_in_words(head, words):
    with pytest.raises(headers.UnsafeHeader, match=words):
        headers.refuse_unsafe(
            b"To: pat@example.org\r\n" + head + b"\r\n\r\nFrom: b", sender=OWN, recipient="pat@example.org", contact=""
        )


@pytest.mark.django_db
def test_mail_when_the_partnerships_name_has_commas_and_the_subject_an_apostrophe_then_it_has_one_sender(mailoutbox):
    booking = make_booking(session=SessionFactory(title="Children’s voices"))
    Partnership.objects.update(name=MANY)
    message = Message.objects.get(booking=booking, kind="confirmation")
    mail = message_from_bytes(messages.build(message).content, _class=EmailMessage, policy=default)
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (MANY, booking.organizer_email)
    assert mail["Subject"] == "Booked: Children’s voices, Tuesday 22 June 2027"
    kind = Kind.CONFIRMATION
    assert send_test(kind, Partnership.objects.get(), HOUSE[kind], to=UserFactory(), at=NOW)
    (sender,) = message_from_bytes(mailoutbox[0].message().as_bytes(), _class=EmailMessage, policy=default)[
        "From"
    ].addresses
    assert (sender.display_name, sender.addr_spec) == (MANY, booking.organizer_email)


@pytest.mark.django_db
def test_mail_when_answers_go_to_a_domain_in_other_letters_then_it_is_written_as_mail_servers_know_it():
    booking = make_booking()
    Partnership.objects.update(contact_email="team@bürgernähe.example.org")
    message = Message.objects.get(booking=booking, kind="confirmation")
    mail = message_from_bytes(messages.build(message).content, _class=EmailMessage, policy=default)
    assert [box.addr_spec for box in mail["Reply-To"].addresses] == ["team@xn--brgernhe-5za8u.example.org"]
