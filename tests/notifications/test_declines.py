"""What people are told after their calendar declined, and when a place begins to be given up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from bookings.links import DECLINE, path_of
from bookings.models import CalendarReply
from notifications import declines, delivery, tasks
from notifications.invariants import faults
from notifications.models import Message
from tests.bookings.calendar_replies import reply
from tests.bookings.desk import set_policy
from tests.factories import NOW, SessionFactory, UserFactory, make_booking
from tests.notifications.mails import entry_of, html_of, mail_of, row_of, states, words_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def booking():
    return make_booking(session=SessionFactory(), practitioner=UserFactory(email="pat@example.org", name="Pat Sample"))


def test_mail_when_asked_then_one_page_and_no_invitation(booking, settings):
    asked = reply(booking)

    mail = mail_of(booking, "decline_asked")

    assert str(mail["Subject"]).startswith("Can you not come? ")
    assert "You still have your place." in words_of(mail)
    assert f"{settings.SITE_URL}{path_of(DECLINE, asked)}" in words_of(mail)
    assert path_of(DECLINE, asked) in html_of(mail)
    assert "Keep it or give it up" in html_of(mail)
    assert entry_of(mail) is None
    assert mail["Auto-Submitted"] == "auto-generated"


def test_mail_when_the_place_is_released_then_says_how_long_it_can_be_kept():
    set_policy(calendar_decline="release")
    booking = make_booking(session=SessionFactory())
    reply(booking)

    mail = mail_of(booking, "decline_asked")

    assert str(mail["Subject"]).startswith("Your place will be given up: ")
    assert "Half an hour after this mail we give your place up" in words_of(mail)
    assert "Keep my place" in html_of(mail)


@pytest.mark.parametrize("way", ["page", "calendar", "cancelled"])
def test_mail_when_answered_before_it_went_then_it_does_not_go(booking, way):
    asked = reply(booking)
    if way == "page":
        actions.keep_declined(asked, at=NOW + 2 * MINUTE)
    elif way == "calendar":
        reply(booking, "accepted", minutes=2)
    else:
        actions.cancel(booking, at=NOW + 2 * MINUTE)

    assert row_of(booking, "decline_asked").status == "cancelled"
    assert faults(at=NOW + 2 * MINUTE) == []


def test_kept_on_the_page_then_the_entry_is_sent_once_more_and_newer(booking):
    first = entry_of(mail_of(booking, "confirmation"))
    actions.keep_declined(reply(booking), at=NOW + 2 * MINUTE)

    mail = mail_of(booking, "confirmation")

    entry = entry_of(mail)
    assert "keep your place after all" in words_of(mail)
    assert "back into your diary" in words_of(mail)
    assert entry.walk("VEVENT")[0]["UID"] == first.walk("VEVENT")[0]["UID"]
    assert entry.walk("VEVENT")[0]["DTSTAMP"].dt > first.walk("VEVENT")[0]["DTSTAMP"].dt


def test_kept_in_the_calendar_then_nothing_is_sent(booking):
    reply(booking)
    reply(booking, "accepted", minutes=2)

    assert states(booking) == [("confirmation", "pending"), ("decline_asked", "cancelled")]
    assert faults(at=NOW + 2 * MINUTE) == []


def test_accepted_then_nothing_is_sent(booking):
    reply(booking, "accepted")

    assert states(booking) == [("confirmation", "pending")]


def test_invitation_when_declining_may_give_the_place_up_then_says_so():
    set_policy(calendar_decline="release")
    booking = make_booking(session=SessionFactory())

    mail = mail_of(booking, "confirmation")

    said = "we write to you first, and may then give your place up."
    assert said in words_of(mail)
    assert said in str(entry_of(mail).walk("VEVENT")[0]["DESCRIPTION"])


@pytest.fixture
def declined(session, now):
    """A place of a partnership that releases, declined a moment ago by the real clock."""
    set_policy(calendar_decline="release")
    booking = make_booking(session=session, at=now - timedelta(minutes=5))
    booking.asked = actions.note_reply(
        booking, partstat="declined", sequence=0, stamp=now, digest="d" * 64, at=now - timedelta(seconds=5)
    )
    return booking


def release_at(booking):
    return CalendarReply.objects.get(booking=booking).release_at


def test_releases_begin_when_the_mail_went_and_not_before(sink, declined):
    assert declines.start_releases() == 0
    assert release_at(declined) is None

    tasks.drain()

    message = row_of(declined, "decline_asked")
    assert message.status == "sent"
    assert release_at(declined) == message.sent_at + 30 * MINUTE
    assert declines.start_releases() == 0


def test_releases_when_the_mail_is_refused_then_the_place_stays(sink, declined):
    sink.answers["RCPT"] = ["550 5.1.1 no such person"] * 2
    delivery.drain()
    assert row_of(declined, "decline_asked").status == "failed"

    assert declines.start_releases() == 0
    assert actions.release_declined(at=timezone.now() + timedelta(days=1)) == 0
    declined.refresh_from_db()
    assert declined.status == "confirmed"


def test_releases_of_an_answer_that_was_taken_back_do_not_begin(sink, declined):
    tasks.drain()
    CalendarReply.written.filter(booking=declined).update(release_at=None)
    actions.keep_declined(declined.asked, at=timezone.now())

    assert declines.start_releases() == 0
    assert Message.objects.filter(booking=declined, kind="decline_asked", status="sent").exists()
