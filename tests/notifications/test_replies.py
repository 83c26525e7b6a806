"""From a mail to the booking: what counts, what is kept for a look and changes nothing, and when it is deleted."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.models import Booking, CalendarReply
from bookings.reply_addresses import is_tagged, tagged, untagged
from events import actions as event_actions
from events.errors import Busy
from notifications import replies
from notifications.models import InboundReply
from people.models import Partnership
from tests.bookings.desk import verbs
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.notifications.mails import mail_of
from tests.notifications.reply_mails import AUTHSERV, ENTRIES, SHAPES, gmail, outlook, vouched

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
shapes = pytest.mark.parametrize("shape", SHAPES)


@pytest.fixture(autouse=True)
def _site(settings):
    settings.REPLY_AUTHSERV_ID = AUTHSERV


@pytest.fixture
def booking():
    return make_booking(session=SessionFactory(), practitioner=UserFactory(email="pat@example.org"))


@pytest.fixture
def tagged_booking(settings):
    """A booking whose invitation has an address of its own."""
    settings.REPLY_TAGS = True
    return make_booking(session=SessionFactory(), practitioner=UserFactory(email="pat@example.org"))


def take(raw, *, at=NOW + 5 * MINUTE, **told):
    return replies.take_in(raw, way="mailbox", at=at, **told)


def noted(booking):
    return list(CalendarReply.objects.filter(booking=booking).values_list("partstat", flat=True))


def untouched(booking):
    return verbs(booking) == ["booked"] and not CalendarReply.objects.exists()


@shapes
@pytest.mark.parametrize("partstat", ["accepted", "tentative", "declined"])
def test_answer_that_is_vouched_for_then_kept_on_the_booking(booking, shape, partstat):
    row = take(SHAPES[shape](booking, partstat, headers=vouched()))

    assert (row.outcome, row.why, row.booking) == ("taken", "", booking)
    assert noted(booking) == [partstat]
    asked = ["calendar_declined"] if partstat == "declined" else []
    assert verbs(booking) == ["booked", *asked]
    assert Booking.objects.get(pk=booking.pk).status == "confirmed"


@shapes
def test_answer_to_an_address_of_the_invitations_own_then_needs_no_more(tagged_booking, shape):
    assert is_tagged(tagged_booking.organizer_email)

    row = take(SHAPES[shape](tagged_booking, "declined"))

    assert row.outcome == "taken"
    assert noted(tagged_booking) == ["declined"]


@shapes
def test_answer_that_nothing_vouches_for_then_odd(booking, shape):
    row = take(SHAPES[shape](booking))

    assert row.outcome == "odd"
    assert "its sender may be forged" in row.why
    assert row.booking == booking
    assert untouched(booking)


def change_token(booking):
    booking.organizer_email = tagged(untagged(booking.organizer_email))


def to_everybody(booking):
    booking.organizer_email = untagged(booking.organizer_email)


@shapes
@pytest.mark.parametrize("guess", [change_token, to_everybody])
def test_answer_to_an_address_that_was_guessed_then_odd(tagged_booking, shape, guess):
    guess(tagged_booking)
    row = take(SHAPES[shape](tagged_booking))

    assert (row.outcome, row.why) == ("odd", "It is not meant for the address that the invitation came from.")
    assert untouched(tagged_booking)


@shapes
@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"sender": "kim@example.org"}, "It comes from kim@example.org and answers for pat@example.org"),
        ({"attendee": "kim@example.org"}, "It answers for kim@example.org, and pat@example.org was invited."),
        ({"headers": vouched("elsewhere.example")}, "its sender may be forged"),
        ({"headers": vouched(authserv="mx.elsewhere.example")}, "its sender may be forged"),
        ({"headers": vouched().replace("dmarc=pass", "dmarc=fail")}, "its sender may be forged"),
        ({"minutes": 26 * 60}, "in the future"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_answer_of_somebody_else_or_forged_then_odd(booking, shape, told, why):
    row = take(SHAPES[shape](booking, **{"headers": vouched(), **told}))

    assert row.outcome == "odd"
    assert why in row.why
    assert untouched(booking)


@shapes
def test_answer_about_nothing_of_ours_then_odd_and_of_no_booking(booking, shape):
    entry = ENTRIES[shape](booking, "declined").replace(booking.ical_uid, "somebody-elses@example.org")

    row = take(SHAPES[shape](booking, headers=vouched(), entry=entry))

    assert (row.outcome, row.why, row.booking) == ("odd", "It is about no booking of ours.", None)


@shapes
def test_same_mail_again_then_counts_once(booking, shape):
    raw = SHAPES[shape](booking, headers=vouched())
    first = take(raw)
    again = take(raw, at=NOW + 9 * MINUTE)

    assert again == first
    assert InboundReply.objects.count() == 1
    assert verbs(booking) == ["booked", "calendar_declined"]


@shapes
def test_same_answer_in_another_mail_then_nothing_to_do(booking, shape):
    take(SHAPES[shape](booking, headers=vouched()))
    row = take(SHAPES[shape](booking, headers="Received: by a second way\n" + vouched()))

    assert (row.outcome, noted(booking)) == ("nothing", ["declined"])


@shapes
def test_replay_of_an_older_answer_then_odd(booking, shape):
    old = SHAPES[shape](booking, "declined", minutes=1, headers=vouched())
    take(SHAPES[shape](booking, "accepted", minutes=2, headers=vouched()))

    row = take(old)

    assert row.outcome == "odd"
    assert "older than what is known" in row.why
    assert noted(booking) == ["accepted"]


@shapes
def test_answer_to_the_time_before_the_session_moved_then_odd(booking, shape):
    old = SHAPES[shape](booking, "declined", headers=vouched())
    later = START + timedelta(days=1)
    event_actions.reschedule_session(booking.session_id, starts_at=later, ends_at=later + timedelta(hours=1), at=NOW)

    row = take(old)

    assert row.outcome == "odd"
    assert "calendar_declined" not in verbs(booking)
    booking.refresh_from_db()
    assert take(SHAPES[shape](booking, "declined", minutes=3, headers=vouched())).outcome == "taken"


def test_answer_after_the_booking_ended_then_nothing_to_do(booking):
    actions.cancel(booking, at=NOW)

    assert take(gmail(booking, headers=vouched())).outcome == "nothing"
    assert not CalendarReply.objects.exists()


def test_five_mebibytes_then_odd_and_only_the_beginning_is_kept(booking):
    raw = gmail(booking, headers=vouched()) + b"x" * 5 * 1024 * 1024

    row = take(raw)

    assert (row.outcome, row.size, len(row.raw)) == ("odd", len(raw), 256 * 1024)
    assert take(raw[: 256 * 1024], size=len(raw)) == row
    assert untouched(booking)


def test_absence_note_then_nothing_to_do_and_no_answer_to_it(booking, mailoutbox):
    row = take(b"From: pat@example.org\nAuto-Submitted: auto-replied\n\nI am away.\n")

    assert (row.outcome, row.booking) == ("nothing", None)
    assert mailoutbox == []


def test_mail_that_breaks_the_reader_then_kept_for_a_look(booking, monkeypatch, caplog):
    monkeypatch.setattr(replies, "read", lambda *_, **__: {}["no such header"])

    row = take(gmail(booking))

    assert (row.outcome, row.why) == ("odd", "It is made so that it cannot be read.")
    assert "KeyError" in caplog.text


def test_booking_that_is_busy_then_the_mail_waits_and_counts_later(booking, monkeypatch):
    def busy(*_, **__):
        raise Busy

    with monkeypatch.context() as patch:
        patch.setattr(replies.actions, "note_reply", busy)
        row = take(gmail(booking, headers=vouched()))
    assert row.outcome == ""

    assert replies.look_at_waiting(at=NOW + 6 * MINUTE) == 1
    assert replies.look_at_waiting(at=NOW + 6 * MINUTE) == 0
    row.refresh_from_db()
    assert (row.outcome, noted(booking)) == ("taken", ["declined"])


def test_death_between_noting_and_saying_so_then_counts_once(booking):
    row = take(gmail(booking, headers=vouched()))
    InboundReply.objects.filter(pk=row.pk).update(outcome="")

    replies.look_at_waiting(at=NOW + 6 * MINUTE)

    row.refresh_from_db()
    assert (row.outcome, noted(booking)) == ("taken", ["declined"])


def test_old_mail_then_deleted_and_the_answer_stays(booking):
    take(gmail(booking, headers=vouched()), at=NOW)
    take(outlook(booking, "accepted", minutes=3), at=NOW + timedelta(days=1))

    assert replies.forget_old_replies(at=NOW + timedelta(days=90) - timedelta(seconds=1)) == 0
    assert replies.forget_old_replies(at=NOW + timedelta(days=90)) == 1
    assert InboundReply.objects.count() == 1
    assert noted(booking) == ["declined"]


def test_address_of_an_invitations_own_then_in_its_mails_and_in_no_mail_to_others(tagged_booking):
    mail = mail_of(tagged_booking, "confirmation")
    entry = next(part for part in mail.walk() if part.get_content_type() == "text/calendar").get_content()

    assert tagged_booking.organizer_email in mail["From"]
    assert tagged_booking.organizer_email in entry.replace("\r\n ", "")
    actions.ask_colleague(tagged_booking, email="kim@example.org", at=NOW)
    assert "+" not in mail_of(tagged_booking, "substitute_asked")["From"]


def test_address_of_an_invitations_own_then_it_is_the_partnerships_sender_with_a_tag(settings):
    settings.REPLY_TAGS = True
    sender = f"hampshire@{settings.REPLY_DOMAIN}"
    Partnership.objects.filter(pk=PartnershipFactory().pk).update(sender_email=sender)
    first, second = (make_booking(session=SessionFactory()).organizer_email for _ in range(2))

    assert first != second
    assert untagged(first) == sender
    assert len(first.partition("+")[2].partition("@")[0]) == 26


def test_sender_whose_name_leaves_no_room_for_a_tag_then_stays_plain():
    assert tagged("a" * 40 + "@example.org") == "a" * 40 + "@example.org"
    assert not is_tagged("pat+work@example.org")
    assert untagged("pat+work@example.org") == "pat+work@example.org"
