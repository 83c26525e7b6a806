"""Tables for spreadsheets: CSV that every program reads rightly, and in which no text becomes a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from people.text import strip_controls

FORMULA_STARTS: Final = frozenset("=+-@")


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV in UTF-8 with the mark that tells spreadsheets so; numbers stay numbers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe_cell(one) for one in heading])
    writer.writerows([safe_cell(one) for one in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def safe_cell(value: object) -> object:
    """Return a cell in which a text stays a text: no control characters, an apostrophe before what begins a formula.

    Programs read full-width signs too, and skip space before them (OWASP: CSV injection).
    """
    if not isinstance(value, str):
        return value
    text = strip_controls(value)
    begins = unicodedata.normalize("NFKC", text).lstrip()[:1]
    return f"'{text}" if begins in FORMULA_STARTS else text
