"""The part of the worker that takes tasks from the broker."""

from functools import partial
from typing import Any, Final

from celery.worker.consumer import Consumer as CeleryConsumer

LONGEST_PAUSE_SECONDS: Final = 5


class Consumer(CeleryConsumer):
    """Celery's consumer, which looks for a lost broker at least every five seconds.

    Celery's own pauses grow to 30 seconds, and a worker takes tasks again that much later than its broker is back.
    """

    def ensure_connected(self, conn: Any) -> Any:
        """Return the connection once the broker is there, however long that takes."""
        conn.ensure_connection = partial(conn.ensure_connection, interval_step=1, interval_max=LONGEST_PAUSE_SECONDS)
        return super().ensure_connected(conn)
