"""What a calendar object answers, of the one shape that an answer to an invitation has (RFC 5546, 3.2.3).

Zones, repeats, alarms and texts are not read at all: only the few lines that an answer consists of.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from icalendar.parser import Contentline

from people.text import CONTROL, normal_email

MOST_DEPTH: Final = 5
MOST_LINES: Final = 2000
LONGEST_LINE: Final = 2000
PARTSTATS: Final = {"ACCEPTED": "accepted", "TENTATIVE": "tentative", "DECLINED": "declined"}
REPEATS: Final = ("RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "EXRULE")
BY_OTHERS: Final = ("SENT-BY", "DELEGATED-TO", "DELEGATED-FROM")
READ: Final = {"METHOD", "UID", "DTSTAMP", "SEQUENCE", "ATTENDEE", "ORGANIZER", *REPEATS}
NAME: Final = re.compile(r"([A-Za-z0-9-]+)[;:]")
STAMP: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z")


class Odd(ValueError):
    """This mail is no answer that a program may act on; the text says why, to people."""


@dataclass(frozen=True)
class Answered:
    """To which entry, who, what and when. Addresses are as people.text compares them; ``organizer`` may be empty.

    ``stamp`` is in UTC, by the clock of whoever answered.
    """

    uid: str
    attendee: str
    organizer: str
    partstat: str
    sequence: int
    stamp: datetime


def read_object(text: str) -> Answered:
    """Return what a calendar object answers; raises Odd for any other object."""
    whole, entry = _lines_of(text)
    _refuse_no_answer(whole, entry)
    attendee, partstat = _attendee(entry)
    return Answered(
        uid=_once(entry, "UID")[1][:255],
        attendee=attendee,
        organizer=_mailto(_once(entry, "ORGANIZER")[1]) if "ORGANIZER" in entry else "",
        partstat=partstat,
        sequence=_sequence(entry),
        stamp=_stamp(_once(entry, "DTSTAMP")[1]),
    )


Lines = dict[str, list[str]]  # the lines of each name that is read


def _refuse_no_answer(whole: Lines, entry: Lines) -> None:
    """Raise Odd for an object that is something else than an answer, or is about something that repeats."""
    methods = [_pair(row)[1] for row in whole.get("METHOD", [])]
    if [method.upper() for method in methods] != ["REPLY"]:
        raise Odd(other_method(" ".join(methods)))
    if any(name in entry for name in REPEATS):
        raise Odd("It is about something that repeats, and nothing of ours does.")


def _attendee(entry: Lines) -> tuple[str, str]:
    """Return who answered, and what."""
    parameters, attendee = _once(entry, "ATTENDEE")
    if any(name in parameters for name in BY_OTHERS):
        raise Odd("Somebody else answered for the person, or was sent instead.")
    partstat = PARTSTATS.get(str(parameters.get("PARTSTAT", "")).upper())
    if partstat is None:
        raise Odd("It says neither yes, perhaps nor no.")
    return _mailto(attendee), partstat


def _lines_of(text: str) -> tuple[Lines, Lines]:
    """Return the lines that are read of the calendar itself and of its one entry; raises Odd for any other shape."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    lines = [line for line in re.split(r"\r?\n", unfolded) if line]
    if len(lines) > MOST_LINES:
        raise Odd("It is longer than an answer can be.")
    whole, entry, above, seen = Lines(), Lines(), [], Counter[str]()
    for line in lines:
        name, value = _name_of(line), line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            above.append(value)
            seen[" ".join(above)] += 1
        elif name == "END":
            if not above or above.pop() != value:
                raise Odd("It is cut off or damaged.")
        elif name in READ and above in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]):
            (entry if len(above) > 1 else whole).setdefault(name, []).append(line)
        if len(above) > MOST_DEPTH:
            raise Odd("It is longer than an answer can be.")
    _refuse_shape(seen, above)
    return whole, entry


def _refuse_shape(seen: "Counter[str]", above: list[str]) -> None:
    """Raise Odd for anything but one calendar with one event in it."""
    beside = {path for path in seen if path.count(" ") == 1} - {"VCALENDAR VEVENT", "VCALENDAR VTIMEZONE"}
    if above or seen["VCALENDAR"] != 1:
        raise Odd("It is cut off or damaged.")
    if seen["VCALENDAR VEVENT"] != 1 or beside:
        raise Odd("It is about more than one thing, or about none.")


def _name_of(line: str) -> str:
    """Return the name of a line in capitals."""
    found = NAME.match(line)
    if not found:
        raise Odd("It is cut off or damaged.")
    return found[1].upper()


def _pair(line: str) -> tuple[dict[str, object], str]:
    """Return a line's parameters, by name in capitals, and its value."""
    if len(line) > LONGEST_LINE or CONTROL.search(line):
        raise Odd("It is longer than an answer can be.")
    try:
        _, parameters, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise Odd("It is cut off or damaged.") from error
    return {str(name).upper(): given for name, given in parameters.items()}, str(value).strip()


def _once(lines: Lines, name: str) -> tuple[dict[str, object], str]:
    """Return the one line of a name; raises Odd where there is none, or are several."""
    rows = lines.get(name, [])
    if len(rows) != 1:
        raise Odd(f"It names {name} {len(rows)} times, and an answer names it once.")
    return _pair(rows[0])


def _sequence(lines: Lines) -> int:
    """Return the number of the entry that was answered: 0 where it is not said."""
    if "SEQUENCE" not in lines:
        return 0
    value = _once(lines, "SEQUENCE")[1]
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise Odd("Its SEQUENCE is no number.")
    return int(value)


def _stamp(value: str) -> datetime:
    """Return when it was answered."""
    if not STAMP.fullmatch(value):
        raise Odd("It does not say in UTC when it was answered.")
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Odd("It does not say in UTC when it was answered.") from error


def _mailto(value: str) -> str:
    """Return the address of a calendar user."""
    scheme, _, address = value.partition(":")
    if scheme.lower() != "mailto" or address.count("@") != 1:
        raise Odd("It names somebody by something else than an email address.")
    return normal_email(address)


def other_method(method: str) -> str:
    """Return why an object with another method is no answer."""
    match method.upper():
        case "COUNTER":
            return "It proposes another time, which we cannot take."
        case "":
            return "It does not say that it is an answer."
        case _:
            return "It is no answer: calendars send it for something else."
