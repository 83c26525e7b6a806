"""Programme files through the page: the difference first, then exactly that; bad files named where they are bad."""

import base64
import io
import re
import zipfile

import pytest
import time_machine
from django.contrib.sessions.models import Session as Shelf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from events import programme_files
from events.models import PracticeWeek, Session, SessionTopic, WeekHost
from people.actions import grant_role
from people.models import RoleGrant
from tests.events.programmes import SESSION, WEEK, load, rows_yaml, session_yaml, spreadsheet
from tests.factories import NOW, PartnershipFactory, UserFactory, make_booking
from tests.pages import words

pytestmark = pytest.mark.django_db
PAGE = "/organise/files/"


@pytest.fixture
def organiser(client):
    """Signed in as an organiser for Hampshire, whose week is stored with one session."""
    load(session_yaml())
    user = UserFactory(email="organiser@example.org")
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    with time_machine.travel(NOW, tick=False):
        client.force_login(user)
        client.user = user
        yield client


def upload(client, content, name="week.yaml"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def confirm(client, answer):
    shown = re.search(r'name="shown" value="(\w+)"', answer.content.decode())[1]
    return client.post(f"{PAGE}load/", {"shown": shown}, follow=True)


def counts():
    return [model.objects.count() for model in (PracticeWeek, WeekHost, SessionTopic, Session)]


def session_rows(*rows):
    return rows_yaml("sessions", *({**SESSION, **row} for row in rows))


def test_the_page_is_for_organisers(client):
    assert client.get(PAGE).status_code == 302
    client.force_login(UserFactory())
    for address in (PAGE, f"{PAGE}programme.xlsx", f"{PAGE}weeks/{WEEK}.xlsx"):
        assert client.get(address).status_code == 404
    assert client.post(f"{PAGE}load/").status_code == 404
    assert upload(client, session_yaml()).status_code == 404


def test_an_upload_shows_the_difference_row_by_row_and_writes_nothing(organiser):
    text = session_rows({"capacity": "9"}, {"code": "B2"})
    answer = upload(organiser, text)
    shown = words(answer)
    assert answer.status_code == 200
    assert "2 rows: 1 new, 1 changed, 0 as they were." in shown
    assert f"Changed sessions: {WEEK} A1 sessions, row 1 (line 2) capacity Before 2 After 9" in shown
    assert f"New sessions: {WEEK} B2 sessions, row 2 (line 12)" in shown
    assert (Session.objects.count(), Session.objects.get().capacity) == (1, 2)


def test_loading_writes_what_was_shown_and_a_second_time_nothing(organiser):
    text = session_rows({"capacity": "9"}, {"code": "B2"})
    answer = confirm(organiser, upload(organiser, text))
    assert "week.yaml is loaded. 2 rows: 1 new, 1 changed, 0 as they were." in words(answer)
    assert sorted(Session.objects.values_list("code", "capacity")) == [("A1", 9), ("B2", 2)]
    again = upload(organiser, text)
    assert "Nothing to change" in words(again)
    assert b"Load these changes" not in again.content


def test_loading_is_refused_when_the_difference_is_another_one_by_now(organiser):
    answer = upload(organiser, session_rows({"capacity": "9"}))
    Session.objects.update(capacity=5)
    refused = confirm(organiser, answer)
    assert refused.status_code == 409
    assert "The programme has changed in the meantime" in words(refused)
    assert "capacity Before 5 After 9" in words(refused)
    assert Session.objects.get().capacity == 5
    confirm(organiser, refused)  # what is shown now is what is agreed to now
    assert Session.objects.get().capacity == 9


def test_loading_is_refused_when_faults_have_come_up_in_the_meantime(organiser):
    answer = upload(organiser, session_rows({"capacity": "1"}))
    for _ in range(2):
        make_booking(session=Session.objects.get(), at=NOW)
    refused = confirm(organiser, answer)
    assert refused.status_code == 400
    assert "capacity 2 places are taken, so there must be at least that many." in words(refused)


def test_a_click_on_an_older_page_does_not_load_a_newer_file(organiser):
    first = upload(organiser, session_rows({"capacity": "9"}))
    upload(organiser, session_rows({"capacity": "7"}))
    assert confirm(organiser, first).status_code == 409
    assert Session.objects.get().capacity == 2


@pytest.mark.parametrize("shown", ["", "nothing", "0" * 64])
def test_nothing_is_loaded_that_was_not_shown(organiser, shown):
    upload(organiser, session_rows({"capacity": "9"}))
    assert organiser.post(f"{PAGE}load/", {"shown": shown}).status_code == 409
    assert Session.objects.get().capacity == 2


def test_a_file_is_kept_for_an_hour_and_for_whoever_uploaded_it(organiser, client):
    answer = upload(organiser, session_rows({"capacity": "9"}))
    shown = re.search(r'name="shown" value="(\w+)"', answer.content.decode())[1]
    other = UserFactory(email="other@example.org")
    grant_role(other, "organiser", partnership=PartnershipFactory(), at=NOW)
    another = type(client)()
    another.force_login(other)
    assert "We no longer have that file" in words(another.post(f"{PAGE}load/", {"shown": shown}, follow=True))
    with time_machine.travel(NOW.replace(hour=10, minute=1), tick=False):
        assert "We no longer have that file" in words(organiser.post(f"{PAGE}load/", {"shown": shown}, follow=True))
    assert Session.objects.get().capacity == 2
    assert confirm(organiser, answer).status_code == 200  # the control: within the hour it is there
    assert Session.objects.get().capacity == 9


def test_one_file_is_kept_at_a_time_and_none_once_it_is_loaded(organiser):
    before = Shelf.objects.count()
    for capacity in ("7", "9"):
        answer = upload(organiser, session_rows({"capacity": capacity}))
        assert Shelf.objects.count() == before + 1
    confirm(organiser, answer)
    assert Shelf.objects.count() == before


def test_a_role_that_was_withdrawn_after_the_upload_loads_nothing(organiser):
    answer = upload(organiser, session_rows({"capacity": "9"}))
    RoleGrant.objects.all().delete()
    assert confirm(organiser, answer).status_code == 404
    assert Session.objects.get().capacity == 2


def test_rows_of_other_partnerships_are_faults(organiser):
    Session.objects.get().session_hosts.update(partnership=PartnershipFactory(slug="isle-of-wight"))
    answer = upload(organiser, session_rows({"capacity": "9", "lead_host": "isle-of-wight"}))
    assert answer.status_code == 400
    assert "Your partnership does not host this session" in words(answer)


def zipped(entries, compression=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return content.getvalue()


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DAYS = {"a": "2027-06-22", "b": "22/06/2027", "c": "22 June 2027", "d": "04/06/2027"}
BAD_FILES = [
    ("picture.xlsx", PNG, "This is not an XLSX spreadsheet."),
    ("letter.xlsx", zipped({"word/document.xml": b"<w/>"}), "This is not an XLSX spreadsheet."),
    ("letter.docx", zipped({"word/document.xml": b"<w/>"}), "A programme file ends in .yaml, .xlsx or .csv."),
    ("setup.exe", b"MZ\x90", "A programme file ends in .yaml, .xlsx or .csv."),
    ("old.xls", b"\xd0\xcf\x11\xe0", "A programme file ends in .yaml, .xlsx or .csv."),
    ("empty.xlsx", b"", "The file is empty."),
    ("blank.csv", b" \n\n", "The file is empty."),
    ("large.xlsx", b"PK" + b"0" * (10 * 1024 * 1024), "The file is larger than 5 MiB."),
    ("bomb.xlsx", zipped({"xl/a.xml": b" " * (21 * 1024 * 1024)}), "The file unpacks to more than 20 MiB."),
    ("latin.csv", "caf\u00e9".encode("latin-1"), "line 1: This is not UTF-8 text; save the file as UTF-8."),
    ("laughs.yaml", b"a: &a [x, x]\nb: &b [*a, *a]\nsessions: [*b, *b]\n", "line 2: An alias stands here"),
    ("deep.yaml", b"sessions: " + b"[" * 5000, "The file is nested too deeply; its rows are flat."),
    ("bell.yaml", b"sessions:\n- code: \x07\n", "line 2: A control character stands here; remove it."),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BAD_FILES, ids=[bad[0] for bad in BAD_FILES])
def test_a_file_that_cannot_be_read_is_refused_at_its_field(organiser, name, content, sentence):
    before = counts()
    answer = upload(organiser, content, name)
    assert answer.status_code == 400
    assert escape(sentence) in answer.content.decode()
    assert 'href="#id_file"' in answer.content.decode()
    assert counts() == before


def test_a_form_without_a_file_says_so(organiser):
    answer = organiser.post(PAGE)
    assert answer.status_code == 400
    assert "Choose a file." in words(answer)


BAD_ROWS = [
    (session_rows({"code": "B2", "date": "22 June 2027"}), "date “22 June 2027” is not a day; write it as 2024-06-24."),
    (session_rows({"code": "B2", "date": "04/06/2027"}), "date 04/06/2027 can be read in two ways;"),
    (
        session_rows({"code": "B2", "date": "2027-03-28", "starts": "01:30"}),
        "starts 01:30 on 28 March 2027 in Europe/London does not exist: the clocks go forward over it.",
    ),
    (session_rows({"code": "B2"}, {"code": "B2", "capacity": "9"}), "again, which stands in sessions, row 1 (line 5)."),
    (session_rows({"code": "B2", "co_hosts": "hampshire"}), "co_hosts “hampshire” leads the session; name it once."),
    (
        rows_yaml("weeks", {"slug": "2027-07-new", "title": "New", "starts_on": "2027-07-06"}),
        "starts_on 2027-07-06 is a Tuesday; a week starts on a Monday.",
    ),
    (
        rows_yaml("hosts", {"week": WEEK, "partnership": "isle-of-wight", "is_lead": "true"}),
        "Only one partnership leads a week.",
    ),
    (
        rows_yaml("topics", {"week": WEEK, "slug": "new", "title": "A"}, {"week": WEEK, "slug": "new", "title": "B"}),
        f"This is {WEEK} new again, which stands in topics, row 1 (line 5).",
    ),
    (session_rows({"code": "B2", "title": '"a \\u202e b"'}), "title Remove control characters from this text."),
]


@pytest.mark.parametrize(("text", "sentence"), BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_a_faulty_row_is_named_by_row_and_column_and_nothing_is_written(organiser, text, sentence):
    before = counts()
    good = rows_yaml("themes", {"slug": "new-theme", "name": "New theme"})
    answer = upload(organiser, good + text)
    assert answer.status_code == 400
    assert sentence in words(answer)
    assert "Nothing was written." in words(answer)
    assert counts() == before
    assert upload(organiser, good).status_code == 200  # the control: the rest of the file is sound


def test_days_are_read_in_two_notations(organiser):
    rows = [{"code": code, "date": DAYS[code]} for code in "ab"]
    confirm(organiser, upload(organiser, session_rows(*rows)))
    found = Session.objects.filter(code__in=["a", "b"])
    assert {session.local_start.date().isoformat() for session in found} == {"2027-06-22"}
    assert found.count() == 2


def test_capacity_below_the_places_taken_is_refused_with_the_number(organiser):
    for _ in range(2):
        make_booking(session=Session.objects.get(), at=NOW)
    answer = upload(organiser, session_rows({"capacity": "1"}))
    assert "capacity 2 places are taken, so there must be at least that many." in words(answer)
    assert upload(organiser, session_rows({"capacity": "3"})).status_code == 200


def test_merged_cells_and_formulas_are_named_by_sheet_row_and_column(organiser):
    rows = [list(SESSION), list({**SESSION, "code": "=A1"}.values())]
    content = spreadsheet({"sessions": rows}, prepare=lambda book: book["sessions"].merge_cells("A2:B2"))
    shown = words(upload(organiser, content, "week.xlsx"))
    assert "sheet sessions – The cells A2:B2 are merged; separate them." in shown
    formula = spreadsheet({"sessions": [list(SESSION), list({**SESSION, "capacity": "=1+1"}.values())]})
    shown = words(upload(organiser, formula, "week.xlsx"))
    assert "sheet sessions, row 2 capacity This cell holds a formula; put its value there." in shown


def test_many_faults_are_counted_and_the_first_are_shown(organiser):
    rows = [{"code": f"B{number}", "starts": "9h"} for number in range(205)]
    shown = words(upload(organiser, session_rows(*rows)))
    assert "The file has 205 faults." in shown
    assert "There are 5 more." in shown
    assert shown.count("is not a time") == 200


@pytest.mark.parametrize("form", ["xlsx", "yaml", "csv"])
def test_a_week_is_downloaded_and_comes_back_without_a_difference(organiser, form):
    answer = organiser.get(f"{PAGE}weeks/{WEEK}.{form}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{WEEK}.{form}"'
    assert "Nothing to change" in words(upload(organiser, answer.content, f"week.{form}"))


@pytest.mark.parametrize("form", ["xlsx", "yaml", "csv"])
def test_an_empty_template_has_the_columns_and_changes_nothing(organiser, form):
    answer = organiser.get(f"{PAGE}programme.{form}")
    assert answer.status_code == 200
    assert "0 rows" in words(upload(organiser, answer.content, f"programme.{form}"))
    content = zipfile.ZipFile(io.BytesIO(answer.content)) if form == "xlsx" else None
    text = content.read("xl/workbook.xml").decode() if content else answer.content.decode()
    assert ("sessions" if form == "xlsx" else "joining_link") in text
    assert "safeguarding_contacts" not in text


def test_an_administrators_template_has_every_table(organiser):
    grant_role(organiser.user, "administrator", at=NOW)
    assert b"safeguarding_contacts:" in organiser.get(f"{PAGE}programme.yaml").content


def test_a_filled_template_is_read(organiser):
    text = organiser.get(f"{PAGE}programme.yaml").content.decode()
    head, table, rest = text.partition("topics:\n")
    filled = re.sub(r"^# (.{2})", r"\1", rest, count=3, flags=re.MULTILINE)
    filled = (
        filled.replace("week:", f"week: {WEEK}", 1).replace("slug:", "slug: new", 1).replace("title:", "title: T", 1)
    )
    assert "1 row: 1 new" in words(upload(organiser, head + table + filled))


@pytest.mark.parametrize("address", [f"weeks/{WEEK}.txt", "programme.txt", "weeks/none.xlsx"])
def test_other_files_are_not_there(organiser, address):
    assert organiser.get(PAGE + address).status_code == 404


def test_a_week_of_others_is_not_there_to_download(organiser):
    WeekHost.objects.update(partnership=PartnershipFactory(slug="isle-of-wight"))
    assert organiser.get(f"{PAGE}weeks/{WEEK}.xlsx").status_code == 404
    assert WEEK not in organiser.get(PAGE).content.decode()


def test_the_page_tells_of_every_column_an_organiser_may_fill(organiser):
    page = organiser.get(PAGE).content.decode()
    for table, names in programme_files.schema.columns().items():
        assert (f'<th scope="row"><code>{table}</code></th>' in page) == (
            table not in programme_files.reach.ADMINISTRATORS_TABLES
        )
        assert all(f"<code>{name}</code>" in page for name in names if table == "sessions")
