"""The site's Celery app, whose worker kills itself where a file says, or leaves out a guard as a control.

``KILL_FILE`` names a file; whoever reaches the step that stands in it takes the file away and dies by SIGKILL.
``WITHOUT`` names a guard to leave out: ``fence``. Run as ``celery -A tests.faults.mortal worker``.
"""

import contextlib
import os
import random
import signal
from functools import wraps
from pathlib import Path

import django

from config.celery import app

__all__ = ["app"]

STEPS = ("claimed", "built", "offered", "fenced", "handed over", "recorded")
FILE = Path(os.environ["KILL_FILE"])
CHANCE = float(os.environ.get("KILL_CHANCE", "0"))


def die_at(step):
    """Kill this process, if the file says so; only one process ever gets to."""
    if CHANCE and random.random() < CHANCE:
        with FILE.with_suffix(".log").open("a") as log:
            log.write(f"{step}\n")
        os.kill(os.getpid(), signal.SIGKILL)
    with contextlib.suppress(FileNotFoundError):
        if FILE.read_text() == step:
            FILE.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def after(function, step, *, only=bool):
    """Return the function with a death after it, where ``only`` holds of its answer."""

    @wraps(function)
    def mortal(*args, **kwargs):
        answer = function(*args, **kwargs)
        if only(answer):
            die_at(step)
        return answer

    return mortal


def prepare():
    """Put a death behind each step of a message's way."""
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after Django is set up
    from django.db import connection  # noqa: PLC0415

    from notifications import claims, delivery, transports  # noqa: PLC0415

    def begin_only(message, mail, transport):
        return claims.begin_sending(message, sequence=mail.sequence, at=delivery.database_now(), subject=mail.subject)

    if os.environ.get("WITHOUT") == "fence":
        delivery._pass_fence = begin_only
    end = claims.end

    def recorded(message, status, **kwargs):
        written = end(message, status, **kwargs)
        if status == "sent":
            die_at("recorded")
        return written

    claims.claim = after(claims.claim, "claimed")
    delivery.messages.build = after(delivery.messages.build, "built")
    way_out = transports.SmtpTransport
    way_out.offer = after(way_out.offer, "offered", only=lambda _: True)
    delivery._pass_fence = after(delivery._pass_fence, "fenced")
    way_out.hand_over = after(way_out.hand_over, "handed over")
    claims.end = recorded
    assert settings.CELERY_TASK_ACKS_LATE
    connection.close()


prepare()
