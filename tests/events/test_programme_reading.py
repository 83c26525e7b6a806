"""Files of each format, whole and broken."""

import io
import tracemalloc
import zipfile
import zlib
from datetime import date, datetime, time

import pytest

from events import programme_files
from events.models import Session, SessionTopic
from events.programme_files import FaultyProgramme
from events.programme_files.reading import MOST_BYTES, read, read_content, read_yaml
from events.programme_files.schema import columns
from events.programme_files.spreadsheet import read_spreadsheet
from tests.events.programmes import BASE, SESSION, WEEK, faults_of, load, load_csv, spreadsheet
from tests.factories import NOW


def yaml_faults(text):
    content = text if isinstance(text, bytes) else text.encode()
    try:
        return [str(fault) for fault in read_yaml(content, columns()).faults]
    except FaultyProgramme as faulty:
        return [str(fault) for fault in faulty.faults]


def sheet_faults(content, most_rows=5000):
    try:
        return [str(fault) for fault in read_spreadsheet(content, columns(), most_rows=most_rows).faults]
    except FaultyProgramme as faulty:
        return [str(fault) for fault in faulty.faults]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "The file must be a mapping of tables, such as sessions, to lists of rows."),
        ("- a\n- b\n", "The file must be a mapping of tables, such as sessions, to lists of rows."),
        ("areas:\n- slug: a\nareas:\n- slug: b\n", "line 3: The table areas stands here a second time."),
        ("areas: here\n", "line 1: The table areas must be a list of at most 5000 rows."),
        ("areas:\n- here\n", "areas, row 1 (line 2): A row is a mapping of columns to texts."),
        ("areas:\n- slug: a\n  slug: b\n", "areas, row 1 (line 2), column slug: The column stands in this row twice."),
        (
            "areas:\n- slug: [a, b]\n",
            "areas, row 1 (line 2), column slug: A cell holds one text; put commas between items.",
        ),
        (
            "areas:\n- slug: a\n  size: 3\n",
            "areas, row 1 (line 2), column size: There is no such column; there are slug, name, position.",
        ),
        ("areas:\n- slug: a\n  name: \x07\n", "line 3: A control character stands here; remove it."),
        (b"areas:\n- slug: \xff\n", "line 2: This is not UTF-8 text; save the file as UTF-8."),
        ("areas: " + "[" * 5000, "The file is nested too deeply; its rows are flat."),
    ],
)
def test_yaml_is_refused_with_its_place_when_it_is_no_set_of_flat_tables(text, expected):
    assert yaml_faults(text) == [expected]


def test_yaml_names_the_tables_when_one_is_unknown():
    (fault,) = yaml_faults("areas:\nsession:\n- code: a\n")
    assert fault.startswith("line 2: There is no table session; there are areas, sectors,")


@pytest.mark.parametrize(
    "text", ["areas:\n- slug: 'a\n", "areas:\n\t- slug: a\n", "a: &x\nb: *y\n", "a: 1\n---\nb: 2\n"]
)
def test_yaml_fault_names_the_line_when_it_cannot_be_parsed(text):
    (fault,) = yaml_faults(text)
    assert fault.startswith("line ")


def test_yaml_makes_nothing_of_a_tag():
    reading = read_yaml(b"areas:\n- slug: !!python/object/apply:os.getcwd []\n- name: !!int 3\n", columns())
    assert [row.cells for row in reading.rows] == [{}, {"name": "3"}]
    assert [fault.column for fault in reading.faults] == ["slug"]


def test_yaml_rows_stop_at_the_limit():
    assert yaml_faults("areas:\n" + "- slug: a\n" * 5001) == [
        "line 1: The table areas must be a list of at most 5000 rows."
    ]
    assert yaml_faults("areas:\n" + "- slug: a\n" * 10) == []


@pytest.mark.django_db
def test_file_is_refused_when_missing_too_large_or_of_another_kind(tmp_path):
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MOST_BYTES + 1))
    text = tmp_path / "programme.txt"
    text.write_text(BASE)
    assert faults_of(read, tmp_path / "none.yaml") == ["There is no file none.yaml."]
    assert faults_of(read, large) == ["The file is larger than 5 MiB."]
    assert faults_of(read, text) == ["A programme file ends in .yaml, .xlsx or .csv."]


