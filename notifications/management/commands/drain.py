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
        while True:
            sent = self._drain(loop=loop)
            if sent or not loop:
                self.stdout.write(f"messages sent: {sent}")
            if not loop and (state := holding.state()).is_held:
                self.stdout.write(f"the outbox is held: {state.reason}")
            if not loop:
                return
            if not sent:
                time.sleep(settings.OUTBOX_SWEEP_SECONDS)

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
