"""From a file to rows of text, each with its place."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from events.programme_files.faults import Fault, FaultyProgramme, Reading, Row, unknown_columns
from events.programme_files.schema import columns
from events.programme_files.spreadsheet import read_spreadsheet

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 5000
FORMULA_STARTS: Final = ("=", "+", "-", "@")
# A session in a CSV file brings its topic along, in these columns of the topic.
TOPIC_COLUMNS: Final = {
    "topic_title": "title",
    "summary": "summary",
    "audience": "audience",
    "outcomes": "outcomes",
    "content_note": "content_note",
    "one_sitting": "one_sitting",
    "themes": "themes",
}


def read(path: Path) -> Reading:
    """Return the rows of a ``.yaml``, ``.xlsx`` or ``.csv`` file; raises FaultyProgramme where it is no such file."""
    if not path.is_file():
        raise FaultyProgramme([Fault("", f"There is no file {path.name}.")])
    refuse_large(path.stat().st_size)
    return read_content(path.name, path.read_bytes())


def refuse_large(size: int) -> None:
    """Raise FaultyProgramme for a file of more bytes than are read."""
    if size > MOST_BYTES:
        raise FaultyProgramme([Fault("", f"The file is larger than {MOST_BYTES // 1024 // 1024} MiB.")])


def read_content(name: str, content: bytes) -> Reading:
    """Return the rows of a file of this name; raises FaultyProgramme as `read` does, and where nothing is in it."""
    if not content.strip():
        raise FaultyProgramme([Fault("", "The file is empty.")])
    match Path(name).suffix.lower():
        case ".yaml" | ".yml":
            return read_yaml(content, columns())
        case ".xlsx":
            return read_spreadsheet(content, columns(), most_rows=MOST_ROWS)
        case ".csv":
            return read_csv(content)
        case _:
            raise FaultyProgramme([Fault("", "A programme file ends in .yaml, .xlsx or .csv.")])


def text_of(content: bytes) -> str:
    """Return UTF-8 text, with or without a byte order mark; raises FaultyProgramme where it is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FaultyProgramme([Fault(f"line {line}", "This is not UTF-8 text; save the file as UTF-8.")]) from error


def read_yaml(content: bytes, known: Mapping[str, Sequence[str]]) -> Reading:
    """Return the rows of a mapping of tables to lists of flat rows.

    Every scalar stays the text it is written as. ``known`` holds the columns of each table. Raises
    FaultyProgramme where the text is no YAML or has another shape.
    """
    reading = Reading()
    tables = _compose(text_of(content))
    if not isinstance(tables, yaml.MappingNode):
        raise FaultyProgramme([Fault("", "The file must be a mapping of tables, such as sessions, to lists of rows.")])
    seen: set[str] = set()
    for name, rows in tables.value:
        table, place = str(name.value), f"line {name.start_mark.line + 1}"
        if table not in known:
            reading.faults.append(Fault(place, f"There is no table {table}; there are {', '.join(known)}."))
        elif table in seen:
            reading.faults.append(Fault(place, f"The table {table} stands here a second time."))
        elif isinstance(rows, yaml.SequenceNode) and len(rows.value) <= MOST_ROWS:
            _read_yaml_rows(table, rows, known[table], reading)
        elif rows.value:
            reading.faults.append(Fault(place, f"The table {table} must be a list of at most {MOST_ROWS} rows."))
        seen.add(table)
    return reading


class AliasMet(Exception):
    """A text that stands for another one; a few of them, one in the other, make millions of rows."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


class PlainLoader(yaml.SafeLoader):
    """Reads texts, lists and mappings as they are written, and no aliases."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Return the next node; raises AliasMet."""
        if self.check_event(yaml.AliasEvent):
            raise AliasMet(self.peek_event().start_mark.line + 1)  # type: ignore[no-untyped-call]  # it has no types
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def _compose(text: str) -> yaml.Node | None:
    """Return the YAML tree of a text, with nothing made of it."""
    try:
        return yaml.compose(text, Loader=PlainLoader)
    except AliasMet as alias:
        fault = Fault(f"line {alias.line}", "An alias stands here (*name); write out what it stands for.")
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        fault = Fault(f"line {line}", "A control character stands here; remove it.")
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark or error.context_mark).line + 1  # type: ignore[union-attr]  # one is set
        fault = Fault(f"line {line}", f"This is not YAML: {error.problem or error.context}.")
    except RecursionError:
        fault = Fault("", "The file is nested too deeply; its rows are flat.")
    raise FaultyProgramme([fault])


