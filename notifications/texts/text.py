"""The words of a mail: four blocks with placeholders, and no other language in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LONGEST_TITLE: Final = 80
BLOCKS: Final = ("subject", "heading", "opening", "closing")


@dataclass(frozen=True)
class Text:
    """A mail's subject and heading, each one line, and what stands before and after the session, in paragraphs."""

    subject: str
    heading: str
    opening: str
    closing: str

    def over(self, house: "Text") -> "Text":
        """Return these blocks, with the house's for each that is empty."""
        return Text(**{name: getattr(self, name) or getattr(house, name) for name in BLOCKS})

    def unlike(self, house: "Text") -> "Text":
        """Return these blocks with those emptied that say what the house's say, so that they follow it."""
        own = {name: getattr(self, name) for name in BLOCKS}
        return Text(**{name: "" if words == getattr(house, name) else words for name, words in own.items()})

    @property
    def blocks(self) -> Iterable[tuple[str, str]]:
        """Return each block's name and words."""
        return [(name, getattr(self, name)) for name in BLOCKS]


NOTHING: Final = Text("", "", "", "")


def shortened(title: str) -> str:
    """Return a title as a subject carries it: whole, or cut at a word."""
    if len(title) <= LONGEST_TITLE:
        return title
    begun = title[: LONGEST_TITLE - 1]
    return f"{begun.rpartition(' ')[0] or begun}…"
