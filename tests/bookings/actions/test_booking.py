"""Booking a place, and giving it up."""

from datetime import timedelta

import pytest

from bookings import actions, errors
from bookings.models import Booking, BookingChange
from events import actions as event_actions
from events.models import Session
from people.models import User
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    SessionFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def counters(session):
    session.refresh_from_db()
    return session.places_taken, session.waiting


def history(booking):
    return list(booking.changes.values_list("verb", "from_status", "to_status"))


def test_book_when_there_is_a_place_then_it_is_confirmed_and_counted():
    session, person = SessionFactory(), UserFactory()
    booking = actions.book(session, practitioner=person, at=NOW)
    booking.refresh_from_db()
    assert booking.status == "confirmed"
    assert counters(session) == (1, 0)
    assert history(booking) == [("booked", "", "confirmed")]


def test_book_keeps_what_was_true_of_the_person_on_the_day():
    organisation = OrganisationFactory()
    person = UserFactory(organisation=organisation)
    booking = make_booking(practitioner=person)
    person.name, person.organisation, person.job_role = "Another", None, "Another"
    person.save()
    booking.refresh_from_db()
    assert (booking.email, booking.organisation, booking.sector, booking.job_role) == (
        person.email,
        organisation,
        organisation.sector,
        "Teacher",
    )
    assert booking.name != "Another"


def test_book_names_the_last_free_minute_for_cancelling():
    booking = make_booking()
    assert booking.cancel_free_until.isoformat() == "2027-06-17T23:59:00+01:00"


def test_book_without_a_limit_then_everybody_has_a_place():
    session = SessionFactory(capacity=None)
    assert [make_booking(session=session).status for _ in range(4)] == ["confirmed"] * 4
    assert counters(session) == (4, 0)


def test_book_when_full_then_the_person_waits_in_order():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    first, second = make_queued(session=session), make_queued(session=session)
    assert (first.queue_number, second.queue_number) == (1, 2)
    assert counters(session) == (1, 2)
    assert history(first) == [("queued", "", "waitlisted")]


def test_book_when_somebody_waits_then_a_place_seen_free_is_not_taken_over_their_head():
    session = SessionFactory(capacity=1)
    taken = make_booking(session=session)
    waiting = make_queued(session=session)
    Booking.written.filter(pk=taken.pk).update(status="cancelled", cancelled_at=NOW)
    Session.objects.filter(pk=session.pk).update(places_taken=0)  # as if nobody had promoted
    late = make_booking(session=session)
    assert late.status == "waitlisted"
    assert late.queue_number > waiting.queue_number


def test_book_with_stale_counters_then_the_database_decides():
    session = SessionFactory(capacity=1)
    stale = Session.objects.get(pk=session.pk)
    make_booking(session=session)
    assert actions.book(stale, practitioner=UserFactory(), at=NOW).status == "waitlisted"
    assert counters(session) == (1, 1)


@pytest.mark.parametrize("values", [{"has_waiting_list": False}, {}], ids=["no list", "not wanted"])
def test_book_when_full_without_waiting_then_refused_and_nothing_written(values):
    session = SessionFactory(capacity=1, **values)
    make_booking(session=session)
    with pytest.raises(errors.SessionFull):
        actions.book(
            Session.objects.get(pk=session.pk), practitioner=UserFactory(), at=NOW, join_waiting_list=bool(values)
        )
    assert (Booking.objects.count(), BookingChange.objects.count()) == (1, 1)
    assert counters(session) == (1, 0)


def test_book_when_full_and_waiting_is_not_wanted_then_told_of_the_waiting_list():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    with pytest.raises(errors.SessionFull, match="You can join its waiting list"):
        actions.book(Session.objects.get(pk=session.pk), practitioner=UserFactory(), at=NOW, join_waiting_list=False)


@pytest.mark.parametrize("full", [False, True])
def test_book_twice_then_refused_with_the_first_booking(full):
    session = SessionFactory(capacity=1 if full else 5)
    booking = make_booking(session=session)
    with pytest.raises(errors.AlreadyBooked) as refusal:
        make_booking(session=session, practitioner=booking.practitioner)
    assert refusal.value.booking == booking
    assert counters(session) == (1, 0)


