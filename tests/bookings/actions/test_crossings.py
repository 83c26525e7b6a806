"""Verbs that cross: what was true when somebody was asked is not any more when they answer."""

import logging
from datetime import timedelta

import pytest

from bookings import actions, invariants
from bookings.actions import offers
from bookings.errors import AlreadyAnswered, OfferGone, OtherSittingBooked
from bookings.models import Booking, Handover
from events import actions as event_actions
from events.errors import Busy
from events.models import Session
from tests.bookings.desk import counters, set_policy, set_session_policy, verbs
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
    make_booking,
    make_queued,
)
from tests.factories.people import AreaFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANAGER = ("Mo Manager", "mo@example.org")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def session():
    return SessionFactory(capacity=1)


# Handovers


def test_colleague_declines_when_the_booking_was_cancelled_then_there_is_nothing_to_answer(session):
    booking = make_booking(session=session)
    handover = actions.ask_colleague(booking, email="colleague@example.org", at=NOW)
    actions.cancel(booking, at=NOW)

    for takes in (False, True):
        with pytest.raises(AlreadyAnswered):
            actions.answer_handover(handover, takes=takes, practitioner=UserFactory(), at=NOW)

    assert Handover.objects.get().answer == ""
    assert verbs(booking) == ["booked", "colleague_asked", "cancelled"]


def test_answer_handover_when_nobody_takes_it_then_an_error_and_the_question_stays_open(session):
    handover = actions.ask_colleague(make_booking(session=session), email="colleague@example.org", at=NOW)

    with pytest.raises(ValueError, match="who takes the place"):
        actions.answer_handover(handover, takes=True, at=NOW)

    assert fresh(handover).answer == ""


def test_substitute_when_the_first_persons_quota_has_room_then_their_colleague_who_waits_gets_the_free_place():
    set_policy(organisation_quota=1)
    school, office = OrganisationFactory(slug="school"), OrganisationFactory(slug="office")
    session = SessionFactory(capacity=2)
    booking = make_booking(session=session, practitioner=UserFactory(organisation=school))
    waiting = make_booking(session=session, practitioner=UserFactory(organisation=school))
    assert waiting.status == "waitlisted"

    actions.substitute(
        booking, practitioner=UserFactory(organisation=office), actor=UserFactory(), source="organiser", at=NOW
    )

    assert fresh(waiting).status == "offered"
    assert counters(session) == (2, 0)
    assert invariants.faults(at=NOW) == []


# A start or a close that moves


def move(session, *, by):
    event_actions.reschedule_session(session.pk, starts_at=session.starts_at + by, ends_at=session.ends_at + by, at=NOW)


def test_offer_when_the_session_is_moved_before_its_end_then_it_lapses_with_the_start(session):
    set_policy(offer_hours=240)
    holder, waiting = make_booking(session=session), make_queued(session=session)
    actions.cancel(holder, at=NOW)
    assert fresh(waiting).offer_expires_at == NOW + 240 * HOUR

    move(session, by=NOW + DAY - START)

    assert fresh(waiting).offer_expires_at == NOW + DAY
    with pytest.raises(OfferGone):
        actions.accept(waiting, at=NOW + DAY)


def test_offer_when_booking_is_closed_early_then_it_lapses_and_goes_to_nobody(session):
    holder, waiting, behind = make_booking(session=session), make_queued(session=session), make_queued(session=session)
    actions.cancel(holder, at=NOW)

    event_actions.revise_session(session.pk, booking_closes_at=NOW + HOUR, at=NOW)
    actions.lapse_offers(at=NOW + HOUR)

    assert (fresh(waiting).status, fresh(behind).status) == ("expired", "waitlisted")
    assert counters(session) == (0, 1)


def test_question_to_a_manager_when_the_session_is_moved_before_its_end_then_it_ends_with_the_start(session):
    set_policy(manager="asked", manager_answer_working_days=10)
    booking = actions.book(session, practitioner=UserFactory(), at=NOW, manager=MANAGER)

    move(session, by=NOW + DAY - START)

    assert booking.approval.expires_at > NOW + DAY
    assert fresh(booking).approval.expires_at == NOW + DAY


@pytest.mark.parametrize("change", [{"booking_closes_at": NOW}, {"sequence": 1}])
def test_book_when_the_session_changed_since_it_was_seen_then_looked_at_again(session, change):
    seen = fresh(session)
    Session.objects.filter(pk=session.pk).update(**change)

    if "sequence" in change:
        assert actions.book(seen, practitioner=UserFactory(), at=NOW).session.sequence == 1
    else:
        with pytest.raises(Exception, match="has closed"):
            actions.book(seen, practitioner=UserFactory(), at=NOW)
        assert not Booking.objects.exists()


