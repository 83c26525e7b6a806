"""People as somebody pastes them, one a line: names, addresses and job roles, with what is wrong with a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError

from people.addresses import address_key
from people.names import turned_round
from people.text import LONGEST_ADDRESS, normal_email, validate_address, validate_line, validate_name

AT: Final = re.compile("[@\uff20]")  # also as it stands in text of full width
MOST_LINES: Final = 1000
LONGEST: Final = 200  # of a name or a job role
SAME_BUT_FOR_TAG: Final = ", but for what stands after its plus sign: both are one person's"
IN_BRACKETS: Final = re.compile(r"^(?P<name>[^<>]*)<(?P<address>[^<>]*)>(?P<rest>[^<>]*)$")


@dataclass(frozen=True)
class Line:
    """One person of a line; ``number`` counts all lines from 1. A fault is a sentence, and else empty."""

    number: int
    text: str
    name: str = ""
    email: str = ""
    job_role: str = ""
    fault: str = ""


def read_lines(text: str) -> list[Line]:
    """Return what each line says of each person in it, in order; a person who stood further up is a fault."""
    seen: dict[str, int] = {}
    written: set[str] = set()
    lines = []
    for number, raw in _people_in(text):
        name, address, job_role = _parts(raw)
        email = normal_email(address)
        fault = _fault(name, email, job_role)
        key = address_key(email)
        if not fault and key in seen:
            fault = f"This address stands in line {seen[key]} already{'' if email in written else SAME_BUT_FOR_TAG}."
        if not fault:
            seen[key] = number
            written.add(email)
        lines.append(Line(number, raw.strip(), name, email, job_role, fault))
    return lines


def _people_in(text: str) -> Iterator[tuple[int, str]]:
    """Return what is not empty, each with the number of its line: a line, or each of the recipients in one.

    Mail programs copy recipients as one line with semicolons between them.
    """
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        people = [one for one in raw.split(";") if one.strip()]
        are_recipients = len(people) > 1 and "\t" not in raw and all(AT.search(one) for one in people)
        yield from ((number, one) for one in (people if are_recipients else [raw]) if one.strip())


def _parts(raw: str) -> tuple[str, str, str]:
    """Return name, address and job role of a line, each perhaps empty.

    With tabs the line comes from a spreadsheet, and what stands before the address is a name in parts.
    """
    if "\t" not in raw and (found := IN_BRACKETS.match(raw)):
        return turned_round(_plain(found["name"])), found["address"], _plain(found["rest"])
    mark, joint = ("\t", " ") if "\t" in raw else (",", ", ")
    cells = [_plain(cell) for cell in raw.split(mark)]
    where = next((at for at, cell in enumerate(cells) if AT.search(cell)), None)
    if where is None:
        return _joined(cells, joint), "", ""
    before, after = cells[:where], cells[where + 1 :]
    if not any(before) and len(after) > 1:
        before, after = after[:1], after[1:]  # the address stands first
    return turned_round(_joined(before, joint)), cells[where], _joined(after, joint)


def _plain(cell: str) -> str:
    """Return a cell without space and quotes around it."""
    return " ".join(cell.strip(" \t,;").strip('"').split(" ")).strip()


def _joined(cells: list[str], joint: str) -> str:
    """Return the cells that hold something as one text."""
    return joint.join(cell for cell in cells if cell)


def _fault(name: str, email: str, job_role: str) -> str:
    """Return what is wrong with a line; empty where it can be used."""
    if not email:
        return "There is no address in this line."
    try:
        validate_address(email)
        validate_name(name)
        for words in (name, job_role):
            validate_line(words)
    except ValidationError as error:
        is_address = error.code == "invalid"
        return "This is not an address that mail can be sent to." if is_address else str(error.messages[0])
    if max(len(name), len(job_role)) > LONGEST:
        return f"A name or job role has at most {LONGEST} characters, an address {LONGEST_ADDRESS}."
    return ""
