"""Who may book a session: each rule with its sentence, and somebody who meets it."""

from datetime import timedelta

import pytest

from bookings import actions, eligibility, errors
from bookings.models import Booking, SessionPolicy, terms_of
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
from tests.factories.people import AreaFactory, SectorFactory

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MIDNIGHT = START - timedelta(hours=9, minutes=30)  # in London, of the day of the session


@pytest.fixture
def session():
    return SessionFactory(capacity=20)


@pytest.fixture
def person():
    """A teacher on the Island."""
    found = UserFactory(organisation=OrganisationFactory())
    found.areas.set([AreaFactory(slug="isle-of-wight")])
    return found


def why_not(session, person, *, at=NOW):
    near = eligibility.bookings_near(session, person)
    return eligibility.why_not_person(session, person, terms_of([session])[session.pk], near=near, at=at)


def set_policy(session, **values):
    SessionPolicy.objects.update_or_create(session=session, defaults={"values": values})


def sentence(session, person, **kwargs):
    refusal = why_not(session, person, **kwargs)
    return refusal.sentence if refusal else ""


def test_session_when_it_has_no_rules_then_for_everybody(session, person):
    assert why_not(session, person) is None
    assert why_not(session, UserFactory()) is None


# Sectors


def test_session_when_for_other_sectors_then_says_for_which(session, person):
    session.sectors.add(SectorFactory(slug="police", name="Police"), SectorFactory(slug="health", name="Hospitals"))

    refusal = why_not(session, person)

    assert isinstance(refusal, errors.NotEligible)
    assert refusal.sentence == "This session is for people who work in: Hospitals, Police."


def test_session_when_for_ones_own_sector_then_bookable(session, person):
    session.sectors.add(SectorFactory(slug="police", name="Police"), person.organisation.sector)

    assert why_not(session, person) is None


def test_session_when_for_sectors_and_none_is_known_of_a_person_then_refused(session):
    session.sectors.add(SectorFactory())

    assert sentence(session, UserFactory()) == "This session is for people who work in: Schools."


# Areas


def test_session_when_for_another_area_and_others_are_refused_then_says_for_which(session, person):
    session.areas.add(AreaFactory(slug="hampshire"))
    set_policy(session, outsiders="refuse")

    assert sentence(session, person) == "This session is for people who work in: Hampshire."


@pytest.mark.parametrize("outsiders", ["wait", "allow"])
def test_session_when_for_another_area_and_others_may_wait_or_book_then_not_refused(session, person, outsiders):
    session.areas.add(AreaFactory(slug="hampshire"))
    set_policy(session, outsiders=outsiders)

    assert why_not(session, person) is None


def test_outsider_when_neither_they_nor_their_organisation_work_there(session, person):
    hampshire = AreaFactory(slug="hampshire")
    assert not eligibility.is_outsider(session, person)  # it is for everybody

    session.areas.add(hampshire)
    assert eligibility.is_outsider(session, person)

    person.organisation.areas.add(hampshire)
    assert not eligibility.is_outsider(session, person)


def test_outsider_when_the_person_works_there_and_the_organisation_does_not_then_none(session, person):
    session.areas.add(AreaFactory(slug="isle-of-wight"))

    assert not eligibility.is_outsider(session, person)


# What comes before


@pytest.fixture
def first(session):
    """What must come before the session: its topic has one sitting, the day before."""
    before = SessionFactory(starts_at=START - DAY, topic=TopicFactory(title="The first part"), capacity=20)
    session.prerequisite = before.topic
    session.save()
    return before


def test_prerequisite_when_not_booked_then_names_it(session, first, person):
    assert sentence(session, person) == "Book “The first part” first: this session builds on it."


def test_prerequisite_when_there_is_a_place_on_an_earlier_sitting_then_bookable(session, first, person):
    make_booking(session=first, practitioner=person)

    assert why_not(session, person) is None


def test_prerequisite_when_only_waited_for_then_refused(session, first, person):
    first.capacity = 1
    first.save()
    make_booking(session=first)
    make_queued(session=first, practitioner=person)

    assert isinstance(why_not(session, person), errors.NotEligible)


def test_prerequisite_when_the_booked_sitting_comes_later_then_refused(session, first, person):
    later = SessionFactory(topic=first.topic, starts_at=START + DAY, capacity=20)
    make_booking(session=later, practitioner=person)

    assert isinstance(why_not(session, person), errors.NotEligible)


def test_prerequisite_when_attended_long_ago_then_bookable(session, first, person):
    make_booking(session=first, practitioner=person)

    assert why_not(session, person, at=first.ends_at + DAY / 2) is None


