"""A place is given to a colleague: asked and answered, or at once."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.errors import AlreadyAnswered, AlreadyBooked, NotEligible, NotSubstitutable, OtherSittingBooked
from bookings.models import AccessNeed, Booking, Handover
from tests.bookings.desk import counters, set_policy, verbs
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued
from tests.factories.people import SectorFactory

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def booking():
    return make_booking(session=SessionFactory(capacity=1))


@pytest.fixture
def colleague():
    return UserFactory(email="colleague@example.org")


def fresh(booking):
    return Booking.objects.get(pk=booking.pk)


def ask(booking, email="Colleague@Example.org", at=NOW):
    return actions.ask_colleague(booking, email=email, at=at, actor=booking.practitioner)


def test_colleague_takes_the_place_then_it_never_became_free(booking, colleague):
    waiting = make_queued(session=booking.session)
    handover = ask(booking)

    taken = actions.answer_handover(handover, takes=True, practitioner=colleague, at=NOW)

    assert (fresh(booking).status, taken.status, fresh(waiting).status) == ("substituted", "confirmed", "waitlisted")
    assert (taken.practitioner, taken.substitute_for, taken.source) == (colleague, booking, "colleague")
    assert taken.ical_uid != booking.ical_uid
    assert fresh(booking).ical_sequence == booking.ical_sequence + 1
    assert counters(booking.session) == (1, 1)
    assert (verbs(booking), verbs(taken)) == (["booked", "colleague_asked", "substituted"], ["took_over"])


def test_colleague_declines_then_the_place_stays_and_somebody_else_can_be_asked(booking, colleague):
    handover = ask(booking)

    actions.answer_handover(handover, takes=False, at=NOW)
    with pytest.raises(AlreadyAnswered):
        actions.answer_handover(handover, takes=True, practitioner=colleague, at=NOW)
    ask(booking, "other@example.org")

    assert fresh(booking).status == "confirmed"
    assert list(Handover.objects.order_by("pk").values_list("answer", flat=True)) == ["no", ""]


def test_asking_twice_then_one_question_and_another_address_replaces_it(booking):
    first = ask(booking)
    assert ask(booking) == first
    second = ask(booking, "other@example.org")

    assert (first.expires_at, first.colleague_email) == (NOW + WEEK, "colleague@example.org")
    first.refresh_from_db()
    assert (first.answer, second.answer) == ("withdrawn", "")


def test_question_when_withdrawn_or_run_out_then_the_link_no_longer_works(booking, colleague):
    first = ask(booking)
    with pytest.raises(AlreadyAnswered):
        actions.answer_handover(first, takes=True, practitioner=colleague, at=NOW + WEEK)
    actions.withdraw_handover(booking, at=NOW)
    with pytest.raises(AlreadyAnswered):
        actions.answer_handover(first, takes=True, practitioner=colleague, at=NOW)

    assert fresh(booking).status == "confirmed"
    assert verbs(booking)[-1] == "colleague_withdrawn"


def test_question_when_run_out_then_ended_once_and_another_can_be_asked(booking):
    ask(booking)
    assert actions.lapse_handovers(at=NOW + WEEK - timedelta(seconds=1)) == 0

    assert actions.lapse_handovers(at=NOW + WEEK) == 1
    assert actions.lapse_handovers(at=NOW + WEEK) == 0

    assert Handover.objects.get().answer == "lapsed"
    assert verbs(booking) == ["booked", "colleague_asked", "colleague_lapsed"]
    assert ask(booking, "other@example.org", at=NOW + WEEK).answer == ""


def test_question_when_run_out_then_the_same_colleague_is_asked_again_though_the_worker_has_not_been(booking):
    first = ask(booking)
    assert ask(booking, at=NOW + WEEK - timedelta(seconds=1)) == first

    second = ask(booking, at=NOW + WEEK)

    first.refresh_from_db()
    assert (first.answer, second.answer, second.expires_at) == ("withdrawn", "", NOW + 2 * WEEK)


def test_question_when_run_out_after_the_place_went_then_closed_without_a_word(booking):
    ask(booking)
    actions.cancel(booking, at=NOW)

    assert actions.lapse_handovers(at=NOW + WEEK) == 1

    assert Handover.objects.get().answer == "withdrawn"
    assert verbs(booking)[-1] == "cancelled"


def test_colleague_who_is_booked_already_then_refused_and_both_keep_what_they_have(colleague):
    session = SessionFactory(capacity=2)
    booking, theirs = make_booking(session=session), make_booking(session=session, practitioner=colleague)

    with pytest.raises(AlreadyBooked):
        actions.answer_handover(ask(booking), takes=True, practitioner=colleague, at=NOW)
    with pytest.raises(AlreadyBooked):
        actions.substitute(booking, practitioner=colleague, actor=UserFactory(), source="organiser", at=NOW)

    assert {fresh(booking).status, fresh(theirs).status} == {"confirmed"}
    assert counters(session) == (2, 0)


def test_colleague_who_waits_then_has_the_place_and_waits_no_more(booking, colleague):
    theirs = make_queued(session=booking.session, practitioner=colleague)

    actions.answer_handover(ask(booking), takes=True, practitioner=colleague, at=NOW)

    assert (fresh(booking).status, fresh(theirs).status) == ("substituted", "cancelled")
    assert Booking.objects.live().get().practitioner == colleague
    assert counters(booking.session) == (1, 0)


def test_colleague_whom_the_rules_refuse_then_told_why_and_nothing_changes(booking, colleague):
    booking.session.sectors.add(SectorFactory())

    with pytest.raises(NotEligible, match="Schools"):
        actions.substitute(booking, practitioner=colleague, actor=UserFactory(), source="organiser", at=NOW)

    assert fresh(booking).status == "confirmed"


def test_colleague_with_another_sitting_then_refused(booking, colleague):
    other = SessionFactory(topic=booking.session.topic, starts_at=START + timedelta(hours=6))
    make_booking(session=other, practitioner=colleague)

    with pytest.raises(OtherSittingBooked):
        actions.answer_handover(ask(booking), takes=True, practitioner=colleague, at=NOW)

    assert Handover.objects.get().answer == ""


@pytest.mark.parametrize(("hours", "last"), [(0, START), (24, START - timedelta(hours=24))])
def test_until_when_then_the_start_or_as_the_policy_said_on_the_day_of_booking(hours, last, colleague):
    set_policy(substitute_until_hours=hours)
    booking = make_booking()
    set_policy(substitute_until_hours=100)

    with pytest.raises(NotSubstitutable):
        ask(booking, at=last)
    asked = ask(booking, at=last - timedelta(minutes=1))
    assert (asked.answer, asked.expires_at) == ("", last)


def test_own_address_then_refused(booking):
    with pytest.raises(NotSubstitutable, match="your own address"):
        ask(booking, booking.email.upper())


def test_place_that_is_only_waited_for_then_cannot_be_given(booking):
    with pytest.raises(NotSubstitutable, match="a place you have"):
        ask(make_queued(session=booking.session))


def test_access_need_of_the_first_person_then_does_not_go_to_the_colleague(colleague):
    booking = make_booking(session=SessionFactory(format="online"))
    AccessNeed.written.add(booking=booking, text="Captions, please.")

    actions.substitute(booking, practitioner=colleague, actor=UserFactory(), source="organiser", at=NOW)

    assert not AccessNeed.objects.exists()


def test_swap_by_an_organiser_then_told_who_did_it_and_for_whom(booking, colleague):
    organiser = UserFactory(email="organiser@example.org")
    ask(booking, "other@example.org")

    taken = actions.substitute(booking, practitioner=colleague, actor=organiser, source="organiser", at=NOW)

    for row in (booking.changes.last(), taken.changes.last()):
        assert (row.actor, row.on_behalf_of) == (organiser, row.booking.practitioner)
    assert Handover.objects.get().answer == "withdrawn"
