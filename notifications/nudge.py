"""Waking the worker: losing, doubling or delaying a nudge changes nothing but a delay."""

import threading

from django.db import transaction

from notifications import tasks


class Nudger:
    """Publishes nudges from a thread of its own, so that no request waits for a broker that is slow or dead.

    However many are asked for while one is under way, one more is published after it.
    """

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def nudge(self) -> None:
        """Ask for the worker to be woken; returns at once."""
        self._wanted.set()
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._publish_for_ever, name="nudger", daemon=True)
                self._thread.start()

    def _publish_for_ever(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            publish()


def publish() -> None:
    """Wake the worker now."""
    tasks.wake()


_nudger = Nudger()


def after_commit() -> None:
    """Wake the worker once the transaction at hand is committed; never if it is rolled back."""
    transaction.on_commit(_nudger.nudge)