# One that is busy


def test_lapse_offers_when_one_session_is_busy_then_the_others_are_done_and_it_is_left_for_the_next_time(
    monkeypatch, caplog
):
    sessions = [SessionFactory(capacity=1, starts_at=START + n * DAY) for n in range(3)]
    waiting = []
    for session in sessions:
        holder = make_booking(session=session)
        waiting.append(make_queued(session=session))
        actions.cancel(holder, at=NOW)
    lapse = offers._lapse

    def busy_once(key, *, at):
        if key == sessions[0].pk:
            raise Busy(Busy.__doc__)
        return lapse(key, at=at)

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(offers, "_lapse", busy_once)
        assert actions.lapse_offers(at=NOW + 25 * HOUR) == 2
    assert f"of {sessions[0].pk} was busy" in caplog.text

    assert [fresh(booking).status for booking in waiting] == ["offered", "expired", "expired"]
    assert actions.lapse_offers(at=NOW + 25 * HOUR) == 1


# A place that is handed on where something must be answered first


def test_automatic_place_when_a_manager_is_asked_then_it_is_offered_and_the_manager_asked_on_accepting(session):
    set_policy(manager="asked", waiting_list="automatic")
    holder = actions.book(session, practitioner=UserFactory(), at=NOW, manager=("", ""))
    session.refresh_from_db()
    waiting = actions.book(session, practitioner=UserFactory(), at=NOW, manager=MANAGER)

    actions.cancel(holder, at=NOW)
    assert fresh(waiting).status == "offered"
    actions.accept(waiting, at=NOW)

    assert fresh(waiting).status == "awaiting_approval"
    assert fresh(waiting).approval.manager_email == "mo@example.org"


def test_place_when_the_person_has_another_sitting_by_then_offered_and_taken_only_in_its_stead():
    set_policy(waiting_list="automatic")
    topic = TopicFactory(one_sitting=True)
    first = SessionFactory(topic=topic, week=topic.week, capacity=1)
    second = SessionFactory(topic=topic, week=topic.week, capacity=1, starts_at=START + DAY)
    person = UserFactory()
    holder, waiting = make_booking(session=first), make_queued(session=first, practitioner=person)
    other = make_booking(session=second, practitioner=person)

    actions.cancel(holder, at=NOW)
    assert fresh(waiting).status == "offered"
    with pytest.raises(OtherSittingBooked) as refused:
        actions.accept(waiting, at=NOW)
    assert refused.value.booking == other

    actions.cancel(other, at=NOW)
    assert actions.accept(waiting, at=NOW).status == "confirmed"


# Whoever is passed over hears why, once


def test_place_kept_for_others_when_it_is_booked_directly_then_whoever_waits_has_the_reason_once():
    set_policy(organisation_quota=1)
    school, office, clinic = (OrganisationFactory(slug=slug) for slug in ("school", "office", "clinic"))
    session = SessionFactory(capacity=5)
    make_booking(session=session, practitioner=UserFactory(organisation=school))
    waiting = make_booking(session=session, practitioner=UserFactory(organisation=school))

    for organisation in (office, clinic):
        assert make_booking(session=session, practitioner=UserFactory(organisation=organisation)).status == "confirmed"

    assert verbs(waiting) == ["queued", "passed_over"]
    assert "one organisation" in waiting.changes.last().reason
    assert invariants.faults(at=NOW) == []


def test_outsider_when_somebody_of_the_area_who_came_later_gets_the_place_then_has_the_reason():
    set_session_policy(session := SessionFactory(capacity=1), release_working_days=0)
    area = AreaFactory(slug="hampshire")
    session.areas.add(area)
    insider = UserFactory()
    insider.areas.add(area)
    other = UserFactory()
    other.areas.add(area)
    holder = make_booking(session=session, practitioner=insider)
    outsider, local = make_queued(session=session), make_queued(session=session, practitioner=other)
    late = START - HOUR / 2

    actions.cancel(holder, at=late)

    assert (fresh(outsider).status, fresh(local).status) == ("waitlisted", "offered")
    assert verbs(outsider) == ["queued", "passed_over"]
    assert outsider.changes.last().reason == "People who work in the session's area come first."
