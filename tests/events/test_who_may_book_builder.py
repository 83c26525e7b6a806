"""Who may book, as organisers say it: in a draft, on a published session, in the checklist and in a copy."""

from datetime import date, timedelta

import pytest

from bookings.models import Booking
from events import actions
from events.models import PlannedChange, Session
from tests.events.organisers import session_form, week
from tests.events.test_organise_changes import TYPED
from tests.factories import (
    NOW,
    START,
    SessionFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
    make_queued,
)
from tests.factories.people import AreaFactory, SectorFactory

__all__ = ["week"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)


@pytest.fixture
def both():
    """What is sent for a session that people come to or join online."""
    return {"format": "hybrid", "venue": VenueFactory().pk, "in_person_capacity": "40", "online_capacity": "300"}


def add(organiser, week, hampshire, **fields):
    return organiser.post(f"/organise/weeks/{week.slug}/sessions/add/", session_form(hampshire, **fields))


def added():
    return Session.objects.get(title="Ten curious questions")


def fault(answer, name):
    return answer.context["form"].errors[name]


def test_address_of_a_new_session_is_there(organiser, week):
    page = organiser.get(f"/organise/weeks/{week.slug}/sessions/add/").content.decode()

    for label in ("For people who work in", "For these sectors", "What must come before", "Places at the venue"):
        assert label in page


def test_session_when_added_then_says_who_may_book(organiser, week, hampshire, both):
    area, sector, before = AreaFactory(), SectorFactory(), TopicFactory(week=week, title="The first part")

    answer = add(
        organiser,
        week,
        hampshire,
        **both,
        areas=[area.pk],
        sectors=[sector.pk],
        for_whom="I supervise other practitioners.",
        prerequisite=before.pk,
        one_sitting="on",
    )

    assert answer.status_code == 302
    session = added()
    assert (list(session.areas.all()), list(session.sectors.all())) == ([area], [sector])
    assert (session.for_whom, session.prerequisite) == ("I supervise other practitioners.", before)
    assert (session.in_person_capacity, session.online_capacity, session.capacity) == (40, 300, 20)
    assert session.topic.one_sitting


def test_session_when_only_the_ways_have_places_then_as_many_as_both_together(organiser, week, hampshire, both):
    add(organiser, week, hampshire, **both, capacity="")

    assert added().capacity == 340
    assert not added().topic.one_sitting  # unticked


def test_session_when_there_is_one_way_then_no_places_for_each(organiser, week, hampshire):
    answer = add(organiser, week, hampshire, in_person_capacity="4")

    assert answer.status_code == 400
    assert fault(answer, "in_person_capacity")[0].startswith("Only a session in person or online")
    assert not Session.objects.exists()


@pytest.mark.parametrize("which", ["a later week", "a week of others"])
def test_session_when_what_comes_before_is_out_of_reach_then_refused(organiser, week, hampshire, island, which):
    starts_on = {"a later week": date(2027, 10, 4), "a week of others": date(2027, 2, 1)}[which]
    host = {"a later week": hampshire, "a week of others": island}[which]
    topic = TopicFactory(week=WeekFactory(slug="another-week", starts_on=starts_on, host=host))

    answer = add(organiser, week, hampshire, prerequisite=topic.pk)

    assert answer.status_code == 400
    assert fault(answer, "prerequisite")


def test_session_when_what_comes_before_is_of_an_earlier_week_then_stored(organiser, week, hampshire):
    topic = TopicFactory(week=WeekFactory(slug="earlier", starts_on=date(2027, 2, 1), host=hampshire))

    add(organiser, week, hampshire, prerequisite=topic.pk)

    assert added().prerequisite == topic


def test_draft_when_changed_then_cannot_come_before_itself_and_loses_what_is_unticked(organiser, week, hampshire):
    session = SessionFactory(week=week, state="draft", host=hampshire)
    session.areas.add(AreaFactory())
    address = f"/organise/sessions/{session.pk}/edit/"

    refused = organiser.post(address, session_form(hampshire, prerequisite=session.topic_id))
    assert fault(refused, "prerequisite")

    assert organiser.post(address, session_form(hampshire)).status_code == 302
    assert not session.areas.exists()


def test_draft_when_deleted_and_others_build_on_its_topic_then_the_topic_stays(week):
    first = SessionFactory(week=week, state="draft")
    SessionFactory(week=week, state="draft", prerequisite=first.topic)

    actions.delete_draft(first.pk)

    assert week.topics.filter(pk=first.topic_id).exists()


# On a published session


@pytest.fixture
def published(hampshire):
    """A session for both ways, with two people at the venue and one who waits."""
    session = SessionFactory(format="hybrid", venue=VenueFactory(), capacity=2)
    for _ in range(2):
        make_booking(session=session)
    make_queued(session=session)
    session.refresh_from_db()
    return session