@pytest.mark.parametrize(
    ("values", "at", "refusal"),
    [
        ({"state": "cancelled", "cancelled_at": NOW}, NOW, errors.SessionCancelled),
        ({"booking_required": False}, NOW, errors.BookingNotNeeded),
        ({"booking_opens_at": NOW}, NOW - MINUTE, errors.BookingNotOpen),
        ({"state": "draft"}, NOW, errors.BookingNotOpen),
        ({"booking_closes_at": NOW}, NOW, errors.BookingClosed),
        ({}, START, errors.BookingClosed),
    ],
    ids=["cancelled", "not needed", "not open", "draft", "closed", "begun"],
)
def test_book_when_the_session_takes_no_bookings_then_refused_by_name(values, at, refusal):
    session = SessionFactory(**values)
    with pytest.raises(refusal):
        make_booking(session=session, at=at)
    assert not Booking.objects.exists()


def test_book_in_the_first_and_last_minute_then_it_is_taken():
    session = SessionFactory(booking_opens_at=NOW, booking_closes_at=NOW + 2 * MINUTE)
    make_booking(session=session, at=NOW)
    make_booking(session=session, at=NOW + 2 * MINUTE - timedelta(microseconds=1))
    assert counters(session) == (2, 0)


def test_book_when_closed_but_booked_before_then_the_booking_is_named():
    session = SessionFactory(booking_closes_at=NOW + MINUTE)
    booking = make_booking(session=session)
    with pytest.raises(errors.AlreadyBooked):
        make_booking(session=session, practitioner=booking.practitioner, at=NOW + MINUTE)


def test_cancel_when_nobody_waits_then_the_place_is_free():
    booking = make_booking()
    booking = actions.cancel(booking, at=NOW, actor=booking.practitioner, reason="Ill")
    booking.refresh_from_db()
    assert (booking.status, booking.cancelled_at, booking.cancelled_late) == ("cancelled", NOW, False)
    assert counters(booking.session) == (0, 0)
    change = booking.changes.last()
    assert (change.verb, change.reason, change.actor) == ("cancelled", "Ill", booking.practitioner)


def test_cancel_after_the_deadline_then_it_is_recorded_as_late():
    booking = make_booking()
    on_time = make_booking(session=booking.session)
    actions.cancel(on_time, at=on_time.cancel_free_until + timedelta(seconds=59))
    actions.cancel(booking, at=booking.cancel_free_until + MINUTE)
    assert dict(Booking.objects.values_list("pk", "cancelled_late")) == {booking.pk: True, on_time.pk: False}


def test_cancel_after_the_deadline_by_somebody_else_then_it_is_not_the_persons_lateness():
    booking = make_booking()
    late = booking.cancel_free_until + MINUTE
    assert not actions.cancel(booking, at=late, actor=UserFactory()).cancelled_late


def test_cancel_when_somebody_waits_then_the_first_of_them_is_offered_the_place():
    session = SessionFactory(capacity=1)
    booking = make_booking(session=session)
    first, second = make_queued(session=session), make_queued(session=session)
    actions.cancel(booking, at=NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.queue_number, second.status) == ("offered", None, "waitlisted")
    assert counters(session) == (1, 1)
    assert history(first)[-1] == ("offered", "waitlisted", "offered")


def test_cancel_after_booking_has_closed_then_nobody_is_promoted():
    session = SessionFactory(capacity=1, booking_closes_at=START - timedelta(hours=1))
    booking = make_booking(session=session)
    waiting = make_queued(session=session)
    actions.cancel(booking, at=START - MINUTE)
    waiting.refresh_from_db()
    assert waiting.status == "waitlisted"
    assert counters(session) == (0, 1)


def test_cancel_while_waiting_then_the_queue_moves_up_and_no_place_is_freed():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    first, second = make_queued(session=session), make_queued(session=session)
    actions.cancel(first, at=NOW)
    assert counters(session) == (1, 1)
    assert Booking.objects.with_position().get(pk=second.pk).position == 1


