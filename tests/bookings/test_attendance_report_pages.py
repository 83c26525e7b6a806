"""Uploading a meeting's report: two hundred and fifty rows, what cannot be read, and the list that is left."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings import actions
from bookings.models import Attendance, AttendanceMark, AttendanceReport, Booking
from events.models import SessionTrainer, Trainer
from tests.bookings.attendance_files.samples import teams_report
from tests.factories import START, SessionFactory, UserFactory, make_booking
from tests.pages import markup

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(END + timedelta(minutes=10), tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(hampshire):
    return SessionFactory(host=hampshire, capacity=300)


def address(session):
    return f"/organise/sessions/{session.pk}/register/report/"


def upload(client, session, content, **more):
    content = content.encode("utf-16") if isinstance(content, str) else content
    return client.post(address(session), {"file": SimpleUploadedFile("report.csv", content)}, **more)


def booked(session, number):
    person = UserFactory(name=f"Person {number:03}", email=f"p{number}@example.org")
    return make_booking(session=session, practitioner=person)


def rows_of_250():
    """Rows of 240 people, ten of whom came twice: half named by address and half by name, and four who are nobody."""
    people = []
    for number in range(236):
        by_address = number % 2 == 0
        stays = [(0, 40), (50, 90)] if number < 10 else [(0, 90)]
        name, mail = ("Guest", f"P{number}@example.org") if by_address else (f"Person {number:03} (Guest)", "")
        people.append((name, mail, stays))
    return [*people, *((f"Stranger {number}", f"s{number}@example.org", [(0, 90)]) for number in range(4))]


def test_report_of_250_rows_then_everybody_is_placed_in_few_statements(
    organiser, session, django_assert_max_num_queries
):
    for number in range(240):
        booked(session, number)
    content = teams_report(rows_of_250())
    assert content.count("Attendee") == 250

    with django_assert_max_num_queries(45):
        answer = upload(organiser, session, content)

    report = AttendanceReport.objects.get()
    assert answer["Location"] == f"{address(session)}{report.pk}/"
    assert (report.placed, len(report.unplaced)) == (236, 4)
    assert Attendance.objects.filter(minutes=90, state="present").count() == 226
    assert Attendance.objects.filter(minutes=80, state="present").count() == 10
    page = markup(organiser.get(answer["Location"]))
    assert "236 people of it are on the register. 4 could not be placed" in page
    again = markup(upload(organiser, session, content, follow=True))
    assert "This report was read before. Nothing has changed." in again
    assert AttendanceMark.objects.count() == 236


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"x" * (10 * 1024 * 1024), "more than 2 MiB"),
        ("Siân".encode("latin-1"), "neither UTF-8 nor UTF-16"),
        (b"Organisation,Place\nExample,Hall\n", "There is no list of people"),
        (teams_report([("Person 001", "", [(10, 5)])]).encode(), "Line 6: this person leaves before they join."),
        (teams_report([("Person 001", "", [(0, 5)])]).replace("5m 0s", "-5m").encode(), "less than no time"),
        (teams_report([("Person 001", "", [(0, 90)])], day="6/21/27").encode(), "This report is of another meeting"),
    ],
)
def test_file_that_cannot_be_read_then_said_at_the_field(organiser, session, content, said):
    booked(session, 1)

    answer = upload(organiser, session, content)

    assert answer.status_code == 400
    assert said in markup(answer)
    assert "Error:" in markup(answer)
    assert not AttendanceReport.objects.exists()
    assert not Attendance.objects.exists()


def test_no_file_and_nobody_of_it_here_and_a_closed_register_then_said(organiser, session):
    booked(session, 1)
    assert organiser.post(address(session), {"file": ""}).status_code == 400
    report = teams_report([("Stranger", "", [(0, 90)])])
    assert "Nobody in this report has a place" in markup(upload(organiser, session, report))
    actions.close_register(session, at=END, actor=None)

    closed = upload(organiser, session, teams_report([("Person 001", "", [(0, 90)])]))

    assert closed.status_code == 409
    assert "This register is closed." in markup(closed)
    assert "This register is closed." in markup(organiser.get(address(session)))


def test_those_not_placed_then_settled_on_the_page(organiser, session):
    first, second = booked(session, 1), booked(session, 2)
    people = [("Person 001", "", [(0, 90)]), *((name, "", [(0, 90)]) for name in ("Anon", "Bo Sample", "Cy", "=1+1"))]
    page = upload(organiser, session, teams_report(people))["Location"]
    shown = markup(organiser.get(page))
    assert "4 could not be placed" in shown
    assert f'<option value="{second.pk}">Person 002' in shown
    assert f'<option value="{first.pk}">' not in shown
    numbers = {one["name"]: one["number"] for one in AttendanceReport.objects.get().unplaced}

    nobody = organiser.post(page, {"number": numbers["Anon"], "step": "place", "booking": ""}, follow=True)
    assert "Choose somebody from the register first." in markup(nobody)
    organiser.post(page, {"number": numbers["Anon"], "step": "place", "booking": second.pk})
    organiser.post(page, {"number": numbers["Bo Sample"], "step": "walk-in"})
    organiser.post(page, {"number": numbers["Cy"], "step": "leave-out"})
    gone = organiser.post(page, {"number": numbers["=1+1"], "step": "place", "booking": make_booking().pk}, follow=True)

    assert "no place on this session any more" in markup(gone)
    assert "1 could not be placed" in markup(organiser.get(page))
    assert Attendance.objects.count() == 3
    assert Booking.objects.get(source="walk_in").name == "Bo Sample"
    assert "3 on the register, 1 to settle" in markup(organiser.get(address(session)))
    for wrong in ({"number": "x", "step": "place"}, {"number": 0, "step": "perhaps"}, {}):
        assert organiser.post(page, wrong).status_code == 404


def test_reports_then_for_organisers_of_the_session_alone(organiser, islander, session, client, clock):
    booked(session, 1)
    page = upload(organiser, session, teams_report([("Person 001", "", [(0, 90)])]))["Location"]
    trainer = UserFactory()
    SessionTrainer.objects.create(
        session=session, trainer=Trainer.objects.create(slug="toni", name="Toni Sample", user=trainer)
    )
    assert client.get(address(session)).status_code == 302
    client.force_login(trainer)
    other = SessionFactory(host=session.hosts.get())

    assert client.get(f"/organise/sessions/{session.pk}/register/").status_code == 200
    assert "Read a Teams or Zoom report" not in markup(client.get(f"/organise/sessions/{session.pk}/register/"))
    for browser in (client, islander):
        assert browser.get(address(session)).status_code == 404
        assert browser.get(page).status_code == 404
        assert browser.post(page, {"number": 0, "step": "leave-out"}).status_code == 404
        assert upload(browser, session, teams_report([("Person 001", "", [(0, 90)])])).status_code == 404
    assert organiser.get(page.replace(f"/{session.pk}/", f"/{other.pk}/", 1)).status_code == 404
