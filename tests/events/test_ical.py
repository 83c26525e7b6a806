import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from dateutil import tz
from django.db.models import Prefetch
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from events import ical
from events.models import Session, Theme
from people.text import strip_controls
from tests.factories import PartnershipFactory, SessionFactory, ThemeFactory, TopicFactory, VenueFactory
from tests.factories.instants import NOW, START
from tests.golden import assert_golden, assert_sound, only, read

SITE = {"site": "https://weeks.example.org", "domain": "practice-weeks.example.org"}
HOSTILE = 'a; b, c\\ d "e" \\n é 日本 😀 BEGIN:VEVENT ' * 6

# What a clock in London shows, and the instant it means: summer, either side of both changes, winter.
LONDON_TIMES = [
    ("20260622T093000", datetime(2026, 6, 22, 8, 30, tzinfo=UTC)),
    ("20261023T090000", datetime(2026, 10, 23, 8, 0, tzinfo=UTC)),
    ("20261026T090000", datetime(2026, 10, 26, 9, 0, tzinfo=UTC)),
    ("20270326T090000", datetime(2027, 3, 26, 9, 0, tzinfo=UTC)),
    ("20270329T090000", datetime(2027, 3, 29, 8, 0, tzinfo=UTC)),
]
TITLE = ical.Title(
    name="Practice weeks",
    description="Sessions of safeguarding practice weeks.",
    page="https://weeks.example.org/sessions/",
    source="https://weeks.example.org/calendar/all.ics",
)


def unsaved(**fields) -> Session:
    """Return a session that no database knows, for what needs none."""
    return Session(
        **{"pk": 1, "title": "A", "format": "online", "starts_at": START, "ends_at": START + timedelta(hours=1)}
        | fields
    )


def written(session: Session) -> bytes:
    return ical.serialise(ical.feed(TITLE), [ical.session_event(session, **SITE).to_ical()])


def entry_of(session: Session, *, text: str = "", **says) -> bytes:
    """Return a file of one bare entry."""
    revision = ical.Revision(uid="booking-1@practice-weeks.example.org", sequence=0, stamp=NOW)
    says = {"page": "https://weeks.example.org/", "blocks_time": False, "is_cancelled": False} | says
    event = ical.entry(session, revision, **says)
    ical.describe(event, text)
    return ical.serialise(ical.calendar(), [event.to_ical()])


@pytest.mark.django_db
def test_public_feed_when_written_then_it_is_this_file_to_the_byte():
    topic = TopicFactory(summary="What local reviews taught us;\nand what to do, next.", content_note="Speaks of harm.")
    topic.themes.set([ThemeFactory(slug="thresholds"), ThemeFactory(slug="neglect", name="Neglect, and unmet needs")])
    named = {"topic": topic, "revised_at": NOW, "title": "Sharing information with confidence"}
    SessionFactory(pk=41, uid=uuid.UUID(int=1), practical_note="Cameras on if you can.", **named)
    hall = SessionFactory(pk=42, uid=uuid.UUID(int=2), format="hybrid", venue=VenueFactory(), sequence=3, **named)
    hall.session_hosts.create(partnership=PartnershipFactory(slug="southampton", position=1))
    off = {"state": "cancelled", "cancelled_at": NOW, "sequence": 1, "is_illustrative": True}
    SessionFactory(pk=43, uid=uuid.UUID(int=3), starts_at=datetime(2027, 11, 1, 9, tzinfo=UTC), **off, **named)
    events = [
        ical.session_event(session, **SITE).to_ical()
        for session in Session.objects.with_programme().order_by("starts_at", "uid")
    ]
    body = ical.serialise(ical.feed(TITLE), events)
    assert len(read(body)) == 3
    assert_golden("public-feed.ics", body)


def test_feed_when_it_has_no_entries_then_it_is_a_valid_file_all_the_same():
    body = ical.serialise(ical.feed(TITLE))
    assert read(body) == []
    assert body.count(b"BEGIN:VTIMEZONE") == 1
    assert b"METHOD" not in body
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in body
    assert body == ical.serialise(ical.feed(TITLE))


@pytest.mark.parametrize(("clock", "moment"), LONDON_TIMES)
def test_time_when_the_clocks_change_around_it_then_every_reader_finds_the_instant(clock, moment):
    body = entry_of(unsaved(starts_at=moment, ends_at=moment + timedelta(hours=1)))
    assert f"DTSTART;TZID=Europe/London:{clock}".encode() in body
    assert only(body)["dtstart"].dt == moment
    assert vobject.readOne(body.decode()).vevent.dtstart.value == moment


@pytest.mark.parametrize(("clock", "moment"), LONDON_TIMES)
def test_rules_of_london_when_read_by_themselves_then_they_give_the_same_instants(clock, moment):
    rules = io.StringIO(ical.LONDON_RULES.decode().replace("\r\n", "\n"))
    london = tz.tzical(rules).get("Europe/London")
    assert datetime.strptime(clock, "%Y%m%dT%H%M%S").replace(tzinfo=london) == moment


def test_time_when_the_session_is_on_another_clock_then_it_is_written_in_utc():
    body = entry_of(unsaved(zone="Europe/Paris"))
    assert b"DTSTART:20270622T083000Z\r\n" in body
    assert b"DTEND:20270622T093000Z\r\n" in body


