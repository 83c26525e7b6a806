"""What would help people to take part: kept beside the booking, seen to, and gone when nobody needs it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bookings import actions
from bookings.errors import BookingEnded, NeedNotAsked, NeedNotChangeable, SessionFull
from bookings.models import AccessNeed, Booking
from events.actions import cancel_session, revise_session
from events.models import Session
from tests.factories import NOW, START, SessionFactory, UserFactory, VenueFactory, make_booking

pytestmark = pytest.mark.django_db
TEXT = "A seat near the front, please."
ENDS = START + timedelta(minutes=90)
LATER = NOW + timedelta(hours=1)


def in_person(**fields):
    return SessionFactory(format="in_person", venue=VenueFactory(), **fields)


def booked(*, need=TEXT, **fields):
    return actions.book(in_person(**fields), practitioner=UserFactory(), at=NOW, need=need)


def said():
    return list(AccessNeed.objects.values_list("text", flat=True))


def test_need_when_said_with_the_booking_then_stands_beside_it():
    booking = booked()

    need = AccessNeed.objects.get()
    assert (need.booking, need.text, need.created_at, need.done_at) == (booking, TEXT, NOW, None)


@pytest.mark.parametrize("waits", [True, False])
def test_need_when_the_session_is_full_then_is_kept_with_the_place_in_the_queue_or_not_at_all(waits):
    session = in_person(capacity=1, has_waiting_list=waits)
    make_booking(session=session)
    session.refresh_from_db()

    if waits:
        actions.book(session, practitioner=UserFactory(), at=NOW, need=TEXT)
    else:
        with pytest.raises(SessionFull):
            actions.book(session, practitioner=UserFactory(), at=NOW, need=TEXT)

    assert said() == ([TEXT] if waits else [])


def test_need_when_it_cannot_be_used_then_nothing_is_booked():
    with pytest.raises(ValidationError):
        booked(need="a\x00b")

    assert (Booking.objects.count(), AccessNeed.objects.count()) == (0, 0)
    assert Session.objects.get().places_taken == 0


def test_need_when_the_session_is_online_then_is_not_asked_and_not_kept():
    booking = actions.book(SessionFactory(), practitioner=UserFactory(), at=NOW, need=TEXT)

    with pytest.raises(NeedNotAsked):
        actions.say_need(booking, text=TEXT, at=NOW)

    assert said() == []


def test_need_when_changed_then_its_tick_goes_and_taken_away_it_is_gone():
    booking = booked()
    actions.tick_need(AccessNeed.objects.get(), actor=UserFactory(), at=LATER)
    actions.say_need(booking, text=TEXT, at=LATER)
    assert AccessNeed.objects.get().done_at == LATER

    actions.say_need(booking, text="No nuts.", at=LATER)
    need = AccessNeed.objects.get()
    assert (need.text, need.done_at, need.done_by) == ("No nuts.", None, None)

    actions.say_need(booking, text="", at=LATER)
    actions.say_need(booking, text="", at=LATER)
    assert said() == []


def test_need_when_the_session_is_online_by_now_then_can_be_taken_away():
    booking = booked()
    revise_session(booking.session_id, at=LATER, format="online", venue=None)

    with pytest.raises(NeedNotAsked):
        actions.say_need(booking, text="No nuts.", at=LATER)
    actions.say_need(booking, text="", at=LATER)

    assert said() == []


@pytest.mark.parametrize(("at", "is_open"), [(START - timedelta(seconds=1), True), (START, False)])
def test_need_when_the_session_begins_then_stays_as_it_is(at, is_open):
    booking = booked()

    if is_open:
        actions.say_need(booking, text="No nuts.", at=at)
    else:
        with pytest.raises(NeedNotChangeable):
            actions.say_need(booking, text="No nuts.", at=at)

    assert said() == (["No nuts."] if is_open else [TEXT])


def test_need_when_ticked_twice_then_the_first_tick_stays_until_it_is_taken_back():
    booked()
    first, second = UserFactory(), UserFactory()
    need = AccessNeed.objects.get()

    actions.tick_need(need, actor=first, at=LATER)
    actions.tick_need(need, actor=second, at=LATER + timedelta(hours=1))
    need.refresh_from_db()
    assert (need.done_at, need.done_by) == (LATER, first)

    actions.untick_need(need)
    actions.untick_need(need)
    need.refresh_from_db()
    assert (need.done_at, need.done_by) == (None, None)


def test_need_when_the_booking_is_cancelled_then_goes_with_it_and_others_stay():
    booking, other = booked(), booked(need="No nuts.")

    actions.cancel(booking, at=LATER)

    assert said() == ["No nuts."]
    with pytest.raises(BookingEnded):
        actions.say_need(booking, text=TEXT, at=LATER)
    assert AccessNeed.objects.get().booking == other


def test_need_when_the_session_is_called_off_then_goes_with_the_bookings():
    booking, other = booked(), booked(need="No nuts.")

    cancel_session(booking.session_id, reason="Illness.", at=LATER)

    assert AccessNeed.objects.get().booking == other


def test_need_when_thirty_days_are_over_then_is_deleted_and_not_before():
    booked()
    booked(starts_at=START + timedelta(seconds=1))

    assert actions.forget_old_needs(at=ENDS + timedelta(days=30) - timedelta(seconds=1)) == 0
    assert actions.forget_old_needs(at=ENDS + timedelta(days=30)) == 1
    assert AccessNeed.objects.get().booking.session.starts_at == START + timedelta(seconds=1)


def test_need_when_its_booking_ended_some_other_way_then_is_deleted_with_the_next_tidying():
    booking = booked()
    Booking.written.filter(pk=booking.pk).update(status="substituted")

    assert actions.forget_old_needs(at=NOW) == 1
