"""A venue's name and address stand in people's diaries."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from events import actions
from events.models import ProgrammeRevision, Session, Venue
from tests.factories import NOW, START, SessionFactory, VenueFactory, make_booking

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def held_at(venue, **fields):
    return SessionFactory(format="in_person", venue=venue, **fields)


def diaries():
    return dict(Session.objects.values_list("pk", "sequence"))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"name": "New Hall"}, "New Hall, 1 Example Street, Newport"),
        ({"address": "2 Example Street, Newport"}, "Example Hall, 2 Example Street, Newport"),
        ({"name": "New Hall", "address": ""}, "New Hall"),
    ],
)
def test_entries_get_their_next_number_when_the_line_in_diaries_changes(changes, line):
    venue = VenueFactory()
    first, second = held_at(venue), held_at(venue)
    booking = make_booking(session=first)
    actions.revise_venue(venue, at=LATER, **changes)
    assert Venue.objects.get().one_line == line
    assert set(Session.objects.values_list("sequence", "revised_at")) == {(1, LATER)}
    assert set(diaries()) == {first.pk, second.pk}
    booking.refresh_from_db()
    assert (booking.ical_sequence, booking.ical_stamp) == (1, LATER)
    assert booking.changes.last().details == {"venue": ["Example Hall, 1 Example Street, Newport", line]}


def test_entries_stay_when_nothing_that_they_say_changes():
    venue = VenueFactory()
    session = held_at(venue)
    actions.revise_venue(venue, at=LATER, access="Step-free.")
    assert Venue.objects.get().access == "Step-free."
    assert diaries() == {session.pk: 0}


def test_nothing_happens_when_repeated():
    venue = VenueFactory()
    held_at(venue)
    actions.revise_venue(venue, at=LATER, name="New Hall")
    before = (diaries(), ProgrammeRevision.objects.get().number)
    actions.revise_venue(venue, at=LATER, name="New Hall")
    assert (diaries(), ProgrammeRevision.objects.get().number) == before


def test_entries_stay_of_what_has_begun_is_a_draft_is_cancelled_or_is_elsewhere():
    venue = VenueFactory()
    others = [
        held_at(venue, starts_at=LATER),
        held_at(venue, state="draft"),
        held_at(venue, state="cancelled", cancelled_at=NOW),
        held_at(VenueFactory(slug="other", name="Other Hall")),
        SessionFactory(),
    ]
    coming = held_at(venue, starts_at=LATER + timedelta(seconds=1))
    actions.revise_venue(venue, at=LATER, name="New Hall")
    assert diaries() == {**{session.pk: 0 for session in others}, coming.pk: 1}


def test_nothing_is_written_when_the_name_cannot_be_used():
    venue = VenueFactory()
    session = held_at(venue)
    with pytest.raises(ValidationError):
        actions.revise_venue(venue, at=LATER, name="a\x00b")
    assert Venue.objects.get().name == "Example Hall"
    assert diaries() == {session.pk: 0}


def test_old_name_is_the_stored_one_when_the_object_carries_the_new_one_already():
    venue = VenueFactory()
    booking = make_booking(session=held_at(venue))
    venue.name = "New Hall"
    actions.revise_venue(venue, at=LATER, name="New Hall")
    assert booking.changes.last().details["venue"][0].startswith("Example Hall")


@pytest.mark.parametrize("people", [1, 3])
def test_queries_are_as_many_for_one_person_as_for_three(people, django_assert_num_queries):
    venue = VenueFactory()
    session = held_at(venue, capacity=9)
    for _ in range(people):
        make_booking(session=session)
    with django_assert_num_queries(cost_of_one()):
        actions.revise_venue(venue, at=LATER, name="New Hall")
    assert set(Booking.objects.values_list("ical_sequence", flat=True)) >= {1}


def cost_of_one():
    venue = VenueFactory(slug="alone", name="Alone")
    make_booking(session=held_at(venue, starts_at=START + timedelta(days=1)))
    with CaptureQueriesContext(connection) as queries:
        actions.revise_venue(venue, at=LATER, name="Alone again")
    return len(queries)


@pytest.mark.postgres
def test_sessions_are_locked_in_order_of_id_before_anything_is_written():
    venue = VenueFactory()
    held_at(venue)
    with CaptureQueriesContext(connection) as queries:
        actions.revise_venue(venue, at=LATER, name="New Hall")
    first = next(query["sql"] for query in queries if not query["sql"].startswith("SAVEPOINT"))
    assert 'FROM "events_session"' in first
    assert first.endswith('ORDER BY "events_session"."id" ASC FOR NO KEY UPDATE OF "events_session"')
