"""The register of a session of several dates: marked date by date, and what the dates come to in one row a booking."""

import itertools

import pytest
import time_machine
from django.core.exceptions import ValidationError

from bookings import actions, policies
from bookings.actions import Mark
from bookings.check_in_codes import code_at
from bookings.door_errors import CheckInClosed
from bookings.errors import RegisterClosed, RegisterNotOpen
from bookings.models import Attendance, AttendanceMark, Certificate, Charge, PartAttendance, Presence
from bookings.record_page import record_of
from bookings.reports import REPORTS, Asked
from events import actions as programme
from events.errors import PartKept
from tests.bookings.desk import set_policy
from tests.events.threads import at_once
from tests.factories import START, SessionFactory, TrainerFactory, UserFactory, make_booking, make_two_part
from tests.factories.parts import FORTNIGHT, HOUR, later

pytestmark = pytest.mark.django_db
SECOND = START + FORTNIGHT
OVER = SECOND + HOUR


@pytest.fixture
def booking():
    return make_booking(session=make_two_part(capacity=10))


@pytest.fixture
def certified():
    """A booking whose certificate waits for no feedback."""
    set_policy(certificate_release="attended")
    return make_booking(session=make_two_part(capacity=10))


def mark(booking, state, part, *, seen=None, at=None):
    at = at or (START, SECOND)[part - 1]
    return actions.mark(booking.session, [Mark(booking.pk, state, seen or at, part=part)], at=at, actor=None)


def dates(booking):
    return dict(PartAttendance.objects.filter(booking=booking).values_list("part", "state"))


def whole(booking):
    return Attendance.objects.filter(booking=booking).values_list("state", flat=True).first()


# What several dates come to: of the first, of the second (empty: not marked), in all.
COME_TO = [
    ("present", "present", "present"),
    ("present", "late", "present"),
    ("late", "late", "late"),
    ("present", "left_early", "left_early"),
    ("present", "", "left_early"),
    ("present", "did_not_attend", "left_early"),
    ("present", "excused", "left_early"),
    ("did_not_attend", "did_not_attend", "did_not_attend"),
    ("did_not_attend", "excused", "did_not_attend"),
    ("did_not_attend", "", "did_not_attend"),
    ("excused", "excused", "excused"),
    ("", "", None),
]


@pytest.mark.parametrize(("first", "second", "in_all"), COME_TO)
def test_dates_when_marked_then_the_row_of_the_booking_says_what_they_come_to(booking, first, second, in_all):
    for part, state in ((1, first), (2, second)):
        if state:
            mark(booking, state, part, at=OVER)
    assert whole(booking) == in_all
    assert dates(booking) == {part: state for part, state in ((1, first), (2, second)) if state}


def test_rule_when_the_dates_change_places_then_says_the_same():
    for states in itertools.product(Presence.values, repeat=2):
        assert policies.presence_in_all(states, total=2) == policies.presence_in_all(states[::-1], total=2)


def test_mark_when_taken_back_then_date_and_row_follow_and_the_history_knows_of_which_date(booking):
    mark(booking, "present", 1)
    mark(booking, "present", 2)
    mark(booking, "", 2, at=SECOND + HOUR)
    assert (dates(booking), whole(booking)) == ({1: "present"}, "left_early")
    mark(booking, "", 1, at=SECOND + HOUR)
    assert (dates(booking), whole(booking)) == ({}, None)

    history = AttendanceMark.objects.values_list("part", "from_state", "to_state")
    assert list(history) == [(1, "", "present"), (2, "", "present"), (2, "present", ""), (1, "present", "")]


def test_marks_of_two_dates_when_seen_at_other_times_then_neither_holds_off_the_other(booking):
    mark(booking, "present", 2, seen=SECOND)
    mark(booking, "late", 1, seen=START, at=SECOND)
    mark(booking, "excused", 1, seen=START - HOUR, at=SECOND)  # seen before what is there
    assert dates(booking) == {1: "late", 2: "present"}


def test_second_date_when_its_day_has_not_come_then_not_open_and_a_date_there_is_not_is_refused(booking):
    with pytest.raises(RegisterNotOpen):
        mark(booking, "present", 2, at=START)
    with pytest.raises(ValidationError, match="no part 3"):
        mark(booking, "present", 3, at=OVER)
    single = make_booking(session=SessionFactory(), practitioner=UserFactory(email="lou@example.org"))
    with pytest.raises(ValidationError, match="no part 2"):
        actions.mark(single.session, [Mark(single.pk, "present", START, part=2)], at=START, actor=None)


def test_session_of_one_date_when_marked_then_has_no_rows_of_dates():
    booking = make_booking(session=SessionFactory())
    actions.mark(booking.session, [Mark(booking.pk, "present", START)], at=START, actor=None)
    assert (whole(booking), dates(booking)) == ("present", {})


def test_register_when_closed_between_the_dates_then_not_yet_and_after_the_last_closes_both(booking):
    with pytest.raises(RegisterNotOpen):
        actions.close_register(booking.session, at=START + FORTNIGHT / 2, actor=None)
    mark(booking, "present", 1)

    assert actions.close_register(booking.session, at=OVER, actor=None, others_absent=True) == 0

    assert (dates(booking), whole(booking)) == ({1: "present", 2: "did_not_attend"}, "left_early")
    assert not Charge.objects.exists()
    with pytest.raises(RegisterClosed):
        mark(booking, "present", 2, at=OVER)


