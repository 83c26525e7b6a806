"""An offered place in mails: told, brought to mind, run out, and what who waits is told before."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import actions
from bookings.links import OFFER, key_in, path_of
from events import actions as event_actions
from notifications import messages, outbox
from notifications.models import Message
from tests.bookings.desk import set_policy, set_session_policy
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued
from tests.notifications.mails import entry_of, html_of, mail_of, read, row_of, states, words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOW + HOUR
LONG = "Zoë 日本 😀 " + "x" * 190


def offered(at=NOW, name="Pat Sample", queue=1):
    """Somebody to whom a place is offered."""
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    waiting = make_queued(session=session, practitioner=UserFactory(name=name))
    for _ in range(queue - 1):
        make_queued(session=session)
    actions.cancel(holder, at=at)
    waiting.refresh_from_db()
    assert waiting.status == "offered"
    return waiting


def test_offer_when_made_then_told_until_when_where_to_answer_and_what_happens_otherwise(settings):
    booking = offered()

    mail = mail_of(booking, "place_offered")
    words = words_of(mail)

    assert mail["To"] == booking.email
    assert mail["Subject"].startswith("A place for you until Wednesday 5 May 2027 at 10:00: Sharing information")
    for part in (
        "Hello Pat,",
        "Wednesday 5 May 2027 at 10:00",
        "Tuesday 22 June 2027, 09:30 to 11:00",
        "the place is not held for you any more",
        "you are no longer on the waiting list",
        f"{settings.SITE_URL}{path_of(OFFER, booking)}",
    ):
        assert part in words
    assert f'href="{settings.SITE_URL}{path_of(OFFER, booking)}"' in html_of(mail)
    assert key_in(OFFER, path_of(OFFER, booking).split("/")[2]) == booking.pk
    assert entry_of(mail) is None
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_offer_when_made_then_the_message_is_worthless_with_its_end():
    booking = offered()

    row, reminder = row_of(booking, "place_offered"), row_of(booking, "offer_lapsing")

    assert (row.due_at, row.expires_at) == (NOW, booking.offer_expires_at)
    assert (reminder.due_at, reminder.expires_at) == (NOW + 22 * HOUR, booking.offer_expires_at)


@pytest.mark.parametrize(("hours", "reminded"), [(7, False), (8, True)])
def test_reminder_of_an_offer_when_it_is_short_then_none(hours, reminded):
    set_policy(offer_hours=hours)
    booking = offered()

    assert Message.objects.filter(booking=booking, kind="offer_lapsing").exists() == reminded
    assert outbox.write_missing(at=LATER) == 0


def test_reminder_of_an_offer_then_says_until_when_and_is_dated_when_it_fell_due(settings):
    booking = offered()
    row = row_of(booking, "offer_lapsing")
    row.due_at += timedelta(minutes=20)  # a try failed

    mail = read(row)

    assert "Wednesday 5 May 2027 at 10:00" in words_of(mail)
    assert f"{settings.SITE_URL}{path_of(OFFER, booking)}" in words_of(mail)
    assert mail["Date"].datetime == NOW + 22 * HOUR
    assert entry_of(mail) is None


@pytest.mark.parametrize("answer", [actions.accept, actions.decline, actions.cancel])
def test_offer_when_answered_then_nobody_is_asked_or_reminded_any_more(answer):
    booking = offered()
    rows = [row_of(booking, kind) for kind in ("place_offered", "offer_lapsing")]

    answer(booking, at=LATER)

    for row in rows:
        row.refresh_from_db()
        assert row.status == "cancelled"
        with pytest.raises(messages.NoLongerTrue):
            messages.build(row)
    assert outbox.write_missing(at=LATER) == 0


def test_offer_when_declined_then_no_mail_but_the_next_is_asked():
    booking = offered(queue=2)

    actions.decline(booking, at=LATER)

    assert [kind for kind, status in states(booking) if status == "pending"] == []
    (following,) = Message.objects.filter(kind="place_offered", status="pending")
    assert following.booking != booking
    assert read(following)["To"] == following.booking.email


def test_offer_when_run_out_then_told_and_led_to_the_session(settings):
    booking = offered()

    actions.lapse_offers(at=NOW + 24 * HOUR)

    assert [kind for kind, status in states(booking) if status == "pending"] == ["offer_lapsed"]
    mail = mail_of(booking, "offer_lapsed")
    assert mail["To"] == booking.email
    assert "no longer on the waiting list" in words_of(mail)
    assert f"{settings.SITE_URL}{booking.session.get_absolute_url()} " in words_of(mail)
    assert entry_of(mail) is None
    assert outbox.write_missing(at=NOW + 24 * HOUR) == 0


def test_offer_when_accepted_then_a_confirmation_with_an_invitation():
    booking = offered()

    actions.accept(booking, at=LATER)

    entry = entry_of(mail_of(booking, "confirmation"))
    assert entry["METHOD"] == "REQUEST"
    assert str(entry.walk("VEVENT")[0]["UID"]) == booking.ical_uid
    assert outbox.write_missing(at=LATER) == 0


def test_session_that_changes_while_offered_then_told_without_an_invitation_and_where_to_answer(settings):
    booking = offered()

    event_actions.revise_session(booking.session_id, title="Another title", at=LATER)

    mail = mail_of(booking, "changed")
    assert entry_of(mail) is None
    assert "A place is still offered to you until Wednesday 5 May 2027 at 10:00" in words_of(mail)
    assert f"{settings.SITE_URL}{path_of(OFFER, booking)}" in words_of(mail)
    assert "You still have your place" not in words_of(mail)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (lambda b: actions.cancel(b, at=LATER), "offered to you is not held for you any more"),
        (
            lambda b: event_actions.cancel_session(b.session_id, reason="Snow.", at=LATER),
            "This session has been cancelled",
        ),
    ],
)
def test_offered_booking_when_cancelled_then_told_without_a_cancel_since_nobody_was_invited(end, said):
    booking = offered()

    end(booking)

    mail = mail_of(booking, "cancelled")
    assert entry_of(mail) is None
    assert said in words_of(mail)
    assert "You no longer have a place" not in words_of(mail)
    assert outbox.write_missing(at=LATER) == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "hold it for you for 24 hours, or 4 hours when the session is near."),
        ({"offer_hours": 1, "offer_hours_close": 1}, "hold it for you for 1 hour."),
        ({"offer_clock": "working"}, "24 hours of working time, or 4 hours of working time when"),
        ({"waiting_list": "automatic"}, "it is yours at once, and we write to you with an invitation."),
    ],
)
def test_who_waits_then_told_what_happens_when_a_place_comes_free(values, said):
    session = SessionFactory(capacity=1)
    set_session_policy(session, **values)
    make_booking(session=session)

    mail = mail_of(make_queued(session=session), "waiting_list")

    assert said in words_of(mail)
    assert said in " ".join(html_of(mail).split())
    assert entry_of(mail) is None


def test_place_given_at_once_then_no_offer_is_written():
    set_policy(waiting_list="automatic")
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    waiting = make_queued(session=session)

    actions.cancel(holder, at=LATER)

    assert not Message.objects.filter(kind="place_offered").exists()
    assert entry_of(mail_of(waiting, "confirmation"))["METHOD"] == "REQUEST"
    assert outbox.write_missing(at=LATER) == 0


def test_row_that_is_gone_when_the_sweep_runs_then_the_same_one_is_written():
    booking = offered()
    for kind in ("place_offered", "offer_lapsing"):
        row = row_of(booking, kind)
        row.delete()
        assert outbox.write_missing(at=LATER) == 1
        again = row_of(booking, kind)
        same = ("message_id", "occurrence", "due_at", "expires_at")
        assert [getattr(again, name) for name in same] == [getattr(row, name) for name in same]


@pytest.mark.parametrize("name", [LONG, "Bobby <script>"])
def test_offer_when_the_name_is_long_or_odd_then_the_mail_still_goes(name):
    booking = offered(name=name[:200])

    mail = mail_of(booking, "place_offered")

    assert name.split()[0] in words_of(mail)
    assert "<script>" not in html_of(mail)


def test_offer_close_to_the_start_then_no_mail_after_the_start():
    booking = offered(at=START - HOUR)

    assert row_of(booking, "place_offered").expires_at == START
    assert booking.offer_expires_at == datetime(2027, 6, 22, 8, 30, tzinfo=UTC)
