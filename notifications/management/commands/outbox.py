"""Look at the outbox, hold it, and let it go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications import holding, outbox_page
from notifications.clock import database_now


class Command(BaseCommand):
    """Print how many messages stand where; hold or release the outbox."""

    help = (
        "Prints how many messages stand where. `outbox hold --reason TEXT` sends nothing until `outbox release`; "
        "after a restore, `outbox release --set-aside` leaves out what was due before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do."""
        parser.add_argument("do", nargs="?", choices=["show", "hold", "release"], default="show")
        parser.add_argument("--reason", default="Held by command.", help="why it is held, for those who see it")
        parser.add_argument("--set-aside", action="store_true", help="what was due when it was held does not go")

    def handle(self, *_: Any, do: str, reason: str, set_aside: bool, **__: Any) -> None:
        """Do so; raises CommandError where it is held, or not held, already."""
        at = database_now()
        if do == "hold":
            if not holding.hold(reason=reason, by=None, at=at):
                raise CommandError("It is held already.")
        elif do == "release":
            count = holding.release(by=None, at=at, set_aside=set_aside)
            if count is None:
                raise CommandError("It is not held.")
            self.stdout.write(f"set aside as perhaps sent: {count}")
        self._show()

    def _show(self) -> None:
        """Print state and counts."""
        state, counts = holding.state(), outbox_page.counts(at=database_now())
        since = f" since {state.held_at:%Y-%m-%d %H:%M} UTC: {state.reason}" if state.held_at else ""
        self.stdout.write(f"{'held' if state.is_held else 'sending'}{since}")
        for line in counts.lines:
            self.stdout.write(f"{line.name}: {line.count}")
        due = ", ".join(f"{count} {urgency}" for urgency, count in counts.due)
        self.stdout.write(f"due now: {due or 'none'}")
