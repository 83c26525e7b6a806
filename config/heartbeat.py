"""Signs of life of the processes that nobody talks to: the worker and the scheduler."""

import logging
import threading
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


def beat_in_background(process: str) -> threading.Thread:
    """Beat from a thread of this process until the process ends, whether or not there is work to do."""

    def go_on() -> None:
        while True:
            beat(process)
            time.sleep(EVERY_SECONDS)

    thread = threading.Thread(target=go_on, name=f"{process}-heartbeat", daemon=True)
    thread.start()
    return thread


class BeatingScheduler(PersistentScheduler):
    """Celery's scheduler, which also says that it is alive, and which no dead broker holds up."""

    _next_beat = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Ask for what is due, and beat when the last time is long enough ago."""
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + EVERY_SECONDS
            beat("scheduler")
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
