"""Small programme files for the tests, and where they go wrong."""

import io

from openpyxl import Workbook

from events import programme_files
from events.programme_files import FaultyProgramme
from events.programme_files.reading import read_csv, read_yaml
from events.programme_files.schema import columns
from tests.factories import NOW

WEEK = "2027-06-learning-from-reviews"
BASE = f"""\
areas:
- {{slug: hampshire, name: Hampshire}}
- {{slug: isle-of-wight, name: Isle of Wight}}
partnerships:
- slug: hampshire
  name: Hampshire Safeguarding Children Partnership
  short_name: Hampshire
  area: hampshire
  contact_email: hampshire@example.gov.uk
- slug: isle-of-wight
  name: Isle of Wight Safeguarding Children Partnership
  short_name: Isle of Wight
  area: isle-of-wight
  contact_email: island@example.gov.uk
themes:
- {{slug: information-exchange, name: Information exchange, aliases: information sharing}}
- {{slug: supervision, name: Supervision}}
venues:
- {{slug: example-hall, name: Example Hall, area: isle-of-wight}}
weeks:
- {{slug: {WEEK}, title: Learning from Reviews, starts_on: 2027-06-21, state: published}}
hosts:
- {{week: {WEEK}, partnership: hampshire, is_lead: true}}
topics:
- {{week: {WEEK}, slug: sharing, title: Sharing information}}
"""
SESSION = {
    "week": WEEK,
    "code": "A1",
    "topic": "sharing",
    "date": "2027-06-22",
    "starts": "09:30",
    "ends": "11:00",
    "format": "online",
    "lead_host": "hampshire",
    "capacity": "2",
    "state": "published",
}


def rows_yaml(table, *rows):
    """A table as YAML text."""
    lines = [f"{table}:"]
    for row in rows:
        lines += [
            ("- " if number == 0 else "  ") + f"{name}: {text}" for number, (name, text) in enumerate(row.items())
        ]
    return "\n".join(lines) + "\n"


def session_yaml(**changes):
    """The base with one session, some of its cells changed; None leaves a cell out."""
    cells = {name: text for name, text in {**SESSION, **changes}.items() if text is not None}
    return BASE + rows_yaml("sessions", cells)


def load(text, *, at=NOW, dry_run=False):
    """Load YAML text."""
    return programme_files.load(read_yaml(text.encode(), columns()), at=at, dry_run=dry_run)


def load_csv(text, *, at=NOW):
    """Load CSV text."""
    return programme_files.load(read_csv(text.encode()), at=at)


def faults_of(action, *args, **options):
    """The faults that loading something raises, as text."""
    try:
        action(*args, **options)
    except FaultyProgramme as faulty:
        return [str(fault) for fault in faulty.faults]
    return []


def spreadsheet(tables, *, prepare=lambda book: None):
    """An XLSX file of tables, each a list of rows of values."""
    book = Workbook()
    book.remove(book.active)
    for table, rows in tables.items():
        sheet = book.create_sheet(table)
        for row in rows:
            sheet.append(row)
    prepare(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
