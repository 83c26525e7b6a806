"""Empty programme files to fill in."""

from collections.abc import Sequence

from events.programme_files.reach import ADMINISTRATORS_TABLES
from events.programme_files.schema import columns
from events.programme_files.writing import FORMATS


def template(form: str, *, for_administrators: bool = False) -> bytes:
    """Return an empty file of one of `FORMATS` with the columns of each table; loading it changes nothing.

    The tables that only administrators may load stand in theirs alone.
    """
    known = columns()
    tables = [name for name in known if for_administrators or name not in ADMINISTRATORS_TABLES]
    if form == "yaml":
        return _yaml(tables).encode()
    return FORMATS[form]({name: [] for name in tables})


def _yaml(tables: Sequence[str]) -> str:
    """Return the tables with one row each that is no row yet, because a sign stands before it."""
    known = columns()
    lines = ["# Take the # away in front of a row to fill it in, and copy the row for another one."]
    for table in tables:
        lines += [
            f"{table}:",
            *(f"# {'- ' if not number else '  '}{name}:" for number, name in enumerate(known[table])),
        ]
    return "\n".join(lines) + "\n"
