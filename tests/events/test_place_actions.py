"""New venues and rooms, and what a room's name does to diaries."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from events import actions
from events.errors import Busy, RoomInUse
from events.models import Room, Session, Venue
from tests.events.threads import at_once
from tests.factories import NOW, START, RoomFactory, SessionFactory, VenueFactory, make_booking

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def in_room(room, **fields):
    return SessionFactory(format="in_person", venue=room.venue, room=room, **fields)


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (["Example Hall", "Example Hall", "Example Hall"], ["example-hall", "example-hall-2", "example-hall-3"]),
        (["New", "日本"], ["new-2", "unnamed"]),
        (["x" * 100], ["x" * 70]),
    ],
)
def test_venue_when_made_then_its_address_is_the_first_free_one_of_its_name(names, slugs):
    assert [actions.create_venue(name=name).slug for name in names] == slugs


def test_venue_when_a_field_is_wrong_then_is_not_made():
    with pytest.raises(ValidationError):
        actions.create_venue(name="a\x00b")

    assert not Venue.objects.exists()


def test_room_when_added_then_is_the_venues_and_a_second_of_its_name_is_refused():
    venue = VenueFactory()

    room = actions.add_room(venue, name="Oak", seats=12)
    with pytest.raises(ValidationError, match="has a room of this name already"):
        actions.add_room(venue, name="Oak")

    assert (room.venue, room.seats) == (venue, 12)
    assert actions.add_room(VenueFactory(slug="other"), name="Oak").pk


def test_room_when_renamed_then_diaries_of_those_who_are_to_come_follow():
    room = RoomFactory()
    booking = make_booking(session=in_room(room))
    others = [
        in_room(room, starts_at=NOW),
        in_room(room, state="draft"),
        in_room(RoomFactory(name="Elsewhere"), starts_at=START),
    ]

    actions.revise_room(room, at=LATER, name="Oak")
    actions.revise_room(room, at=LATER, name="Oak")

    booking.refresh_from_db()
    assert (booking.ical_sequence, booking.session.place) == (1, "Oak, Example Hall, 1 Example Street, Newport")
    assert booking.changes.last().details == {"room": ["Example Room", "Oak"]}
    assert set(Session.objects.filter(pk__in=[one.pk for one in others]).values_list("sequence", flat=True)) == {0}


def test_room_when_only_its_seats_change_then_nobody_is_told():
    room = RoomFactory()
    session = in_room(room)

    actions.revise_room(room, at=LATER, seats=12)

    session.refresh_from_db()
    assert (session.sequence, Room.objects.get().seats) == (0, 12)


def test_room_when_no_session_names_it_then_is_removed_and_twice_is_no_fault():
    room, used = RoomFactory(), RoomFactory(name="Used")
    in_room(used, starts_at=NOW - timedelta(days=1))

    actions.remove_room(room)
    actions.remove_room(room)
    with pytest.raises(RoomInUse):
        actions.remove_room(used)

    assert Room.objects.get() == used


def test_venue_when_its_address_is_taken_just_before_it_is_looked_at_then_hears_to_try_again(monkeypatch):
    look = Venue.full_clean

    def late(venue):
        Venue.objects.bulk_create([Venue(name="Example Hall", slug=venue.slug)])
        look(venue)

    monkeypatch.setattr(Venue, "full_clean", late)

    with pytest.raises(Busy):
        actions.create_venue(name="Example Hall")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_venues_of_one_name_when_made_at_once_then_both_have_an_address_or_one_hears_to_try_again():
    ends = at_once(*(lambda: actions.create_venue(name="Example Hall") for _ in range(2)))

    made = [end for end in ends if isinstance(end, Venue)]
    assert len(made) == len({venue.slug for venue in made}) == Venue.objects.count() >= 1
    assert all(isinstance(end, Venue | Busy) for end in ends)
