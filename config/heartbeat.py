"""Signs of life of the processes that nobody talks to: the worker and the scheduler.

Both come from the work itself. A thread would beat on while the process it stands for takes no task.
"""

import logging
import time
from typing import Any, Final

from celery.beat import PersistentScheduler, ScheduleEntry, SchedulingError
from django.db import Error, connection
from django.db.models.functions import Now

from notifications.models import Heartbeat

logger = logging.getLogger(__name__)

EVERY_SECONDS: Final = 10.0


def beat(process: str) -> bool:
    """Write that a process is alive now, by the database's clock; say whether it could be written.

    The connection is closed after it, so that a process that forks later hands none to its children.
    """
    try:
        Heartbeat.objects.bulk_create(
            [Heartbeat(process=process, beat_at=Now())],
            update_conflicts=True,
            unique_fields=["process"],
            update_fields=["beat_at"],
        )
    except Error as error:
        logger.warning("no heartbeat of the %s: %s", process, type(error).__name__)
        return False
    finally:
        connection.close()
    return True


class Pulse:
    """Beats for a process of a kind whenever it is asked to, but not more often than every ten seconds."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._next = 0.0

    def beat(self) -> None:
        """Write a sign of life when the last one is long enough ago."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY_SECONDS
            beat(self._process)


worker_pulse: Final = Pulse("worker")


def beat_after_task(**_: Any) -> None:
    """Write that the worker does its work; called when a task has ended, in the process that ran it."""
    worker_pulse.beat()


class BeatingScheduler(PersistentScheduler):
    """Celery's scheduler, which also says that it is alive, and which no dead broker holds up."""

    _pulse = Pulse("scheduler")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Ask for what is due, and beat when the last time is long enough ago."""
        self._pulse.beat()
        return super().tick(*args, **kwargs)

    def _ensure_connected(self) -> Any:
        """Return the connection as it is: publishing opens it, and fails at once where the broker is away."""
        return self.connection

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Ask for one task; a broker that is away costs a line in the log, and the next time is soon."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            logger.warning("%s", error)
