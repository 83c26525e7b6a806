"""What wakes the worker, what it runs, and what it does without Celery."""

import threading
from functools import partial

import pytest
from celery import Celery
from django.core.management import call_command
from kombu.exceptions import OperationalError

from notifications import nudge, tasks
from notifications.models import Message


@pytest.mark.django_db
def test_drain_sends_what_is_due_and_says_how_many(booked, caplog):
    booked()
    with caplog.at_level("INFO"):
        tasks.drain()
    assert Message.objects.get(kind="confirmation").status == "sent"
    assert "messages sent: 1" in caplog.text


@pytest.mark.django_db
def test_sweep_writes_missing_rows_and_says_that_there_were_some(booked, caplog):
    booked().delete()
    tasks.sweep()
    assert Message.objects.filter(kind="confirmation").count() == 1
    assert "message rows were missing and have been written: 1" in caplog.text
    caplog.clear()
    tasks.sweep()
    assert caplog.text == ""


@pytest.mark.django_db
def test_the_command_sends_without_celery(booked, capsys):
    booked()
    call_command("drain")
    assert capsys.readouterr().out == "messages sent: 1\n"


def test_nudges_are_published_from_a_thread_of_their_own_and_many_are_one(monkeypatch):
    published, first, go_on = [], threading.Event(), threading.Event()

    def publish():
        published.append(threading.current_thread().name)
        first.set()
        assert go_on.wait(10)
        if len(published) == 2:
            done.set()

    done = threading.Event()
    monkeypatch.setattr(nudge, "publish", publish)
    nudger = nudge.Nudger()
    nudger.nudge()
    assert first.wait(10)
    for _ in range(20):
        nudger.nudge()
    go_on.set()
    assert done.wait(10)
    assert published == ["nudger", "nudger"]


@pytest.mark.parametrize("error", [OperationalError("no broker"), ConnectionRefusedError()])
def test_a_broker_that_is_away_is_logged_and_no_more(monkeypatch, caplog, error):
    def refuse(**_):
        raise error

    monkeypatch.setattr(tasks.drain, "apply_async", refuse)
    nudge.publish()
    assert "the worker was not nudged" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_booking_is_made_while_the_broker_is_dead_and_its_mail_goes_later(monkeypatch, booked, caplog):
    dead = Celery(broker="redis://127.0.0.1:1/0")  # nothing listens there
    monkeypatch.setattr(tasks.drain, "apply_async", partial(dead.send_task, "notifications.tasks.drain"))
    monkeypatch.setattr(nudge._nudger, "nudge", nudge.publish)  # in this thread, so that it has ended
    message = booked()
    assert message.booking.status == "confirmed"
    assert "the worker was not nudged: OperationalError" in caplog.text
    tasks.drain()
    message.refresh_from_db()
    assert message.status == "sent"
