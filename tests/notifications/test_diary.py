"""What two people's diaries hold after a whole story, in whatever order mails are read, and what the feed says."""

import itertools
import re
from datetime import timedelta

import pytest
from django.test import Client

from bookings import actions
from bookings.models import Booking, FeedToken
from events import actions as programme
from events.actions import venues
from events.models import Session
from notifications import delivery
from tests.factories import RoomFactory, SessionFactory, UserFactory, VenueFactory, make_booking
from tests.golden import read
from tests.notifications.diaries import Diary, parts_to, words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Story:
    """One session, two people, and the instants at which things happen, an hour apart."""

    def __init__(self, now):
        self.now = now
        start = (now + timedelta(days=21)).replace(hour=9, minute=0, second=0, microsecond=0)
        venue = VenueFactory(name="Example Hall")
        self.room = RoomFactory(venue=venue, name="Garden Room")
        self.session = SessionFactory(
            title="Toolkit tour",
            format="in_person",
            starts_at=start,
            ends_at=start + HOUR,
            capacity=5,
            venue=venue,
            room=self.room,
        )
        self.pat, self.kim = UserFactory(email="pat@example.org"), UserFactory(email="kim@example.org")
        self.secrets = {person: FeedToken.issue(person) for person in (self.pat, self.kim)}

    def step(self, verb):
        """Let one thing happen a second after the one before, and let the worker send what it calls for."""
        self.now += timedelta(seconds=1)
        verb(self.now)
        delivery.drain()
        self.session.refresh_from_db()
        for person in (self.pat, self.kim):
            assert diary_of(person).shown() == self.feed(person)

    def feed(self, person):
        """Return what a subscribed calendar shows of the person's places."""
        body = Client().get(f"/calendar/me/{self.secrets[person]}.ics").content
        return sorted(words_of(event) for event in read(body) if event["status"] != "CANCELLED")

    def place_of(self, person):
        """Return a person's place."""
        return Booking.objects.confirmed().get(practitioner=person)


def diary_of(person):
    """Return the diary of somebody who read their mails in order."""
    diary = Diary()
    for part in parts_to(person):
        diary.take(part)
    return diary


def test_story_when_its_mails_are_read_in_any_order_then_each_diary_ends_the_same_and_as_the_feed(now):
    story = Story(now - timedelta(minutes=1))
    session = story.session
    later = {"starts_at": session.starts_at + HOUR, "ends_at": session.ends_at + HOUR}

    story.step(lambda at: make_booking(session=session, practitioner=story.pat, at=at))
    story.step(lambda at: programme.reschedule_session(session.pk, at=at, **later))
    story.step(lambda at: venues.revise_room(story.room, at=at, name="River Room"))
    story.step(
        lambda at: actions.substitute(
            story.place_of(story.pat), practitioner=story.kim, actor=UserFactory(), at=at, source="organiser"
        )
    )
    story.step(lambda at: actions.cancel(story.place_of(story.kim), at=at))
    story.step(lambda at: make_booking(session=Session.objects.get(), practitioner=story.pat, at=at))

    pats, kims = parts_to(story.pat), parts_to(story.kim)
    assert [str(part["method"]) for part in pats] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL", "REQUEST"]
    assert [str(part["method"]) for part in kims] == ["REQUEST", "CANCEL"]
    assert len({str(part.walk("VEVENT")[0]["uid"]) for part in pats}) == 2
    end = diary_of(story.pat).shown()
    assert [(entry[0], entry[2]) for entry in end] == [(later["starts_at"], "Toolkit tour")]
    assert re.search("River Room", end[0][3])
    for parts, wanted in ((pats, end), (kims, [])):
        for order in itertools.permutations(parts):
            diary = Diary()
            for part in order:
                diary.take(part)
            assert diary.shown() == wanted


def test_control_diary_that_believes_whichever_mail_comes_last_then_is_wrong(now):
    story = Story(now - timedelta(minutes=1))
    session = story.session
    story.step(lambda at: make_booking(session=session, practitioner=story.pat, at=at))
    story.step(lambda at: actions.cancel(story.place_of(story.pat), at=at))

    first, second = parts_to(story.pat)
    naive = {str(part.walk("VEVENT")[0]["uid"]): part.walk("VEVENT")[0] for part in (second, first)}

    assert [str(event["status"]) for event in naive.values()] == ["CONFIRMED"]
    assert Diary().take(second).take(first).shown() == []
