"""Rules that organisers change: the reminders of places follow, and nobody is reminded twice."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from bookings import actions
from bookings.actions.policy import mark_of
from bookings.models import PartnershipPolicy, policy_of
from events import actions as event_actions
from notifications import messages, outbox, reminder_rows, tasks
from notifications.models import Message, SwitchedOff
from notifications.readers import NoLongerTrue
from tests.bookings.desk import set_policy, set_session_policy
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
DEFAULT = {"-10d": "pending", "-1w": "pending", "-1h": "pending"}


def found(booking):
    rows = Message.objects.filter(booking=booking, kind__startswith="reminder")
    return {occurrence.split()[0]: status for occurrence, status in rows.values_list("occurrence", "status")}


def decide(partnership, *rules, at=LATER, **values):
    newest = PartnershipPolicy.objects.filter(partnership=partnership).first()
    as_of = newest.version if newest else 0
    actions.set_policy(partnership, {"reminders": list(rules), **values}, actor=UserFactory(), at=at, as_of=as_of)


@pytest.fixture
def session(hampshire):
    return SessionFactory(host=hampshire, capacity=None)


def test_rules_when_they_change_then_the_reminders_of_places_follow(hampshire, session):
    booking = make_booking(session=session)
    decide(hampshire, "10 days before at 09:00", "2 days before at 09:00", "1 hour before")
    assert found(booking) == {"-10d": "pending", "-1w": "cancelled", "-1h": "pending", "-2d": "pending"}
    assert tasks.outbox.missing(at=LATER) == []
    decide(hampshire)
    assert set(found(booking).values()) == {"cancelled"}
    decide(hampshire, "1 working day before at 09:00")
    assert found(booking) == {"-10d": "cancelled", "-1w": "pending", "-1h": "cancelled", "-2d": "cancelled"}
    assert Message.objects.filter(booking=booking, kind__startswith="reminder").count() == 4


def test_rules_when_only_the_hour_changes_then_the_same_row_waits_for_it(hampshire, session):
    row = Message.objects.get(booking=make_booking(session=session), occurrence__startswith="-10d ")
    decide(hampshire, "10 days before at 15:30")
    before, row = row, Message.objects.get(pk=row.pk)
    assert (row.message_id, row.status) == (before.message_id, "pending")
    assert row.due_at == before.due_at + timedelta(hours=6, minutes=30)


@pytest.mark.parametrize("status", ["sent", "failed", "expired"])
def test_a_reminder_that_has_ended_is_not_sent_again_whatever_the_rules_become(hampshire, session, status):
    booking = make_booking(session=session)
    early = Message.objects.filter(booking=booking, occurrence__startswith="-10d ")
    sent = {"sent_at": LATER, "risky": 1} if status == "sent" else {}
    early.update(status=status, due_at=NOW, **sent)
    decide(hampshire)
    decide(hampshire, "10 days before at 15:30", "1 hour before")
    assert found(booking) == {"-10d": status, "-1w": "cancelled", "-1h": "pending"}


def test_a_reminder_that_is_being_tried_is_left_alone(hampshire, session):
    booking = make_booking(session=session)
    Message.objects.filter(booking=booking, occurrence__startswith="-10d ").update(tries=1)
    decide(hampshire, "1 hour before")
    assert found(booking) == {"-10d": "pending", "-1w": "cancelled", "-1h": "pending"}
    row = Message.objects.get(booking=booking, occurrence__startswith="-10d ")
    with pytest.raises(NoLongerTrue, match="The rules call for no such reminder"):
        messages.build(row)


def test_layers_then_the_session_lies_over_its_week_and_that_over_the_partnership(hampshire, island, session):
    decide(hampshire, "9 days before at 09:00", quiet_from_hour=22)
    week, other = session.week, SessionFactory(host=island, capacity=None)
    assert other.week == week
    actions.set_week_policy(hampshire, week, {"reminders": ["8 days before"]}, at=LATER, as_of=mark_of({}))
    assert set(found(make_booking(session=session))) == {"-8d"}
    assert policy_of(session).quiet_from_hour == 22
    assert found(make_booking(session=other)) == DEFAULT
    booking = make_booking(session=session)
    set_session_policy(session, reminders=["7 days before"])
    reminder_rows.align([session], at=LATER)
    assert found(booking) == {"-8d": "cancelled", "-7d": "pending"}
    held = {"reminders": ["8 days before"]}
    actions.set_week_policy(hampshire, week, {}, at=LATER, as_of=mark_of(held))
    actions.set_session_policy(session, {}, at=LATER, as_of=mark_of({"reminders": ["7 days before"]}))
    assert found(booking) == {"-8d": "cancelled", "-7d": "cancelled", "-9d": "pending"}


def test_a_rule_that_falls_in_the_past_then_writes_nothing(hampshire, session):
    booking = make_booking(session=session)
    decide(hampshire, "20 days before", "1 hour before", at=START - timedelta(days=15))
    assert "-20d" not in found(booking)


def test_who_waits_or_has_cancelled_is_reminded_of_nothing_by_new_rules(hampshire):
    session = SessionFactory(host=hampshire, capacity=1)
    gone = actions.cancel(make_booking(session=session), at=LATER)
    make_booking(session=session)
    waits = make_queued(session=session)
    decide(hampshire, "2 days before", "1 hour before")
    assert found(waits) == {}
    assert set(found(gone).values()) == {"cancelled"}


def test_a_session_that_moves_there_and_back_by_other_rules_then_only_those_that_hold(hampshire, session):
    booking = make_booking(session=session)
    decide(hampshire, "2 days before", "1 hour before")
    for start in (START + timedelta(days=1), START):
        event_actions.reschedule_session(session.pk, starts_at=start, ends_at=start + timedelta(hours=1), at=LATER)
    of_start = Message.objects.filter(booking=booking, occurrence__endswith=" 2027-06-22T08:30:00Z", status="pending")
    assert {row.occurrence.split()[0] for row in of_start} == {"-2d", "-1h", "join"}
    assert outbox.missing(at=LATER) == []


@pytest.mark.parametrize("count", [1, 5])
def test_align_costs_the_same_however_many_have_a_place(session, django_assert_num_queries, count):
    for _ in range(count):
        make_booking(session=session)
    set_session_policy(session, reminders=["2 days before", "1 hour before"])
    with django_assert_num_queries(11):  # terms, withdrawn, two for each of three, places, rows, one insert
        assert reminder_rows.align([session], at=LATER) == 3 * count


def test_rows_of_an_older_site_then_are_named_by_their_rule_and_nobody_is_reminded_twice(session):
    booking = make_booking(session=session)
    kinds = {"-10d": "reminder_10_days", "-1w": "reminder_1_day", "-1h": "reminder_1_hour"}
    today = sorted(Message.objects.filter(booking=booking).values_list("pk", "kind", "occurrence", "message_id"))
    for row in Message.objects.filter(booking=booking, kind__startswith="reminder"):
        code, start = row.occurrence.split()
        Message.objects.filter(pk=row.pk).update(kind=kinds[code], occurrence=start, message_id=f"<{code}@x>")
    Message.objects.filter(kind="reminder_10_days").update(risky=1, status="sent", sent_at=NOW)
    both, one = UserFactory(), UserFactory()
    for person, off in ((both, "reminder_10_days"), (both, "reminder_1_day"), (one, "reminder_1_day")):
        SwitchedOff.objects.create(person=person, kind=off)
    SwitchedOff.objects.create(person=one, kind="reminder_1_hour")

    module = import_module("notifications.migrations.0008_reminders_by_rule")
    module.name_by_rule(apps, None)
    module.choose_anew(apps, None)

    after = sorted(Message.objects.filter(booking=booking).values_list("pk", "kind", "occurrence", "message_id"))
    assert [row[:3] for row in after] == [row[:3] for row in today]
    assert [new[3] for old, new in zip(today, after, strict=True) if old[3] != new[3]] == ["<-10d@x>"]  # it has gone
    assert set(SwitchedOff.objects.values_list("person", "kind")) == {(both.pk, "reminder"), (one.pk, "reminder_soon")}
    assert reminder_rows.align([session], at=LATER) == 0
    assert found(booking) == {**DEFAULT, "-10d": "sent"}


def test_policy_of_an_older_site_then_its_numbers_are_rules(hampshire):
    row = set_policy(hampshire, reminder_days=[14, 1], reminder_hours_online=0, offer_hours=9)
    empty = set_policy(hampshire, offer_hours=8)

    import_module("bookings.migrations.0008_reminder_rules").write_rules(apps, None)

    row.refresh_from_db()
    empty.refresh_from_db()
    rules = ["14 days before at 09:00", "1 day before at 09:00", "1 working day before at 09:00"]
    assert row.values == {"offer_hours": 9, "reminders": rules}
    assert empty.values == {"offer_hours": 8}
    row.full_clean()
