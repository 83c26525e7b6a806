"""Send what is due, without Celery."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from notifications import delivery, holding
from notifications.clock import ClocksApart


class Command(BaseCommand):
    """Send the messages that are due, once or again and again."""

    help = "Sends the messages that are due. With --loop, looks again every OUTBOX_SWEEP_SECONDS until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, or for ever."""
        parser.add_argument("--loop", action="store_true", help="keep looking until stopped")

    def handle(self, *, loop: bool, **_: Any) -> None:
        """Drain."""
        if not loop:
            self.stdout.write(f"messages sent: {self._drain_all()}")
            if (state := holding.state()).is_held:
                self.stdout.write(f"the outbox is held: {state.reason}")
            return
        while True:
            sent = self._drain(loop=True)
            if sent:
                self.stdout.write(f"messages sent: {sent}")
            else:
                time.sleep(settings.OUTBOX_SWEEP_SECONDS)

    def _drain_all(self) -> int:
        """Drain until nothing more goes; return how many went."""
        total = 0
        while sent := self._drain(loop=False):
            total += sent
        return total

    def _drain(self, *, loop: bool) -> int:
        """Drain once; in a loop, a database that is away is said and waited for."""
        try:
            return delivery.drain()
        except (DatabaseError, ClocksApart) as error:
            if not loop:
                raise
            self.stderr.write(f"nothing was sent: {error}")
            close_old_connections()
            return 0
