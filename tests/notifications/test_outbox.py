"""The rows of messages: written with the change, withdrawn with it, and written again where one is missing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.models import Booking
from events import actions as event_actions
from notifications import nudge, outbox
from notifications.models import Message
from tests.factories import NOW, START, SessionFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def rows(booking, **values):
    return sorted(Message.objects.filter(booking=booking, **values).values_list("kind", "status"))


def waiting(booking):
    return sorted(Message.objects.filter(booking=booking, status="pending").values_list("kind", flat=True))


REMINDERS = ["joining", "reminder", "reminder", "reminder_soon"]


def test_a_booking_writes_its_confirmation_and_reminders():
    booking = make_booking()
    assert waiting(booking) == ["confirmation", *REMINDERS]
    assert set(Message.objects.filter(kind__in=REMINDERS).values_list("occurrence", flat=True)) == {
        "-10d 2027-06-22T08:30:00Z",
        "-1w 2027-06-22T08:30:00Z",
        "-1h 2027-06-22T08:30:00Z",
        "join 2027-06-22T08:30:00Z",
    }


@pytest.mark.parametrize(
    ("at", "ends"),
    [(NOW, START + timedelta(minutes=90)), (START - timedelta(hours=1), START + timedelta(hours=47))],
)
def test_a_message_about_a_place_is_worth_sending_until_the_session_is_over_or_for_two_days(at, ends):
    booking = make_booking(at=at)
    assert Message.objects.get(booking=booking, kind="confirmation").expires_at == ends


def test_a_booking_that_fails_writes_no_message():
    with pytest.raises(RuntimeError), transaction.atomic():
        make_booking()
        raise RuntimeError
    assert not Message.objects.exists()


def test_who_waits_is_told_so_and_reminded_of_nothing():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    assert waiting(make_queued(session=session)) == ["waiting_list"]


def test_who_gets_a_place_is_sent_an_invitation_and_reminders():
    session = SessionFactory(capacity=1)
    first = make_booking(session=session)
    second = make_queued(session=session)
    actions.cancel(first, at=LATER)
    actions.accept(second, at=LATER)
    assert waiting(second) == ["confirmation", *REMINDERS, "waiting_list"]


def test_a_cancelled_booking_keeps_only_the_message_that_says_so():
    booking = make_booking()
    actions.cancel(booking, at=LATER)
    assert rows(booking) == sorted(
        [("cancelled", "pending"), ("confirmation", "cancelled"), *((kind, "cancelled") for kind in REMINDERS)]
    )


def test_a_cancelled_session_tells_everybody():
    session = SessionFactory(capacity=1)
    bookings = [make_booking(session=session), make_queued(session=session)]
    event_actions.cancel_session(session.pk, reason="Snow", at=LATER)
    assert [waiting(b) for b in bookings] == [["cancelled"], ["cancelled"]]


def move(session, start, at=LATER):
    event_actions.reschedule_session(session.pk, starts_at=start, ends_at=start + timedelta(minutes=90), at=at)


def test_a_moved_session_is_reminded_of_at_its_new_start_only():
    booking = make_booking()
    move(booking.session, START + timedelta(days=1))
    of_old = Message.objects.filter(booking=booking, occurrence__endswith="2027-06-22T08:30:00Z")
    of_new = Message.objects.filter(booking=booking, occurrence__endswith="2027-06-23T08:30:00Z")
    assert set(of_old.values_list("status", flat=True)) == {"cancelled"}
    assert set(of_new.values_list("status", flat=True)) == {"pending"}
    assert of_new.count() == 4
    assert waiting(booking).count("changed") == 1


def test_a_session_moved_there_and_back_has_one_set_of_reminders_reopened():
    booking = make_booking()
    before = set(Message.objects.filter(kind__in=REMINDERS).values_list("pk", flat=True))
    move(booking.session, START + timedelta(days=1))
    move(booking.session, START, at=LATER + timedelta(minutes=5))
    pending = Message.objects.filter(booking=booking, kind__in=REMINDERS, status="pending")
    assert set(pending.values_list("pk", flat=True)) == before
    assert waiting(booking).count("changed") == 2


def test_a_reminder_whose_time_has_passed_is_not_reopened():
    booking = make_booking()
    move(booking.session, START + timedelta(days=1))
    two_days_before = START - timedelta(days=2)
    move(booking.session, START, at=two_days_before)
    start = Message.objects.filter(booking=booking, occurrence__endswith="2027-06-22T08:30:00Z")
    assert {name.split()[0]: status for name, status in start.values_list("occurrence", "status")} == {
        "-10d": "cancelled",
        "join": "cancelled",
        "-1w": "pending",
        "-1h": "pending",
    }


def test_a_renamed_session_keeps_its_reminders():
    booking = make_booking()
    event_actions.revise_session(booking.session_id, title="A better title", at=LATER)
    assert waiting(booking) == ["changed", "confirmation", *REMINDERS]


def test_the_database_refuses_a_second_message_of_one_kind_and_occurrence():
    row = Message.objects.filter(booking=make_booking()).first()
    row.pk, row.message_id = None, "<other@example.org>"
    with pytest.raises(IntegrityError, match=r"message_once_per_booking|notifications_message.booking_id"):
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("message_two_copies_at_most", {"risky": 3}),
        ("message_sent_at_if_sent", {"status": "sent"}),
        ("message_sent_at_if_sent", {"sent_at": NOW}),
        ("message_held_with_a_lease", {"status": "claimed"}),
        ("message_held_with_a_lease", {"lease_until": NOW}),
    ],
)
def test_the_database_refuses_a_message_that_contradicts_itself(name, values):
    make_booking()
    with pytest.raises(IntegrityError, match=name):
        Message.objects.update(**values)


def test_write_missing_when_all_is_there_then_nothing():
    make_booking()
    assert outbox.write_missing(at=LATER) == 0


@pytest.mark.parametrize("kind", ["confirmation", "reminder_soon"])
def test_write_missing_when_a_row_is_gone_then_the_same_one_is_written(kind):
    booking = make_booking()
    row = Message.objects.get(booking=booking, kind=kind)
    gone = (row.occurrence, row.message_id, row.due_at, row.expires_at)
    row.delete()
    assert outbox.write_missing(at=LATER) == 1
    row = Message.objects.get(booking=booking, kind=kind)
    assert (row.occurrence, row.message_id, row.due_at, row.expires_at) == gone


@pytest.mark.parametrize(
    ("state", "missing"), [("published", 1), ("draft", 0), ("cancelled", 0)], ids=["published", "draft", "cancelled"]
)
def test_write_missing_reminds_of_what_takes_place_alone(state, missing):
    session = make_booking().session
    Message.objects.filter(kind="reminder_soon").delete()
    values = {"cancelled_at": NOW} if state == "cancelled" else {}
    type(session).objects.filter(pk=session.pk).update(state=state, **values)
    assert outbox.write_missing(at=LATER) == missing


def test_write_missing_leaves_alone_what_was_withdrawn():
    booking = make_booking()
    Message.objects.filter(kind="reminder_soon").update(status="cancelled")
    assert outbox.write_missing(at=LATER) == 0
    assert Booking.objects.get(pk=booking.pk).messages.count() == 5


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_after_the_commit_and_not_after_a_rollback(monkeypatch):
    nudges = []
    monkeypatch.setattr(nudge._nudger, "nudge", lambda: nudges.append(Message.objects.count()))
    make_booking()
    assert nudges == [5]
    with pytest.raises(RuntimeError), transaction.atomic():
        make_booking()
        raise RuntimeError
    assert nudges == [5]
