"""What mails say, in words for their organisers: whose each kind's are, and what each version changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from events.change_presenters import Pair
from events.dates import moment_words
from notifications.kinds import RULES, Kind
from notifications.models import MailText
from notifications.texts.house import HOUSE
from notifications.texts.text import NOTHING, Text

LABELS: Final = {
    "subject": "Subject",
    "heading": "Heading",
    "opening": "Before the session's details",
    "closing": "After the session's details",
}


@dataclass(frozen=True)
class KindLine:
    """A kind of mail, when it goes, and the version of its words that holds; None where they are the house's."""

    kind: Kind
    row: MailText | None

    @property
    def when(self) -> str:
        """Return when such a mail goes."""
        return RULES[self.kind].when

    @property
    def whose(self) -> str:
        """Return whose words it says, and since when."""
        if self.row is None or self.row.text == NOTHING:
            return "The house's"
        return f"Your own, version {self.row.version} of {moment_words(self.row.made_at)}"


def lines_of(rows: Iterable[MailText]) -> list[KindLine]:
    """Return a line for each kind, in the order of the table of kinds."""
    newest: dict[str, MailText] = {}
    for row in rows:
        if row.kind not in newest or newest[row.kind].version < row.version:
            newest[row.kind] = row
    return [KindLine(kind, newest.get(kind)) for kind in HOUSE]


@dataclass(frozen=True)
class VersionLine:
    """A version: its number, who made it and when, and what it changed."""

    number: int
    when: str
    who: str
    changes: list[Pair]


def versions(kind: Kind, rows: Iterable[MailText]) -> list[VersionLine]:
    """Return the versions of a kind in words, the newest first."""
    lines: list[VersionLine] = []
    before = HOUSE[kind]
    for row in sorted(rows, key=lambda each: each.version):
        after = row.text.over(HOUSE[kind])
        who = row.made_by.get_full_name() if row.made_by else ""
        lines.append(VersionLine(row.version, moment_words(row.made_at), who, _differences(before, after)))
        before = after
    return lines[::-1]


def _differences(before: Text, after: Text) -> list[Pair]:
    """Return the blocks in which two texts differ."""
    pairs = zip(before.blocks, after.blocks, strict=True)
    return [Pair(LABELS[name], old, new) for (name, old), (_, new) in pairs if old != new]
