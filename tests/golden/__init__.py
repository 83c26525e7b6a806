"""Calendar files that must stay as they are, byte for byte, and what is true of every calendar file.

When a file shall change, delete it, run its test once, and read what was written before it is committed.
"""

import re
from pathlib import Path
from typing import Any

import vobject
from icalendar import Calendar

FOLDER = Path(__file__).parent
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def assert_golden(name: str, body: bytes) -> None:
    """Compare with the file of that name; writes it and fails where there is none."""
    path = FOLDER / name
    if not path.exists():
        path.write_bytes(body)
        raise AssertionError(f"{name} was not there. It is written: read it, and run this again.")
    assert body.decode() == path.read_bytes().decode()


def assert_sound(body: bytes) -> None:
    """Check lines: CRLF at each end, 75 octets at most, no character cut, no control character, none empty."""
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert line, "an empty line"
        assert len(line) <= 75, line
        assert not CONTROL.search(line.decode()), line


def read(body: bytes) -> list[Any]:
    """Return the events of a sound file as icalendar reads them; vobject must read as many."""
    assert_sound(body)
    events = Calendar.from_ical(body).walk("VEVENT")
    assert len(vobject.readOne(body.decode()).contents.get("vevent", [])) == len(events)
    return events


def only(body: bytes) -> Any:
    """Return the one event of a sound file."""
    (event,) = read(body)
    return event
