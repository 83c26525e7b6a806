"""From the bytes of a report to who was there when."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bookings.attendance_files.columns import JOINED, columns_of, has_single_stays, plain
from bookings.attendance_files.faults import UnreadableReport
from bookings.attendance_files.times import duration_of, moment_of, order_of

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 5000
MOST_CELL: Final = 1000
MOST_FAULTS: Final = 20
BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
NO_LIST: Final = (
    "There is no list of people in this file. Download the attendance report from Teams, or the list of participants "
    "from Zoom, and upload it as it came."
)
WRONG_LETTERS: Final = (
    "The letters of this file cannot be read: it is neither UTF-8 nor UTF-16. Upload the report as it was "
    "downloaded, or save it from the spreadsheet as “CSV UTF-8”."
)


@dataclass(frozen=True)
class Stay:
    """One row: who, from when until when, or for how long where there are no times. ``line`` counts from 1."""

    line: int
    name: str
    addresses: tuple[str, ...]
    role: str
    start: datetime | None
    end: datetime | None
    duration: timedelta | None


@dataclass(frozen=True)
class Report:
    """What a report says. ``digest`` is the same for the same stays, however the file is written."""

    stays: Sequence[Stay]
    digest: str = field(default="")


def read_report(content: bytes, *, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Report:
    """Return who was in the meeting of a session; raises UnreadableReport with every fault of a line.

    The session's times are aware; those of the report are by ``zone``, the session's clock, where it names none.
    A report of another day or hour is refused.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableReport(f"This file has more than {MOST_BYTES // 1024 // 1024} MiB, which no such report has.")
    table = _table(_text_of(content))
    stamps = [row.get(column) for _, row in table for column in ("join", "leave", "stamp")]
    day = starts_at.astimezone(zone).date()
    order = order_of([stamp for stamp in stamps if stamp], day=day, zone=zone)
    faults: list[str] = []
    stays = []
    for line, row in table:
        try:
            stays.append(_stay(line, row, order=order, zone=zone))
        except UnreadableReport as fault:
            faults += fault.sentences
    if faults:
        more = [f"And {len(faults) - MOST_FAULTS} more."] if len(faults) > MOST_FAULTS else []
        raise UnreadableReport(*faults[:MOST_FAULTS], *more)
    if "action" not in table[0][1]:
        stays = [stay for stay in stays if stay.start or stay.duration]  # the others were invited and did not come
    else:
        stays = list(_stays_of_actions(stays, table, ends_at=ends_at))
    if not stays:
        raise UnreadableReport("Nobody was in this meeting, says the report.")
    _refuse_another(stays, starts_at=starts_at, ends_at=ends_at, zone=zone)
    return Report(stays, _digest(stays))


def _text_of(content: bytes) -> str:
    """Return the letters; raises UnreadableReport."""
    if content.startswith(b"PK\x03\x04"):
        raise UnreadableReport("This is a spreadsheet. Save it as “CSV UTF-8”, or upload the report as it came.")
    encoding = next((name for bom, name in BOMS if content.startswith(bom)), "")
    if not encoding:
        even, odd = content[:400:2].count(0), content[1:400:2].count(0)
        encoding = (
            "utf-16-le" if odd > len(content[:400]) // 4 else "utf-16-be" if even > len(content[:400]) // 4 else "utf-8"
        )
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UnreadableReport(WRONG_LETTERS) from error
    if "\0" in text:
        raise UnreadableReport(WRONG_LETTERS)
    return text


