"""The site's Celery app with tasks that a test holds in the worker, lets go, and sees when they are done.

``WITHOUT`` names what to leave out: ``place``, the place that is given back after an acknowledgement has failed;
``loop``, the loop that turns: it stops for good at the first ``hold``. Run as ``celery -A tests.faults.held worker``.
"""

import os
import time
from pathlib import Path

from celery.signals import task_received
from django.conf import settings

from config import redis_broker, watch
from config.celery import app

__all__ = ["app"]

if os.environ.get("WITHOUT") == "place":
    redis_broker.QoS._free = lambda *_: None
if os.environ.get("WITHOUT") == "loop":
    watch.IN_PEACE_SECONDS = 0.5
    settings.CELERY_TASK_TIME_LIMIT = 1  # the end of a task before it is perhaps never noticed

    @task_received.connect(weak=False)
    def hang(request, **_):
        """Stop the loop, which sends this signal."""
        while request.name == "hold":
            time.sleep(3600)


@app.task(name="hold")
def hold(begun: str, until: str) -> None:
    """Say that it has begun, and take until there is a file."""
    Path(begun).touch()
    while not Path(until).exists():
        time.sleep(0.01)


@app.task(name="work")
def work(seconds: float) -> None:
    """Keep a process of the worker busy."""
    time.sleep(seconds)


@app.task(name="note")
def note(done: str) -> None:
    """Say that it is done."""
    Path(done).touch()
