"""A free place is offered to the first in line for a time, and passed on."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import actions, tasks
from bookings.errors import BookingEnded, OfferGone
from bookings.models import Booking
from events import actions as event_actions
from tests.bookings.desk import counters, set_policy, set_session_policy, verbs
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CLOSE = datetime(2027, 6, 21, 9, 0, tzinfo=UTC)  # a working day before the session


def full_session(queue=2, **values):
    """A session of one place, who has it, and who waits."""
    session = SessionFactory(capacity=1, **values)
    return session, make_booking(session=session), [make_queued(session=session) for _ in range(queue)]


def offered(at=NOW, **values):
    session, holder, waiting = full_session(**values)
    actions.cancel(holder, at=at)
    for booking in waiting:
        booking.refresh_from_db()
    return session, waiting


def fresh(booking):
    return Booking.objects.get(pk=booking.pk)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (NOW, NOW + 24 * HOUR),
        (datetime(2027, 6, 17, 22, 59, tzinfo=UTC), datetime(2027, 6, 18, 22, 59, tzinfo=UTC)),  # still Thursday night
        (datetime(2027, 6, 17, 23, 0, tzinfo=UTC), datetime(2027, 6, 18, 3, 0, tzinfo=UTC)),  # Friday, two working days
        (CLOSE, CLOSE + 4 * HOUR),
        (START - HOUR, START),  # never past the close of booking
    ],
)
def test_offer_when_made_then_holds_a_day_or_four_hours_close_to_the_session(at, until):
    _, (first, second) = offered(at)

    assert (first.status, first.offer_expires_at) == ("offered", until)
    assert (second.status, second.offer_expires_at) == ("waitlisted", None)


def test_offer_when_the_policy_counts_working_hours_then_nights_and_weekends_do_not_count():
    set_policy(offer_clock="working", offer_hours=10, closures=["2027-05-10"])
    friday = datetime(2027, 5, 7, 14, 0, tzinfo=UTC)  # 15:00 in London: two hours are left of the day

    _, (first, _) = offered(friday)

    assert first.offer_expires_at == datetime(2027, 5, 11, 16, 0, tzinfo=UTC)  # Tuesday 17:00; Monday is closed


def test_offer_when_the_partnership_and_the_session_differ_then_the_session_decides():
    set_policy(offer_hours=48)
    session, holder, (first,) = full_session(queue=1)
    set_session_policy(session, offer_hours=6)

    actions.cancel(holder, at=NOW)

    assert fresh(first).offer_expires_at == NOW + 6 * HOUR


def test_place_when_the_policy_is_automatic_then_the_first_has_it_at_once_but_not_once_cancelling_is_late():
    set_policy(waiting_list="automatic")
    session, holder, (first, second) = full_session()

    actions.cancel(holder, at=NOW)
    assert fresh(first).status == "confirmed"

    actions.cancel(first, at=first.cancel_free_until + HOUR)
    assert fresh(second).status == "offered"
    assert counters(session) == (1, 0)


def test_accept_when_in_time_then_the_place_is_theirs_and_again_nothing_happens():
    session, (first, _) = offered()

    actions.accept(first, at=NOW + HOUR, actor=first.practitioner)
    actions.accept(first, at=NOW + 48 * HOUR)

    assert verbs(first) == ["queued", "offered", "accepted"]
    assert (fresh(first).status, fresh(first).offer_expires_at) == ("confirmed", None)
    assert counters(session) == (1, 1)


@pytest.mark.parametrize("answer", [actions.accept, actions.decline])
def test_answer_when_the_offer_has_run_out_then_refused_and_nothing_changes(answer):
    session, (first, _) = offered()

    with pytest.raises(OfferGone, match="has run out"):
        answer(first, at=first.offer_expires_at)
    answer(first, at=first.offer_expires_at - timedelta(seconds=1))  # the control: a second before it works

    assert fresh(first).status != "offered"
    assert counters(session)[0] == 1


def test_decline_then_the_next_is_offered_the_place_and_again_nothing_happens():
    session, (first, second) = offered()

    actions.decline(first, at=NOW)
    actions.decline(first, at=NOW)

    assert (fresh(first).status, fresh(second).status) == ("declined", "offered")
    assert counters(session) == (1, 0)
    with pytest.raises(OfferGone):
        actions.accept(first, at=NOW)
    with pytest.raises(BookingEnded):
        actions.cancel(first, at=NOW)


def test_lapse_then_the_place_goes_on_and_whoever_missed_it_can_wait_again():
    session, (first, second) = offered()
    until = first.offer_expires_at

    assert actions.lapse_offers(at=until - timedelta(seconds=1)) == 0
    assert actions.lapse_offers(at=until) == 1
    assert actions.lapse_offers(at=until) == 0

    assert (fresh(first).status, fresh(second).status) == ("expired", "offered")
    assert fresh(second).offer_expires_at == until + 24 * HOUR
    again = make_queued(session=session, practitioner=first.practitioner, at=until)
    assert again.queue_number == 3
    assert counters(session) == (1, 1)


def test_lapse_at_the_close_of_booking_then_nobody_is_offered_the_place():
    session, (first, second) = offered(booking_closes_at=NOW + 2 * HOUR)
    assert first.offer_expires_at == session.booking_closes_at

    assert actions.lapse_offers(at=session.booking_closes_at) == 1

    assert fresh(second).status == "waitlisted"
    assert counters(session) == (0, 1)


@pytest.mark.parametrize("closes_later", [timedelta(0), HOUR])
def test_offer_when_the_session_is_moved_forward_then_ends_with_its_start_though_booking_closes_later(closes_later):
    session, (first, _) = offered(booking_closes_at=START + closes_later)
    starts_at = NOW + 2 * HOUR

    event_actions.reschedule_session(session.pk, starts_at=starts_at, ends_at=starts_at + 2 * HOUR, at=NOW)

    assert fresh(first).offer_expires_at == starts_at


def test_worker_then_passes_on_what_nobody_answered(time_machine):
    _, (first, second) = offered()
    time_machine.move_to(first.offer_expires_at)

    tasks.pass_on()

    assert (fresh(first).status, fresh(second).status) == ("expired", "offered")


def test_session_cancelled_while_a_place_is_offered_then_the_offer_ends_too():
    session, (first, _) = offered()

    event_actions.cancel_session(session.pk, reason="Snow.", at=NOW)

    assert (fresh(first).status, fresh(first).offer_expires_at) == ("cancelled", None)
    assert counters(session) == (0, 0)


def test_cancel_an_offered_place_then_it_is_offered_on_and_never_late():
    session, (first, second) = offered(CLOSE)

    cancelled = actions.cancel(first, at=CLOSE)

    assert (cancelled.status, cancelled.cancelled_late, fresh(second).status) == ("cancelled", False, "offered")
    assert counters(session) == (1, 0)


def test_booking_somebody_new_while_a_place_is_offered_then_they_wait():
    session, _ = offered()

    assert make_booking(session=session, practitioner=UserFactory()).status == "waitlisted"
