"""Four parsers that know nothing of each other read what we write, and agree with the programme to the minute."""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from bookings.models import FeedToken
from notifications.invitations import invitation
from tests import services
from tests.factories import NOW, SessionFactory, UserFactory, make_booking

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
STARTS = [
    datetime(2027, 6, 22, 8, 30, tzinfo=UTC),
    datetime(2026, 10, 23, 8, 0, tzinfo=UTC),
    datetime(2026, 10, 26, 9, 0, tzinfo=UTC),
    datetime(2027, 3, 26, 9, 0, tzinfo=UTC),
    datetime(2027, 3, 29, 8, 0, tzinfo=UTC),
]
HOSTILE = [
    "Back\\slash; semicolon, comma \"quotes\" and 'more': é ŵ 日本 😀",
    "x" * 180 + " the end",
    "Line one\nBEGIN:VEVENT\nSUMMARY:Not an entry",
    "Tab\tand \x07bell \x85 next \u2028 line",
]
SCRIPT = """
const module_ = require('ical.js'); const ICAL = module_.default || module_;
const calendar = new ICAL.Component(ICAL.parse(require('fs').readFileSync(0, 'utf8')));
for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
const rows = calendar.getAllSubcomponents('vevent').map(one => new ICAL.Event(one)).map(event =>
  [event.uid, event.startDate.toUnixTime(), event.endDate.toUnixTime(), event.summary]);
console.log(JSON.stringify(rows));
"""


def by_icalendar(body):
    events = Calendar.from_ical(body).walk("VEVENT")
    return [(str(e["uid"]), e["dtstart"].dt, e["dtend"].dt, str(e["summary"])) for e in events]


def by_vobject(body):
    events = vobject.readOne(body.decode()).vevent_list
    return [(e.uid.value, e.dtstart.value, e.dtend.value, e.summary.value) for e in events]


def by_ical(body):
    events = IcsCalendarStream.calendar_from_ics(body.decode()).events
    return [(e.uid, e.dtstart, e.dtend, e.summary) for e in events]


def by_ical_js(body):
    environment = os.environ | {"NODE_PATH": str(services.NODE_MODULES)}
    done = subprocess.run(["node", "-e", SCRIPT], input=body, capture_output=True, check=True, env=environment)
    at = [lambda seconds: datetime.fromtimestamp(seconds, UTC)] * 2
    return [(uid, at[0](start), at[1](end), summary) for uid, start, end, summary in json.loads(done.stdout)]


PARSERS = [by_icalendar, by_vobject, by_ical, pytest.param(by_ical_js, marks=pytest.mark.node)]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(datetime(2026, 8, 1, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def sessions():
    return [
        SessionFactory(title=f"On {start:%d %B}", starts_at=start, ends_at=start + HOUR, capacity=9) for start in STARTS
    ]


def read_as(parser, body):
    """Return by identity start, end and title as a parser reads them, instants in UTC."""
    return {uid: (start.astimezone(UTC), end.astimezone(UTC), title) for uid, start, end, title in parser(body)}


@pytest.mark.parametrize("parser", PARSERS)
def test_public_feed_when_read_then_every_start_end_and_title_is_the_sessions(client, sessions, settings, parser):
    found = read_as(parser, client.get("/calendar/all.ics").content)

    assert found == {
        f"session-{one.uid}@{settings.REPLY_DOMAIN}": (one.starts_at, one.ends_at, one.title) for one in sessions
    }


@pytest.mark.parametrize("parser", PARSERS)
def test_private_feed_and_invitations_when_read_then_they_agree_with_the_sessions(client, sessions, parser):
    person = UserFactory()
    at = datetime(2026, 8, 1, tzinfo=UTC)
    bookings = [make_booking(session=session, practitioner=person, at=at) for session in sessions]
    wanted = {b.ical_uid: (b.session.starts_at, b.session.ends_at, b.session.title) for b in bookings}

    feed = read_as(parser, client.get(f"/calendar/me/{FeedToken.issue(person)}.ics").content)
    mails = [read_as(parser, invitation(booking, "REQUEST")) for booking in bookings]

    assert feed == wanted
    assert {uid: entry for mail in mails for uid, entry in mail.items()} == wanted


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("text", HOSTILE)
def test_title_when_hostile_then_every_parser_reads_it_back_on_one_line(parser, text):
    booking = make_booking(at=NOW)
    booking.session.title = text
    booking.session.practical_note = text

    (found,) = read_as(parser, invitation(booking, "REQUEST")).values()

    assert found[2] == " ".join(text.replace("\x07", " ").split())
