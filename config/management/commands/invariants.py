"""Look whether all that must hold of the rows does hold: after a restore, and whenever somebody doubts it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import bookings.invariants
import notifications.invariants


class Command(BaseCommand):
    """Print what does not hold, a line each; the exit code is 1 if there is anything."""

    help = "Prints what does not hold of bookings and messages: manage.py invariants. Reads only."

    def handle(self, **_: Any) -> None:
        """Print."""
        at = timezone.now()
        found = [*bookings.invariants.faults(at=at), *notifications.invariants.faults(at=at)]
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(f"{len(found)} faults.")
        self.stdout.write("Everything holds.")
