"""What a key of the policy is: its words on a page, and what its value may be."""

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError

from bookings import reminder_rules
from people.text import CONTROL, validate_address

GROUPS: Final = (
    "Booking",
    "Cancelling",
    "Waiting list",
    "Sharing places",
    "Line managers",
    "Charges",
    "Absence",
    "Before the session",
    "At the session",
    "Certificates and questions",
    "How long things are kept",
)
MOST_LINES: Final = 366


def key(default: Any, group: str, label: str, note: str = "", **bounds: Any) -> Any:
    """Return a key of the policy as a field of a dataclass; the bounds are those of `Key`."""
    return field(default=default, metadata={"group": group, "label": label, "note": note, **bounds})


@dataclass(frozen=True)
class Key:
    """A key: its default, where its page shows it, its words, and what its value may be.

    ``kind`` is number, choice, dates, numbers, rules (for reminders), text or address. ``least`` and ``most`` bound a
    number, and each of
    several; of a text ``most`` is its length. ``acts``: something is done by it already. ``kept``: each booking
    keeps its value. ``fixed``: it is found out and not set by anybody.
    """

    name: str
    default: Any
    group: str
    label: str
    note: str = ""
    kind: str = "number"
    least: int = 0
    most: int = 60
    choices: Mapping[str, str] = field(default_factory=dict)
    acts: bool = True
    kept: bool = True
    fixed: bool = False

    @classmethod
    def of(cls, item: Field[Any]) -> "Key":
        """Return the key that a field of the policy declares."""
        kind = "choice" if "choices" in item.metadata else "number"
        return cls(**{"name": item.name, "default": item.default, "kind": kind, **item.metadata})

    @property
    def is_list(self) -> bool:
        """Say whether the value is several, one a line."""
        return self.kind in {"dates", "numbers", "rules"}

    def read(self, value: Any) -> Any:
        """Return a usable value as the policy holds it; JSON has lists where the policy has tuples."""
        return tuple(value) if self.is_list else value

    def why_not(self, value: Any) -> str:
        """Return in a sentence why a value cannot be used; empty where it can."""
        match self.kind:
            case "choice":
                return (
                    "" if isinstance(value, str) and value in self.choices else "Choose one of the answers there are."
                )
            case "text":
                return self._why_not_text(value)
            case "address":
                return "" if is_address(value) else "Enter an email address, such as name@example.org."
            case "dates" | "numbers" | "rules":
                return self._why_not_list(value)
            case _:
                return self._why_not_number(value)

    def _why_not_number(self, value: Any) -> str:
        """Look at a whole number."""
        if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
            return ""
        return f"Enter a whole number from {self.least} to {self.most}."

    def _why_not_text(self, value: Any) -> str:
        """Look at a text."""
        if not isinstance(value, str) or len(value) > self.most:
            return f"Enter at most {self.most} characters."
        return "Remove control characters from this text." if CONTROL.search(value) else ""

    def _why_not_list(self, value: Any) -> str:
        """Look at several dates or numbers."""
        if not isinstance(value, list | tuple):
            return "Enter a list, one a line."
        if len(value) > MOST_LINES or len(set(map(str, value))) < len(value):
            return f"Enter each once, and {MOST_LINES} at most."
        if self.kind == "rules":
            return reminder_rules.why_not(value)
        for one in value:
            if self.kind == "numbers" and (sentence := self._why_not_number(one)):
                return sentence
            if self.kind == "dates" and not is_date(one):
                return f"“{str(one)[:20]}” is no date. Write year, month and day, such as 2026-12-24."
        return ""


def is_date(text: Any) -> bool:
    """Say whether a text is a date as 2026-12-24."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_address(text: Any) -> bool:
    """Say whether a text is an email address, or empty."""
    if not isinstance(text, str):
        return False
    try:
        validate_address(text or "nobody@example.org")
    except ValidationError:
        return False
    return True
