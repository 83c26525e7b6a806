"""A policy in words: what holds, what one session has otherwise, and what each version changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bookings.models import PartnershipPolicy
from bookings.policy import KEYS, Policy
from bookings.policy_keys import GROUPS, Key
from events.change_presenters import Pair
from events.dates import moment_words
from people.models import Partnership


def value_words(key: Key, value: Any) -> str:
    """Return a value as a page says it."""
    if key.kind == "choice":
        return key.choices[value]
    if key.is_list:
        return ", ".join(map(str, value)) or ("no reminders" if key.kind == "rules" else "none")
    return str(value) if value or key.kind == "number" else "none"


def differences(before: Policy, after: Policy) -> list[Pair]:
    """Return the keys in which two policies differ, in the order of the page."""
    return [
        Pair(key.label, value_words(key, getattr(before, key.name)), value_words(key, getattr(after, key.name)))
        for key in in_order()
        if getattr(before, key.name) != getattr(after, key.name)
    ]


def in_order() -> list[Key]:
    """Return the keys that one may set, group by group."""
    return [key for group in GROUPS for key in KEYS.values() if key.group == group and not key.fixed]


@dataclass(frozen=True)
class VersionLine:
    """A version: its number, who made it and when, and what it changed."""

    number: int
    when: str
    who: str
    changes: list[Pair]


def versions(rows: Iterable[PartnershipPolicy]) -> list[VersionLine]:
    """Return the versions in words, the newest first. Takes them so, each with who made it."""
    lines, before = [], Policy()
    for row in sorted(rows, key=lambda each: each.version):
        after = Policy.of(row.values)
        who = row.made_by.get_full_name() if row.made_by else ""
        lines.append(VersionLine(row.version, moment_words(row.made_at), who, differences(before, after)))
        before = after
    return lines[::-1]


@dataclass(frozen=True)
class PartnershipLine:
    """A partnership with the policy that holds; ``row`` is None where it has decided nothing."""

    partnership: Partnership
    row: PartnershipPolicy | None

    @property
    def version(self) -> str:
        """Return which version holds, and since when."""
        if self.row is None:
            return "Nothing is decided yet: the defaults hold."
        return f"Version {self.row.version}, since {moment_words(self.row.made_at)}."

    @property
    def otherwise(self) -> list[Pair]:
        """Return what differs from the defaults."""
        return differences(Policy(), Policy.of(self.row.values if self.row else None))


@dataclass(frozen=True)
class Fact:
    """What holds for one session by one key, and whether that is its own."""

    label: str
    words: str
    is_own: bool


@dataclass(frozen=True)
class Facts:
    """What holds for one session, by group."""

    policy: Policy
    own: frozenset[str] = field(default_factory=frozenset)

    def __iter__(self) -> Iterator[tuple[str, list[Fact]]]:
        """Return each group with its facts."""
        for group in GROUPS:
            keys = [key for key in in_order() if key.group == group]
            yield group, [self._fact(key) for key in keys]

    def _fact(self, key: Key) -> Fact:
        """Return what holds by a key."""
        return Fact(key.label, value_words(key, getattr(self.policy, key.name)), key.name in self.own)