def _read_yaml_rows(table: str, rows: yaml.SequenceNode, known: Sequence[str], reading: Reading) -> None:
    """Add the rows of one table."""
    for number, node in enumerate(rows.value, 1):
        place = f"{table}, row {number} (line {node.start_mark.line + 1})"
        if not isinstance(node, yaml.MappingNode):
            reading.faults.append(Fault(place, "A row is a mapping of columns to texts."))
            continue
        cells: dict[str, str] = {}
        for name, value in node.value:
            column = str(name.value)
            if not isinstance(value, yaml.ScalarNode):
                reading.faults.append(Fault(place, "A cell holds one text; put commas between items.", column))
            elif column in cells:
                reading.faults.append(Fault(place, "The column stands in this row twice.", column))
            else:
                cells[column] = value.value.strip()
        reading.faults.extend(unknown_columns(place, cells, known))
        reading.rows.append(Row(table, place, {name: text for name, text in cells.items() if name in known}))


def read_csv(content: bytes) -> Reading:
    """Return the sessions of a CSV file, and their topics. Raises FaultyProgramme where it is no CSV."""
    known = [*columns()["sessions"], *TOPIC_COLUMNS]
    reading = Reading()
    rows = csv.reader(io.StringIO(text_of(content), newline=""), strict=True)
    try:
        table = list(rows)
    except csv.Error as error:
        raise FaultyProgramme([Fault(f"line {rows.line_num}", f"This is not CSV: {error}.")]) from error
    if len(table) > MOST_ROWS + 1:
        raise FaultyProgramme([Fault("", f"The file has more than {MOST_ROWS} rows.")])
    names = [name.strip() for name in table[0]] if table else []
    reading.faults.extend(unknown_columns("row 1", names, known))
    reading.faults.extend(Fault("row 1", "The column stands here twice.", n) for n in set(names) if names.count(n) > 1)
    if not reading.faults:
        _read_sessions(table, names, reading)
    return reading


def _read_sessions(table: list[list[str]], names: list[str], reading: Reading) -> None:
    """Add a session for each row under the first, and a topic for the first sitting of each."""
    topics: dict[tuple[str, str], Row] = {}
    for number, texts in enumerate(table[1:], 2):
        place = f"row {number}"
        if not any(text.strip() for text in texts):
            continue
        if len(texts) != len(names):
            reading.faults.append(Fault(place, f"There are {len(texts)} cells under {len(names)} columns."))
            continue
        cells = {name: plain_text(text.strip()) for name, text in zip(names, texts, strict=True)}
        topic = {TOPIC_COLUMNS[name]: cells.pop(name) for name in names if name in TOPIC_COLUMNS}
        reading.rows.append(Row("sessions", place, cells))
        if topic and cells.get("topic"):
            key = {"week": cells.get("week", ""), "slug": cells["topic"]}
            first = topics.setdefault((key["week"], key["slug"]), Row("topics", place, {**key, **topic}))
            reading.faults.extend(_differences(first, Row("topics", place, {**key, **topic})))
    reading.rows.extend(topics.values())


def _differences(first: Row, other: Row) -> Iterable[Fault]:
    """Find where two sittings of a topic disagree about it."""
    columns = {column: name for name, column in TOPIC_COLUMNS.items()}
    for name, text in other.cells.items():
        if text != first.cells[name]:
            yield Fault(
                other.place,
                f"This is another sitting of the topic in {first.place}, which says otherwise.",
                columns[name],
            )


def plain_text(text: str) -> str:
    """Return a cell's text without the apostrophe that keeps a spreadsheet from reading it as a formula."""
    return text[1:] if text.startswith("'") and text.lstrip("'")[:1] in FORMULA_STARTS else text
