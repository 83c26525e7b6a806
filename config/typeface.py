"""The site's typeface: a part of Source Sans 3, made as a web font from the package that carries the family."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import fontpkg
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from fontTools import subset

NAME: Final = "type/weeks-sans.woff2"
# ASCII, Latin-1, Latin Extended-A and the Welsh letters beyond it, and the punctuation, arrows and signs we write.
LETTERS: Final = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x1E80, 0x1E86),
    *(0x1EF2, 0x1EF3, 0x2010, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x2022, 0x203A),
    *(0x20AC, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2713),
]


def source() -> Path:
    """Return the family's file; its one axis is the weight."""
    found: Path = fontpkg.path("source-sans-3")
    return found


def make(target: Path) -> None:
    """Write the web font; whoever reads at the same time sees all of it or nothing.

    The family's licence reserves its name for the family as it was published, so the part goes without it.
    """
    options = subset.Options(flavor="woff2", layout_features=["kern", "liga", "tnum", "mark", "mkmk", "ccmp", "locl"])
    options.name_IDs = [0, 13, 14]  # copyright and licence
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=target.parent)
    os.close(handle)
    with subset.load_font(str(source()), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=LETTERS)
        subsetter.subset(font)
        subset.save_font(font, unfinished, options)
    Path(unfinished).chmod(0o644)
    Path(unfinished).replace(target)


class TypefaceFinder(BaseFinder):
    """Finds the web font among the static files; makes it the first time somebody asks."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.storage = FileSystemStorage(location=settings.VAR / "made")

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Return where the font is, for its own name."""
        if path != NAME:
            return [] if find_all else None
        self._made()
        found = self.storage.path(NAME)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:  # noqa: ARG002
        """Return the one file there is."""
        self._made()
        yield NAME, self.storage

    def _made(self) -> None:
        """Make the font where it is not there or older than what it is made from."""
        target = Path(self.storage.path(NAME))
        if not target.is_file() or target.stat().st_mtime < source().stat().st_mtime:
            make(target)
