"""The local inbox, as a folder and in a browser."""

import importlib

import pytest
from django.core import mail
from django.core.mail import EmailMessage, get_connection

import config.urls
from notifications import delivery, inbox
from notifications.entry_card import cards_of

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


@pytest.mark.django_db
def test_a_mail_with_an_entry_shows_it_as_a_card_on_the_local_clock_and_leads_to_all_mail_of_the_person(client, booked):
    message = booked(name="Ade <b>Example</b>")
    delivery.drain()
    kept = inbox.newest()[0]
    page = " ".join(client.get(f"/dev/mail/{kept.id}/").text.split())
    card = page.split('<div class="entry-card">')[1].split("As a program reads it")[0]
    start = message.booking.session.local_start
    assert f"{start:%A} {start.day} {start:%B %Y}, {start:%H:%M} to " in card
    assert "(UK time)" in card
    assert "REQUEST: Puts it into the diary, or brings it up to date" in card
    assert message.booking.email in card
    assert "<b>" not in card
    assert f'href="/dev/mail/?to={message.booking.email.replace("@", "%40")}"' in page
    assert '<iframe class="mail-frame" sandbox' in page
    assert client.get(f"/dev/mail/?to={message.booking.email}").text.count("mail-subject") == 1


HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:{}\r\n"
EVENT = HEAD + "BEGIN:VEVENT\r\nUID:1\r\n{}END:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("method", "lines", "when", "asks"),
    [
        (
            "CANCEL",
            "DTSTART:20270622T083000Z\r\nDTEND:20270622T100000Z\r\n",
            "09:30 to 11:00 (UK time)",
            "CANCEL: Takes",
        ),
        (
            "REQUEST",
            "DTSTART;TZID=Europe/Paris:20270622T093000\r\nDTEND;TZID=Europe/Paris:20270622T110000\r\n",
            "09:30 to 11:00 (Europe/Paris)",
            "REQUEST: Puts",
        ),
        ("ADD", "DTSTART;VALUE=DATE:20270622\r\nDTEND;VALUE=DATE:20270623\r\n", "Tuesday 22 June 2027", "ADD"),
    ],
)
def test_card_when_an_entry_is_read_then_says_when_on_its_own_clock_and_what_it_asks_for(method, lines, when, asks):
    (card,) = cards_of(EVENT.format(method, lines))
    assert card.when.endswith(when)
    assert card.method.startswith(asks)
    assert (card.where, card.organizer, card.attendees) == ("", "", ())


@pytest.mark.parametrize("calendar", ["", "no calendar", EVENT.format("REQUEST", "DTSTART:nonsense\r\n")])
def test_card_when_no_program_could_read_it_then_there_is_none(calendar):
    assert cards_of(calendar) == []


def test_pages_when_mail_is_really_sent_then_are_not_there(settings):
    settings.LOCAL_INBOX = False
    try:
        urls = importlib.reload(config.urls)
        assert not any("dev/mail" in str(pattern.pattern) for pattern in urls.urlpatterns)
    finally:
        settings.LOCAL_INBOX = True
        urls = importlib.reload(config.urls)
    assert any("dev/mail" in str(pattern.pattern) for pattern in urls.urlpatterns)
