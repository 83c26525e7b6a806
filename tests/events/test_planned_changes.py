"""A change that waits: planned, taken back, carried out once, or refused with the reason."""

from datetime import timedelta

import pytest
from django.db import connection

from bookings.models import Booking, BookingChange
from events import actions
from events.errors import Busy, ChangeNotWaiting, ChangeWaiting, SessionNotCancellable, SessionNotMovable
from events.models import PlannedChange, ProgrammeRevision, Room, Session
from events.models.planned_change import PlannedChange as Change
from notifications.models import Message
from tests.events.locks import InThread, held
from tests.events.threads import at_once
from tests.factories import (
    NOW,
    START,
    RoomFactory,
    SessionFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)

pytestmark = pytest.mark.django_db
PAUSE = timedelta(minutes=10)
DUE = NOW + PAUSE
HOUR = timedelta(hours=1)
REVISE, CANCEL = Change.Kind.REVISE, Change.Kind.CANCEL


def plan(session, *, kind=REVISE, at=NOW, pause=PAUSE, reason="", **changes):
    actor = UserFactory(email="organiser@example.org")
    return actions.plan_change(session.pk, kind=kind, actor=actor, at=at, pause=pause, changes=changes, reason=reason)


def moved(session, by=HOUR):
    return {"starts_at": session.starts_at + by, "ends_at": session.ends_at + by}


def told(kind):
    return Message.objects.filter(kind=kind).count()


def test_a_planned_change_waits_and_nobody_is_told():
    session = SessionFactory()
    make_booking(session=session)

    change = plan(session, reason="The room is flooded.", **moved(session))

    session.refresh_from_db()
    assert (change.state, change.due_at, session.starts_at, session.sequence) == ("waiting", DUE, START, 0)
    assert told("changed") == 0
    actions.carry_out(change.pk, at=DUE)  # the control: carried out, they are
    assert told("changed") == 1


def test_a_change_is_carried_out_when_it_is_due_and_not_before():
    session = SessionFactory()
    booking = make_booking(session=session)
    change = plan(session, reason="The room is flooded.", **moved(session))

    assert actions.carry_out_due(at=DUE - timedelta(seconds=1)) == 0
    assert actions.carry_out_due(at=DUE) == 1
    assert actions.carry_out_due(at=DUE) == 0

    session.refresh_from_db()
    change.refresh_from_db()
    assert (session.starts_at, session.sequence, session.revised_at) == (START + HOUR, 1, DUE)
    assert (change.state, change.ended_at) == ("done", DUE)
    assert BookingChange.objects.get(booking=booking, verb="revised").reason == "The room is flooded."


def test_every_field_comes_back_as_it_was_planned():
    session = SessionFactory()
    room = RoomFactory()
    wanted = {
        "title": "A better title",
        "format": "hybrid",
        "venue": room.venue,
        "room": room,
        "practical_note": "Bring a pen.\n\nAnd paper.",
        **moved(session),
    }
    plan(session, **wanted)
    actions.carry_out_due(at=DUE)
    session.refresh_from_db()
    assert {name: getattr(session, name) for name in wanted} == wanted


def test_a_planned_end_alone_leaves_the_start():
    session = SessionFactory()
    plan(session, ends_at=session.ends_at + HOUR)
    actions.carry_out_due(at=DUE)
    stored = Session.objects.get()
    assert (stored.starts_at, stored.ends_at) == (START, session.ends_at + HOUR)


def test_booking_closes_as_long_before_the_new_start():
    session = SessionFactory(booking_closes_at=START - timedelta(days=1))
    plan(session, **moved(session))
    actions.carry_out_due(at=DUE)
    session.refresh_from_db()
    assert session.booking_closes_at == START - timedelta(days=1) + HOUR


def test_a_planned_cancelling_ends_every_booking_with_its_reason():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    make_queued(session=session)
    plan(session, kind=CANCEL, reason="The trainer is ill.")
    assert set(Booking.objects.values_list("status", flat=True)) == {"confirmed", "waitlisted"}

    actions.carry_out_due(at=DUE)

    session.refresh_from_db()
    assert (session.state, session.cancellation_reason) == ("cancelled", "The trainer is ill.")
    assert set(Booking.objects.values_list("status", flat=True)) == {"cancelled"}
    change = BookingChange.objects.filter(verb="session_cancelled").first()
    assert change.actor.email == "organiser@example.org"


