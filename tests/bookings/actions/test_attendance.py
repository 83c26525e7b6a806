"""The register: marks of several hands and devices agree in the end, it closes and opens again, and absences cost."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bookings import actions, signals
from bookings.actions import Mark
from bookings.errors import NotEligible, NotOnRegister, RegisterClosed, RegisterNotOpen, SessionCancelled
from bookings.models import Attendance, AttendanceMark, Charge, RegisterClosing
from events import actions as event_actions
from tests.bookings.desk import set_policy
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session():
    return SessionFactory()


@pytest.fixture
def organiser():
    return UserFactory(email="organiser@example.org")


def mark(booking, state, *, seen=START, at=START, actor=None, **values):
    return actions.mark(booking.session, [Mark(booking.pk, state, seen)], at=at, actor=actor, **values)


def state_of(booking):
    return Attendance.objects.filter(booking=booking).values_list("state", flat=True).first()


def history(booking):
    return list(booking.attendance_marks.values_list("from_state", "to_state"))


def test_mark_then_the_register_says_so_and_who_saw_it_when(session, organiser):
    booking = make_booking(session=session)

    (change,) = mark(booking, "late", seen=START + MINUTE, at=START + 2 * MINUTE, actor=organiser)

    row = Attendance.objects.get()
    assert (row.state, row.marked_by, row.marked_at, row.source) == ("late", organiser, START + MINUTE, "register")
    assert (change.marked_at, change.recorded_at) == (START + MINUTE, START + 2 * MINUTE)
    assert row.came
    assert "Late" in str(row)


def test_mark_when_said_again_then_nothing_changes_and_when_taken_back_then_it_is_gone(session):
    booking = make_booking(session=session)

    mark(booking, "present")
    assert mark(booking, "present", seen=START + MINUTE, at=START + MINUTE) == []
    mark(booking, "", seen=START + MINUTE, at=START + MINUTE)
    assert mark(booking, "", seen=START + MINUTE, at=START + MINUTE) == []

    assert state_of(booking) is None
    assert history(booking) == [("", "present"), ("present", "")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_marks_when_they_arrive_in_any_order_then_the_one_seen_last_stands(session, order):
    booking = make_booking(session=session)
    marks = [("present", START), ("", START + MINUTE), ("left_early", START + 2 * MINUTE)]

    for place in order:
        mark(booking, marks[place][0], seen=marks[place][1], at=END)

    assert state_of(booking) == "left_early"


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@pytest.mark.parametrize("said", [("late", "present", "late", "present"), ("present", "", "late", "")])
def test_marks_that_agree_when_one_between_comes_late_then_the_one_seen_last_stands(session, order, said):
    booking = make_booking(session=session)

    for place in order:
        mark(booking, said[place], seen=START + place * MINUTE, at=END)

    assert (state_of(booking) or "") == said[-1]


def test_mark_with_minutes_then_they_stay_until_others_are_counted(session):
    booking = make_booking(session=session)
    mark(booking, "present")
    for minutes, kept in [(70, 70), (None, 70), (75, 75)]:
        actions.mark(session, [Mark(booking.pk, "present", END, minutes)], at=END, actor=None)
        assert Attendance.objects.get().minutes == kept
    mark(booking, "late", seen=END, at=END)
    assert Attendance.objects.get().minutes is None
    assert history(booking) == [("", "present"), ("present", "late")]


def test_mark_that_was_taken_back_when_an_older_one_comes_then_stays_so(session):
    booking = make_booking(session=session)
    mark(booking, "present")
    mark(booking, "", seen=START + 2 * MINUTE, at=END)

    mark(booking, "late", seen=START + MINUTE, at=END)

    assert state_of(booking) is None


def test_mark_from_a_clock_that_is_ahead_then_holds_off_nobody(session):
    booking = make_booking(session=session)
    mark(booking, "present", seen=START + timedelta(days=9))

    mark(booking, "late", seen=START + MINUTE, at=START + MINUTE)

    assert state_of(booking) == "late"


def test_marks_of_many_then_one_call_few_statements_and_one_announcement(django_assert_num_queries):
    session = SessionFactory(capacity=3)
    bookings = [make_booking(session=session) for _ in range(3)]
    heard = []

    def listen(**news):
        heard.append([(one.booking_id, one.to_state) for one in news["marks"]])

    signals.attendance_changed.connect(listen)
    try:
        with django_assert_num_queries(7):  # begin, session, closed?, places, attendances, history, end
            actions.mark(session, [Mark(one.pk, "present", START) for one in bookings], at=START, actor=None)
    finally:
        signals.attendance_changed.disconnect(listen)

    assert heard == [[(one.pk, "present") for one in bookings]]


def test_marks_when_one_is_wrong_then_none_is_written():
    session = SessionFactory(capacity=1)
    own, other, waiting = make_booking(session=session), make_booking(), make_queued(session=session)

    for wrong in (other, waiting):
        with pytest.raises(NotOnRegister):
            actions.mark(
                session, [Mark(own.pk, "present", START), Mark(wrong.pk, "present", START)], at=END, actor=None
            )
    with pytest.raises(ValidationError, match="no “perhaps”"):
        mark(own, "perhaps")

    assert not Attendance.objects.exists()
    assert not AttendanceMark.objects.exists()


def test_register_then_opens_on_the_morning_of_the_day_and_not_before(session):
    booking = make_booking(session=session)
    midnight = session.local_start.replace(hour=0, minute=0)

    with pytest.raises(RegisterNotOpen):
        mark(booking, "present", at=midnight - timedelta(seconds=1))
    mark(booking, "present", seen=midnight, at=midnight)

    assert state_of(booking) == "present"


def test_register_of_a_session_that_was_called_off_then_takes_no_mark(session):
    booking = make_booking(session=session)
    event_actions.cancel_session(session.pk, reason="Snow.", at=NOW)

    with pytest.raises(SessionCancelled):
        mark(booking, "present")
    with pytest.raises(SessionCancelled):
        actions.close_register(session, at=END, actor=None)


@pytest.mark.parametrize(
    ("late_minutes", "after", "state"), [(15, 14, "present"), (15, 15, "late"), (0, 0, "late"), (15, -5, "present")]
)
def test_arrival_then_marks_by_the_policy(late_minutes, after, state):
    set_policy(late_online_minutes=late_minutes)
    booking = make_booking(session=SessionFactory(format="online"))

    assert actions.arrived(booking, at=START + after * MINUTE, source="join_page")

    row = Attendance.objects.get()
    assert (row.state, row.source) == (state, "join_page")


def test_arrival_when_marked_by_hand_or_closed_or_without_a_place_then_changes_nothing():
    session = SessionFactory(capacity=2)
    marked, late = (make_booking(session=session) for _ in range(2))
    waiting = make_queued(session=session)
    mark(marked, "excused")

    assert not actions.arrived(marked, at=START, source="code")
    assert not actions.arrived(waiting, at=START, source="code")
    assert not actions.arrived(late, at=NOW, source="code")
    actions.close_register(session, at=END, actor=None)
    assert not actions.arrived(late, at=END, source="code")

    assert state_of(marked) == "excused"
    assert Attendance.objects.count() == 1


def test_close_then_no_mark_is_taken_until_it_is_opened_again_with_a_reason(session, organiser):
    booking, other = make_booking(session=session), make_booking(session=session)
    with pytest.raises(RegisterNotOpen):
        actions.close_register(session, at=END - MINUTE, actor=organiser)
    mark(booking, "present")

    assert actions.close_register(session, at=END, actor=organiser) == 1
    assert actions.close_register(session, at=END + MINUTE, actor=organiser, others_absent=True) == 1
    with pytest.raises(RegisterClosed):
        mark(other, "present", at=END)
    with pytest.raises(ValidationError):
        actions.reopen_register(session, reason="", at=END, actor=organiser)
    actions.reopen_register(session, reason="Lee was there.", at=END, actor=organiser)
    actions.reopen_register(session, reason="Again.", at=END, actor=organiser)
    mark(other, "present", at=END)

    assert state_of(other) == "present"
    assert list(RegisterClosing.objects.values_list("reason", flat=True)) == ["Lee was there."]


@pytest.mark.parametrize("state", ["present", "late", "left_early", "excused"])
def test_close_when_the_rest_was_absent_then_it_costs_by_policy_until_the_register_is_corrected(organiser, state):
    set_policy(absence_charge=5000)
    session = SessionFactory(capacity=3)
    came, absent, excused = (make_booking(session=session) for _ in range(3))
    mark(came, "left_early")
    mark(excused, "excused")

    assert actions.close_register(session, at=END, actor=organiser, others_absent=True) == 0

    charge = Charge.objects.get()
    assert (charge.booking, charge.reason, charge.waived_at) == (absent, "absence", None)
    actions.reopen_register(session, reason="They signed the paper list.", at=END, actor=organiser)
    mark(absent, state, seen=END, at=END)
    actions.close_register(session, at=END, actor=organiser)
    charge.refresh_from_db()
    assert (charge.waived_by, charge.waiver_reason) == (organiser, "The register was corrected.")


def test_prerequisite_when_not_attended_then_does_not_count():
    first = SessionFactory()
    person = UserFactory()
    booking = make_booking(session=first, practitioner=person)
    second = SessionFactory(starts_at=START + timedelta(days=1), prerequisite=first.topic)
    mark(booking, "did_not_attend")

    with pytest.raises(NotEligible):
        actions.book(second, practitioner=person, at=END)
    mark(booking, "present", seen=END, at=END)
    assert actions.book(second, practitioner=person, at=END).status == "confirmed"
