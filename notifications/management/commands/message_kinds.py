"""Write the table of what people are sent from the one that the code obeys."""

from typing import Any, Final

from django.core.management.base import BaseCommand

from notifications.kinds import RULES, Kind, Rule

READERS: Final = {
    "person": "Whoever booked",
    "manager": "Their line manager",
    "colleague": "The colleague who is asked",
    "organiser": "Everybody who organises",
}
AFTER_A_CRASH: Final = {1: "silence", 2: "the same once more"}


class Command(BaseCommand):
    """Print the page that stands in docs/messages.md."""

    help = "Prints what people are sent as a table: manage.py message_kinds > docs/messages.md"

    def handle(self, **_: Any) -> None:
        """Print."""
        self.stdout.write(page(), ending="")


def page() -> str:
    """Return the page: a line for each kind of message."""
    lines = ["# What people are sent", "", "Written from `notifications/kinds.py` by `manage.py message_kinds`."]
    lines += ["A crash means one between sending and recording, when nobody can know whether the mail went.", ""]
    lines += ["| Message | Who gets it | When | May be switched off | Urgency | Calendar | After a crash |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [_line(kind, RULES[kind]) for kind in Kind]
    return "\n".join([*lines, ""])


def _line(kind: Kind, rule: Rule) -> str:
    """Return the line of a kind."""
    may_stop = "yes" if rule.may_stop else "no"
    cells = [kind.label, READERS[rule.to], rule.when, may_stop, rule.urgency, rule.calendar or "none"]
    return f"| {' | '.join([*map(str, cells), AFTER_A_CRASH[rule.copies]])} |"
