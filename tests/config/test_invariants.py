"""`manage.py invariants`: what does not hold is printed, and the exit code says so."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from bookings import actions
from bookings.models import Attendance, Booking
from events.models import Session
from notifications.models import Message
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued, make_two_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """A session with a holder and somebody who waits, at the hour they booked."""
    with time_machine.travel(NOW, tick=False):
        session = SessionFactory(capacity=1)
        yield session, make_booking(session=session), make_queued(session=session)


def test_invariants_when_everything_holds_then_says_so(desk, capsys):
    actions.cancel(desk[1], at=NOW)

    call_command("invariants")

    assert capsys.readouterr().out == "Everything holds.\n"


def test_invariants_when_something_does_not_hold_then_prints_it_and_ends_with_an_error(desk, capsys):
    Session.objects.filter(pk=desk[0].pk).update(waiting=3)

    with pytest.raises(CommandError, match="1 fault"):
        call_command("invariants")

    assert capsys.readouterr().out == f"session {desk[0].pk}: 3 people are counted who wait, and 1 do\n"


def faults(capsys):
    with pytest.raises(CommandError):
        call_command("invariants")
    return capsys.readouterr().out


def test_change_that_nobody_is_told_of_then_found(desk, capsys):
    change = desk[1].changes.get()
    Message.objects.filter(change=change).delete()

    assert faults(capsys) == f"booking {desk[1].pk} is not told what it should be: confirmation of change {change.pk}\n"


def test_change_that_is_told_as_something_else_then_found(desk, capsys):
    change = desk[1].changes.get()
    Message.objects.filter(change=change).update(kind="waiting_list")

    assert "tells as waiting_list of a booking that was booked" in faults(capsys)


def test_message_about_another_booking_than_its_change_then_found(desk, capsys):
    message = Message.objects.get(change=desk[1].changes.get())
    Message.objects.filter(pk=message.pk).update(booking=make_booking(practitioner=UserFactory()))

    assert f"and tells of a change of booking {desk[1].pk}" in faults(capsys)


def test_message_that_waits_for_a_booking_that_has_ended_then_found(desk, capsys):
    actions.cancel(desk[1], at=NOW)
    message = Message.objects.get(change=desk[1].changes.first())
    assert message.status == "cancelled"
    Message.objects.filter(pk=message.pk).update(status="pending")

    assert faults(capsys) == f"message {message.pk} (confirmation) waits, and booking {desk[1].pk} is cancelled\n"


def test_message_of_no_known_kind_then_found(desk, capsys):
    message = Message.objects.filter(change=None).first()
    Message.objects.filter(pk=message.pk).update(kind="telegram")

    assert faults(capsys) == f"message {message.pk} is of no known kind\n"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("substituted", "was given to a colleague who has none"),
        ("awaiting_approval", "waits for a manager whom nobody"),
    ],
)
def test_booking_that_is_where_nothing_led_then_found(desk, capsys, status, said):
    Booking.written.filter(pk=desk[1].pk).update(status=status)

    assert said in faults(capsys)


def test_offer_that_is_held_beyond_the_close_of_booking_then_found(desk, capsys):
    actions.cancel(desk[1], at=NOW)
    Session.objects.filter(pk=desk[0].pk).update(booking_closes_at=NOW)

    assert f"offered as booking {desk[2].pk} is held beyond the close of booking" in faults(capsys)


def test_move_that_there_is_not_then_found(desk, capsys):
    desk[1].changes.model.written.filter(booking=desk[1]).update(from_status="waitlisted")

    assert f"booking {desk[1].pk} was not there and is confirmed because it was booked" in faults(capsys)


def test_queue_that_is_longer_than_its_end_then_found(desk, capsys):
    Session.objects.filter(pk=desk[0].pk).update(queue_tail=0)

    assert "somebody waits behind the end of the queue" in faults(capsys)


def test_newcomer_who_gets_a_place_before_whoever_waits_then_found(desk, capsys):
    session, _, waiting = desk
    Session.objects.filter(pk=session.pk).update(capacity=2, waiting=0)
    newcomer = make_booking(session=session)
    Session.objects.filter(pk=session.pk).update(waiting=1)

    assert faults(capsys) == f"booking {waiting.pk} waits, and booking {newcomer.pk} got a place without waiting\n"


def test_dates_that_do_not_add_up_then_found(capsys):
    with time_machine.travel(NOW, tick=False):
        booking = make_booking(session=make_two_part())
    actions.mark(booking.session, [actions.Mark(booking.pk, "present", START)], at=START, actor=None)
    call_command("invariants")

    Attendance.written.filter(booking=booking).update(state="present")
    other = {"last_ends_at": START + timedelta(days=3), "further_time": timedelta(hours=2)}
    Session.objects.filter(pk=booking.session_id).update(**other)

    found = faults(capsys)
    assert f"session {booking.session_id}: its last date ends at another time than is kept" in found
    assert f"session {booking.session_id}: its later dates take another time than is kept" in found
    assert f"booking {booking.pk}: its dates come to something else than the register says" in found
