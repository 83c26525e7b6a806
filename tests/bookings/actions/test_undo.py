"""Undoing what one marked last: one's own, all of one step, and never over what somebody else saw since."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.actions import Mark
from bookings.errors import RegisterClosed
from bookings.models import Attendance
from tests.factories import START, SessionFactory, UserFactory, make_booking, make_two_part

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
END = START + timedelta(minutes=90)


@pytest.fixture
def session():
    return SessionFactory(capacity=5)


@pytest.fixture
def organiser():
    return UserFactory(email="organiser@example.org")


def mark(bookings, state, *, actor, at):
    return actions.mark(bookings[0].session, [Mark(one.pk, state, at) for one in bookings], at=at, actor=actor)


def states():
    return dict(Attendance.objects.values_list("booking", "state"))


def test_undo_then_the_whole_of_the_last_step_and_again_does_it_again(session, organiser):
    first, *rest = [make_booking(session=session) for _ in range(3)]
    mark([first], "excused", actor=organiser, at=START)
    mark(rest, "present", actor=organiser, at=START + MINUTE)

    assert len(actions.undo(session, actor=organiser, at=START + 2 * MINUTE)) == 2
    assert states() == {first.pk: "excused"}
    actions.undo(session, actor=organiser, at=START + 3 * MINUTE)
    assert states() == {first.pk: "excused", **{one.pk: "present" for one in rest}}


def test_undo_then_what_somebody_else_marked_since_stays(session, organiser):
    one, other = (make_booking(session=session) for _ in range(2))
    mark([one, other], "present", actor=organiser, at=START)
    mark([one], "late", actor=UserFactory(), at=START + MINUTE)

    undone = actions.undo(session, actor=organiser, at=START + 2 * MINUTE)

    assert [change.booking_id for change in undone] == [other.pk]
    assert states() == {one.pk: "late"}


def test_undo_when_nothing_is_ones_own_then_nothing_changes(session, organiser):
    booking = make_booking(session=session)
    actions.arrived(booking, at=START, source="join_page")
    elsewhere = make_booking()
    mark([elsewhere], "present", actor=organiser, at=START)

    assert actions.undo(session, actor=organiser, at=START + MINUTE) == []
    assert states() == {booking.pk: "present", elsewhere.pk: "present"}


@pytest.mark.parametrize("make", [SessionFactory, make_two_part])
def test_undo_of_a_slip_over_what_joining_marked_then_it_is_that_of_joining_again(organiser, make):
    booking = make_booking(session=make())
    actions.arrived(booking, at=START + 30 * MINUTE, source="join_page")
    mark([booking], "excused", actor=organiser, at=END)
    marks = Attendance.objects.values_list("state", "source", "marked_by")
    assert list(marks.filter(source="register").values_list("marked_by", flat=True)) == [organiser.pk]  # the control

    actions.undo(booking.session, actor=organiser, at=END + MINUTE)
    assert "join_page" in marks.get()
    assert marks.get()[2] is None
    actions.undo(booking.session, actor=organiser, at=END + 2 * MINUTE)
    assert marks.get()[1:] == ("register", organiser.pk)


def test_undo_when_the_register_is_closed_then_refused(session, organiser):
    booking = make_booking(session=session)
    mark([booking], "present", actor=organiser, at=START)
    actions.close_register(session, at=END, actor=organiser)

    with pytest.raises(RegisterClosed):
        actions.undo(session, actor=organiser, at=END)
