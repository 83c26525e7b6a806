"""A real worker killed at the worst moment: after the mail server has the mail, before that is recorded."""

import os
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from redis import Redis

from notifications.models import Message
from tests.factories import SessionFactory, make_booking
from tests.faults.patience import PATIENCE
from tests.faults.smtp_sink import running_sink
from tests.faults.workers import environment, kill, nudge, running_worker

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def redis_url():
    """A database of this process's own on the Redis server, emptied before and after."""
    number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8
    url = f"{os.environ.get('REDIS_URL', 'redis://127.0.0.1:6379/0').rsplit('/', 1)[0]}/{number}"
    with Redis.from_url(url) as redis:
        redis.flushdb()
        yield url
        redis.flushdb()


@pytest.fixture
def message():
    """A confirmation that is due now."""
    now = timezone.now()
    session = SessionFactory(starts_at=now + timedelta(days=14))
    booking = make_booking(session=session, at=now)
    return Message.objects.get(booking=booking, kind="confirmation")


def test_killed_after_the_mail_was_taken_then_sent_once_more_with_the_same_id_and_entry(message, redis_url):
    with running_sink() as sink:
        env = environment(sink.port, redis_url)
        sink.holds = True  # the mail server has the mail and does not say so yet
        with running_worker(env) as worker:
            nudge(env)
            assert sink.arrived.wait(PATIENCE)
            kill(worker)
        message.refresh_from_db()
        assert (message.status, message.risky, message.sent_at) == ("sending", 1, None)

        sink.holds = False
        sink.go_on.set()
        sink.arrived.clear()
        with running_worker(env):
            wait_for_lease_to_end(message)
            nudge(env)
            assert sink.arrived.wait(PATIENCE)
            wait_until_recorded(message)
    message.refresh_from_db()
    assert (message.status, message.risky) == ("sent", 2)
    first, second = sink.received
    assert str(first["Message-ID"]) == str(second["Message-ID"]) == message.message_id
    assert entry(first) == entry(second)


def test_control_a_worker_that_lives_sends_it_once(message, redis_url):
    with running_sink() as sink:
        env = environment(sink.port, redis_url)
        with running_worker(env):
            nudge(env)
            assert sink.arrived.wait(PATIENCE)
            wait_until_recorded(message)
            nudge(env)
    message.refresh_from_db()
    assert (message.status, message.risky, len(sink.received)) == ("sent", 1, 1)


def entry(mail):
    """Return the diary entry of a mail, byte for byte."""
    return next(part.get_content() for part in mail.walk() if part.get_content_type() == "text/calendar")


def wait_for_lease_to_end(message):
    """Let the database itself wait until the lease of the dead worker is over."""
    sleep_in_database("GREATEST(0, EXTRACT(EPOCH FROM lease_until - clock_timestamp()))", message)


def wait_until_recorded(message):
    """Wait for the worker's commit: the row can be locked once it is there, and then it says sent."""
    for _ in range(PATIENCE * 20):
        message.refresh_from_db()
        if message.status == "sent":
            return
        sleep_in_database("0.05", message)
    pytest.fail(f"still {message.status} after {PATIENCE} seconds")


def sleep_in_database(seconds, message):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_sleep({seconds}) FROM notifications_message WHERE id = %s", [message.pk])
