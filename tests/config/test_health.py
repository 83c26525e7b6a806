"""Is the process up, can it serve, does everything work: and nothing but the database turns it red."""

import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.db.utils import OperationalError
from django.test.utils import CaptureQueriesContext

from config import health
from events.models import Session
from notifications.models import Heartbeat, Message
from tests.factories import START, SessionFactory, make_booking

TOKEN = "a-token-of-some-length"
EVER = datetime(1, 1, 1, tzinfo=UTC)  # no clock ran in London


@pytest.fixture
def broker(settings, tmp_path):
    """The embedded broker's folders."""
    settings.VAR = tmp_path
    settings.REDIS_URL = ""
    for name in ("queue", "control"):
        (tmp_path / "broker" / name).mkdir(parents=True)


@pytest.fixture
def alive(db, broker):
    """Everything works."""
    for process in Heartbeat.Process.values:
        Heartbeat.objects.create(process=process, beat_at=Now())


def failing(answer):
    return {name for name, state in answer.json().items() if state == "failing"}


def database_gone(execute, sql, params, many, context):
    raise OperationalError("gone")


def test_live_when_asked_then_asks_the_database_nothing(client):
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_live_when_posted_to_then_405(client):
    assert client.post("/health/live").status_code == 405


def test_ready_when_everything_works_then_200_and_all_ok(client, alive):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert set(answer.json().values()) == {"ok"}
    assert set(answer.json()) >= {"database", "migrations", "broker", "worker", "scheduler", "oldest_message"}
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("process", Heartbeat.Process.values)
def test_ready_when_a_process_is_silent_then_says_so_and_stays_green(client, alive, process):
    Heartbeat.objects.filter(process=process).update(beat_at=Now() - health.HEARTBEAT_AGE - timedelta(seconds=1))
    answer = client.get("/health/ready")
    assert (answer.status_code, failing(answer)) == (200, {process})


def test_ready_when_a_process_was_never_heard_of_then_says_so_and_stays_green(client, db, broker):
    answer = client.get("/health/ready")
    assert (answer.status_code, failing(answer)) == (200, {"worker", "scheduler"})


def test_ready_when_the_broker_refuses_then_says_so_and_stays_green(client, alive, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert (answer.status_code, failing(answer)) == (200, {"broker"})


def test_ready_when_the_broker_hangs_then_answers_all_the_same(client, alive, settings):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections and never says a word
        settings.REDIS_URL = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        began = time.monotonic()
        answer = client.get("/health/ready")
        took = time.monotonic() - began
    assert (answer.status_code, failing(answer)) == (200, {"broker"})
    assert health.BROKER_SECONDS <= took < 2 * health.BROKER_SECONDS


@pytest.mark.parametrize(("late", "found"), [(timedelta(minutes=6), {"oldest_message"}), (timedelta(minutes=4), set())])
def test_ready_when_a_message_waits_past_its_time_then_says_so_and_stays_green(client, alive, late, found):
    make_booking()
    Message.objects.update(due_at=Now() - late)
    answer = client.get("/health/ready")
    assert (answer.status_code, failing(answer)) == (200, found)


def test_ready_when_an_old_message_was_sent_or_is_not_due_then_ok(client, alive):
    make_booking()
    Message.objects.update(due_at=Now() + timedelta(days=1))
    sent = Message.objects.first()
    Message.objects.filter(pk=sent.pk).update(due_at=Now() - timedelta(days=1), status="sent", sent_at=Now())
    assert failing(client.get("/health/ready")) == set()


@pytest.mark.django_db
def test_ready_when_a_migration_is_missing_then_503(client, broker):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'people'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] == "ok"
    assert answer.json()["migrations"] == "failing"


@pytest.mark.django_db
def test_ready_when_the_database_is_gone_then_503_and_no_traceback(client, broker):
    with connection.execute_wrapper(database_gone):
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["database"], answer.json()["broker"]) == (503, "failing", "ok")


def too_slow(execute, sql, params, many, context):
    """Let every statement on messages run into the time limit."""
    if '"notifications_message"' in sql:
        raise OperationalError("canceling statement due to statement timeout")
    return execute(sql, params, many, context)


@pytest.mark.parametrize("path", ["/health/ready", "/health/status", "/metrics"])
def test_page_when_the_database_does_not_answer_in_time_then_503_and_no_traceback(client, alive, settings, path):
    settings.INTERNAL_IPS = ["127.0.0.1"]
    with connection.execute_wrapper(too_slow):
        assert client.get(path).status_code == 503
    assert client.get(path).status_code == 200