def test_register_when_closed_with_dates_unmarked_then_says_how_many_people(booking):
    mark(booking, "present", 1)
    make_booking(session=booking.session, practitioner=UserFactory(email="lou@example.org"))
    assert actions.close_register(booking.session, at=OVER, actor=None) == 2


def test_certificate_when_both_dates_were_attended_then_names_both_and_counts_both(certified):
    booking = certified
    mark(booking, "present", 1)
    assert not Certificate.objects.exists()
    mark(booking, "late", 2, at=OVER)

    certificate = Certificate.objects.get()
    assert certificate.minutes == 90 + 60
    assert certificate.dates.startswith("Part 1 of 2: Tuesday 22 June 2027, 09:30 to 11:00 (UK time); Part 2 of 2:")


def test_hours_when_both_dates_were_attended_then_count_both_in_record_proof_summary_and_trainers(booking):
    booking.session.session_trainers.create(trainer=TrainerFactory())
    for part in (1, 2):
        mark(booking, "present", part)
    both = 2.5  # an hour and a half, and a fortnight later one more
    asked = Asked([booking.session.hosts.get()], OVER, "partnership")

    (line,) = record_of(booking.practitioner, at=OVER).lines
    (proof,) = REPORTS["evidence"].table(asked).rows

    assert line.minutes == both * 60
    assert float(proof["hours"]) == both
    assert float(REPORTS["summary"].table(asked).total["hours"]) == both
    assert float(REPORTS["trainers"].table(asked).total["hours"]) == both


@pytest.mark.parametrize("second", ["", "did_not_attend", "excused", "left_early"])
def test_certificate_when_a_date_is_missing_then_there_is_none(certified, second):
    booking = certified
    mark(booking, "present", 1)
    if second:
        mark(booking, second, 2)
    actions.issue_certificates(at=OVER)
    assert not Certificate.objects.exists()


def test_certificate_when_a_date_is_taken_back_then_is_revoked(certified):
    booking = certified
    mark(booking, "present", 1)
    mark(booking, "present", 2, at=OVER)
    mark(booking, "did_not_attend", 1, at=OVER + HOUR)
    assert Certificate.objects.get().revoked_for == "corrected"


def test_arrival_when_by_code_then_counts_for_the_date_whose_day_it_is_and_between_dates_is_closed(booking):
    session, person = booking.session, booking.practitioner
    for part, at in ((1, START), (2, SECOND)):
        actions.check_in(session, person, at=at, code=code_at(session.pk, at))
        assert dates(booking)[part] == "present"
    assert whole(booking) == "present"
    for at in (session.ends_at, START + FORTNIGHT / 2, OVER):
        with pytest.raises(CheckInClosed):
            actions.check_in(session, person, at=at, code=code_at(session.pk, at))


def test_joining_online_when_on_the_second_date_then_is_let_in_and_marked_for_it():
    booking = make_booking(session=make_two_part(joining_link="https://meet.example.org/x"))
    assert actions.join(booking, at=SECOND) == "https://meet.example.org/x"
    assert dates(booking) == {2: "present"}


def test_somebody_greeted_when_on_each_date_then_marked_once_for_each(booking):
    organiser = UserFactory(email="organiser@example.org")
    for at in (START, SECOND):
        assert actions.greet(booking, at=at, actor=organiser)
        assert not actions.greet(booking, at=at, actor=organiser)
    assert dates(booking) == {1: "present", 2: "present"}


def test_undo_when_the_last_step_was_on_the_second_date_then_only_that_is_undone(booking):
    organiser = UserFactory(email="organiser@example.org")
    for part, at in ((1, START), (2, SECOND)):
        actions.mark(booking.session, [Mark(booking.pk, "present", at, part=part)], at=at, actor=organiser)
    actions.undo(booking.session, actor=organiser, at=OVER)
    assert (dates(booking), whole(booking)) == ({1: "present"}, "left_early")


def test_dates_when_changed_after_marks_then_rows_follow_and_marked_dates_stay(booking):
    mark(booking, "present", 1)
    with time_machine.travel(START + HOUR * 3, tick=False):
        programme.set_parts(booking.session_id, [], at=START + HOUR * 3)
    assert whole(booking) == "present"  # the one date that there is was attended

    session = make_two_part()
    other = make_booking(session=session, practitioner=UserFactory(email="lou@example.org"))
    row = session.parts.get()
    mark(other, "present", 2)
    with pytest.raises(PartKept):
        programme.set_parts(session.pk, [later(row=row.pk), later(1)], at=START - HOUR)


def test_marking_when_many_then_as_many_statements_as_for_one(booking, django_assert_max_num_queries):
    more = [
        make_booking(session=booking.session, practitioner=UserFactory(email=f"p{number}@example.org"))
        for number in range(5)
    ]
    marks = [Mark(one.pk, "present", START) for one in [booking, *more]]
    with django_assert_max_num_queries(16):
        actions.mark(booking.session, marks, at=START, actor=None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_devices_when_they_mark_different_dates_at_once_then_the_row_says_both():
    booking = make_booking(session=make_two_part(capacity=10))
    for state in ("present", "did_not_attend", "present", "excused", "late"):
        ends = at_once(
            lambda state=state: mark(booking, state, 1, at=OVER),
            lambda state=state: mark(booking, state, 2, at=OVER),
        )
        assert not [end for end in ends if isinstance(end, Exception)]
        assert dates(booking) == {1: state, 2: state}
        assert whole(booking) == state