@pytest.mark.parametrize(
    ("state", "counts"),
    [("present", True), ("late", True), ("left_early", True), ("did_not_attend", False), ("excused", False)],
)
def test_prerequisite_when_marked_then_counts_for_whoever_came(session, first, person, state, counts):
    booking = make_booking(session=first, practitioner=person)
    actions.mark(first, [actions.Mark(booking.pk, state, first.ends_at)], at=first.ends_at, actor=None)

    assert (why_not(session, person) is None) is counts


@pytest.mark.parametrize(("after", "bookable"), [(timedelta(0), True), (timedelta(microseconds=-1), False)])
def test_prerequisite_when_it_ended_after_the_start_then_counts_from_its_end_on(
    session, first, person, after, bookable
):
    later = SessionFactory(topic=first.topic, starts_at=START, capacity=20)
    make_booking(session=later, practitioner=person)

    assert (why_not(session, person, at=later.ends_at + after) is None) is bookable


def test_prerequisite_when_the_place_was_given_up_then_refused(session, first, person):
    actions.cancel(make_booking(session=first, practitioner=person), at=NOW)

    assert isinstance(why_not(session, person), errors.NotEligible)


# One sitting, and the day


def test_sitting_when_another_of_the_topic_is_booked_then_names_it(session, person):
    other = make_booking(session=SessionFactory(topic=session.topic, starts_at=START + DAY), practitioner=person)

    refusal = why_not(session, person)

    assert isinstance(refusal, errors.OtherSittingBooked)
    assert refusal.booking == other


def test_sitting_when_the_topic_is_given_in_parts_then_bookable(session, person):
    session.topic.one_sitting = False
    session.topic.save()
    make_booking(session=SessionFactory(topic=session.topic, starts_at=START + DAY), practitioner=person)

    assert why_not(session, person) is None


def test_sitting_when_the_other_is_only_waited_for_then_bookable(session, person):
    other = SessionFactory(topic=session.topic, starts_at=START + DAY, capacity=1)
    make_booking(session=other)
    make_queued(session=other, practitioner=person)

    assert why_not(session, person) is None


def test_day_when_it_holds_as_many_bookings_as_one_person_may_have_then_refused(session, person):
    set_policy(session, daily_limit=2)
    for hours in (2, 4):
        make_booking(session=SessionFactory(starts_at=START + timedelta(hours=hours)), practitioner=person)

    refusal = why_not(session, person)

    assert isinstance(refusal, errors.DayFull)
    assert refusal.sentence == "You have 2 bookings on that day, which is the most for one person."


@pytest.mark.parametrize("limit", [0, 3])
def test_day_when_there_is_room_or_no_limit_then_bookable(session, person, limit):
    set_policy(session, daily_limit=limit)
    for hours in (2, 4):
        make_booking(session=SessionFactory(starts_at=START + timedelta(hours=hours)), practitioner=person)

    assert why_not(session, person) is None


@pytest.mark.parametrize(
    ("starts_at", "counts"),
    [(MIDNIGHT, True), (MIDNIGHT - MINUTE, False), (MIDNIGHT + DAY - MINUTE, True), (MIDNIGHT + DAY, False)],
)
def test_day_when_another_booking_is_near_midnight_then_counts_on_its_day_in_london(session, person, starts_at, counts):
    set_policy(session, daily_limit=1)
    make_booking(session=SessionFactory(starts_at=starts_at), practitioner=person)

    assert isinstance(why_not(session, person), errors.DayFull) is counts


# Warnings, and what the desk does with a refusal


def test_clash_when_two_sessions_overlap_then_a_warning_and_no_refusal(session, person):
    mine = make_booking(
        session=SessionFactory(starts_at=START + timedelta(minutes=30), capacity=20), practitioner=person
    )
    make_booking(session=SessionFactory(starts_at=session.ends_at, capacity=20), practitioner=person)

    assert eligibility.clashing(session, eligibility.bookings_near(session, person)) == [mine]
    assert why_not(session, person) is None


def test_book_when_a_rule_is_not_met_then_nothing_is_written_and_an_override_books(session, person):
    session.sectors.add(SectorFactory(slug="police", name="Police"))

    with pytest.raises(errors.NotEligible):
        actions.book(session, practitioner=person, at=NOW)
    assert not Booking.objects.exists()

    booking = actions.book(session, practitioner=person, at=NOW, overrides="They train our officers.")
    assert booking.status == "confirmed"
    assert booking.changes.get().reason == "They train our officers."
