"""The worker and the scheduler say by their work that they live, whatever the broker does."""

import logging
import time
from types import SimpleNamespace

import pytest
from celery.signals import celeryd_init, task_postrun
from django.db import connection
from django.db.utils import OperationalError

from config import heartbeat
from config.celery import app, timetable
from config.health import HEARTBEAT_AGE
from config.heartbeat import BeatingScheduler, beat
from config.tasks import do_nothing
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


@pytest.fixture
def beats(monkeypatch):
    """Which process has beaten; all may beat at once."""
    made = []
    monkeypatch.setattr(heartbeat, "beat", made.append)
    monkeypatch.setattr(BeatingScheduler, "_pulse", heartbeat.Pulse("scheduler"))
    monkeypatch.setattr(heartbeat, "worker_pulse", heartbeat.Pulse("worker"))
    return made


def test_tick_when_called_often_then_beats_once_in_ten_seconds(scheduler, beats, monkeypatch):
    for _ in range(5):
        scheduler.tick()
    assert beats == ["scheduler"]
    monkeypatch.setattr(heartbeat, "EVERY_SECONDS", 0.0)
    scheduler._pulse = heartbeat.Pulse("scheduler")
    scheduler.tick()
    scheduler.tick()
    assert beats == ["scheduler"] * 3


def test_task_when_it_ends_in_a_worker_then_beats_for_it_once_in_ten_seconds(beats):
    do_nothing.apply()
    assert beats == []  # no worker has started here
    celeryd_init.send(sender=None, conf=SimpleNamespace(broker_transport_options={}))
    try:
        assert beats == []
        do_nothing.apply()
        do_nothing.apply()
        assert beats == ["worker"]
    finally:
        task_postrun.disconnect(heartbeat.beat_after_task)


def test_timetable_when_the_outbox_is_swept_rarely_then_tasks_still_come_often_enough_for_the_heartbeat():
    entry = timetable(3600)["show that tasks are done"]
    assert entry["schedule"] + heartbeat.EVERY_SECONDS < HEARTBEAT_AGE.total_seconds() / 2


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
