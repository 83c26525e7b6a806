"""When a worker that takes nothing has done so for too long."""

import pytest
from celery import Celery

from config.watch import Silence, waiting_tasks

IDLE, BUSY = 60, 660


def first_alarm(looks):
    """Return which look, as (now, waiting, taken, busy), says that it is too long; None when none does."""
    silence = Silence(idle_seconds=IDLE, busy_seconds=BUSY)
    said = [
        silence.is_too_long(now=now, waiting=waiting, taken=taken, busy=busy) for now, waiting, taken, busy in looks
    ]
    return said.index(True) if True in said else None


@pytest.mark.parametrize(
    ("looks", "alarm"),
    [
        pytest.param([(0, 3, 0, False), (59, 9, 0, False), (60, 9, 0, False)], 2, id="waits-and-nothing-is-taken"),
        pytest.param(
            [(0, 3, 7, False), (5, 3, 7, False), (64, 9, 7, False), (65, 9, 7, False)], 3, id="has-worked-before"
        ),
        pytest.param([(0, 3, 0, False), (59, 9, 1, False), (118, 9, 1, False)], None, id="one-was-taken"),
        pytest.param([(0, 3, 0, False), (59, 0, 0, False), (118, 1, 0, False)], None, id="another-worker-takes-them"),
        pytest.param([(0, 3, 0, False), (59, None, 0, False), (118, 1, 0, False)], None, id="the-broker-is-away"),
        pytest.param([(0, 0, 0, False), (600, 0, 0, False)], None, id="nothing-waits"),
        pytest.param([(0, 3, 0, True), (659, 3, 0, True), (660, 3, 0, True)], 2, id="busy-longer-than-a-task-may-take"),
        pytest.param([(0, 3, 0, True), (300, 3, 0, True), (301, 3, 0, False)], 2, id="busy-and-then-idle"),
    ],
)
def test_silence_when_looked_at_then_too_long_only_if_tasks_wait_and_none_is_taken(looks, alarm):
    assert first_alarm(looks) == alarm


def test_waiting_tasks_when_asked_of_a_folder_then_as_many_as_were_queued(tmp_path):
    with Celery(set_as_current=False, broker="filesystem://localhost/") as app:
        folders = ("data_folder_in", "data_folder_out", "control_folder")
        app.conf.broker_transport_options = dict.fromkeys(folders, str(tmp_path))
        assert waiting_tasks(app) == 0
        for _ in range(2):
            app.send_task("any")
        assert waiting_tasks(app) == 2


def test_waiting_tasks_when_the_broker_is_away_then_unknown():
    with Celery(set_as_current=False, broker="redis://127.0.0.1:1/0") as app:
        assert waiting_tasks(app) is None
