"""At least once, two copies at most: what a message's end is after each answer of the mail server."""

import uuid
from datetime import timedelta

import pytest

from bookings import actions
from events import actions as event_actions
from notifications import claims, delivery, inbox
from notifications.models import Message
from notifications.transports import InboxTransport, SmtpTransport

pytestmark = pytest.mark.django_db


def state(message):
    message.refresh_from_db()
    return message.status, message.risky


def due_again(message):
    """Let the pause be over."""
    Message.objects.filter(pk=message.pk).update(due_at=message.created_at)


def test_a_message_that_is_taken_is_sent_once(sink, booked):
    message = booked()
    assert delivery.drain() == 1
    assert delivery.drain() == 0
    assert state(message) == ("sent", 1)
    assert [str(mail["Message-ID"]) for mail in sink.received] == [message.message_id]
    assert message.error.startswith("250")


def test_several_messages_go_over_one_connection(sink, booked):
    for _ in range(3):
        booked()
    assert delivery.drain() == 3
    assert sink.connections == 1


def test_what_is_not_due_stays(sink, booked, now):
    message = booked()
    Message.objects.filter(pk=message.pk).update(due_at=now + timedelta(hours=1))
    assert delivery.drain() == 0
    assert state(message) == ("pending", 0)


def test_what_comes_too_late_is_closed(sink, booked, now):
    message = booked()
    Message.objects.filter(pk=message.pk).update(expires_at=now - timedelta(seconds=1))
    assert delivery.drain() == 0
    assert state(message) == ("expired", 0)
    assert not sink.received


def test_no_mail_server_then_nothing_is_claimed_and_no_try_used_up(settings, sink, booked):
    message = booked()
    settings.EMAIL_PORT = 1
    assert delivery.drain() == 0
    assert state(message) == ("pending", 0)
    assert message.tries == 0
    settings.EMAIL_PORT = sink.port
    assert delivery.drain() == 1


@pytest.mark.parametrize(
    ("verb", "reply"),
    [("MAIL", "451 later"), ("RCPT", "450 later"), ("DATA", "451 later"), (".", "452 later"), ("MAIL", "421 closing")],
)
def test_a_passing_refusal_waits_and_risks_nothing(sink, booked, verb, reply):
    message = booked()
    sink.answers[verb] = [reply]
    assert delivery.drain() == 0
    assert state(message) == ("pending", 0)
    assert reply in message.error
    due_again(message)
    assert delivery.drain() == 1
    assert state(message) == ("sent", 1)


@pytest.mark.parametrize(("verb", "reply"), [("RCPT", "550 nobody"), (".", "554 no"), ("DATA", "554 no")])
def test_a_lasting_refusal_fails_at_once_and_the_next_message_goes(sink, booked, verb, reply):
    message, other = booked(), booked()
    sink.answers[verb] = [reply]
    assert delivery.drain() == 1
    assert state(message) == ("failed", 0)
    assert reply in message.error
    assert state(other) == ("sent", 1)


@pytest.mark.parametrize(("verb", "reply"), [("RCPT", "550 nobody"), ("RCPT", "451 later"), ("DATA", "554 no")])
def test_a_refused_mail_leaves_the_line_clean_for_the_next(sink, booked, verb, reply):
    refused, other = booked(), booked()
    sink.answers[verb] = [reply]
    assert delivery.drain() == 1
    assert state(refused)[0] in {"failed", "pending"}
    assert state(other) == ("sent", 1)
    assert sink.connections == 1


def test_a_line_that_is_out_of_step_fails_no_message(sink, booked):
    message = booked()
    sink.answers["MAIL"] = ["503 out of step"]
    assert delivery.drain() == 0
    assert state(message) == ("pending", 0)
    due_again(message)
    assert delivery.drain() == 1


def test_a_refusal_after_an_unknown_end_forgets_no_copy(sink, booked):
    message = booked()
    for verb, reply in ((".", "HANG UP"), ("RCPT", "451 later"), (".", "HANG UP")):
        sink.answers[verb] = [reply]
        delivery.drain()
        due_again(message)
    assert state(message) == ("unknown", 2)
    assert delivery.drain() == 0
    assert len(sink.received) == 2


def test_send_again_when_somebody_asks_then_the_count_of_copies_begins_anew(sink, booked, now):
    message, other = booked(), booked()
    Message.objects.filter(pk=message.pk).update(status="unknown", risky=2)
    assert claims.send_again(Message.objects.all(), at=now - timedelta(seconds=1)) == 1
    assert delivery.drain() == 2
    assert state(message) == state(other) == ("sent", 1)