def test_cancel_twice_then_the_second_changes_nothing():
    booking = make_booking()
    actions.cancel(booking, at=NOW)
    again = actions.cancel(booking, at=NOW + MINUTE)
    assert again.cancelled_at == NOW
    assert len(history(booking)) == 2
    assert counters(booking.session) == (0, 0)


def test_cancel_once_it_has_begun_then_refused():
    booking = make_booking()
    with pytest.raises(errors.BookingNotCancellable):
        actions.cancel(booking, at=START)


def test_cancel_when_the_session_was_moved_after_the_instant_then_the_diary_stamp_does_not_fall():
    session, moved_at = SessionFactory(), NOW + MINUTE
    booking = make_booking(session=session)
    event_actions.reschedule_session(session.pk, starts_at=START, ends_at=START + 60 * MINUTE, at=moved_at)
    booking.refresh_from_db()
    assert (booking.ical_stamp, booking.ical_sequence) == (moved_at, 1)

    cancelled = actions.cancel(booking, at=NOW)  # the instant was taken before a wait for the lock

    cancelled.refresh_from_db()
    assert (cancelled.ical_stamp, cancelled.ical_sequence) == (moved_at, 2)


def test_cancel_while_waiting_then_the_diary_which_has_no_entry_gets_no_next_number():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    waiting = make_queued(session=session)

    actions.cancel(waiting, at=NOW)

    waiting.refresh_from_db()
    assert waiting.ical_sequence == 0


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"state": "cancelled", "cancelled_at": NOW}, errors.SessionCancelled),
        ({"state": "draft"}, errors.BookingNotOpen),
        ({"starts_at": NOW, "ends_at": NOW + 90 * MINUTE}, errors.BookingClosed),
        ({"booking_closes_at": NOW}, errors.BookingClosed),
        ({"in_person_capacity": 1}, errors.ModeNotChosen),
        ({"online_capacity": 1}, errors.ModeNotChosen),
    ],
    ids=str,
)
def test_book_when_the_session_changed_since_it_was_read_then_what_holds_now_decides(values, refusal):
    session = SessionFactory(capacity=5, format="hybrid", venue=VenueFactory())
    Session.objects.filter(pk=session.pk).update(**values)

    with pytest.raises(refusal):
        actions.book(session, practitioner=UserFactory(), at=NOW)

    assert counters(session) == (0, 0)
    assert not Booking.objects.exists()


def test_book_when_the_diary_was_chosen_in_another_tab_then_that_choice_holds():
    person = UserFactory()
    User.objects.filter(pk=person.pk).update(is_discreet=True, alarm=30)

    booking = actions.book(SessionFactory(), practitioner=person, at=NOW)

    assert (booking.is_discreet, booking.alarm) == (True, 30)


@pytest.mark.parametrize("source", ["self", "organiser", "agency_lead"])
def test_book_when_the_mailbox_may_be_several_peoples_then_only_its_owner_is_asked_to_confirm_it(source):
    person, session = UserFactory(email="office@example.org"), SessionFactory()
    if source == "self":
        with pytest.raises(errors.MailboxNotConfirmed):
            actions.book(session, practitioner=person, at=NOW, source=source)
    else:
        actions.book(session, practitioner=person, actor=UserFactory(), at=NOW, source=source)

    assert Booking.objects.exists() is (source != "self")


def test_rebook_after_cancelling_then_the_diary_entry_is_a_new_one():
    first = make_booking()
    actions.cancel(first, at=NOW)
    second = make_booking(session=first.session, practitioner=first.practitioner)
    first.refresh_from_db()
    assert second.ical_uid != first.ical_uid
    assert (first.ical_sequence, second.ical_sequence) == (1, 0)


def test_book_costs_nine_queries(django_assert_num_queries):
    session, person = SessionFactory(), UserFactory()
    session = Session.objects.get(pk=session.pk)
    with django_assert_num_queries(9):  # begin, person, what is near, terms, booking, history, messages, place, end
        actions.book(session, practitioner=person, at=NOW)
