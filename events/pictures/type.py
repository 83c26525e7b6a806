"""Words in a picture: Source Sans 3, wrapped and made smaller until they fit."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from PIL import ImageFont

REGULAR: Final = 400
STRONG: Final = 650
LINE: Final = 1.16  # from line to line, as a share of the size
END: Final = "…"


@lru_cache(maxsize=64)
def face(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Return the type in a size and weight; laid out plainly, so that every machine draws the same."""
    file = resources.files("fontpkg_source_sans_3").joinpath("files", "SourceSans3[wght].ttf")
    with resources.as_file(file) as path:
        font = ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font


@dataclass(frozen=True)
class Fitted:
    """Words in lines, and the size in which they fit."""

    lines: list[str]
    size: int

    @property
    def height(self) -> int:
        """Return how high the lines stand together."""
        return round(len(self.lines) * self.size * LINE)


def plain(words: str) -> str:
    """Return words as a picture can show them: letters with their accents as one sign, spaces as one."""
    return " ".join(unicodedata.normalize("NFC", words).split())


def fit(words: str, *, weight: int, width: int, height: int, sizes: range) -> Fitted:
    """Return words in the largest of these sizes in which they fit; in the smallest, what does not fit is cut off."""
    fitted = Fitted([], sizes[0])
    for size in sizes:
        fitted = Fitted(_wrap(plain(words), face(size, weight), width), size)
        if fitted.height <= height:
            return fitted
    most = max(1, int(height / (fitted.size * LINE)))
    last = _shorten(fitted.lines[most - 1], face(fitted.size, weight), width)
    return Fitted([*fitted.lines[: most - 1], last], fitted.size)


def _wrap(words: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return words in lines of at most a width; a word that is wider is broken."""
    if not words:
        return []
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        pieces = _break(word, font, width)
        lines += pieces if lines[-1] else pieces[1:]
        if lines[0] == "":
            lines[0] = pieces[0]
    return lines


def _break(word: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return a word in pieces of at most a width, one piece where it fits."""
    pieces = [""]
    for sign in word:
        if pieces[-1] and font.getlength(pieces[-1] + sign) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _shorten(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """Return a line that ends in an ellipsis and is at most a width."""
    while line and font.getlength(f"{line}{END}") > width:
        line = line[:-1].rstrip()
    return f"{line}{END}"
