"""A watch over the worker: one that takes nothing while tasks wait ends, so that it is started again."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import billiard
from celery import Celery, signals
from celery.worker import state
from django.conf import settings
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0
IN_PEACE_SECONDS: Final = 20.0
BROKER_SECONDS: Final = 1.0


class Silence:
    """How long tasks have waited while the worker took none."""

    def __init__(self, *, idle_seconds: float, busy_seconds: float) -> None:
        """Take how long an idle worker may take nothing, and how long one whose processes all work."""
        self._idle_seconds, self._busy_seconds = idle_seconds, busy_seconds
        self._since: float | None = None
        self._taken = 0

    def is_too_long(self, *, now: float, waiting: int | None, taken: int, busy: bool) -> bool:
        """Look once; ``waiting`` is None while the broker does not answer, which is no fault of the worker."""
        if not waiting or taken != self._taken:
            self._since, self._taken = None, taken
            return False
        if self._since is None:
            self._since = now
        return now - self._since >= (self._busy_seconds if busy else self._idle_seconds)


class Watch:
    """Looks every few seconds, from a thread, because the worker's own loop may be what hangs."""

    def __init__(self, app: Celery, *, end: Callable[[], None]) -> None:
        self._app, self._end = app, end
        self._taken = 0
        idle = settings.WORKER_SILENT_SECONDS
        self._silence = Silence(idle_seconds=idle, busy_seconds=settings.CELERY_TASK_TIME_LIMIT + idle)
        self._every = min(LOOK_SECONDS, idle / 4)
        signals.task_received.connect(self._note_taken, weak=False)
        signals.task_revoked.connect(self._note_taken, weak=False)  # a task that came too late is taken and revoked

    def start(self) -> None:
        """Look from now on until the process ends."""
        threading.Thread(target=self._go_on, name="watch", daemon=True).start()

    def _note_taken(self, **_: Any) -> None:
        self._taken += 1

    def _go_on(self) -> None:
        while not self._is_silent():
            time.sleep(self._every)
        self._end()

    def _is_silent(self) -> bool:
        return self._silence.is_too_long(
            waiting=waiting_tasks(self._app),
            taken=self._taken,
            busy=bool(state.active_requests),
            now=time.monotonic(),
        )


def waiting_tasks(app: Celery) -> int | None:
    """Return how many tasks wait at the broker; None when it does not answer, which others tell."""
    connection: Any = app.connection_for_read(transport_options={"socket_timeout": BROKER_SECONDS})
    try:
        with connection:
            return int(connection.default_channel.queue_declare(app.conf.task_default_queue).message_count)
    except (*connection.connection_errors, *connection.channel_errors, KombuError, OSError) as error:
        logger.debug("the queue cannot be measured: %s", type(error).__name__)
        return None


def end_worker() -> None:
    """End this worker with exit code 1: in peace if its loop still turns, and hard if it does not."""
    logger.critical(
        "Tasks wait and this worker has taken none for %s seconds. It ends so that it is started again.",
        settings.WORKER_SILENT_SECONDS,
    )
    state.should_stop = 1  # type: ignore[assignment]  # Celery's loop ends with this exit code
    time.sleep(IN_PEACE_SECONDS)
    for child in filter(None, (process.pid for process in billiard.active_children())):
        os.kill(child, signal.SIGKILL)
    os._exit(1)