@pytest.mark.django_db
def test_spreadsheet_cells_are_read_when_they_are_numbers_days_and_times():
    load(BASE)
    values = {**SESSION, "date": date(2027, 6, 22), "starts": time(9, 30), "ends": time(11), "capacity": 2.0}
    values["booking_opens_at"], values["booking_required"] = datetime(2027, 6, 1, 12, 0), True  # noqa: DTZ001 - a spreadsheet has no zones
    content = spreadsheet({"sessions": [list(values), list(values.values())]})
    programme_files.load(read_spreadsheet(content, columns(), most_rows=9), at=NOW)
    session = Session.objects.get()
    assert (session.local_start.isoformat(), session.capacity) == ("2027-06-22T09:30:00+01:00", 2)
    assert session.booking_opens_at.isoformat() == "2027-06-01T11:00:00+00:00"


@pytest.mark.django_db
def test_spreadsheet_fault_names_sheet_row_and_column():
    load(BASE)
    blank = [None] * len(SESSION)
    rows = [
        list(SESSION),
        list(SESSION.values()),
        blank,
        blank,
        list({**SESSION, "code": "A2", "starts": "9h"}.values()),
    ]
    reading = read_spreadsheet(spreadsheet({"sessions": rows}), columns(), most_rows=9)
    assert faults_of(programme_files.load, reading, at=NOW) == [
        "sheet sessions, row 5, column starts: “9h” is not a time; write it as 08:30, by the 24-hour clock."
    ]


def test_spreadsheet_formula_is_refused_when_a_text_that_looks_like_one_is_not():
    def as_text(book):
        book["areas"]["B2"].data_type = "s"

    rows = [["slug", "name"], ["a", "=1+1"]]
    assert sheet_faults(spreadsheet({"areas": rows})) == [
        "sheet areas, row 2, column name: This cell holds a formula; put its value there."
    ]
    assert sheet_faults(spreadsheet({"areas": rows}, prepare=as_text)) == []


def test_spreadsheet_error_value_is_refused():
    assert sheet_faults(spreadsheet({"areas": [["slug", "name"], ["a", "#REF!"]]})) == [
        "sheet areas, row 2, column name: This cell holds an error; put its value there."
    ]


def test_merged_cells_are_refused():
    content = spreadsheet(
        {"areas": [["slug", "name"], ["a", "A"]]}, prepare=lambda book: book["areas"].merge_cells("A2:B2")
    )
    assert sheet_faults(content) == ["sheet areas: The cells A2:B2 are merged; separate them."]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"area": [["slug"]]}, "sheet area: There is no such table; there are areas, sectors,"),
        ({"areas": [["slug", "size"]]}, "sheet areas, row 1, column size: There is no such column;"),
        ({"areas": [["slug", "slug"]]}, "sheet areas, row 1, column slug: The column stands here twice."),
        ({"areas": [["slug", None, "name"]]}, "sheet areas, row 1: The cell in column 2 is empty;"),
        ({"areas": [["slug"], ["a", "b"]]}, "sheet areas, row 2: A cell stands under no column's name."),
        ({"areas": [["slug"], *[["a"]] * 11]}, "sheet areas: There are more than 10 rows."),
        ({"areas": [["slug"] + [None] * 59 + ["name"]]}, "sheet areas, row 1: "),
    ],
)
def test_spreadsheet_is_refused_when_its_shape_is_wrong(tables, expected):
    faults = sheet_faults(spreadsheet(tables), most_rows=10)
    assert faults
    assert faults[0].startswith(expected)


def test_spreadsheet_is_refused_when_it_is_none_damaged_or_a_bomb():
    whole = spreadsheet({"areas": [["slug"]]})
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (20 * 1024 * 1024 + 1))
    assert sheet_faults(b"slug,name") == ["This is not an XLSX spreadsheet."]
    assert sheet_faults(bomb.getvalue()) == ["The file unpacks to more than 20 MiB."]
    assert len(bomb.getvalue()) < 100_000
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(damaged, "w") as target:
        for entry in source.infolist():
            target.writestr(entry.filename, source.read(entry)[:-20])
    assert sheet_faults(damaged.getvalue()) == ["The spreadsheet is damaged; open it and save it again."]


def test_spreadsheet_is_read_when_it_claims_a_million_rows():
    whole, claimed = spreadsheet({"areas": [["slug"], ["a"]]}), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(claimed, "w") as target:
        for entry in source.infolist():
            body = source.read(entry).replace(b'<dimension ref="A1:A2"', b'<dimension ref="A1:XFD1048576"')
            target.writestr(entry.filename, body)
    assert claimed.getvalue() != whole
    reading = read_spreadsheet(claimed.getvalue(), columns(), most_rows=10)
    assert [row.cells for row in reading.rows] == [{"slug": "a"}]


