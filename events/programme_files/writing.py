"""From a week back to a file, the same bytes for the same week."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import yaml
from django.db import models
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from events.models import PracticeWeek, Room, Theme, Trainer
from events.programme_files.reading import FORMULA_STARTS, TOPIC_COLUMNS
from events.programme_files.rows import by_slug
from events.programme_files.schema import TABLES, columns
from people.models import Area, Partnership, SafeguardingContact, Sector
from people.text import strip_controls

Tables = Mapping[str, list[dict[str, str]]]
# The modification time of a spreadsheet and of everything in it, so that its bytes depend on the week alone.
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


def dump(week: PracticeWeek, *, form: str, sessions: models.QuerySet[Any, Any] | None = None) -> bytes:
    """Return a week, and all that its rows name, as a file of one of `FORMATS`; loading it changes nothing.

    ``sessions``, ids, narrows it to those of its sessions that whoever asks may see, with the rows that these name.
    """
    return FORMATS[form](tables_of(week, sessions=sessions))


def tables_of(
    week: PracticeWeek, *, sessions: models.QuerySet[Any, Any] | None = None
) -> dict[str, list[dict[str, str]]]:
    """Return the rows of a week by table, each as cells, in a lasting order; narrowed as `dump` is."""
    stored = _rows_of(week, week.sessions.all() if sessions is None else week.sessions.filter(pk__in=sessions))
    tables = {name: _cells(name, stored.get(name, ())) for name in TABLES}
    above: set[str] = set()
    for cells in tables["resources"]:  # a relation is said once, by the resource further down
        cells["related"] = ", ".join(slug for slug in cells["related"].split(", ") if slug in above)
        above.add(cells["slug"])
    return {name: rows for name, rows in tables.items() if rows}


def _cells(table: str, stored: Iterable[Any]) -> list[dict[str, str]]:
    """Return stored rows of a table as cells that every format can carry."""
    return [{name: strip_controls(text) for name, text in row.items()} for row in TABLES[table].of(list(stored))]


def _rows_of(week: PracticeWeek, own: models.QuerySet[Any]) -> dict[str, Iterable[Any]]:
    """Return the week's stored rows, and those of other tables that they name; of its sessions, those given."""
    sessions = list(own.order_by("starts_at", "code").select_related("topic", "venue", "room", "prerequisite__week"))
    ids = [session.pk for session in sessions]
    resources = list(week.resources.order_by("released_at", "slug"))
    partnerships = Partnership.objects.filter(
        models.Q(week_hosts__week=week)
        | models.Q(week_presentations__week=week)
        | models.Q(session_hosts__session__in=ids)
        | models.Q(resources__week=week)
    ).distinct()
    venues = by_slug({session.venue for session in sessions if session.venue})
    areas = Area.objects.filter(
        models.Q(partnerships__in=partnerships) | models.Q(venues__sessions__in=ids) | models.Q(sessions__in=ids)
    ).distinct()
    sectors = Sector.objects.filter(sessions__in=ids).distinct()
    themes = Theme.objects.filter(
        models.Q(days__week=week) | models.Q(topics__week=week) | models.Q(resources__week=week)
    ).distinct()
    return {
        "areas": sorted(areas, key=lambda area: (area.position, area.slug)),
        "sectors": sorted(sectors, key=lambda sector: (sector.position, sector.slug)),
        "partnerships": sorted(partnerships, key=lambda partnership: (partnership.position, partnership.slug)),
        "safeguarding_contacts": sorted(
            SafeguardingContact.objects.filter(area__in=areas).select_related("area"),
            key=lambda contact: (contact.area.position, contact.area.slug, contact.position, contact.audience),
        ),
        "themes": by_slug(themes),
        "venues": venues,
        "rooms": Room.objects.filter(venue__in=venues).select_related("venue").order_by("venue__slug", "name"),
        "trainers": Trainer.objects.filter(session_trainers__session__in=ids).distinct().order_by("slug"),
        "weeks": [week],
        "hosts": _by_partnership(week.week_hosts),
        "presentations": _by_partnership(week.presentations),
        "days": week.days.order_by("number"),
        "topics": by_slug(week.topics.all()),
        "sessions": sessions,
        "resources": resources,
        "key_messages": week.key_messages.order_by("position"),
    }


def _by_partnership(rows: Any) -> list[Any]:
    """Return rows in the order of their partnerships."""
    return sorted(rows.select_related("partnership"), key=lambda row: (row.partnership.position, row.partnership.slug))


class TextDumper(yaml.SafeDumper):
    """Writes every text plainly wherever YAML lets it; our reader takes none of them for a number or a time."""

    yaml_implicit_resolvers: dict[Any, Any] = {}


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Write a text of several lines as a block."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


TextDumper.add_representer(str, _represent)


def to_yaml(tables: Tables) -> bytes:
    """Return the tables as YAML."""
    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 120}
    text: str = yaml.dump(dict(tables), Dumper=TextDumper, **options)
    return text.encode()


def to_csv(tables: Tables) -> bytes:
    """Return the sessions as CSV with what each says of its topic; a text like a formula gets an apostrophe."""
    topics = {(row["week"], row["slug"]): row for row in tables.get("topics", ())}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*columns()["sessions"], *TOPIC_COLUMNS])
    for row in tables.get("sessions", ()):
        topic = topics[row["week"], row["topic"]]
        cells = [*row.values(), *(topic[name] for name in TOPIC_COLUMNS.values())]
        writer.writerow([f"'{cell}" if cell.lstrip("'")[:1] in FORMULA_STARTS else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def to_spreadsheet(tables: Tables) -> bytes:
    """Return the tables as an XLSX file of texts, a sheet each."""
    book = Workbook(write_only=True)
    for table, rows in tables.items():
        sheet = book.create_sheet(table)
        for texts in (columns()[table], *(row.values() for row in rows)):
            cells = [WriteOnlyCell(sheet, value=text) for text in texts]
            for cell in cells:
                cell.data_type = "s" if cell.value else "n"  # never a formula, whatever it begins with
            sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return _without_times(content.getvalue())


def _without_times(content: bytes) -> bytes:
    """Return an archive whose entries and properties do not tell when it was written."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            body = source.read(entry)
            if entry.filename == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]+(</dcterms)", rb"\g<1>1980-01-01T00:00:00Z\2", body)
            target.writestr(zipfile.ZipInfo(entry.filename, LONG_AGO), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


FORMATS: Final[Mapping[str, Callable[[Tables], bytes]]] = {"yaml": to_yaml, "xlsx": to_spreadsheet, "csv": to_csv}
