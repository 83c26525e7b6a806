"""The local inbox, as a folder and in a browser."""

import pytest
from django.core import mail
from django.core.mail import EmailMessage, get_connection

from notifications import delivery, inbox

MAIL = b"From: a@example.org\r\nTo: Bo <bo@example.org>\r\nSubject: Hello\r\n\r\nWords.\r\n"


def test_newest_mail_comes_first_and_can_be_narrowed_to_a_person():
    first = inbox.keep(MAIL)
    second = inbox.keep(MAIL.replace(b"bo@", b"cy@"))
    assert [kept.id for kept in inbox.newest()] == [second, first]
    assert [kept.id for kept in inbox.newest(to="BO@example.org")] == [first]


def test_mail_to_one_person_is_not_mail_to_another_whose_address_ends_alike():
    inbox.keep(MAIL.replace(b"bo@", b"limbo@"))
    assert inbox.newest(to="bo@example.org") == []


def test_raw_gives_a_mail_byte_for_byte():
    assert inbox.raw(inbox.keep(MAIL)) == MAIL


@pytest.mark.parametrize("mail_id", ["", "..", "../../manage", "1-2", "0" * 20 + "-zzzzzzzz", "0" * 20 + "-00000000"])
def test_an_id_that_names_no_mail_finds_none(mail_id):
    assert inbox.find(mail_id) is None


def test_mails_that_django_sends_are_kept_too():
    connection = get_connection("notifications.inbox.InboxBackend")
    assert EmailMessage("Your code", "12345678", to=["bo@example.org"], connection=connection).send() == 1
    assert mail.outbox == []
    assert [str(kept.mail["Subject"]) for kept in inbox.newest()] == ["Your code"]


@pytest.mark.django_db
def test_the_pages_show_a_mail_in_words_as_html_and_with_its_entry(client, booked):
    message = booked(name="Ade <b>Example</b>")
    delivery.drain()
    listing = client.get("/dev/mail/", {"to": message.booking.email})
    assert listing.status_code == 200
    kept = inbox.newest()[0]
    assert f"/dev/mail/{kept.id}/" in listing.text
    page = client.get(f"/dev/mail/{kept.id}/")
    assert "Your place is confirmed." in page.text
    assert "BEGIN:VEVENT" in page.text
    assert "<b>Example</b>" not in page.text
    html = client.get(f"/dev/mail/{kept.id}/html")
    assert "script-src 'none'" in html.headers["Content-Security-Policy"]
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert client.get(f"/dev/mail/{kept.id}/raw").content == inbox.raw(kept.id)


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["", "html", "raw"])
def test_a_mail_that_is_not_there_is_not_found(client, part):
    assert client.get(f"/dev/mail/unknown/{part}").status_code == 404


@pytest.mark.django_db
def test_an_empty_inbox_says_so(client):
    assert "No mail to nobody@example.org yet" in client.get("/dev/mail/?to=nobody@example.org").text
