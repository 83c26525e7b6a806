"""What goes when its time is over, as each booking's policy says, and what stays beside it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from bookings import actions, invariants
from bookings.actions import keeping
from bookings.models import AccessNeed, AuditEvent, Booking, BookingChange, EvaluationForm, EvaluationResponse
from events.models import Session
from notifications.models import InboundReply, Message
from tests.bookings.desk import set_policy
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
ENDS = START + timedelta(hours=1)
SECOND = timedelta(seconds=1)
HALF_A_YEAR = datetime(2027, 12, ENDS.day, ENDS.hour, ENDS.minute, tzinfo=UTC)


@pytest.fixture
def full():
    """A session with one place, which is taken, and its booking."""
    session = SessionFactory(capacity=1, ends_at=ENDS)
    return make_booking(session=session)


def keep_policy(booking, **values):
    Booking.written.filter(pk=booking.pk).update(policy={**booking.policy, **values})


def test_needs_then_go_as_each_booking_s_policy_says(full):
    other = make_booking(session=SessionFactory(ends_at=ENDS))
    for booking in (full, other):
        AccessNeed.written.add(booking=booking, text="A seat near the door.", created_at=NOW)
    keep_policy(full, keep_needs_days=7)

    assert actions.forget_old_needs(at=ENDS + timedelta(days=7) - SECOND) == 0
    assert actions.forget_old_needs(at=ENDS + timedelta(days=7)) == 1
    assert AccessNeed.objects.get().booking == other
    assert actions.forget_old_needs(at=ENDS + timedelta(days=30)) == 1


def test_needs_when_a_policy_says_more_than_was_promised_then_thirty_days_hold(full):
    AccessNeed.written.add(booking=full, text="A seat near the door.", created_at=NOW)
    keep_policy(full, keep_needs_days=365)

    assert actions.forget_old_needs(at=ENDS + timedelta(days=30) - SECOND) == 0
    assert actions.forget_old_needs(at=ENDS + timedelta(days=30)) == 1


def test_wait_without_a_place_when_its_time_is_over_then_goes_with_all_that_hangs_on_it(full):
    waited = make_queued(session=full.session)
    left = make_queued(session=full.session)
    actions.cancel(left, at=NOW)
    form = EvaluationForm.written.add(stage="pre", version=1, questions=[])
    answered = {"session": full.session, "stage": "pre", "form": form, "given_at": NOW}
    EvaluationResponse.written.add(booking=waited, **answered)
    mail = {"digest": "a" * 64, "raw": b"", "size": 0, "way": "mailbox", "received_at": NOW}
    InboundReply.objects.create(booking=waited, **mail)
    assert Message.objects.filter(booking=waited).exists()

    assert actions.forget_waiting(at=HALF_A_YEAR - SECOND) == 0
    assert actions.forget_waiting(at=HALF_A_YEAR) == 2
    assert actions.forget_waiting(at=HALF_A_YEAR) == 0

    assert list(Booking.objects.all()) == [full]
    assert set(BookingChange.objects.values_list("booking", flat=True)) == {full.pk}
    assert set(Message.objects.values_list("booking", flat=True)) == {full.pk}
    assert EvaluationResponse.objects.get().booking is None
    assert InboundReply.objects.count() == 0
    assert Session.objects.get().waiting == 0
    assert invariants.faults(at=HALF_A_YEAR) == []


def test_wait_when_it_led_to_a_place_then_stays_whatever_became_of_it(full):
    waited = make_queued(session=full.session)
    actions.cancel(full, at=NOW)
    waited.refresh_from_db()
    if waited.status == "offered":
        actions.accept(waited, at=NOW)
    waited.refresh_from_db()
    assert waited.status == "confirmed"
    actions.cancel(waited, at=NOW)

    assert actions.forget_waiting(at=HALF_A_YEAR + timedelta(days=3650)) == 0
    assert Booking.objects.count() == 2


def test_wait_when_a_date_of_its_session_is_still_within_the_time_then_stays(full):
    make_queued(session=full.session)
    Session.objects.update(last_ends_at=ENDS + timedelta(days=60), further_time=timedelta(hours=1))

    assert actions.forget_waiting(at=HALF_A_YEAR) == 0
    assert actions.forget_waiting(at=HALF_A_YEAR + timedelta(days=62)) == 1


def test_waits_then_each_policy_holds_for_its_own_and_they_go_batch_by_batch(full, monkeypatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    soon = [make_queued(session=full.session) for _ in range(5)]
    for booking in soon:
        keep_policy(booking, keep_waiting_months=1)
    later = make_queued(session=full.session)

    assert actions.forget_waiting(at=ENDS + timedelta(days=32)) == 5
    assert set(Booking.objects.all()) == {full, later}
    assert Session.objects.get().waiting == 1
    assert invariants.faults(at=ENDS + timedelta(days=32)) == []


def note(at):
    actions.note(UserFactory(), "read", "register", at=at)


def test_log_when_the_longest_term_of_any_partnership_is_over_then_is_cut_and_not_before(monkeypatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    for day in (1, 2, 3):
        note(datetime(2020, 5, day, tzinfo=UTC))
    note(datetime(2021, 5, 1, tzinfo=UTC))
    set_policy(keep_audit_months=12)
    set_policy(PartnershipFactory(slug="isle-of-wight"), keep_audit_months=36)

    assert actions.forget_old_audit(at=datetime(2023, 5, 1, tzinfo=UTC) - SECOND) == 0
    assert actions.forget_old_audit(at=datetime(2023, 5, 3, tzinfo=UTC)) == 3
    assert AuditEvent.objects.get().at.year == 2021


def test_log_when_it_was_cut_then_the_database_refuses_others_as_before():
    note(datetime(2019, 5, 1, tzinfo=UTC))
    note(datetime(2020, 5, 1, tzinfo=UTC))
    assert actions.forget_old_audit(at=datetime(2021, 6, 1, tzinfo=UTC)) == 1
    rows = AuditEvent.written.all()
    with pytest.raises(IntegrityError, match="rows_are_only_added"), transaction.atomic():
        rows.update(what="nothing")
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError, match="rows_are_only_added"), transaction.atomic():
            rows.delete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite empties tables by deleting from them")
def test_log_of_the_last_six_months_then_is_not_deleted_by_anybody():
    note(datetime.now(UTC) - timedelta(days=90))
    with pytest.raises(IntegrityError, match="rows_are_only_added"), transaction.atomic():
        actions.forget_old_audit(at=datetime.now(UTC) + timedelta(days=3650))
    assert AuditEvent.objects.count() == 1


def test_everything_that_can_hang_on_a_booking_then_goes_with_a_wait_or_keeps_it():
    """A new table that points at bookings must be given one of the two, or deleting would stop at it."""
    gone = {"access_need", "calendar_replies", "handovers", "changes", "evaluation_responses"}
    told = {"messages", "inbound_replies"}  # by notifications, see its keeping
    found = {one.get_accessor_name() for one in Booking._meta.related_objects}

    assert found == gone | told | set(keeping.MORE) - {"substitute_for"}
