"""A report that is kept stays as it was, and is read by whoever reads figures of its partnerships."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.models import AuditEvent, ReportSnapshot
from people.models import Sector
from tests.bookings.test_report_pages import attended, rows_of, sheets_of
from tests.factories import NOW, OrganisationFactory
from tests.pages import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def main_of(answer):
    """Return what the page says, without the frame, in which a token is new each time."""
    return markup(answer).partition("<h1>")[2].partition("</main>")[0]


def keep(client, report="attendance/keep/?group=sector", note="Yearly report"):
    answer = client.post(f"/organise/reports/{report}", {"note": note})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_kept_report_when_all_changes_afterwards_then_stays_as_it_was(organiser, hampshire):
    for n in range(6):
        attended(hampshire, organisation=OrganisationFactory(slug=f"school-{n}"), came=n < 5)
    now = rows_of(organiser.get("/organise/reports/attendance.csv?group=sector"))
    path = keep(organiser)
    organiser.get(path)  # says once that it is kept
    before = main_of(organiser.get(path))

    Sector.objects.update(name="Otherwise")
    attended(hampshire, organisation=OrganisationFactory(slug="another"))

    assert main_of(organiser.get(path)) == before != ""
    assert rows_of(organiser.get(f"{path[:-1]}.csv")) == now
    assert rows_of(organiser.get("/organise/reports/attendance.csv?group=sector")) != now
    kept = ReportSnapshot.objects.get()
    assert (kept.note, kept.taken_by, kept.taken_at) == ("Yearly report", organiser.person, NOW)
    assert sheets_of(organiser.get(f"{path[:-1]}.xlsx")).sheetnames == ["Attendance", "About Attendance"]
    assert organiser.get(f"{path[:-1]}.exe").status_code == 404


def test_kept_report_then_others_do_not_know_of_it(organiser, islander, hampshire):
    attended(hampshire)
    path = keep(organiser)

    assert "Yearly report" in markup(organiser.get("/organise/reports/kept/"))
    assert "Yearly report" not in markup(islander.get("/organise/reports/kept/"))
    for one in (path, f"{path[:-1]}.csv"):
        assert islander.get(one).status_code == 404


def test_list_that_names_people_then_is_not_kept(organiser, hampshire):
    attended(hampshire, came=False)

    assert organiser.post("/organise/reports/absence/keep/").status_code == 404
    assert organiser.post("/organise/reports/attendance/keep/?from=soon").status_code == 404
    assert organiser.get("/organise/reports/attendance/keep/").status_code == 405
    assert ReportSnapshot.objects.count() == 0


def test_keeping_when_the_note_is_too_long_then_its_page_says_so_and_keeps_it(organiser, hampshire):
    answer = organiser.post("/organise/reports/attendance/keep/?group=sector", {"note": "x" * 201})
    assert answer.status_code == 400
    assert "at most 200 characters (it has 201)" in answer.content.decode()
    assert "x" * 201 in answer.content.decode()
    assert not ReportSnapshot.objects.exists()


def test_keeping_then_is_noted(organiser, hampshire):
    attended(hampshire)

    path = keep(organiser)
    organiser.get(path)

    assert list(AuditEvent.objects.order_by("pk").values_list("what", flat=True)) == ["keep_report", "kept_report"]


def test_kept_delivery_then_days_and_shares_come_back_as_they_were(organiser, hampshire):
    booking = attended(hampshire)
    path = keep(organiser, "sessions/keep/")
    actions.mark(
        booking.session,
        [actions.Mark(booking.pk, "", NOW + timedelta(minutes=1))],
        at=NOW + timedelta(minutes=1),
        actor=None,
    )

    rows = rows_of(organiser.get(f"{path[:-1]}.csv"))

    assert rows[1][1:7] == ["2027-05-04", "2", "1", "50.0", "1", "100.0"]
