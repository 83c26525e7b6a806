"""Draw the states of a booking from the table that the code obeys."""

from typing import Any

from django.core.management.base import BaseCommand

from bookings.states import LIVE, MOVES, Status


class Command(BaseCommand):
    """Print the diagram that stands in docs/booking-states.md."""

    help = "Prints the states of a booking as a Mermaid diagram: manage.py booking_states > docs/booking-states.md"

    def handle(self, **_: Any) -> None:
        """Print."""
        self.stdout.write(diagram(), ending="")


def diagram() -> str:
    """Return the page: a line a move, the states that hold or wait for a place by name."""
    used = {status for move, after in MOVES.items() for status in (move[0], after) if status}
    lines = ["# The states of a booking", "", "Drawn from `bookings/states.py` by `manage.py booking_states`.", ""]
    lines += ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {status.value}: {status.label}" for status in Status if status in used]
    lines += [
        f"    {before.value if before else '[*]'} --> {to.value}: {verb.label}" for (before, verb), to in MOVES.items()
    ]
    lines += [f"    {status.value} --> [*]" for status in Status if status in used and status not in LIVE]
    return "\n".join([*lines, "```", ""])
