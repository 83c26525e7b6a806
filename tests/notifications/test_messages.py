"""A row becomes a mail: who it is from, what it says, what it carries."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import icalendar
import pytest

from bookings import actions
from bookings.models import Booking
from events import actions as event_actions
from notifications import messages
from notifications.models import Message
from tests.factories import NOW, START, SessionFactory, UserFactory, VenueFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def mail_of(booking, kind):
    """Build the newest message of a kind and read it as a mail program would."""
    message = Message.objects.filter(booking=booking, kind=kind).order_by("-pk").first()
    return message_from_bytes(messages.build(message).content, _class=EmailMessage, policy=default)


def entry_of(mail):
    """Return the diary entry that a mail carries, or None."""
    parts = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    return icalendar.Calendar.from_ical(parts[0].get_content()) if parts else None


def words_of(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_confirmation_is_one_mail_to_one_person_from_the_partnership(settings):
    booking = make_booking()
    mail = mail_of(booking, "confirmation")
    assert str(mail["From"]) == f"Hampshire Safeguarding Children Partnership <{settings.ORGANIZER_EMAIL}>"
    assert (mail["To"], mail["Reply-To"]) == (booking.email, "hampshire@example.gov.uk")
    assert mail["Subject"] == "Booked: Sharing information with confidence, Tuesday 22 June 2027"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert mail["Precedence"] is None


def test_a_mail_comes_from_the_address_that_owns_the_entry_even_when_the_site_has_another(settings):
    booking = make_booking()
    settings.ORGANIZER_EMAIL = "new@example.org"
    mail = mail_of(booking, "confirmation")
    owner = entry_of(mail).walk("VEVENT")[0]["ORGANIZER"]
    assert mail["From"].addresses[0].addr_spec == str(owner).removeprefix("mailto:") == booking.organizer_email


def test_a_confirmation_has_words_html_and_the_invitation_in_the_order_clients_want():
    mail = mail_of(make_booking(), "confirmation")
    alternative, attachment = mail.iter_parts()
    assert mail.get_content_type() == "multipart/mixed"
    assert alternative.get_content_type() == "multipart/alternative"
    inline = list(alternative.iter_parts())
    assert [p.get_content_type() for p in inline] == ["text/plain", "text/html", "text/calendar"]
    assert inline[2].get_param("method") == "REQUEST"
    assert inline[2].get_content_charset() == "utf-8"
    assert inline[2].get_content_disposition() is None
    assert {p["Content-Transfer-Encoding"] for p in [*inline, attachment]} == {"base64"}
    assert attachment.get_content_type() == "application/ics"
    assert attachment.get_param("method") is None
    assert attachment.get_filename() == "invite.ics"
    assert attachment.get_payload(decode=True) == inline[2].get_payload(decode=True)
    assert attachment.get_payload(decode=True).count(b"\r\n") == attachment.get_payload(decode=True).count(b"\n")


def test_a_confirmation_tells_the_whole_story_in_words():
    session = SessionFactory(format="in_person", venue=VenueFactory(), practical_note="Bring a pen.")
    booking = make_booking(session=session, practitioner=UserFactory(name="Ade Example"))
    words = words_of(mail_of(booking, "confirmation"))
    for part in (
        "Hello Ade,",
        "Your place is confirmed.",
        "Tuesday 22 June 2027, 09:30 to 11:00 (UK time)",
        "At Example Hall, 1 Example Street, Newport",
        "Bring a pen.",
        "Thursday 17 June 2027 at 23:59",
        f"/me/bookings/{booking.pk}/",
    ):
        assert part in words


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Dr Pat Sample", "Hello Dr Pat Sample,"),
        ("PC 1234 Sample", "Hello PC 1234 Sample,"),
        ("De La Cruz Maria", "Hello De La Cruz Maria,"),
        ("Sample, Pat", "Hello Pat,"),
        ("Sample, Dr Pat", "Hello Dr Pat Sample,"),
    ],
)
def test_a_mail_speaks_to_somebody_by_a_title_only_with_the_whole_name(name, greeting):
    words = words_of(mail_of(make_booking(practitioner=UserFactory(name=name)), "confirmation"))
    assert words.splitlines()[0] == greeting


def test_a_late_confirmation_names_no_deadline_that_is_past():
    booking = make_booking(at=START - timedelta(hours=2))
    words = words_of(mail_of(booking, "confirmation"))
    assert "23:59" not in words
    assert "as early as you can" in words


def test_no_mail_carries_the_joining_link():
    session = SessionFactory(joining_link="https://meet.example.org/secret")
    booking = make_booking(session=session)
    for kind in ("confirmation", "reminder_soon"):
        message = Message.objects.get(booking=booking, kind=kind)
        content = messages.build(message).content
        mail = message_from_bytes(content, _class=EmailMessage, policy=default)
        assert not [p for p in mail.walk() if not p.is_multipart() and b"secret" in p.get_payload(decode=True)]


@pytest.mark.parametrize("name", ["Bobby <script>", "O'Brien & Sons", "Zoë 日本 😀"])
def test_what_people_type_is_text_in_words_and_html(name):
    mail = mail_of(make_booking(practitioner=UserFactory(name=name)), "confirmation")
    html = mail.get_body(("html",)).get_content()
    assert name.split()[0] in words_of(mail)
    assert "<script>" not in html
    assert "&amp;amp;" not in html


def test_a_waiting_list_mail_carries_no_invitation_and_promises_no_place():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    mail = mail_of(make_queued(session=session), "waiting_list")
    assert entry_of(mail) is None
    assert "You do not have a place yet" in words_of(mail)


def test_a_changed_session_is_told_old_and_new_with_an_updated_request():
    booking = make_booking()
    sent(booking, "confirmation")
    event_actions.reschedule_session(
        booking.session_id, starts_at=START + timedelta(hours=3), ends_at=START + timedelta(hours=4), at=LATER
    )
    mail = mail_of(booking, "changed")
    assert "Start: Tuesday 22 June 2027 at 12:30 (before: Tuesday 22 June 2027 at 09:30)" in words_of(mail)
    entry = entry_of(mail)
    assert entry["METHOD"] == "REQUEST"
    event = entry.walk("VEVENT")[0]
    assert (event["SEQUENCE"], str(event["UID"]), event.start) == (1, booking.ical_uid, START + timedelta(hours=3))


def test_a_changed_session_is_told_with_the_reason_where_there_is_one():
    booking = make_booking()
    sent(booking, "confirmation")
    event_actions.revise_session(booking.session_id, title="One", at=LATER)
    assert "Reason:" not in words_of(mail_of(booking, "changed"))
    event_actions.revise_session(booking.session_id, title="Two", at=LATER, reason="It is about <two> & more.")
    mail = mail_of(booking, "changed")
    assert "Reason: It is about <two> & more." in words_of(mail)
    assert "Reason: It is about &lt;two&gt; &amp; more." in mail.get_body(("html",)).get_content()


def test_the_reason_of_the_newest_change_is_told_with_what_an_earlier_one_could_not():
    booking = make_booking()
    sent(booking, "confirmation")
    event_actions.revise_session(booking.session_id, title="One", at=LATER, reason="An old reason.")
    event_actions.revise_session(booking.session_id, practical_note="Bring a pen.", at=LATER, reason="A new reason.")
    words = words_of(mail_of(booking, "changed"))
    assert "Title: One" in words
    assert "Reason: A new reason." in words
    assert "An old reason." not in words


def sent(booking, kind, sequence=0):
    """Let a message have gone out."""
    Message.objects.filter(booking=booking, kind=kind).update(status="sent", risky=1, sequence=sequence, sent_at=NOW)


def test_a_cancelled_booking_that_was_invited_is_disinvited():
    booking = make_booking()
    sent(booking, "confirmation")
    actions.cancel(booking, at=LATER)
    mail = mail_of(booking, "cancelled")
    entry = entry_of(mail)
    event = entry.walk("VEVENT")[0]
    assert (entry["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert str(event["UID"]) == booking.ical_uid
    assert "takes the session out of your diary" in words_of(mail)


def test_a_cancelled_booking_that_was_never_invited_is_told_in_words_only():
    booking = make_booking()
    actions.cancel(booking, at=LATER)
    mail = mail_of(booking, "cancelled")
    assert entry_of(mail) is None
    assert "out of your diary" not in words_of(mail)


def test_a_session_that_was_called_off_is_told_with_its_reason():
    booking = make_booking()
    event_actions.cancel_session(booking.session_id, reason="The trainer is ill.", at=LATER)
    words = words_of(mail_of(booking, "cancelled"))
    assert "This session has been cancelled." in words
    assert "Reason: The trainer is ill." in words


def test_a_late_cancelling_is_told_to_be_late():
    booking = make_booking()
    actions.cancel(booking, at=booking.cancel_free_until + timedelta(minutes=1))
    assert "recorded as late" in words_of(mail_of(booking, "cancelled"))


def test_later_mails_of_a_booking_hang_below_the_first():
    booking = make_booking()
    sent(booking, "confirmation")
    first = Message.objects.get(booking=booking, kind="confirmation")
    actions.cancel(booking, at=LATER)
    mail = mail_of(booking, "cancelled")
    assert mail["In-Reply-To"] == mail["References"] == first.message_id
    assert mail["Message-ID"] != first.message_id


def test_a_long_subject_begins_on_its_first_line():
    booking = make_booking(session=SessionFactory(title="A title of many words " * 8))
    content = messages.build(Message.objects.get(booking=booking, kind="confirmation")).content
    assert b"\r\nSubject: Booked: A title" in content
    assert max(len(line) for line in content.split(b"\r\n")) <= 250


def test_building_twice_makes_the_same_headers_and_entry():
    message = Message.objects.get(booking=make_booking(), kind="confirmation")
    first, second = (
        message_from_bytes(messages.build(message).content, _class=EmailMessage, policy=default) for _ in range(2)
    )
    for mail in (first, second):
        mail.set_boundary("same")
    assert [(k, v) for k, v in first.items() if k != "Content-Type"] == [
        (k, v) for k, v in second.items() if k != "Content-Type"
    ]
    assert entry_of(first).to_ical() == entry_of(second).to_ical()


def test_a_reminder_of_a_start_that_has_moved_says_nothing():
    booking = make_booking()
    message = Message.objects.get(booking=booking, kind="reminder_soon")
    event_actions.reschedule_session(
        booking.session_id, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=2), at=LATER
    )
    with pytest.raises(messages.NoLongerTrue, match="not take place at that time"):
        messages.build(message)


@pytest.mark.parametrize("kind", ["confirmation", "reminder_soon"])
def test_a_message_about_a_booking_that_has_ended_says_nothing(kind):
    booking = make_booking()
    message = Message.objects.get(booking=booking, kind=kind)
    actions.cancel(booking, at=LATER)
    with pytest.raises(messages.NoLongerTrue, match="The booking is cancelled"):
        messages.build(message)


def test_an_earlier_change_is_left_to_the_later_one():
    booking = make_booking()
    sent(booking, "confirmation")
    for title in ("One", "Two"):
        event_actions.revise_session(booking.session_id, title=title, at=LATER)
    first, second = Message.objects.filter(kind="changed").order_by("pk")
    with pytest.raises(messages.NoLongerTrue, match="later change"):
        messages.build(first)
    assert messages.build(second).sequence == 2
    assert Booking.objects.get().ical_sequence == 2


def test_a_later_change_tells_what_an_earlier_one_could_not():
    booking = make_booking()
    sent(booking, "confirmation")
    event_actions.reschedule_session(
        booking.session_id, starts_at=START + timedelta(hours=1), ends_at=START + timedelta(hours=2), at=LATER
    )
    event_actions.revise_session(booking.session_id, title="A better title", at=LATER + timedelta(minutes=1))
    words = words_of(mail_of(booking, "changed"))
    assert "Start: Tuesday 22 June 2027 at 10:30 (before: Tuesday 22 June 2027 at 09:30)" in words
    assert "Title: A better title (before: Sharing information with confidence)" in words


def test_a_change_that_was_told_is_not_told_again():
    booking = make_booking()
    event_actions.revise_session(booking.session_id, title="One", at=LATER)
    sent(booking, "confirmation", sequence=1)
    event_actions.revise_session(booking.session_id, practical_note="Bring a pen.", at=LATER + timedelta(minutes=1))
    words = words_of(mail_of(booking, "changed"))
    assert "Practical note: Bring a pen. (before: none)" in words
    assert "Title:" not in words


def test_a_change_there_and_back_that_nobody_was_told_of_says_nothing():
    booking = make_booking()
    sent(booking, "confirmation")
    before = booking.session.title
    for title in ("Another", before):
        event_actions.revise_session(booking.session_id, title=title, at=LATER)
    message = Message.objects.filter(kind="changed").order_by("-pk").first()
    with pytest.raises(messages.NoLongerTrue, match="as the person knows it"):
        messages.build(message)


def test_the_owner_of_the_entries_is_told_in_words_without_an_invitation(settings):
    booking = make_booking(practitioner=UserFactory(email=settings.ORGANIZER_EMAIL))
    mail = mail_of(booking, "confirmation")
    assert entry_of(mail) is None
    assert "Your place is confirmed." in words_of(mail)


def test_a_reminder_comes_without_an_invitation():
    booking = make_booking()
    mail = mail_of(booking, "reminder_soon")
    assert mail["Subject"] == "In one hour: Sharing information with confidence"
    assert entry_of(mail) is None