def test_silence_after_the_dot_then_once_more_with_the_same_id(sink, booked):
    message = booked()
    sink.answers["."] = ["HANG UP"]
    assert delivery.drain() == 0
    assert state(message) == ("pending", 1)
    due_again(message)
    assert delivery.drain() == 1
    assert state(message) == ("sent", 2)
    assert [str(mail["Message-ID"]) for mail in sink.received] == [message.message_id] * 2


def test_silence_after_the_dot_of_a_mail_about_a_change_then_once_more_too(sink, booked, session, now):
    booked()
    assert delivery.drain() == 1
    later = session.starts_at + timedelta(hours=1)
    event_actions.reschedule_session(session.pk, starts_at=later, ends_at=later + timedelta(hours=1), at=now)
    message = Message.objects.get(kind="changed")
    sink.answers["."] = ["HANG UP"]
    assert delivery.drain() == 0
    assert state(message) == ("pending", 1)
    due_again(message)
    assert delivery.drain() == 1
    assert state(message) == ("sent", 2)


@pytest.mark.parametrize(("tries", "pauses"), [(1, 1), (2, 5), (3, 20), (4, 60), (9, 60)])
@pytest.mark.parametrize("spread", [0.8, 1.2])
def test_a_pause_grows_with_the_tries(settings, booked, now, monkeypatch, tries, pauses, spread):
    settings.OUTBOX_PAUSE_SECONDS = 100
    monkeypatch.setattr(claims.random, "uniform", lambda low, high: {0.8: low, 1.2: high}[spread])
    booked()
    Message.objects.update(tries=tries - 1)
    message = claims.claim(at=now)
    claims.put_back(message, at=now)
    message.refresh_from_db()
    assert (message.tries, message.status) == (tries, "pending")
    assert message.due_at == now + timedelta(seconds=pauses * 100 * spread)


def test_silence_twice_then_nobody_sends_it_a_third_time(sink, booked):
    message = booked()
    sink.answers["."] = ["HANG UP", "HANG UP"]
    delivery.drain()
    due_again(message)
    delivery.drain()
    assert state(message) == ("unknown", 2)
    due_again(message)
    assert delivery.drain() == 0
    assert len(sink.received) == 2


class Midway:
    """A way out where something happens once, after the first mail was offered and before it goes."""

    def __init__(self, happens):
        super().__init__()
        self.happens = [happens]

    def offer(self, sender, recipient):
        super().offer(sender, recipient)
        if self.happens:
            self.happens.pop()()


class MidwayToInbox(Midway, InboxTransport):
    """That into the local inbox."""


class MidwayToServer(Midway, SmtpTransport):
    """That over a line to the mail server."""


def test_a_booking_cancelled_while_the_mail_is_offered_leaves_the_line_clean_for_the_next(
    sink, booked, now, monkeypatch
):
    message, other = booked(), booked()
    happens = MidwayToServer(lambda: actions.cancel(message.booking, at=now))
    monkeypatch.setattr(delivery, "open_transport", lambda: happens)
    assert delivery.drain() == 2
    assert state(message) == ("cancelled", 0)
    assert state(other) == ("sent", 1)
    assert sink.connections == 1
    assert other.booking.email in {recipient for _, recipient in sink.envelopes}


def test_a_booking_cancelled_while_the_mail_is_offered_is_not_confirmed(booked, now, monkeypatch):
    message = booked()
    happens = MidwayToInbox(lambda: actions.cancel(message.booking, at=now))
    monkeypatch.setattr(delivery, "open_transport", lambda: happens)
    assert delivery.drain() == 1
    assert state(message) == ("cancelled", 0)
    assert [str(kept.mail["Subject"])[:9] for kept in inbox.newest()] == ["Cancelled"]


def test_a_session_moved_while_the_mail_is_offered_is_told_as_it_then_is(booked, session, now, monkeypatch):
    message, start = booked(), session.starts_at + timedelta(hours=1)

    def move():
        event_actions.reschedule_session(session.pk, starts_at=start, ends_at=start + timedelta(hours=1), at=now)

    monkeypatch.setattr(delivery, "open_transport", lambda: MidwayToInbox(move))
    assert delivery.drain() == 1
    assert state(message) == ("sent", 1)
    assert message.sequence == 1
    changed = Message.objects.get(kind="changed")
    assert (changed.status, changed.error) == (
        "cancelled",
        "The confirmation is still to go, and tells it as it is now.",
    )


