"""Checking in by code: the right one at the right time, tries that are counted, and who comes without a booking."""

from datetime import timedelta

import pytest

from bookings import actions, check_in_codes, door_errors, errors
from bookings.actions import Mark
from bookings.actions.check_ins import MOST_TRIES, WINDOW
from bookings.models import Attendance, Booking, CheckInTries
from tests.factories import START, SessionFactory, UserFactory, make_booking

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session():
    return SessionFactory(capacity=1)


def code_of(session, at=START):
    return check_in_codes.code_at(session.pk, at)


def wrong(session, at=START):
    right = {code_of(session, at), code_of(session, at - MINUTE)}
    return next(code for code in ("000000", "111111", "222222") if code not in right)


def check_in(booking, *, at=START, **said):
    return actions.check_in(booking.session, booking.practitioner, at=at, **said)


def states():
    return list(Attendance.objects.values_list("booking__name", "state", "source"))


def test_code_then_six_digits_new_each_minute_and_of_one_session(session):
    other = SessionFactory()
    shown = [code_of(session, START + minute * MINUTE) for minute in range(30)]

    assert all(len(code) == 6 and code.isdecimal() for code in shown)
    assert len(set(shown)) > 25
    assert shown != [code_of(other, START + minute * MINUTE) for minute in range(30)]
    assert check_in_codes.next_step_at(START + timedelta(seconds=59)) == START + MINUTE


@pytest.mark.parametrize(("later", "holds"), [(0, True), (119, True), (120, False), (-1, False)])
def test_code_then_holds_for_its_minute_and_the_next(session, later, holds):
    assert check_in_codes.is_code(session.pk, code_of(session), at=START + timedelta(seconds=later)) is holds


@pytest.mark.parametrize(("later", "holds"), [(0, True), (14, True), (15, False), (-1, False)])
def test_picture_then_holds_for_a_quarter_of_an_hour(session, later, holds):
    word = check_in_codes.picture_word(session.pk, START)

    assert check_in_codes.session_of_picture(word, at=START + later * MINUTE) == (session.pk if holds else None)
    assert check_in_codes.session_of_picture(f"{word}x", at=START) is None


def test_check_in_with_the_code_then_marked_once_and_by_themselves(session):
    booking = make_booking(session=session)

    assert check_in(booking, code=code_of(session)) == booking
    check_in(booking, code=code_of(session), at=START + MINUTE)

    assert states() == [(booking.name, "present", "code")]
    assert booking.attendance_marks.get().actor == booking.practitioner


def test_check_in_with_the_picture_then_marked_and_late_by_policy(session):
    booking = make_booking(session=session)
    at = START + timedelta(minutes=30)

    check_in(booking, picture=check_in_codes.picture_word(session.pk, at), at=at)

    assert states() == [(booking.name, "late", "code")]


def test_check_in_when_the_register_says_otherwise_then_that_stands(session):
    booking = make_booking(session=session)
    actions.mark(session, [Mark(booking.pk, "excused", START)], at=START, actor=None)

    check_in(booking, code=code_of(session))

    assert [state for _, state, _ in states()] == ["excused"]


def test_check_in_with_what_is_wrong_or_of_another_session_then_refused(session):
    booking = make_booking(session=session)
    other = SessionFactory()

    with pytest.raises(door_errors.CodeWrong):
        check_in(booking, code=wrong(session))
    with pytest.raises(door_errors.CodeWrong):
        check_in(booking, picture="1-1:forged")
    with pytest.raises(door_errors.CodeWrong):
        check_in(booking, picture=check_in_codes.picture_word(session.pk, START - timedelta(hours=1)))
    with pytest.raises(door_errors.CodeOfOtherSession):
        check_in(booking, picture=check_in_codes.picture_word(other.pk, START))

    assert states() == []


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (START - timedelta(days=1), door_errors.CheckInClosed),
        (START - timedelta(minutes=61), door_errors.CheckInClosed),
        (END, door_errors.CheckInClosed),
    ],
)
def test_check_in_at_another_time_then_refused_and_no_try_is_spent(session, at, refusal):
    booking = make_booking(session=session)

    with pytest.raises(refusal):
        check_in(booking, code=code_of(session, at), at=at)

    assert not CheckInTries.objects.exists()


