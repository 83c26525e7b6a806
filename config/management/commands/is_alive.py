"""Say by the exit code whether the worker or the scheduler has been heard of lately."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.health import live_processes
from notifications.models import Heartbeat


class Command(BaseCommand):
    """A container's health check for the processes that answer no requests."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the process."""
        parser.add_argument("process", choices=Heartbeat.Process.values)

    def handle(self, *_: Any, process: str, **__: Any) -> None:
        """End with 0 when there is a recent heartbeat, with 1 when there is none."""
        if process not in live_processes():
            raise CommandError(f"The {process} has not been heard of for a minute.")
        self.stdout.write(f"The {process} is alive.")
