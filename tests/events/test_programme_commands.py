"""The commands that load, dump and copy: what they print and refuse."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.sample import load_sample
from events.models import PracticeWeek, ProgrammeRevision, Session, Theme
from events.programme_files import FaultyProgramme
from people.models import Organisation, User
from tests.events.locks import held
from tests.events.programmes import WEEK, session_yaml
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "week.yaml"
    path.write_text(session_yaml())
    return path


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_load_says_what_is_new(file):
    printed = run("load_programme", str(file)).splitlines()
    assert "sessions, row 1 (line 27): new" in printed
    assert printed[-1] == "11 rows: 11 new, 0 changed, 0 as they were."


def test_load_says_old_and_new_when_a_cell_changed(file):
    run("load_programme", str(file))
    file.write_text(session_yaml(capacity="9"))
    assert run("load_programme", str(file)).splitlines() == [
        "sessions, row 1 (line 27), column capacity: “2” becomes “9”",
        "11 rows: 0 new, 1 changed, 10 as they were.",
    ]


def test_dry_run_writes_nothing(file):
    printed = run("load_programme", str(file), dry_run=True)
    assert printed.endswith("11 rows: would be 11 new, 0 changed, 0 as they were.\n")
    assert not PracticeWeek.objects.exists()


def test_dry_run_shows_the_rows_as_the_page_does(file):
    run("load_programme", str(file))
    file.write_text(session_yaml(code="A2"))
    printed = run("load_programme", str(file), dry_run=True).splitlines()
    assert printed[0] == "sessions, row 1 (line 27): new"
    assert "    starts: 09:30" in printed
    assert printed[-1] == "11 rows: would be 1 new, 0 changed, 10 as they were."
    file.write_text(session_yaml(capacity="9"))
    assert run("load_programme", str(file), dry_run=True).splitlines()[0] == (
        "sessions, row 1 (line 27), column capacity: “2” becomes “9”"
    )


def test_load_names_the_faults_and_writes_nothing(file):
    file.write_text(session_yaml(starts="8.30", capacity="x"))
    with pytest.raises(CommandError) as refused:
        run("load_programme", str(file))
    assert str(refused.value).splitlines() == [
        "sessions, row 1 (line 27), column starts: “8.30” is not a time; write it as 08:30, by the 24-hour clock.",
        "sessions, row 1 (line 27), column capacity: Enter a whole number.",
        "There are 2 faults in week.yaml. Nothing was written.",
    ]
    assert not PracticeWeek.objects.exists()


@pytest.mark.parametrize("form", ["yaml", "csv"])
def test_dump_prints_what_load_takes(file, form, tmp_path):
    run("load_programme", str(file))
    again = tmp_path / f"again.{form}"
    again.write_text(run("dump_programme", WEEK, form=form))
    assert " 0 new, 0 changed, " in run("load_programme", str(again))


def test_dump_writes_a_spreadsheet_to_a_file(file, tmp_path):
    run("load_programme", str(file))
    path = tmp_path / "week.xlsx"
    assert run("dump_programme", WEEK, form="xlsx", output=path) == ""
    assert " 0 new, 0 changed, " in run("load_programme", str(path))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["dump_programme", "none"], "There is no week none."),
        (["dump_programme", WEEK, "--format", "xlsx"], "Name the file to write a spreadsheet to: --output FILE.xlsx"),
        (["copy_week", "none", "--starts", "2028-06-19"], "There is no week none."),
        (["copy_week", WEEK, "--starts", "2028-06-20"], "20 June 2028 is a Tuesday; a week starts on a Monday."),
        (["copy_week", WEEK, "--starts", "19 June"], "“19 June” is not a day; write it as 2024-06-24."),
        (["copy_week", WEEK, "--starts", "2027-06-21"], f"There is a week {WEEK} already."),
        (
            ["load_programme", "none.yaml"],
            "There is no file none.yaml.\nThere is 1 fault in none.yaml. Nothing was written.",
        ),
    ],
)
def test_command_is_refused_with_the_reason(file, arguments, expected):
    run("load_programme", str(file))
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert str(refused.value) == expected
    assert PracticeWeek.objects.count() == 1


@pytest.mark.parametrize(("publish", "state"), [(False, "draft"), (True, "published")])
def test_copy_is_a_draft_unless_published(file, publish, state):
    run("load_programme", str(file))
    printed = run("copy_week", WEEK, starts="2028-06-19", publish=publish)
    week = PracticeWeek.objects.get(slug="2028-06-learning-from-reviews")
    assert (week.state, week.sessions.get().state) == (state, state)
    assert printed.startswith("2028-06-learning-from-reviews is there, as ")
    assert Session.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_commands_say_so_when_somebody_holds_what_they_need(file):
    run("load_programme", str(file))
    file.write_text(session_yaml(capacity="9"))
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
    try:
        with held(Session.objects.get()), pytest.raises(CommandError, match="please try again"):
            run("load_programme", str(file))
        with held(ProgrammeRevision.objects.get()), pytest.raises(CommandError, match="please try again"):
            run("copy_week", WEEK, starts="2028-06-19")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert Session.objects.get().capacity == 2
    assert PracticeWeek.objects.count() == 1


def test_sample_when_part_of_it_cannot_be_loaded_then_nothing_is_there():
    Theme.objects.create(slug="oversight", name="Supervision")
    with pytest.raises(FaultyProgramme, match=r"themes, row 8 .*, column name: "):
        load_sample(at=NOW)
    assert not PracticeWeek.objects.exists()
    assert not User.objects.exists()
    assert not Organisation.objects.exists()
