"""What the page of one session says of it, bookings apart."""

import re
from datetime import timedelta

import pytest

from events.models import Resource, SessionTrainer
from tests.factories import (
    NOW,
    START,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    TrainerFactory,
    VenueFactory,
    WeekFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def page(client, session):
    """Return the session's page."""
    return client.get(f"/sessions/{session.pk}/").content.decode()


def words(client, session):
    """Return the text of the session's page without its tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page(client, session)).replace("&#x27;", "'").split())


@pytest.mark.parametrize(
    ("details", "said", "not_said"),
    [
        ({}, "Recording Not recorded", "Cameras"),
        ({"is_recorded": True}, "Recording Recorded. Only the presenters are seen and heard.", "Not recorded"),
        ({"cameras": "off"}, "Cameras Cameras stay off Recording Not recorded", "small groups"),
        ({"cameras": "needed"}, "Cameras Camera on, because you work in small groups", "stay off"),
        ({"format": "hybrid", "cameras": "welcome"}, "Cameras Camera on if you can; nobody asks why not", "stay off"),
        ({"format": "in_person", "cameras": "off"}, "In person at Example Hall", "Cameras"),
        ({"format": "in_person"}, "In person at Example Hall", "Recording"),
        ({"format": "in_person", "is_recorded": True}, "Recording Recorded.", "Not recorded"),
    ],
)
def test_session_when_online_or_in_person_then_says_what_holds_for_cameras_and_recording(
    client, details, said, not_said
):
    venue = VenueFactory() if details.get("format", "online") != "online" else None

    text = words(client, SessionFactory(venue=venue, **details))

    assert said in text
    assert not_said not in text


def test_session_when_it_has_trainers_then_names_them_in_order_with_what_they_do(client):
    session = SessionFactory()
    first = TrainerFactory(
        slug="zoe-first", job_role="Practice educator", organisation_name="Example Trust", about="Teaches."
    )
    for position, trainer in enumerate([first, TrainerFactory(slug="adam-second")]):
        SessionTrainer.objects.create(session=session, trainer=trainer, position=position)

    text = words(client, session)

    assert "Who delivers it Zoe First Practice educator, Example Trust Teaches. Adam Second" in text


def test_session_when_at_a_venue_then_says_how_to_get_there_and_in(client):
    venue = VenueFactory(
        facilities=["hearing_loop", "step_free"], map_link="https://maps.example.org/hall", access="Use the side door."
    )
    session = SessionFactory(
        format="in_person", venue=venue, room=RoomFactory(venue=venue), access="Slides in advance."
    )

    text = words(client, session)

    assert "In person at Example Hall, Example Room 1 Example Street, Newport Map of Example Hall" in text
    assert "Access Slides in advance. Example Hall has: Step-free entrance Hearing loop Use the side door." in text
    assert '<a href="https://maps.example.org/hall" rel="external">Map of Example Hall</a>' in page(client, session)


def test_session_when_nothing_is_known_of_access_then_says_whom_to_ask(client):
    text = words(client, SessionFactory())

    assert "Write to Hampshire: hampshire@example.gov.uk" in text
    assert " has: " not in text


def test_session_when_it_is_shown_then_says_for_whom_what_for_how_long_and_until_when_one_may_cancel(client):
    topic = TopicFactory(audience="Everybody", outcomes="- a way to ask\n- a form", content_note="It may upset.")

    text = words(client, SessionFactory(topic=topic, week=topic.week))

    assert "Before you book: It may upset." in text
    assert "Who it is for Everybody Length 1 hour 30 minutes" in text
    assert "Cancellation deadline Thursday 17 June 2027 at 23:59" in text
    assert "What you will take away a way to ask a form" in text


@pytest.mark.parametrize(
    "details",
    [{"booking_required": False}, {"starts_at": NOW - timedelta(days=1)}, {"state": "cancelled", "cancelled_at": NOW}],
)
def test_session_when_there_is_nothing_to_cancel_then_names_no_deadline(client, details):
    assert "Cancellation deadline" not in words(client, SessionFactory(**details))


def test_session_when_it_has_themes_then_leads_to_each_and_to_what_there_is_to_read(client):
    session = SessionFactory()
    theme = ThemeFactory()
    session.topic.themes.add(theme)
    for slug, released in (("kit", NOW), ("later", NOW + timedelta(minutes=1))):
        Resource.objects.create(
            slug=slug, title=f"The {slug}", kind="toolkit", released_at=released, link="https://kit.example.org/"
        ).themes.add(theme)

    text = words(client, session)

    assert '<a href="/themes/professional-curiosity/">Professional curiosity</a>' in page(client, session)
    assert "To read with it The kit Toolkit · Link to kit.example.org" in text
    assert "The later" not in text


def test_session_when_it_runs_again_then_offers_only_sittings_that_take_place_and_are_to_come(client):
    topic = TopicFactory(week=WeekFactory())
    session, other = (
        SessionFactory(topic=topic, week=topic.week, starts_at=START + timedelta(hours=n)) for n in (0, 3)
    )
    SessionFactory(topic=topic, week=topic.week, starts_at=START + timedelta(hours=5), state="draft")
    SessionFactory(
        topic=topic, week=topic.week, starts_at=START + timedelta(hours=6), state="cancelled", cancelled_at=NOW
    )
    SessionFactory(topic=topic, week=topic.week, starts_at=NOW - timedelta(hours=2))

    text = words(client, session)

    assert (
        "The same session at another time Tuesday 22 June 2027, 12:30 to 14:00 (UK time) Online. 2 places left" in text
    )
    assert text.count("Tuesday 22 June 2027, ") == 2
    assert f'href="/sessions/{other.pk}/"' in page(client, session)
