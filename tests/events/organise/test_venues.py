"""Venues and rooms on the organisers' pages."""

from datetime import timedelta

import pytest

from events.models import Room, Session, Venue
from people.actions import grant_role
from tests.factories import (
    NOW,
    START,
    RoomFactory,
    SessionFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
FACTS = {"name": "New Hall", "address": "2 Example Street", "map_link": "https://maps.example.org/1"}


def held_at(venue, **fields):
    return SessionFactory(format="in_person", venue=venue, **fields)


PAGES = [
    "venues/",
    "venues/new/",
    "venues/example-hall/",
    "venues/example-hall/change/",
    "venues/example-hall/rooms/new/",
    "venues/example-hall/rooms/{room}/",
]


@pytest.mark.parametrize("page", PAGES)
def test_page_when_one_organises_for_nobody_then_is_not_there(client, page):
    address = f"/organise/{page.format(room=RoomFactory().pk)}"
    assert client.get(address).status_code == 302
    client.force_login(UserFactory())

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_page_when_one_organises_then_opens(organiser, page):
    address = f"/organise/{page.format(room=RoomFactory().pk)}"

    assert organiser.get(address).status_code == 200


@pytest.mark.parametrize("page", ["venues/nope/", "venues/nope/change/", "venues/example-hall/rooms/0/"])
def test_page_when_there_is_no_such_venue_or_room_then_404(organiser, page):
    VenueFactory()

    assert organiser.get(f"/organise/{page}").status_code == 404


def test_venue_when_added_then_stands_with_its_facts(organiser):
    answer = organiser.post(
        "/organise/venues/new/",
        {**FACTS, "facilities": ["hearing_loop", "step_free"], "access": "Side door."},
        follow=True,
    )

    venue = Venue.objects.get()
    assert (venue.slug, venue.facilities) == ("new-hall", ["hearing_loop", "step_free"])
    assert "Step-free entrance Hearing loop Side door." in words(answer)
    assert 'href="https://maps.example.org/1"' in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Enter the name of the venue."),
        ({"name": "a\x07b"}, "Remove line breaks and control characters"),
        ({"map_link": "http://maps.example.org/"}, "begins with https://"),
        ({"map_link": "javascript:alert(1)"}, "begins with https://"),
        ({"facilities": ["helipad"]}, "Select a valid choice."),
    ],
)
def test_venue_when_something_is_wrong_then_400_and_what_was_typed_stays(organiser, wrong, sentence):
    answer = organiser.post("/organise/venues/new/", {**FACTS, **wrong})

    assert (answer.status_code, Venue.objects.count()) == (400, 0)
    assert sentence in words(answer)
    assert 'value="2 Example Street"' in answer.content.decode()


def test_venue_when_nobodys_diary_says_it_then_is_changed_at_once(organiser):
    held_at(VenueFactory(), state="draft")

    answer = organiser.post("/organise/venues/example-hall/change/", FACTS)

    assert answer.headers["Location"] == "/organise/venues/example-hall/"
    assert Venue.objects.get().name == "New Hall"


def test_venue_when_diaries_follow_then_says_how_many_first_and_changes_once_agreed(organiser):
    venue = VenueFactory()
    booking = make_booking(session=held_at(venue, capacity=1))
    make_queued(session=booking.session)
    page = "/organise/venues/example-hall/change/"

    asked = organiser.post(page, FACTS)
    assert asked.status_code == 200
    assert "1 coming session is held there. 1 person with a place gets an updated invitation." in words(asked)
    assert "1 person who waits is told by mail." in words(asked)
    assert 'value="New Hall"' in asked.content.decode()
    assert Venue.objects.get().name == "Example Hall"

    line = "New Hall, 2 Example Street"
    assert f'name="agreed" value="{line}"' in asked.content.decode()
    again = organiser.post(page, {**FACTS, "name": "Other Hall", "agreed": line})
    assert "Save and tell them" in words(again)
    assert Venue.objects.get().name == "Example Hall"

    organiser.post(page, {**FACTS, "agreed": line})
    booking.refresh_from_db()
    assert (Venue.objects.get().one_line, booking.ical_sequence) == (line, 1)


def test_venue_when_only_facts_about_access_change_then_nobody_is_asked(organiser):
    venue = VenueFactory()
    make_booking(session=held_at(venue))
    same = {"name": venue.name, "address": venue.address}

    organiser.post("/organise/venues/example-hall/change/", {**same, "facilities": ["lift"]})

    assert Venue.objects.get().facilities == ["lift"]
    assert Session.objects.get().sequence == 0


