"""Booking several sessions in one step."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from bookings import actions, signals
from bookings.actions.booking import Bid, settle
from bookings.models import Booking, BookingChange
from events.errors import Busy
from events.models import Session
from tests.events.threads import at_once
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_full

pytestmark = pytest.mark.django_db
PLAN = uuid.UUID(int=1)


def sessions_of(count, **details):
    return [SessionFactory(starts_at=START + timedelta(hours=2 * number), **details) for number in range(count)]


def book_all(sessions, person, **details):
    fresh = [Session.objects.get(pk=session.pk) for session in sessions]
    return actions.book_all(fresh, practitioner=person, at=NOW, **{"plan": PLAN} | details)


def codes(outcomes):
    return [outcome.refusal and outcome.refusal.code for outcome in outcomes]


def test_book_all_when_there_are_places_then_each_is_booked_under_one_plan():
    sessions, person = sessions_of(3), UserFactory()

    outcomes = book_all(sessions, person, actor=person)

    booked = Booking.objects.order_by("session_id")
    assert [outcome.booking for outcome in outcomes] == list(booked)
    assert {(b.status, b.plan, b.practitioner) for b in booked} == {("confirmed", PLAN, person)}
    assert set(Session.objects.values_list("places_taken", flat=True)) == {1}
    assert set(BookingChange.objects.values_list("verb", "actor")) == {("booked", person.pk)}


def test_book_all_when_picked_in_any_order_then_goes_by_id():
    sessions = sessions_of(3)
    outcomes = book_all(sessions[::-1], UserFactory())
    assert [outcome.session.pk for outcome in outcomes] == [session.pk for session in sessions]


def test_book_all_when_one_is_full_then_it_is_refused_with_its_sentence_and_the_others_are_booked():
    full, free, person = make_full(), SessionFactory(starts_at=START + timedelta(hours=3)), UserFactory()

    outcomes = book_all([full, free], person)

    assert codes(outcomes) == ["session_full", None]
    assert outcomes[0].refusal.sentence == "This session is full. You can join its waiting list instead."
    assert list(Booking.objects.filter(practitioner=person).values_list("session", flat=True)) == [free.pk]


def test_book_all_when_waiting_lists_are_wanted_then_a_full_session_is_queued_for():
    full, person = make_full(), UserFactory()
    outcomes = book_all([full, SessionFactory()], person, join_waiting_list=True)
    assert [outcome.booking.status for outcome in outcomes] == ["waitlisted", "confirmed"]
    full.refresh_from_db()
    assert full.waiting == 1


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"state": "cancelled", "cancelled_at": NOW}, "session_cancelled"),
        ({"booking_closes_at": NOW}, "booking_closed"),
        ({"booking_opens_at": NOW + timedelta(days=1)}, "booking_not_open"),
        ({"booking_required": False}, "booking_not_needed"),
    ],
)
def test_book_all_when_a_session_takes_no_bookings_then_says_why_and_goes_on(details, code):
    refused, person = SessionFactory(**details), UserFactory()
    assert codes(book_all([refused, SessionFactory()], person)) == [code, None]
    assert Booking.objects.filter(practitioner=person).count() == 1


def test_book_all_when_one_was_booked_before_then_names_that_booking_and_leaves_it_alone():
    before = make_booking()
    outcomes = book_all([before.session, SessionFactory()], before.practitioner)
    assert codes(outcomes) == ["already_booked", None]
    assert outcomes[0].booking == before
    before.refresh_from_db()
    assert before.plan is None


def test_book_all_when_repeated_then_changes_nothing_and_names_the_same_bookings():
    sessions, person = sessions_of(2), UserFactory()
    first = book_all(sessions, person)
    again = book_all(sessions, person)
    assert codes(again) == ["already_booked", "already_booked"]
    assert [one.booking for one in again] == [one.booking for one in first]
    assert BookingChange.objects.count() == 2


def test_book_all_when_somebody_takes_the_last_place_meanwhile_then_nothing_of_that_session_is_left():
    last, other, person = SessionFactory(capacity=1), SessionFactory(), UserFactory()
    stale = [Session.objects.get(pk=last.pk), Session.objects.get(pk=other.pk)]
    make_booking(session=last)

    outcomes = actions.book_all(stale, practitioner=person, plan=PLAN, at=NOW)

    assert codes(outcomes) == ["session_full", None]
    assert BookingChange.objects.filter(booking__practitioner=person).count() == 1
    last.refresh_from_db()
    assert (last.places_taken, last.waiting) == (1, 0)


def test_book_all_when_the_database_gives_no_lock_then_busy_and_nothing_at_all_is_written():
    sessions, person = sessions_of(2), UserFactory()

    def second_is_out_of_reach(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "places_taken" in sql and sessions[1].pk in params:
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(second_is_out_of_reach), pytest.raises(Busy):
        book_all(sessions, person)

    assert not Booking.objects.exists()
    assert set(Session.objects.values_list("places_taken", flat=True)) == {0}
    assert codes(book_all(sessions, person)) == [None, None]


@pytest.mark.parametrize(("count", "announced"), [(0, 0), (1, 1), (3, 1)])
def test_book_all_when_something_was_booked_then_announces_the_plan_once(count, announced):
    heard, full = [], make_full()

    def listen(*, plan, practitioner, **_):
        heard.append((plan, practitioner, Booking.objects.filter(plan=plan).count()))

    signals.plan_booked.connect(listen)
    person = UserFactory()
    book_all([full, *sessions_of(count)], person)
    signals.plan_booked.disconnect(listen)

    assert heard == [(PLAN, person, count)] * announced


@pytest.mark.parametrize(("count", "beside"), [(2, 1), (10, 8)])  # beside: with another booking on that day
def test_book_all_costs_nine_queries_a_session_and_four_of_its_own(django_assert_num_queries, count, beside):
    sessions, person = sessions_of(count), UserFactory()
    fresh = list(Session.objects.filter(pk__in=[session.pk for session in sessions]))
    with django_assert_num_queries(9 * count + beside + 4):  # begin, what was booked, its summary, end
        actions.book_all(fresh, practitioner=person, plan=PLAN, at=NOW)


# Two at once


def plan_of(person, sessions, *, plan):
    """Return a verb that books as `book_all` does and is not given a second chance when it meets a deadlock."""
    return lambda: actions.book_all.__wrapped__(sessions, practitioner=person, plan=plan, at=NOW)


@pytest.fixture
def both_have_begun():
    """Let each of two threads wait, once it has written its first booking, until the other has."""
    gate, seen = threading.Barrier(2), threading.local()

    def wait(**_):
        if not getattr(seen, "waited", False):
            seen.waited = True
            gate.wait(timeout=10)

    signals.bookings_changed.connect(wait)
    yield
    signals.bookings_changed.disconnect(wait)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("both_have_begun")
def test_two_plans_in_opposite_order_at_once_then_no_deadlock_and_no_place_sold_twice():
    sessions = sessions_of(4, capacity=1, has_waiting_list=False)
    people = [UserFactory(), UserFactory()]

    ends = at_once(
        plan_of(people[0], sessions, plan=uuid.UUID(int=1)),
        plan_of(people[1], sessions[::-1], plan=uuid.UUID(int=2)),
    )

    booked = [sum(outcome.booking is not None for outcome in outcomes) for outcomes in ends]
    assert sorted(booked) == [0, 4]
    assert set(Session.objects.values_list("places_taken", flat=True)) == {1}
    assert Booking.objects.count() == 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("both_have_begun")
def test_control_two_steps_that_go_by_no_order_then_meet_in_a_deadlock():
    sessions = sessions_of(2)

    def step(person, in_order):
        bid = Bid(person, None, Booking.Source.SELF, NOW)

        def run():
            with transaction.atomic():
                return [settle(session, bid, join_waiting_list=False) for session in in_order]

        return run

    ends = at_once(step(UserFactory(), sessions), step(UserFactory(), sessions[::-1]))

    failed = [end for end in ends if isinstance(end, OperationalError)]
    assert [error.__cause__.sqlstate for error in failed] == ["40P01"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_plan_sent_twice_at_once_then_is_booked_once():
    sessions, person = sessions_of(3), UserFactory()

    ends = at_once(*[plan_of(person, sessions, plan=PLAN)] * 2)

    assert {outcome.booking.plan for outcomes in ends for outcome in outcomes} == {PLAN}
    assert sorted(codes(ends[0]) + codes(ends[1]), key=str) == [*[None] * 3, *["already_booked"] * 3]
    assert Booking.objects.count() == 3