def _table(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of the list that says most, each with its line: single stays before sums."""
    lines = text.splitlines()
    if len(lines) > 4 * MOST_ROWS:
        raise UnreadableReport(f"This file has {len(lines):,} lines, which no such report has.")
    found: list[tuple[bool, list[tuple[int, dict[str, str]]]]] = []
    columns: dict[str, int] = {}
    delimiter = ","
    for number, line in enumerate(lines, start=1):
        cells, mark = _heading(line)
        if cells:
            columns, delimiter = columns_of(cells), mark
            found.append((has_single_stays(cells), []))
        elif columns:
            values = _split(line, delimiter)
            if sum(map(bool, values)) > 1:
                row = {name: values[place].strip() for name, place in columns.items() if place < len(values)}
                found[-1][1].append((number, row))
            else:
                columns = {}  # an empty line, or the heading of the next part, ends the list
    rows = next((rows for single, rows in sorted(found, key=lambda one: not one[0]) if rows), None)
    if rows is None:
        raise UnreadableReport(NO_LIST)
    if len(rows) > MOST_ROWS:
        raise UnreadableReport(f"There are {len(rows):,} rows in this list. Upload at most {MOST_ROWS:,} at once.")
    return rows


def _heading(line: str) -> tuple[list[str], str]:
    """Return the cells of a row of headings, and what stands between them; nothing for any other row."""
    for mark in "\t", ";", ",":
        cells = _split(line, mark)
        if columns_of(cells):
            return cells, mark
    return [], ""


def _split(line: str, mark: str) -> list[str]:
    """Return the cells of a row; raises UnreadableReport for one that is no text."""
    try:
        cells = next(csv.reader([line], delimiter=mark), [])
    except csv.Error as error:
        raise UnreadableReport(NO_LIST) from error
    return [cell[:MOST_CELL] for cell in cells]


def _stay(line: int, row: dict[str, str], *, order: str, zone: ZoneInfo) -> Stay:
    """Return a row in values; raises UnreadableReport."""
    start, end = _moment(line, row, "join", order=order, zone=zone), _moment(line, row, "leave", order=order, zone=zone)
    start = start or _moment(line, row, "stamp", order=order, zone=zone)
    said = row.get("duration", "")
    duration = duration_of(said) if said and said != "--" else None
    if said and said != "--" and duration is None:
        raise UnreadableReport(f"Line {line}: “{said[:40]}” is no duration.")
    if duration is not None and duration < timedelta():
        raise UnreadableReport(f"Line {line}: “{said[:40]}” is less than no time.")
    if start and end and end < start:
        raise UnreadableReport(f"Line {line}: this person leaves before they join.")
    addresses = [row.get("email", ""), row.get("upn", "")]
    known = dict.fromkeys(address.casefold() for address in addresses if "@" in address)
    name = row.get("name", "") or f"{row.get('given', '')} {row.get('family', '')}".strip()
    if not name and not known:
        raise UnreadableReport(f"Line {line}: this row names nobody.")
    return Stay(line, name, tuple(known), row.get("role", ""), start, end, duration)


def _moment(line: int, row: dict[str, str], column: str, *, order: str, zone: ZoneInfo) -> datetime | None:
    """Return the time in a column; None where there is none; raises UnreadableReport for what is no time."""
    text = row.get(column, "")
    if not text or text == "--":
        return None
    moment = moment_of(text, order="month first" if order == "month first" else "day first", zone=zone)
    if moment is None:
        raise UnreadableReport(f"Line {line}: “{text[:40]}” is no date with a time.")
    return moment


def _stays_of_actions(
    stays: Sequence[Stay], table: Sequence[tuple[int, dict[str, str]]], *, ends_at: datetime
) -> Iterator[Stay]:
    """Return stays from rows that say that somebody joined or left; who did not leave stayed to the end."""
    inside: dict[tuple[str, tuple[str, ...]], Stay] = {}
    steps = sorted(zip(stays, table, strict=True), key=lambda one: (one[0].start is None, one[0].start or ends_at))
    for stay, (_, row) in steps:
        who = (plain(stay.name) or stay.name, stay.addresses)
        if plain(row.get("action", "")).startswith(JOINED):
            inside.setdefault(who, stay)
        elif (begun := inside.pop(who, None)) is not None:
            yield Stay(begun.line, begun.name, begun.addresses, begun.role, begun.start, stay.start, None)
    for begun in inside.values():
        yield Stay(begun.line, begun.name, begun.addresses, begun.role, begun.start, ends_at, None)


def _refuse_another(stays: Sequence[Stay], *, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> None:
    """Raise UnreadableReport for a report whose people were there on another day or at another hour."""
    starts = [stay.start for stay in stays if stay.start]
    if not starts or any(s < ends_at and (stay_end(stay) or s) > starts_at for stay in stays if (s := stay.start)):
        return
    first = min(starts).astimezone(zone)
    session = starts_at.astimezone(zone)
    raise UnreadableReport(
        f"This report is of another meeting: people were there from {first:%-d %B %Y, %H:%M} on, and the session is "
        f"on {session:%-d %B %Y, %H:%M}."
    )


def stay_end(stay: Stay) -> datetime | None:
    """Return when a stay ended; None where the report does not say."""
    return stay.end or (stay.start + stay.duration if stay.start and stay.duration is not None else None)


def _digest(stays: Sequence[Stay]) -> str:
    """Return what tells this report from others."""
    lines = sorted(
        f"{stay.name}|{'|'.join(stay.addresses)}|{stay.start}|{stay_end(stay)}|{stay.duration}" for stay in stays
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