CSV = "week,code,topic,topic_title,themes,date,starts,ends,format,lead_host,state\n"
ROW = f"{WEEK},B1,curious,Being curious,supervision,2027-06-23,08:30,09:15,online,hampshire,published\n"


@pytest.mark.django_db
def test_csv_makes_session_and_topic():
    load(BASE)
    load_csv(CSV + ROW + ROW.replace("B1", "B2").replace("08:30,09:15", "15:30,16:15"))
    topic = SessionTopic.objects.get(slug="curious")
    assert (topic.title, topic.sittings.count()) == ("Being curious", 2)
    assert [theme.slug for theme in topic.themes.all()] == ["supervision"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CSV + ROW.replace("08:30", "8:30"), "row 2, column starts: “8:30” is not a time;"),
        (CSV + ROW + ROW.replace("B1", "B2").replace("Being", "Staying"), "row 3, column topic_title: This is another"),
        (CSV + ROW + "a,b\n", "row 3: There are 2 cells under 11 columns."),
        (CSV.replace("code", "codes") + ROW, "row 1, column codes: There is no such column;"),
        (CSV.replace("format", "code") + ROW, "row 1, column code: The column stands here twice."),
        (CSV + ROW.replace(WEEK, "none"), "row 2, column week: There is no practice week “none”."),
        (CSV + ROW.replace("Being", '"Being" '), "line 2: This is not CSV: "),
        (CSV + ROW * 5001, "The file has more than 5000 rows."),
    ],
)
def test_csv_fault_names_row_and_column(text, expected):
    load(BASE)
    faults = faults_of(load_csv, text)
    assert any(fault.startswith(expected) for fault in faults), faults
    assert not Session.objects.exists()


LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nsessions:\n- code: 1\n"
ROW_MANY_TIMES = "areas:\n- &row {slug: a}\n" + "- *row\n" * 100


@pytest.mark.parametrize(("text", "line"), [(LAUGHS, 2), (ROW_MANY_TIMES, 3)], ids=["laughs", "a row many times"])
def test_yaml_is_refused_by_its_line_when_an_alias_stands_for_something(text, line):
    assert yaml_faults(text) == [f"line {line}: An alias stands here (*name); write out what it stands for."]
    assert yaml_faults("areas:\n- &row {slug: a}\n- {slug: '*row'}\n") == []


def repacked(content, change):
    """An archive again, after something was done to its bytes or entries."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, change(entry.filename, source.read(entry)))
    return packed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
PADDING = b" " * (60 * 1024 * 1024)


def lying(content, name, size, body):
    """An archive that says of one entry that it unpacks to less than it does, and gives the checksum of that less."""
    packed = bytearray(repacked(content, lambda entry, was: body if entry == name else was))
    true_size, crc = len(body).to_bytes(4, "little"), zlib.crc32(body[:size]).to_bytes(4, "little")
    true_crc = zlib.crc32(body).to_bytes(4, "little")
    return bytes(packed.replace(true_crc, crc).replace(true_size, size.to_bytes(4, "little")))


@pytest.mark.parametrize("size", [10, 1024 * 1024], ids=["cuts it short", "cuts the padding"])
def test_spreadsheet_that_lies_about_its_size_is_not_unpacked_beyond_what_it_says(size):
    whole = spreadsheet({"areas": [["slug"], ["a"]]})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        body = archive.read(SHEET)
    content = lying(whole, SHEET, size, body + PADDING)
    assert len(content) < MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.getinfo(SHEET).file_size == size  # it does lie
    tracemalloc.start()
    faults = sheet_faults(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert faults == (["The spreadsheet is damaged; open it and save it again."] if size == 10 else [])
    assert peak < 30 * 1024 * 1024


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_spreadsheet_packed_in_another_way_is_refused(way):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", way) as archive:
        archive.writestr("xl/workbook.xml", b" " * 1024)
    assert sheet_faults(content.getvalue()) == ["The spreadsheet is damaged; open it and save it again."]


def test_spreadsheet_that_declares_entities_is_refused():
    def declare(name, body):
        return b'<!DOCTYPE w [<!ENTITY a "b">]>' + body if name == SHEET else body

    whole = spreadsheet({"areas": [["slug"], ["a"]]})
    assert sheet_faults(repacked(whole, declare)) == ["The spreadsheet is damaged; open it and save it again."]
    assert sheet_faults(repacked(whole, lambda _, body: body)) == []


@pytest.mark.parametrize("content", [b"", b" \r\n\t"])
def test_file_with_nothing_in_it_is_refused(content):
    for name in ("week.yaml", "week.csv", "week.xlsx"):
        assert faults_of(read_content, name, content) == ["The file is empty."]
