"""Rules for reminders, as organisers write them and as they are read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Final, Literal

Unit = Literal["day", "working day", "hour"]
WRITTEN: Final = re.compile(
    r"([0-9]{1,3}) (working day|day|hour)s? (before|after)(?: at ([0-9]{2}:[0-9]{2}))?", re.IGNORECASE
)
MOST: Final[dict[str, int]] = {"day": 90, "working day": 60, "hour": 72}
LETTERS: Final[dict[str, str]] = {"day": "d", "working day": "w", "hour": "h"}
MOST_RULES: Final = 10
MORNING: Final = time(9, 0)
SOON_HOURS: Final = 3

HOW: Final = "Write it as “10 days before at 09:00”, “1 working day after at 09:00” or “2 hours before”."


@dataclass(frozen=True)
class ReminderRule:
    """One reminder: so long before the start or after the end; in days, it has an hour of the session's clock.

    Before the start it is of the session, after the end of the questions about it. ``code`` names it in the rows of
    messages. The hour is no part of it, so that who was reminded at nine is not reminded again because somebody
    wrote ten.
    """

    count: int
    unit: Unit
    clock: time = MORNING
    is_after: bool = False

    @property
    def code(self) -> str:
        """Return the rule's short name: with a minus before the start, with a plus after the end."""
        return f"{'+' if self.is_after else '-'}{self.count}{LETTERS[self.unit]}"

    @property
    def is_soon(self) -> bool:
        """Say whether it comes so shortly before the start that it can wait for nothing."""
        return not self.is_after and self.unit == "hour" and self.count <= SOON_HOURS

    @property
    def words(self) -> str:
        """Return the rule as people write it."""
        side = "after" if self.is_after else "before"
        amount = f"{self.count} {self.unit}{'' if self.count == 1 else 's'} {side}"
        return amount if self.unit == "hour" else f"{amount} at {self.clock:%H:%M}"


def parse(text: str) -> ReminderRule:
    """Return the rule that a line stands for; raises ValueError with a sentence for people."""
    match = WRITTEN.fullmatch(" ".join(text.split()))
    if match is None:
        raise ValueError(f"“{text[:40]}” is no rule for a reminder. {HOW}")
    count, unit = int(match[1]), match[2].lower()
    least = 0 if unit == "day" else 1
    if not least <= count <= MOST[unit]:
        raise ValueError(f"Give {least} to {MOST[unit]} {unit}s.")
    if unit == "hour" and match[4]:
        raise ValueError("Hours are counted from the start or the end, so they have no time of day.")
    try:
        clock = time.fromisoformat(match[4]) if match[4] else MORNING
    except ValueError:
        raise ValueError(f"{match[4]} is no time of day.") from None
    is_after = match[3].lower() == "after"
    return ReminderRule(count, unit, clock, is_after)  # type: ignore[arg-type]  # the pattern knows no other unit


def why_not(lines: Iterable[object]) -> str:
    """Return in a sentence why these lines cannot be a session's reminders; empty where they can."""
    rules = []
    for line in lines:
        if not isinstance(line, str):
            return HOW
        try:
            rules.append(parse(line))
        except ValueError as error:
            return str(error)
    if len(rules) > MOST_RULES:
        return f"Nobody wants to be reminded more than {MOST_RULES} times."
    if len({rule.code for rule in rules}) < len(rules):
        return "Two of these are as long before the start, or after the end; give each length of time once."
    return ""