@pytest.mark.parametrize("ahead", [PAUSE, timedelta(minutes=1)])
def test_a_change_is_due_at_once_when_the_session_starts_before_the_pause_ends(ahead):
    session = SessionFactory(starts_at=NOW + ahead)
    assert plan(session, title="Another title").due_at == NOW


def test_a_change_is_due_at_once_when_it_moves_the_session_that_close():
    session = SessionFactory()
    change = plan(session, starts_at=NOW + timedelta(minutes=5), ends_at=NOW + HOUR)
    assert change.due_at == NOW


def test_a_change_waits_when_the_session_starts_just_after_the_pause():
    session = SessionFactory(starts_at=DUE + timedelta(seconds=1))
    assert plan(session, title="Another title").due_at == DUE


def test_a_second_change_of_a_session_is_refused_while_one_waits():
    session = SessionFactory()
    first = plan(session, title="One")
    with pytest.raises(ChangeWaiting):
        plan(session, title="Two")
    actions.take_back(first.pk, at=NOW)
    plan(session, title="Two")
    assert sorted(PlannedChange.objects.values_list("state", flat=True)) == ["waiting", "withdrawn"]


def test_a_change_that_is_taken_back_is_never_carried_out():
    session = SessionFactory()
    change = plan(session, title="Another title")
    actions.take_back(change.pk, at=NOW)
    again = actions.take_back(change.pk, at=DUE)
    assert actions.carry_out_due(at=DUE) == 0
    assert actions.carry_out(change.pk, at=DUE) is None
    session.refresh_from_db()
    assert (again.state, again.ended_at) == ("withdrawn", NOW)
    assert session.title != "Another title"


def test_a_change_that_was_carried_out_cannot_be_taken_back():
    change = plan(SessionFactory(), title="Another title")
    actions.carry_out(change.pk, at=NOW)
    with pytest.raises(ChangeNotWaiting, match="carried out"):
        actions.take_back(change.pk, at=NOW)
    assert Session.objects.get().title == "Another title"


PUBLISHED = {"state": "published"}


@pytest.mark.parametrize(
    ("details", "kind", "changes", "error"),
    [
        ({"state": "draft"}, REVISE, {"title": "T"}, SessionNotMovable),
        ({"state": "draft"}, CANCEL, {}, SessionNotMovable),
        ({"state": "cancelled", "cancelled_at": NOW}, REVISE, {"title": "T"}, SessionNotMovable),
        ({"state": "cancelled", "cancelled_at": NOW}, CANCEL, {}, SessionNotMovable),
        ({"starts_at": NOW}, REVISE, {"title": "T"}, SessionNotMovable),
        ({"starts_at": NOW}, CANCEL, {}, SessionNotCancellable),
        (PUBLISHED, REVISE, {"starts_at": NOW}, SessionNotMovable),
    ],
)
def test_what_cannot_be_done_now_is_not_planned(details, kind, changes, error):
    session = SessionFactory(**details)
    with pytest.raises(error):
        plan(session, kind=kind, reason="Snow.", **changes)
    assert not PlannedChange.objects.exists()


def test_a_room_that_is_taken_is_refused_when_the_change_is_planned():
    room = RoomFactory()
    SessionFactory(format="in_person", venue=room.venue, room=room, title="The other one")
    session = SessionFactory(format="in_person", venue=room.venue)
    with pytest.raises(Exception, match="The room is taken then by “The other one”"):
        plan(session, room=room)
    plan(session, room=RoomFactory(name="Another room"))
    assert PlannedChange.objects.count() == 1


def test_a_busy_trainer_is_refused_when_the_change_is_planned():
    there, session = SessionFactory(starts_at=START + HOUR * 3, title="The other one"), SessionFactory()
    for one in (there, session):
        one.session_trainers.create(trainer=TrainerFactory())
    with pytest.raises(Exception, match="Sam Example is in “The other one” at that time"):
        plan(session, **moved(session, by=HOUR * 3))
    assert not PlannedChange.objects.exists()


