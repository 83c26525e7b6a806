"""Tables for spreadsheets: CSV that every program reads rightly, and in which no text becomes a formula."""

import csv
import io
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from people.text import strip_controls

FORMULA_STARTS: Final = frozenset("=+-@")
NAME_OF_SHEET: Final = 31  # characters at most; and none of these
NOT_IN_NAMES: Final = str.maketrans("", "", "[]:*?/\\'")
KEPT_IN_MEMORY: Final = 1_000_000  # bytes; a larger workbook is written to a file that goes by itself
ROWS_TOGETHER: Final = 200


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV in UTF-8 with the mark that tells spreadsheets so; numbers stay numbers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe_cell(one) for one in heading])
    writer.writerows([safe_cell(one) for one in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def csv_parts(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Return what `as_csv` does in parts, as the rows come; no more than some rows are held at a time."""
    yield as_csv(heading, [])
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for count, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(one) for one in row])
        if count % ROWS_TOGETHER == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def xlsx(sheets: Iterable[tuple[str, Iterable[Sequence[object]]]]) -> IO[bytes]:
    """Return a workbook, open at its beginning; rows are written as they come, and no cell of it is a formula."""
    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet: Any = book.create_sheet(name.translate(NOT_IN_NAMES)[:NAME_OF_SHEET])
        for row in rows:
            sheet.append([_text_or_number(sheet, one) for one in row])
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _text_or_number(sheet: Any, value: object) -> Any:
    """Return a cell; a text is written as a text whatever it begins with."""
    safe: Any = safe_cell(value)
    cell = WriteOnlyCell(sheet, value=safe)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def safe_cell(value: object) -> object:
    """Return a cell in which a text stays a text: no control characters, an apostrophe before what begins a formula.

    Programs read full-width signs too, and skip space before them (OWASP: CSV injection).
    """
    if not isinstance(value, str):
        return value
    text = strip_controls(value)
    begins = unicodedata.normalize("NFKC", text).lstrip()[:1]
    return f"'{text}" if begins in FORMULA_STARTS else text
