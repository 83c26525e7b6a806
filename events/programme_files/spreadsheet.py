"""Reading a spreadsheet: a sheet for each table, the column names in the first row."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

import openpyxl

from events.programme_files.faults import Fault, FaultyProgramme, Reading, Row, unknown_columns

MOST_UNPACKED_BYTES: Final = 20 * 1024 * 1024
MOST_COLUMNS: Final = 60
PIECE_BYTES: Final = 64 * 1024
NO_SPREADSHEET: Final = "This is not an XLSX spreadsheet."
DAMAGED: Final = "The spreadsheet is damaged; open it and save it again."
TOO_LARGE: Final = f"The file unpacks to more than {MOST_UNPACKED_BYTES // 1024 // 1024} MiB."
MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=\"([A-Z0-9:]+)\"")


def read_spreadsheet(content: bytes, known: Mapping[str, Sequence[str]], *, most_rows: int) -> Reading:
    """Return the rows of an XLSX file; ``known`` holds the columns of each table.

    Formulas and merged cells are faults, because what they hold depends on the program that shows them. Raises
    FaultyProgramme where it is no such file, is damaged, or unpacks to more than 20 MiB.
    """
    unpacked = _unpacked(content)
    reading = Reading()
    try:
        book = openpyxl.load_workbook(unpacked, read_only=True)
        for sheet in book.worksheets:
            _read_sheet(sheet, known, reading, most_rows=most_rows)
    except Exception as error:  # a damaged file fails in any of a dozen ways
        raise FaultyProgramme([Fault("", DAMAGED)]) from error
    return reading


def _unpacked(content: bytes) -> io.BytesIO:
    """Return the archive again with nothing packed in it, so that whoever reads on meets no bomb.

    What the archive claims of its sizes need not be true, so each entry is unpacked a piece at a time, and no
    further than the limit.
    """
    plain = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(plain, "w") as target:
            entries = {entry.filename: entry for entry in packed.infolist()}
            if not any(name.startswith("xl/") for name in entries):
                raise FaultyProgramme([Fault("", NO_SPREADSHEET)])
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise FaultyProgramme([Fault("", TOO_LARGE)])
            for name, entry in entries.items():
                target.writestr(name, _body(packed, entry))
    except zipfile.BadZipFile as error:
        sentence = DAMAGED if content.startswith(b"PK") else NO_SPREADSHEET
        raise FaultyProgramme([Fault("", sentence)]) from error
    except (zlib.error, EOFError, RuntimeError, ValueError, NotImplementedError) as error:  # broken, or locked
        raise FaultyProgramme([Fault("", DAMAGED)]) from error
    return plain


def _body(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return what an entry holds; raises BadZipFile where it is not what the archive says of it.

    A spreadsheet packs in one way or not at all; the others cannot be unpacked a piece at a time. It declares no
    entities either, which could make much of little.
    """
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile("packed in a way that spreadsheets are not")
    with packed.open(entry) as source:
        pieces = list(iter(lambda: source.read(PIECE_BYTES), b""))
    body = b"".join(pieces)
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise zipfile.BadZipFile("declares entities")
    return body


def _read_sheet(sheet: Any, known: Mapping[str, Sequence[str]], reading: Reading, *, most_rows: int) -> None:
    """Add the rows of one sheet."""
    place, table = f"sheet {sheet.title}", sheet.title.strip()
    if table not in known:
        reading.faults.append(Fault(place, f"There is no such table; there are {', '.join(known)}."))
        return
    with sheet._get_source() as source:  # noqa: SLF001 - the library does not tell of merged cells in this mode
        merged = [match.decode() for match in MERGED.findall(source.read())]
    reading.faults.extend(Fault(place, f"The cells {cells} are merged; separate them.") for cells in merged)
    sheet.reset_dimensions()  # what a file claims of its size need not be true
    rows = sheet.iter_rows(max_row=most_rows + 2, max_col=MOST_COLUMNS + 1)
    names = [_text(cell.value) for cell in next(rows, ())]
    while names and not names[-1]:
        names.pop()
    reading.faults.extend(_faulty_names(f"{place}, row 1", names, known[table]))
    for number, cells in enumerate(rows, 2):
        if number > most_rows + 1 and any(cell.value is not None for cell in cells):
            reading.faults.append(Fault(place, f"There are more than {most_rows} rows."))
            return
        texts = [_text(cell.value) for cell in cells]
        if any(texts):
            where = f"{place}, row {number}"
            reading.faults.extend(_faulty_cells(where, names, cells))
            row = {name: text for name, text in zip(names, texts, strict=False) if name in known[table]}
            reading.rows.append(Row(table, where, row))


def _faulty_names(place: str, names: list[str], known: Sequence[str]) -> Iterable[Fault]:
    """Find what is wrong with the first row."""
    yield from unknown_columns(place, [name for name in names if name], known)
    yield from (Fault(place, "The column stands here twice.", n) for n in set(names) - {""} if names.count(n) > 1)
    if "" in names:
        yield Fault(place, f"The cell in column {names.index('') + 1} is empty; each column needs its name.")
    if len(names) > MOST_COLUMNS:
        yield Fault(place, f"There are more than {MOST_COLUMNS} columns.")


def _faulty_cells(place: str, names: list[str], cells: Sequence[Any]) -> Iterable[Fault]:
    """Find the cells of a row that hold no value, and those under no name."""
    for name, cell in zip(names, cells, strict=False):
        if cell.data_type in {"f", "e"}:
            words = "a formula" if cell.data_type == "f" else "an error"
            yield Fault(place, f"This cell holds {words}; put its value there.", name)
    if any(cell.value is not None for cell in cells[len(names) :]):
        yield Fault(place, "A cell stands under no column's name.")


def _text(value: object) -> str:  # noqa: PLR0911 - one line for each kind of value
    """Return what a cell shows, as text: days and times in the one notation of files."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes" if not value.second else "auto")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes" if not value.second and not value.microsecond else "auto")
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()