def test_trying_a_change_writes_nothing_and_tells_nobody():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    before = (ProgrammeRevision.objects.get().number, BookingChange.objects.count(), Message.objects.count())

    tried = actions.try_change(session.pk, kind=CANCEL, at=NOW, reason="Snow.")

    session.refresh_from_db()
    assert (tried.state, session.state) == ("cancelled", "published")
    assert before == (ProgrammeRevision.objects.get().number, BookingChange.objects.count(), Message.objects.count())
    assert Booking.objects.get().status == "confirmed"


def test_a_change_that_can_no_longer_be_done_ends_as_refused_and_others_go_on():
    late, other = SessionFactory(), SessionFactory(title="Other")
    refused, done = plan(late, title="Another title"), plan(other, title="Another title")
    actions.cancel_session(late.pk, reason="Snow.", at=NOW)

    assert actions.carry_out_due(at=DUE) == 2

    refused.refresh_from_db()
    done.refresh_from_db()
    assert (refused.state, refused.ended_at) == ("refused", DUE)
    assert refused.outcome == "This session cannot be changed or moved, because it is cancelled or has begun."
    assert done.state == "done"


def test_a_room_taken_in_the_meantime_ends_the_change_as_refused():
    room = RoomFactory()
    session = SessionFactory(format="in_person", venue=room.venue)
    change = plan(session, room=room)
    SessionFactory(format="in_person", venue=room.venue, room=room, title="The other one")
    actions.carry_out_due(at=DUE)
    change.refresh_from_db()
    assert (change.state, change.outcome) == ("refused", "The room is taken then by “The other one”.")
    assert Session.objects.get(pk=session.pk).room is None


def test_a_venue_that_was_deleted_in_the_meantime_ends_the_change_as_refused():
    session = SessionFactory()
    change = plan(session, format="in_person", venue=VenueFactory(slug="gone", name="Gone Hall"))
    change.session.venue = None
    Room.objects.all().delete()
    VenueFactory(slug="gone").delete()
    actions.carry_out_due(at=DUE)
    change.refresh_from_db()
    assert (change.state, change.outcome) == ("refused", "The venue that was chosen is no longer there.")


def test_a_session_that_began_while_no_worker_ran_is_left_as_it_was():
    session = SessionFactory()
    change = plan(session, **moved(session))
    actions.carry_out_due(at=START + timedelta(minutes=1))
    change.refresh_from_db()
    assert (change.state, Session.objects.get().starts_at) == ("refused", START)


def test_a_change_that_fails_by_a_fault_of_ours_waits_and_keeps_nobody_else(caplog):
    broken, other = plan(SessionFactory(), title="One"), plan(SessionFactory(), title="Two")
    PlannedChange.objects.filter(pk=broken.pk).update(changes={"starts_at": "no instant"})
    assert actions.carry_out_due(at=DUE) == 1
    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.state, other.state) == ("waiting", "done")
    assert "could not be carried out" in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_carry_a_change_out_once():
    session = SessionFactory()
    make_booking(session=session)
    change = plan(session, title="Another title")

    ends = at_once(*[lambda: actions.carry_out_due(at=DUE)] * 2)

    session.refresh_from_db()
    assert sorted(ends) == [0, 1]
    assert (session.sequence, told("changed")) == (1, 1)
    change.refresh_from_db()
    assert change.state == "done"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_change_that_another_worker_holds_is_passed_over():
    change = plan(SessionFactory(), title="Another title")
    with held(change):
        assert actions.carry_out(change.pk, at=DUE) is None
    assert actions.carry_out(change.pk, at=DUE).state == "done"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_taking_back_waits_for_whoever_carries_out_and_is_then_refused():
    change = plan(SessionFactory(), title="Another title")
    with held(ProgrammeRevision.objects.get()):
        worker = InThread(lambda: actions.carry_out(change.pk, at=DUE))
        worker.start_and_wait_until_blocked()
        organiser = InThread(lambda: actions.take_back(change.pk, at=DUE))
        organiser.start_and_wait_until_blocked()
    assert worker.finish().state == "done"
    with pytest.raises(ChangeNotWaiting):
        organiser.finish()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_change_waits_on_when_its_session_is_busy(caplog):
    change = plan(SessionFactory(), title="Another title")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
    try:
        with held(Session.objects.get()):
            with pytest.raises(Busy):
                actions.carry_out(change.pk, at=DUE)
            assert actions.carry_out_due(at=DUE) == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert actions.carry_out_due(at=DUE) == 1
