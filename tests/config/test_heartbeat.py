"""The worker and the scheduler say that they live, whatever the broker does."""

import logging
import time

import pytest
from django.db import connection
from django.db.utils import OperationalError

from config import heartbeat
from config.celery import app, timetable
from config.heartbeat import BeatingScheduler, beat
from notifications.models import Heartbeat


@pytest.fixture
def scheduler(tmp_path):
    made = BeatingScheduler(app=app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    made.setup_schedule()
    yield made
    made.close()


@pytest.mark.django_db(transaction=True)
def test_beat_when_repeated_then_one_row_by_the_clock_of_the_database():
    assert beat("worker")
    first = Heartbeat.objects.get(process="worker").beat_at
    assert beat("worker")
    assert Heartbeat.objects.count() == 1
    assert Heartbeat.objects.get(process="worker").beat_at >= first


@pytest.mark.django_db(transaction=True)
def test_beat_when_the_database_fails_then_says_so_and_goes_on(caplog):
    def fail(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(fail):
        assert beat("worker") is False
    assert "no heartbeat of the worker: OperationalError" in caplog.text
    assert beat("worker") is True


@pytest.mark.django_db(transaction=True)
def test_tick_when_called_often_then_beats_once_in_ten_seconds(scheduler, monkeypatch):
    beats = []
    monkeypatch.setattr(heartbeat, "beat", beats.append)
    for _ in range(5):
        scheduler.tick()
    assert beats == ["scheduler"]
    monkeypatch.setattr(scheduler, "_next_beat", time.monotonic())
    scheduler.tick()
    assert beats == ["scheduler", "scheduler"]


def test_apply_entry_when_the_broker_is_away_then_a_line_and_no_exception(scheduler, caplog, monkeypatch):
    away = app.connection_for_write("redis://127.0.0.1:1/0", connect_timeout=1)
    monkeypatch.setattr(scheduler, "connection", away, raising=False)
    entry = next(iter(scheduler.schedule.values()))
    with caplog.at_level(logging.WARNING):
        began = time.monotonic()
        scheduler.apply_entry(entry, producer=app.amqp.Producer(away, auto_declare=False))
    assert time.monotonic() - began < 5
    assert "Couldn't apply scheduled task" in caplog.text


def test_timetable_when_read_then_names_tasks_that_exist():
    app.loader.import_default_modules()
    for entry in timetable(10).values():
        assert entry["task"] in app.tasks


def test_timetable_when_the_sweep_is_quicker_then_its_nudges_expire_sooner():
    entry = timetable(0.5)["send what is due"]
    assert (entry["schedule"], entry["options"]) == (0.5, {"expires": 0.5})


def test_scheduler_when_configured_then_is_ours():
    assert app.conf.beat_scheduler == "config.heartbeat.BeatingScheduler"
    assert set(app.conf.beat_schedule) == set(timetable(10))
