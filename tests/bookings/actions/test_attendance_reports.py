"""A meeting's report in the register: who is marked with what, what a hand wrote, once only, and the rest by hand."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings import actions, door_errors, errors
from bookings.actions import Mark
from bookings.attendance_files import read_report
from bookings.models import Attendance, AttendanceMark, AttendanceReport, Booking, PartAttendance
from tests.bookings.attendance_files.samples import teams_report
from tests.bookings.desk import set_session_policy
from tests.factories import START, SessionFactory, UserFactory, make_booking, make_two_part

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
HOUR = timedelta(hours=1)


@pytest.fixture
def session():
    return SessionFactory(capacity=20)


@pytest.fixture
def organiser():
    return UserFactory(email="organiser@example.org")


def booked(session, name):
    address = f"{name.split()[0].lower()}@example.org"
    return make_booking(session=session, practitioner=UserFactory(name=name, email=address))


def read_in(session, organiser, people, *, at=END + HOUR):
    content = teams_report(people).encode("utf-16")
    report = read_report(content, starts_at=START, ends_at=END, zone=ZoneInfo("Europe/London"))
    return actions.read_in(session, report, actor=organiser, at=at)


def register():
    rows = Attendance.objects.order_by("booking__name")
    return list(rows.values_list("booking__name", "state", "minutes", "source"))


def test_report_then_each_is_marked_by_the_time_and_share_they_were_there(session, organiser):
    stays = {
        "All": [(-5, 95)],
        "Enough": [(0, 72)],
        "Gaps": [(0, 20), (50, 90)],
        "Late": [(20, 90)],
        "Less": [(0, 71)],
        "Little": [(0, 1)],
    }
    for name in stays:
        booked(session, f"{name} Sample")

    report, new = read_in(session, organiser, [(f"{name} Sample", "", rows) for name, rows in stays.items()])

    assert (report.placed, new, report.unplaced) == (6, 6, [])
    assert register() == [
        ("All Sample", "present", 90, "report"),
        ("Enough Sample", "present", 72, "report"),
        ("Gaps Sample", "left_early", 60, "report"),
        ("Late Sample", "late", 70, "report"),
        ("Less Sample", "left_early", 71, "report"),
        ("Little Sample", "left_early", 1, "report"),
    ]


def test_report_then_the_share_and_the_lateness_are_the_policys(session, organiser):
    set_session_policy(session, attendance_percent=50, late_online_minutes=5)
    booked(session, "Pat Sample")
    booked(session, "Lou Sample")

    read_in(session, organiser, [("Pat Sample", "", [(0, 45)]), ("Lou Sample", "", [(6, 60)])])

    assert [(name, state) for name, state, _, _ in register()] == [("Lou Sample", "late"), ("Pat Sample", "present")]


def test_report_when_read_again_or_written_otherwise_then_changes_nothing(session, organiser):
    booked(session, "Pat Sample")
    people = [("Pat Sample", "", [(0, 90)]), ("Anon", "", [(0, 5)])]

    first, _ = read_in(session, organiser, people)
    marked_at = Attendance.objects.get().marked_at
    again, new = read_in(session, organiser, list(reversed(people)), at=END + 2 * HOUR)
    read_in(session, organiser, people[:1], at=END + 2 * HOUR)

    assert (again, new) == (first, None)
    assert AttendanceMark.objects.count() == 1
    assert Attendance.objects.get().marked_at == marked_at
    assert AttendanceReport.objects.count() == 2


def test_report_then_what_a_hand_marked_stays_and_gets_the_minutes_and_joining_is_made_exact(session, organiser):
    by_hand, joined, scanned = (booked(session, f"{name} Sample") for name in ("Pat", "Lou", "Jo"))
    actions.mark(session, [Mark(by_hand.pk, "excused", END + HOUR / 2)], at=END + HOUR / 2, actor=organiser)
    actions.arrived(joined, at=START, source="join_page")
    actions.arrived(scanned, at=START, source="code", actor=organiser)

    people = [(f"{name} Sample", "", [(0, 30)]) for name in ("Pat", "Lou", "Jo")]
    read_in(session, organiser, people)
    read_in(session, organiser, [*people, ("Anon", "", [(0, 5)])])

    assert [(name, state, minutes) for name, state, minutes, _ in register()] == [
        ("Jo Sample", "present", 30),
        ("Lou Sample", "left_early", 30),
        ("Pat Sample", "excused", 30),
    ]


@pytest.mark.parametrize("make", [SessionFactory, make_two_part])
@pytest.mark.parametrize("by_undo", [False, True])
def test_report_when_a_hand_mark_was_taken_back_after_the_end_then_marks_them(organiser, make, by_undo):
    session = make(capacity=20)
    pat, lou = booked(session, "Pat Sample"), booked(session, "Lou Sample")
    actions.mark(session, [Mark(one.pk, "excused", END) for one in (pat, lou)], at=END, actor=organiser)
    actions.mark(session, [Mark(lou.pk, "did_not_attend", END)], at=END, actor=UserFactory())
    if by_undo:
        actions.undo(session, actor=organiser, at=END + HOUR)
    else:
        actions.mark(session, [Mark(pat.pk, "", END + HOUR)], at=END + HOUR, actor=organiser)

    _, new = read_in(session, organiser, [("Pat Sample", "", [(0, 90)]), ("Lou Sample", "", [(0, 90)])], at=END + HOUR)

    rows = Attendance.objects if make is SessionFactory else PartAttendance.objects
    assert new == 1
    assert list(rows.order_by("booking__name").values_list("booking__name", "state", "source")) == [
        ("Lou Sample", "did_not_attend", "register"),  # a hand mark that stands
        ("Pat Sample", "present", "report"),
    ]
    read_in(session, organiser, [("Pat Sample", "", [(0, 30)])], at=END + 2 * HOUR)
    assert rows.get(booking=pat).state == "left_early"  # another report is as free to correct it


def test_report_of_nobody_here_or_of_a_closed_register_then_refused_and_nothing_kept(session, organiser):
    booked(session, "Pat Sample")

    with pytest.raises(door_errors.NobodyOfReport):
        read_in(session, organiser, [("Vi Sample", "", [(0, 90)])])
    actions.close_register(session, at=END, actor=organiser)
    with pytest.raises(errors.RegisterClosed):
        read_in(session, organiser, [("Pat Sample", "", [(0, 90)])])

    assert not AttendanceReport.objects.exists()
    assert register() == []


def unplaced(session, organiser):
    booked(session, "Pat Sample")
    people = [("Pat Sample", "", [(0, 90)]), ("Patricia", "home@example.org", [(0, 80)]), ("Vi Sample", "", [(30, 90)])]
    report, _ = read_in(session, organiser, people)
    return report


def names(report):
    report.refresh_from_db()
    return [one["name"] for one in report.unplaced]


def test_those_not_placed_then_settled_as_a_booking_a_walk_in_or_left_out(session, organiser):
    other = booked(session, "Sam Sample")
    report = unplaced(session, organiser)
    assert names(report) == ["Patricia", "Vi Sample"]
    settled = {"actor": organiser, "at": END + HOUR}

    actions.place(report, 0, booking=other.pk, **settled)
    actions.place(report, 0, booking=other.pk, **settled)
    actions.place(report, 1, booking=None, as_walk_in=True, **settled)
    actions.place(report, 1, booking=None, as_walk_in=True, **settled)

    assert names(report) == []
    assert report.placed == 3
    assert Booking.objects.get(source="walk_in").name == "Vi Sample"
    assert [(name, state, minutes) for name, state, minutes, _ in register()] == [
        ("Pat Sample", "present", 90),
        ("Sam Sample", "present", 80),
        ("Vi Sample", "late", 60),
    ]


def test_those_not_placed_when_left_out_then_nobody_is_marked(session, organiser):
    report = unplaced(session, organiser)

    actions.place(report, 1, booking=None, actor=organiser, at=END + HOUR)

    assert names(report) == ["Patricia"]
    assert len(register()) == 1


def test_those_not_placed_when_said_to_be_somebody_elsewhere_then_refused(session, organiser):
    report = unplaced(session, organiser)
    elsewhere = make_booking()

    with pytest.raises(errors.NotOnRegister):
        actions.place(report, 0, booking=elsewhere.pk, actor=organiser, at=END + HOUR)
    actions.close_register(session, at=END + HOUR, actor=organiser)
    with pytest.raises(errors.RegisterClosed):
        actions.place(report, 0, booking=None, actor=organiser, at=END + HOUR)

    assert names(report) == ["Patricia", "Vi Sample"]


def test_those_not_placed_then_forgotten_as_long_after_as_who_joined(session, organiser):
    report = unplaced(session, organiser)

    assert actions.forget_old_reports(at=END + timedelta(days=29)) == 0
    assert actions.forget_old_reports(at=END + timedelta(days=30)) == 1
    assert actions.forget_old_reports(at=END + timedelta(days=31)) == 0
    assert names(report) == []
    assert "Report of" in str(report)