def test_a_dead_worker_before_sending_then_the_message_waits_again(sink, booked, now):
    message = booked()
    claims.claim(at=now)
    assert delivery.drain() == 0
    Message.objects.filter(status="claimed").update(lease_until=now - timedelta(seconds=1))
    assert delivery.drain() == 1
    assert state(message) == ("sent", 1)
    assert message.lost == 1


def test_a_message_that_kills_five_workers_fails(sink, booked, now):
    message = booked()
    for _ in range(5):
        assert claims.claim(at=now) == message
        Message.objects.filter(status="claimed").update(lease_until=now - timedelta(seconds=1))
        claims.recover(at=now)
    assert state(message) == ("failed", 0)
    assert message.lost == 5


@pytest.mark.parametrize(("risky", "expected"), [(1, "pending"), (2, "unknown")])
def test_a_dead_worker_while_sending_then_once_more_and_no_further(sink, booked, now, risky, expected):
    message = claims.claim(at=now) if booked() else None
    Message.objects.filter(status="claimed").update(
        status="sending", risky=risky, lease_until=now - timedelta(seconds=1)
    )
    claims.recover(at=now)
    assert state(message) == (expected, risky)


INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"expires_at": INSTANT}, "pending"),
        ({"expires_at": 0 * INSTANT}, "expired"),
        ({"status": "claimed", "lease_until": INSTANT}, "claimed"),
        ({"status": "claimed", "lease_until": 0 * INSTANT}, "pending"),
        ({"status": "sending", "risky": 1, "lease_until": INSTANT}, "sending"),
        ({"status": "sending", "risky": 1, "lease_until": 0 * INSTANT}, "pending"),
    ],
    ids=str,
)
def test_what_is_held_or_kept_until_an_instant_is_so_no_more_at_it(booked, now, values, status):
    message = booked()
    values = {name: now + value if isinstance(value, timedelta) else value for name, value in values.items()}
    token = {"token": uuid.uuid4()} if "lease_until" in values else {}
    Message.objects.filter(pk=message.pk).update(**values, **token)
    claims.recover(at=now)
    assert state(message)[0] == status


@pytest.mark.parametrize(
    ("due", "ends", "is_due"),
    [(0, 1, True), (1, 2, False), (-1, 1, True), (-1, 0, False), (-2, -1, False)],
)
def test_what_is_due_may_be_taken_from_its_instant_on_until_its_end(booked, now, due, ends, is_due):
    message = booked()
    Message.objects.filter(pk=message.pk).update(due_at=now + due * INSTANT, expires_at=now + ends * INSTANT)
    assert claims.due(at=now).exists() is is_due


def test_a_worker_past_its_lease_writes_nothing(sink, booked, now):
    booked()
    slow = claims.claim(at=now)
    Message.objects.filter(status="claimed").update(lease_until=now - timedelta(seconds=1))
    claims.recover(at=now)
    other = claims.claim(at=now)
    assert not claims.begin_sending(slow, sequence=0, at=now)
    assert not claims.end(slow, Message.Status.SENT, at=now)
    assert other is not None
    assert state(other) == ("claimed", 0)


def test_a_lease_that_has_run_out_then_sending_does_not_begin(sink, booked, now):
    booked()
    message = claims.claim(at=now)
    assert not claims.begin_sending(message, sequence=0, at=message.lease_until)


def test_a_message_that_no_header_can_carry_fails_and_the_next_goes(sink, booked):
    poisoned, other = booked(), booked()
    type(poisoned.booking).written.filter(pk=poisoned.booking_id).update(email="a@example.org\r\nBcc: b@example.org")
    assert delivery.drain() == 1
    assert state(poisoned) == ("failed", 0)
    assert state(other) == ("sent", 1)


@pytest.mark.parametrize("apart", [timedelta(days=2), timedelta(hours=1), -timedelta(hours=1), timedelta(minutes=3)])
def test_clocks_far_apart_then_nothing_is_sent(sink, booked, monkeypatch, now, apart):
    message = booked()
    monkeypatch.setattr(delivery, "database_now", lambda: now + apart)
    with pytest.raises(RuntimeError, match="differ by more"):
        delivery.drain()
    assert state(message) == ("pending", 0)


def test_a_drain_stops_after_its_share(sink, booked):
    for _ in range(3):
        booked()
    assert delivery.drain(most=2) == 2
    assert delivery.drain(most=2) == 1


def test_the_local_inbox_takes_what_a_mail_server_would(settings, booked):
    message = booked()
    assert delivery.drain() == 1
    assert [str(kept.mail["Message-ID"]) for kept in inbox.newest()] == [message.message_id]