def test_stamp_when_it_has_another_offset_then_it_is_written_in_utc():
    revision = ical.Revision(uid="x", sequence=0, stamp=START.astimezone(tz.gettz("Europe/Paris")))
    event = ical.entry(unsaved(), revision, page="", blocks_time=True, is_cancelled=False).to_ical()
    assert b"DTSTAMP:20270622T083000Z\r\n" in event
    assert b"LAST-MODIFIED:20270622T083000Z\r\n" in event


@pytest.mark.parametrize(
    ("blocks_time", "is_cancelled", "status", "transparency"),
    [
        (True, False, "CONFIRMED", "OPAQUE"),
        (False, False, "CONFIRMED", "TRANSPARENT"),
        (True, True, "CANCELLED", "TRANSPARENT"),
        (False, True, "CANCELLED", "TRANSPARENT"),
    ],
)
def test_entry_when_cancelled_or_not_booked_then_it_blocks_no_time(blocks_time, is_cancelled, status, transparency):
    event = only(entry_of(unsaved(), blocks_time=blocks_time, is_cancelled=is_cancelled))
    assert (event["status"], event["transp"]) == (status, transparency)
    assert event["summary"].startswith("Cancelled: ") == is_cancelled


@pytest.mark.django_db
def test_public_entry_when_written_then_it_holds_no_link_no_person_and_no_count():
    session = SessionFactory(joining_link="https://meet.example.org/secret", places_taken=1, capacity=9876543)
    body = written(session)
    for secret in (b"meet.example.org", b"secret", b"ATTENDEE", b"ORGANIZER", b"METHOD", b"VALARM", b"9876543"):
        assert secret not in body
    session.refresh_from_db()
    Session.objects.filter(pk=session.pk).update(places_taken=2, waiting=5)
    session.refresh_from_db()
    assert written(session) == body


@pytest.mark.django_db
def test_place_when_the_session_is_online_then_there_is_none():
    assert "location" not in only(written(SessionFactory()))
    hall = SessionFactory(format="in_person", venue=VenueFactory(address="1 Example Street,\nNewport"))
    assert only(written(hall))["location"] == "Example Hall, 1 Example Street, Newport"
    assert "location" not in only(written(SessionFactory(format="hybrid", state="draft")))
    assert "location" not in only(entry_of(unsaved(format="online", venue=hall.venue)))  # no database lets that stand


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["name", "-name"])
def test_categories_then_sorted_however_the_themes_were_loaded(order):
    session = SessionFactory()
    session.topic.themes.set([ThemeFactory(slug=slug) for slug in ("neglect", "thresholds", "exploitation")])
    loaded = Session.objects.prefetch_related(Prefetch("topic__themes", Theme.objects.order_by(order)))

    assert only(written(loaded.get()))["categories"].cats == ["Exploitation", "Neglect", "Thresholds"]


@pytest.mark.django_db
def test_hosts_when_there_are_several_then_the_lead_is_named_first():
    session = SessionFactory(also_hosted_by="Example Board")
    session.session_hosts.create(partnership=PartnershipFactory(slug="southampton", position=0))
    names = [f"{name} Safeguarding Children Partnership" for name in ("Hampshire", "Southampton")]
    assert ical.hosted_by(session) == f"Hosted by {names[0]}, {names[1]} and Example Board."
    session.session_hosts.all().delete()
    assert ical.hosted_by(session) == "Hosted by Example Board."
    session.also_hosted_by = ""
    assert ical.hosted_by(session) == ""


@pytest.mark.django_db
def test_text_when_it_is_hostile_then_it_comes_back_as_it_was():
    title = HOSTILE[:200].strip()
    topic = TopicFactory(summary=HOSTILE + "\nsecond line\tand tab")
    topic.themes.set([ThemeFactory(slug="x", name='Drugs, knives; "lines" \\ more')])
    body = written(SessionFactory(title=title, topic=topic, format="hybrid", venue=VenueFactory(name=title)))
    event = only(body)
    assert event["summary"] == title
    assert event["location"] == f"{title}, 1 Example Street, Newport"
    assert str(event["description"]).startswith(topic.summary)
    assert event["categories"].cats == ['Drugs, knives; "lines" \\ more']
    assert vobject.readOne(body.decode()).vevent.summary.value == title


def test_text_when_it_carries_controls_and_line_ends_then_no_property_can_be_smuggled_in():
    title = "one\r\nATTENDEE:mailto:x@example.org\x00\x0b\x85\u2028two\x1b"
    body = entry_of(unsaved(title=title), text="a\r\nb\rc\x0cd\x85e\u2029f")
    event = only(body)
    assert event["summary"] == "one ATTENDEE:mailto:x@example.org two"
    assert event["description"] == "a\nb\ncdef"
    assert "attendee" not in event


any_text = st.text(st.characters(exclude_categories=()), max_size=300)


@given(title=any_text, text=any_text)
def test_text_when_it_is_any_text_then_it_survives_the_round_trip(title, text):
    body = entry_of(unsaved(title=title), text=text)
    assert_sound(body)
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert event["summary"] == ical.one_line(title)
    assert event["description"] == strip_controls(text).strip()
    other = vobject.readOne(body.decode()).vevent
    assert other.summary.value == ical.one_line(title)
    assert other.description.value == strip_controls(text).strip()
