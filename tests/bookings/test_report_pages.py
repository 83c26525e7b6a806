"""The pages and files of reports: who reads which, what they say, and what is never a formula."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from bookings import actions
from events.models import Session
from tests.bookings.crowds import crowd
from tests.bookings.feedback import give
from tests.factories import NOW, OrganisationFactory, SessionFactory, UserFactory, make_booking
from tests.fixtures import organiser_for
from tests.pages import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BEGAN = NOW - timedelta(hours=2)


def rows_of(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def sheets_of(answer):
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


@pytest.fixture
def analyst(hampshire):
    return organiser_for(hampshire, "analyst@example.org", role="analyst")


def attended(host, name="Pat Sample", organisation=None, came=True):
    """Somebody was on a session that began two hours ago."""
    session = SessionFactory(host=host, starts_at=BEGAN, ends_at=NOW + timedelta(hours=1), title="=Curious questions")
    person = UserFactory(name=name, organisation=organisation or OrganisationFactory())
    booking = make_booking(session=session, practitioner=person, at=NOW - timedelta(days=2))
    actions.mark(session, [actions.Mark(booking.pk, "present" if came else "did_not_attend", NOW)], at=NOW, actor=None)
    return booking


@pytest.mark.parametrize("path", ["", "attendance/", "attendance.csv", "attendance.xlsx", "absence/"])
def test_reports_then_are_not_there_for_those_who_neither_organise_nor_analyse(client, path):
    assert client.get(f"/organise/reports/{path}").status_code == 302
    client.force_login(UserFactory())
    assert client.get(f"/organise/reports/{path}").status_code == 404


def test_reports_then_an_analyst_reads_figures_and_no_names(analyst, hampshire):
    attended(hampshire, came=False)

    index = markup(analyst.get("/organise/reports/"))

    assert "Attendance" in index
    assert "Lists that name people" not in index
    assert 'href="/organise/">' not in index
    assert analyst.get("/organise/reports/attendance/").status_code == 200
    for path in ("absence/", "absence.csv", "absence.xlsx", "nothing/"):
        assert analyst.get(f"/organise/reports/{path}").status_code == 404


def test_report_then_counts_what_ones_own_partnerships_host(organiser, islander, hampshire):
    attended(hampshire, came=False)

    assert "Pat Sample" in markup(organiser.get("/organise/reports/absence/"))
    assert "Pat Sample" not in markup(islander.get("/organise/reports/absence/"))
    wrong = islander.get("/organise/reports/absence/?partnership=hampshire")
    assert "Pat Sample" not in markup(wrong)


def test_report_then_says_whom_it_is_about_and_what_its_words_mean(organiser, hampshire):
    attended(hampshire)

    page = markup(organiser.get("/organise/reports/attendance/?group=sector&from=2027-05-01"))

    assert "Hampshire Safeguarding Children Partnership" in page
    assert "Saturday 1 May 2027" in page
    assert "by Organiser" in page
    assert "Attendance rate: those who attended without those who walked in" in page
    assert "hidden" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2027-05-02&to=2027-05-01", "This day is before the first."),
        ("from=yesterday", "Enter a valid date."),
        ("organisation=Nowhere", "We know no organisation of this name."),
        ("group=shoe-size", "Select a valid choice."),
        ("week=none", "Select a valid choice."),
    ],
)
def test_report_when_it_cannot_be_meant_then_says_why(organiser, query, sentence):
    for path in ("attendance/", "attendance.csv", "attendance.xlsx"):
        answer = organiser.get(f"/organise/reports/{path}?{query}")
        assert answer.status_code == 400
        assert sentence in markup(answer)


def test_report_then_its_bars_say_the_same_in_words(organiser, hampshire):
    for title, count in [("Long", 3), ("Short", 1)]:
        session = SessionFactory(host=hampshire, starts_at=BEGAN, title=title, capacity=None)
        for _ in range(count):
            booking = make_booking(session=session, at=NOW - timedelta(days=2))
            actions.mark(session, [actions.Mark(booking.pk, "present", NOW)], at=NOW, actor=None)

    page = markup(organiser.get("/organise/reports/sessions/"))

    assert "Attended: most for Long (3), least for Short (1)." in page
    assert '<rect width="100" height="10" />' in page
    assert '<rect width="33" height="10" />' in page


def test_files_then_hold_the_table_and_what_its_words_mean_and_no_formula(organiser, hampshire):
    attended(hampshire, name="=HYPERLINK(1)", came=False)

    answer = organiser.get("/organise/reports/absence.csv")
    heading, row, empty, title, *_ = rows_of(answer)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="absence-2027-05-04.csv"'
    found = dict(zip(heading, row, strict=True))
    assert (found["Name"], found["Session"], found["Date"]) == ("'=HYPERLINK(1)", "'=Curious questions", "2027-05-04")
    assert (empty, title) == ([], ["Non-attendance and late cancellation"])

    book = sheets_of(organiser.get("/organise/reports/absence.xlsx"))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert len(book.sheetnames) == 2
    assert "'=HYPERLINK(1)" in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}
    assert ["Made", "Tuesday 4 May 2027 at 10:00 by Organiser"] in [
        [cell.value for cell in line[:2]] for line in book[book.sheetnames[1]].iter_rows()
    ]


def test_every_report_as_a_file_then_holds_no_formula_whatever_people_and_sessions_are_called(organiser, hampshire):
    crowd(400)
    for name in ("summary", "attendance", "sessions", "absence"):
        book = sheets_of(organiser.get(f"/organise/reports/{name}.xlsx"))
        texts = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type != "n"]
        assert "f" not in {cell.data_type for cell in texts}
        assert not [cell.value for cell in texts if str(cell.value).lstrip()[:1] in set("=+-@")]
        for row in rows_of(organiser.get(f"/organise/reports/{name}.csv")):
            assert not [cell for cell in row if cell.lstrip()[:1] in set("=+-@")]


@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_feedback_then_means_of_five_and_hidden_of_fewer_and_no_comment(analyst, hampshire, count, shown):
    booking = attended(hampshire)
    session = booking.session
    Session.objects.filter(pk=session.pk).update(ends_at=NOW - timedelta(minutes=5), capacity=None)
    session.refresh_from_db()
    people = [booking, *(make_booking(session=session, at=NOW - timedelta(days=2)) for _ in range(count - 1))]
    actions.mark(session, [actions.Mark(one.pk, "present", NOW) for one in people[1:]], at=NOW, actor=None)
    for one in people:
        give(one, at=NOW, relevance=2, comment="The room was cold.")

    page = markup(analyst.get("/organise/reports/feedback/"))
    row = dict(zip(*rows_of(analyst.get("/organise/reports/feedback.csv"))[:2], strict=True))

    assert (row["Responses"], row["Response rate"], row["Comments"]) == (str(count), "100.0", str(count))
    assert row["Relevance"] == ("2.0" if shown else "hidden")
    assert ("Knowledge, after" in row, "Knowledge, before" in row) == (True, False)  # nobody was asked before
    assert ("2.0" in page) is shown
    assert "A mean of fewer than 5 people is hidden." in page
    assert "cold" not in page
    score = rows_of(analyst.get("/organise/reports/sessions.csv"))[1][-1]
    assert (score == "hidden") is not shown


@pytest.mark.parametrize("count", [1, 12])
def test_report_then_the_same_queries_however_many(organiser, hampshire, count, django_assert_max_num_queries):
    for n in range(count):
        attended(hampshire, organisation=OrganisationFactory(slug=f"school-{n}"), came=bool(n % 2))

    for path, most in [
        *(("attendance/?group=organisation", 16), ("sessions/", 16), ("absence/", 14), ("summary/", 16)),
        *(("feedback/", 18), ("impact/", 18), ("impact/?group=theme", 18)),
    ]:
        with django_assert_max_num_queries(most):
            assert organiser.get(f"/organise/reports/{path}").status_code == 200