@pytest.mark.postgres
def test_ready_when_there_are_many_messages_then_looks_at_none_but_those_in_question(client, alive):
    booking = make_booking()
    Message.objects.bulk_create(
        Message(
            booking=booking,
            kind="confirmation",
            occurrence=f"filling-{number}",
            message_id=f"<filling-{number}@example.org>",
            status="sent" if number % 10 else "pending",
            sent_at=START if number % 10 else None,
            due_at=START - timedelta(days=900, minutes=number),
            expires_at=START,
        )
        for number in range(4000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_message")
        with CaptureQueriesContext(connection) as asked:
            client.get("/health/ready")
        plans = []
        for query in asked.captured_queries:
            if '"notifications_message"' in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}")
                plans.append(" ".join(line for (line,) in cursor.fetchall()))
    waiting, unsent = plans
    assert "message_waiting_by_due_time" in waiting
    assert "message_unsent_by_due_time" in unsent
    assert not [plan for plan in plans if "Seq Scan" in plan or "Sort" in plan or "Aggregate" in plan]


def test_metrics_when_read_again_within_a_minute_then_all_rows_are_not_counted_again(client, alive, settings):
    settings.INTERNAL_IPS = ["127.0.0.1"]
    make_booking()

    def counts():
        with CaptureQueriesContext(connection) as asked:
            assert 'practice_weeks_bookings{status="confirmed"} 1' in client.get("/metrics").content.decode()
        return len([one for one in asked.captured_queries if "COUNT" in one["sql"] and "WHERE" not in one["sql"]])

    assert (counts(), counts()) == (2, 0)


def test_status_when_anything_fails_then_503(client, alive, settings):
    settings.INTERNAL_IPS = ["127.0.0.1"]
    assert client.get("/health/status").status_code == 200
    Heartbeat.objects.filter(process="worker").delete()
    assert client.get("/health/status").status_code == 503


@pytest.mark.parametrize("path", ["/health/status", "/metrics"])
@pytest.mark.parametrize(
    ("token", "inside", "header", "code"),
    [
        ("", [], "", 404),
        ("", [], "Bearer ", 404),
        ("", ["127.0.0.1"], "", 200),
        (TOKEN, [], f"Bearer {TOKEN}", 200),
        (TOKEN, [], f"Bearer {TOKEN}x", 404),
        (TOKEN, [], "", 404),
        (TOKEN, [], "Bearer \u00e9", 404),
    ],
)
def test_inner_page_when_asked_then_only_for_those_the_settings_let_in(
    client, alive, settings, path, token, inside, header, code
):
    settings.HEALTH_TOKEN, settings.INTERNAL_IPS = token, inside
    headers = {"authorization": header} if header else {}
    assert client.get(path, headers=headers).status_code == code


def test_metrics_when_read_then_counts_bookings_and_messages_by_state(client, alive, settings):
    settings.INTERNAL_IPS = ["127.0.0.1"]
    make_booking()
    Message.objects.filter(kind="confirmation").update(due_at=Now() - timedelta(seconds=90))
    Message.objects.exclude(kind="confirmation").update(due_at=Now() + timedelta(days=1))
    answer = client.get("/metrics")
    lines = answer.content.decode().splitlines()
    figures = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert figures['practice_weeks_bookings{status="confirmed"}'] == "1"
    assert figures['practice_weeks_bookings{status="cancelled"}'] == "0"
    assert int(figures['practice_weeks_messages{status="pending"}']) == Message.objects.count()
    assert 89 <= int(figures["practice_weeks_oldest_message_seconds"]) <= 100


@pytest.mark.redis
@pytest.mark.django_db
def test_ready_when_redis_answers_then_broker_ok(client):
    assert client.get("/health/ready").json()["broker"] == "ok"


def test_status_when_a_session_was_left_out_of_a_calendar_then_fails_until_it_is_mended(client, alive, settings):
    settings.INTERNAL_IPS = ["127.0.0.1"]
    session = SessionFactory()
    Session.objects.filter(pk=session.pk).update(starts_at=EVER, ends_at=EVER + timedelta(hours=1))
    assert client.get("/health/status").status_code == 200

    assert client.get(f"/calendar/sessions/{session.pk}.ics").status_code == 200
    answer = client.get("/health/status")
    assert (answer.status_code, failing(answer)) == (503, {"calendars", "status"})
    assert "practice_weeks_calendar_faults 1" in client.get("/metrics").content.decode()
    assert client.get("/health/ready").status_code == 200

    session.refresh_from_db()
    session.starts_at, session.ends_at = START, START + timedelta(hours=1)
    session.save()
    assert client.get(f"/calendar/sessions/{session.pk}.ics").status_code == 200
    assert client.get("/health/status").status_code == 200