@pytest.mark.parametrize("page", ["change/", "rooms/new/", "rooms/{room}/"])
def test_venue_when_others_meet_there_then_only_administrators_change_it(organiser, island, page):
    room = RoomFactory()
    held_at(room.venue, host=island)
    address = f"/organise/venues/example-hall/{page.format(room=room.pk)}"

    assert "an administrator changes it" in words(organiser.get("/organise/venues/example-hall/"))
    assert organiser.get(address).status_code == 403
    assert organiser.post(address, {**FACTS, "name": "Taken over"}).status_code == 403
    assert not Venue.objects.filter(name="Taken over").exists()
    assert not Room.objects.filter(name="Taken over").exists()

    grant_role(organiser.person, "administrator", at=NOW)
    assert organiser.get(address).status_code == 200


def test_venue_page_when_sessions_are_planned_then_shows_them_by_room_with_what_clashes(organiser, island):
    room = RoomFactory(seats=10)
    held_at(room.venue, room=room, title="Toolkit tour", capacity=20)
    held_at(room.venue, room=room, title="A draft of mine", state="draft", starts_at=START + timedelta(hours=1))
    held_at(room.venue, title="Without a room", starts_at=START + timedelta(hours=5))
    held_at(room.venue, title="Secret draft", state="draft", host=island)
    held_at(room.venue, title="Theirs", host=island, starts_at=START + timedelta(days=1))
    held_at(room.venue, title="Long ago", starts_at=NOW - timedelta(days=1))

    page = words(organiser.get("/organise/venues/example-hall/"))

    planned = page.split("What is planned here")[1]
    assert planned.index("Example Room, 10 seats") < planned.index("Toolkit tour") < planned.index("No room named")
    assert "Clashes with “A draft of mine” at 10:30" in planned
    assert "Clashes with “Toolkit tour” at 09:30" in planned
    assert "20 places, 10 seats" in planned
    assert "Theirs" in planned
    assert "Secret draft" not in page
    assert "Long ago" not in page


def test_room_when_added_renamed_and_removed_then_follows(organiser):
    VenueFactory()
    organiser.post("/organise/venues/example-hall/rooms/new/", {"name": "Oak", "seats": "12"})
    room = Room.objects.get()
    page = f"/organise/venues/example-hall/rooms/{room.pk}/"

    organiser.post(page, {"name": "Ash", "seats": ""})
    room.refresh_from_db()
    assert (room.name, room.seats) == ("Ash", None)

    organiser.post(page, {"name": "Ash", "remove": "1"})
    assert not Room.objects.exists()


def test_room_when_its_name_is_taken_or_it_is_used_then_is_refused(organiser):
    room = RoomFactory()
    other = RoomFactory(name="Oak")
    held_at(room.venue, room=room)
    page = f"/organise/venues/example-hall/rooms/{room.pk}/"

    taken = organiser.post(page, {"name": "Oak", "seats": "1"})
    assert (taken.status_code, "has a room of this name already" in words(taken)) == (400, True)
    used = organiser.post(page, {"name": room.name, "remove": "1"})
    assert (used.status_code, "so it stays" in words(used)) == (409, True)
    assert set(Room.objects.all()) == {room, other}


def test_room_when_diaries_follow_then_says_how_many_first(organiser):
    room = RoomFactory()
    make_booking(session=held_at(room.venue, room=room))
    page = f"/organise/venues/example-hall/rooms/{room.pk}/"

    asked = organiser.post(page, {"name": "Oak", "seats": "1"})
    assert "1 person with a place gets an updated invitation." in words(asked)
    assert Room.objects.get().name == "Example Room"

    organiser.post(page, {"name": "Oak", "seats": "1", "agreed": "Oak"})
    assert (Room.objects.get().name, Session.objects.get().sequence) == ("Oak", 1)


@pytest.mark.parametrize("number", [1, 5])
def test_list_when_venues_are_many_then_costs_the_same(organiser, django_assert_num_queries, number):
    for each in range(number):
        room = RoomFactory(venue=VenueFactory(slug=f"hall-{each}", name=f"Hall {each}"))
        held_at(room.venue, room=room)

    with django_assert_num_queries(6):  # sign-in and person, whom they organise for, venues, rooms, numbers to call
        assert f"Hall {number - 1}" in words(organiser.get("/organise/venues/"))


@pytest.mark.parametrize("number", [1, 5])
def test_venue_page_when_sessions_are_many_then_costs_the_same(organiser, django_assert_num_queries, number):
    room = RoomFactory()
    for each in range(number):
        held_at(room.venue, room=room, starts_at=START + timedelta(hours=3 * each))

    with django_assert_num_queries(10):
        organiser.get("/organise/venues/example-hall/")