def test_check_in_when_the_register_is_closed_then_refused(session):
    booking = make_booking(session=session)
    actions.close_register(session, at=END, actor=None)

    with pytest.raises(errors.RegisterClosed):
        check_in(booking, code=code_of(session), at=END)


def test_tries_then_so_many_are_judged_and_after_the_pause_again(session):
    booking = make_booking(session=session)
    for _ in range(MOST_TRIES):
        with pytest.raises(door_errors.CodeWrong):
            check_in(booking, code=wrong(session))

    with pytest.raises(door_errors.TooManyTries):
        check_in(booking, code=code_of(session))
    assert states() == []
    later = START + WINDOW
    check_in(booking, code=code_of(session, later), at=later)

    assert len(states()) == 1
    assert CheckInTries.objects.get().count == 1
    assert "1 since" in str(CheckInTries.objects.get())


@pytest.mark.parametrize(("later", "count"), [(WINDOW - timedelta(microseconds=1), 2), (WINDOW, 1)])
def test_tries_then_those_of_a_whole_window_ago_count_no_more(session, later, count):
    booking = make_booking(session=session)
    for at in (START, START + later):
        check_in(booking, code=code_of(session, at), at=at)

    assert CheckInTries.objects.get().count == count


def test_tries_then_are_counted_over_all_sessions_and_for_each_person(session):
    person, other = UserFactory(), make_booking(session=session)
    for number in range(MOST_TRIES):
        one = SessionFactory() if number % 2 else session
        with pytest.raises(door_errors.CodeWrong):
            actions.check_in(one, person, at=START, code=wrong(one))

    with pytest.raises(door_errors.TooManyTries):
        actions.check_in(session, person, at=START, code=code_of(session), without_booking=True)
    check_in(other, code=code_of(session))

    assert len(states()) == 1


def test_tries_when_a_day_old_then_forgotten(session):
    booking = make_booking(session=session)
    check_in(booking, code=code_of(session))

    assert actions.forget_old_tries(at=START + timedelta(hours=23)) == 0
    assert actions.forget_old_tries(at=START + timedelta(days=1)) == 1


def test_check_in_without_a_booking_then_only_when_said(session):
    person = UserFactory(name="Vi Sample")

    with pytest.raises(door_errors.NotBooked):
        actions.check_in(session, person, at=START, code=code_of(session))
    assert not Booking.objects.exists()
    for _ in range(2):
        booking = actions.check_in(session, person, at=START, code=code_of(session), without_booking=True)

    assert (booking.source, Booking.objects.count()) == ("walk_in", 1)
    assert states() == [("Vi Sample", "present", "code")]


def test_check_in_without_a_booking_when_the_mailbox_may_be_several_peoples_then_asked_to_confirm_it_first(session):
    person = UserFactory(email="office@example.org")

    with pytest.raises(errors.MailboxNotConfirmed):
        actions.check_in(session, person, at=START, code=code_of(session), without_booking=True)
    assert not Booking.objects.exists()
    person.mailbox_confirmed_at = START
    assert (
        actions.check_in(session, person, at=START, code=code_of(session), without_booking=True).status == "confirmed"
    )


def test_greet_then_present_whatever_was_said_before_and_twice_is_once(session):
    booking, organiser = make_booking(session=session), UserFactory()
    actions.mark(session, [Mark(booking.pk, "did_not_attend", START)], at=START, actor=None)

    assert actions.greet(booking, at=START + MINUTE, actor=organiser)
    assert not actions.greet(booking, at=START + 30 * MINUTE, actor=organiser)

    assert states() == [(booking.name, "present", "code")]
    assert Attendance.objects.get().marked_by == organiser


@pytest.mark.parametrize("state", ["", "present"])
def test_greet_without_a_place_then_refused_whatever_was_marked_before(session, state):
    booking = make_booking(session=session)
    opened = START - timedelta(hours=2)
    actions.mark(session, [Mark(booking.pk, state, opened)], at=opened, actor=None)
    actions.cancel(booking, at=START - timedelta(hours=1))
    booking.refresh_from_db()

    with pytest.raises(errors.NotOnRegister):
        actions.greet(booking, at=START, actor=UserFactory())