def change(organiser, session, **fields):
    """Send the form of a change, and decide."""
    data = {**TYPED, "format": session.format, "venue": session.venue_id, **fields}
    return organiser.post(
        f"/organise/sessions/{session.pk}/change/",
        {**data, "step": "confirm", "as_of": session.revised_at.isoformat()},
    )


def carried_out():
    return actions.carry_out(PlannedChange.objects.get().pk, at=NOW)


def test_change_when_places_are_added_then_those_who_wait_are_offered_them(organiser, published):
    assert change(organiser, published, capacity="3").status_code == 302

    assert carried_out().state == "done"
    assert Booking.objects.filter(status="offered").count() == 1


def test_change_when_fewer_places_than_taken_then_refused_at_the_field(organiser, published):
    answer = change(organiser, published, capacity="1")

    assert answer.status_code == 409
    assert fault(answer, "capacity") == ["2 places are taken, so there must be at least that many."]


def test_change_when_fewer_places_at_the_venue_than_taken_then_refused_at_the_field(organiser, published):
    answer = change(organiser, published, capacity="9", in_person_capacity="1")

    assert answer.status_code == 409
    assert fault(answer, "in_person_capacity") == [
        "2 places are taken at the venue, so there must be at least that many."
    ]
    assert not PlannedChange.objects.exists()


def test_change_when_nothing_is_sent_of_places_then_they_stay(organiser, published):
    change(organiser, published, title="Another title")

    assert set(PlannedChange.objects.get().changes) == {"title"}


def test_change_when_it_says_who_may_book_then_shown_first_and_kept_until_it_is_done(organiser, published):
    area, sector = AreaFactory(slug="isle-of-wight"), SectorFactory()
    before = TopicFactory(week=published.week, title="The first part")
    who = {"areas": [area.pk], "sectors": [sector.pk], "prerequisite": before.pk, "for_whom": "I supervise."}
    preview = organiser.post(
        f"/organise/sessions/{published.pk}/change/",
        {**TYPED, "format": "hybrid", "venue": published.venue_id, **who, "step": "preview"},
    ).content.decode()
    assert "No diary entry changes, so no mail is sent about it." in preview
    assert preview.count("everybody") == 2

    change(organiser, published, **who)
    listed = organiser.get("/organise/changes/").content.decode()
    for words in ("Isle Of Wight", "Schools", "The first part", "I supervise."):
        assert words in preview
        assert words in listed

    carried_out()
    published.refresh_from_db()
    assert (list(published.areas.all()), list(published.sectors.all())) == ([area], [sector])
    assert (published.prerequisite, published.for_whom) == (before, "I supervise.")


def test_change_when_an_area_is_gone_by_the_time_then_refused_with_the_reason(organiser, published):
    area = AreaFactory(slug="another")
    change(organiser, published, areas=[area.pk])
    area.delete()

    ended = carried_out()

    assert (ended.state, ended.outcome) == ("refused", "One of the areas that were chosen is no longer there.")


# Repeating


def test_session_when_duplicated_then_for_the_same_people(week, hampshire):
    session = SessionFactory(week=week, host=hampshire, for_whom="I supervise.")
    session.areas.add(AreaFactory())
    session.sectors.add(SectorFactory())

    copy = actions.duplicate_session(session, starts_at=START + DAY, at=NOW, within=frozenset([hampshire.pk]))

    assert copy.pk != session.pk
    assert (copy.areas.count(), copy.sectors.count(), copy.for_whom) == (1, 1, "I supervise.")


def test_week_when_copied_then_what_came_before_within_it_does_so_in_the_copy(week, hampshire):
    first = SessionFactory(week=week, host=hampshire, code="A1")
    outside = TopicFactory(week=WeekFactory(slug="earlier", starts_on=date(2027, 2, 1), host=hampshire))
    second = SessionFactory(week=week, host=hampshire, code="A2", prerequisite=first.topic, starts_at=START + DAY)
    SessionFactory(week=week, host=hampshire, code="A3", prerequisite=outside)
    second.areas.add(AreaFactory())
    second.sectors.add(SectorFactory())
    first.topic.one_sitting = False
    first.topic.save()

    copy = actions.copy_week(week, starts_on=date(2027, 11, 1), at=NOW)

    sessions = {session.code: session for session in copy.sessions.all()}
    assert sessions["A2"].prerequisite == sessions["A1"].topic
    assert sessions["A2"].prerequisite.week == copy
    assert sessions["A3"].prerequisite == outside
    assert (sessions["A2"].areas.count(), sessions["A2"].sectors.count()) == (1, 1)
    assert not sessions["A1"].topic.one_sitting
    second.refresh_from_db()
    assert second.prerequisite == first.topic
    assert second.areas.exists()


def test_person_when_the_topic_is_in_parts_then_books_both(week):
    first = SessionFactory(topic=TopicFactory(one_sitting=False), capacity=9)
    person = UserFactory()
    make_booking(session=first, practitioner=person)

    later = SessionFactory(topic=first.topic, starts_at=START + DAY, capacity=9)
    assert make_booking(session=later, practitioner=person).status == "confirmed"
