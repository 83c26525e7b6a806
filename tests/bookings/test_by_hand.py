"""A place put into a diary by hand: links that fill in a form, a file, and what neither of them tells."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from bookings import actions
from bookings.by_hand import by_hand, diary_file
from bookings.models import Booking
from notifications.invitations import invitation
from people.models import Alarm
from tests.factories import NOW, SessionFactory, UserFactory, VenueFactory, make_booking, make_queued
from tests.golden import assert_sound, only
from tests.notifications.mails import html_of, let_go, mail_of, words_of

pytestmark = pytest.mark.django_db
SITE = "https://weeks.example.org"
MEETING = "https://meet.example.org/room"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def person(client):
    person = UserFactory(email="pat@example.org", name="Pat Example")
    client.force_login(person)
    return person


def booked(person, **details):
    details = {"title": "Tools & talk; more", "joining_link": MEETING} | details
    return make_booking(session=SessionFactory(**details), practitioner=person)


def asked(address):
    """Return where a link leads and what it fills in."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {k: v[0] for k, v in parse_qs(parts.query).items()}


def test_links_when_online_then_each_fills_in_time_title_and_ones_own_way_in(person):
    booking = booked(person)
    join = f"{SITE}/join/"

    ways = by_hand(booking, site=SITE)

    where, google = asked(ways.google)
    assert where == "https://calendar.google.com/calendar/render"
    assert google["action"] == "TEMPLATE"
    assert (google["text"], google["dates"]) == ("Tools & talk; more", "20270622T083000Z/20270622T100000Z")
    assert google["location"].startswith(join)
    assert google["location"] in google["details"]
    assert f"{SITE}/me/bookings/{booking.pk}/" in google["details"]
    for address, host in ((ways.outlook, "outlook.office.com"), (ways.outlook_at_home, "outlook.live.com")):
        where, outlook = asked(address)
        assert where == f"https://{host}/calendar/0/deeplink/compose"
        assert (outlook["rru"], outlook["path"]) == ("addevent", "/calendar/action/compose")
        assert (outlook["startdt"], outlook["enddt"]) == ("2027-06-22T08:30:00Z", "2027-06-22T10:00:00Z")
        assert (outlook["subject"], outlook["location"]) == (google["text"], google["location"])
    assert ways.file == f"{SITE}/me/bookings/{booking.pk}/diary.ics"
    assert not [way for way in vars(ways).values() if "meet.example.org" in way or "+" in way]


def test_links_when_at_a_venue_then_say_where_to_go(person):
    booking = booked(person, format="in_person", venue=VenueFactory(), joining_link="")

    _, google = asked(by_hand(booking, site=SITE).google)

    assert google["location"] == "Example Hall, 1 Example Street, Newport"
    assert "/join/" not in google["details"]


def test_links_when_discreet_then_tell_nothing(person):
    actions.choose_diary(person, is_discreet=True, alarm=Alarm.HOUR, at=NOW)
    booking = booked(person, practical_note="Read chapter 2.")

    ways = by_hand(booking, site=SITE)

    assert asked(ways.google)[1]["text"] == asked(ways.outlook)[1]["subject"] == "Training"
    assert not [way for way in vars(ways).values() if "Tools" in way or "chapter" in way]


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        (datetime(2026, 10, 23, 8, 0, tzinfo=UTC), "20261023T080000Z"),
        (datetime(2026, 10, 26, 9, 0, tzinfo=UTC), "20261026T090000Z"),
    ],
)
def test_links_when_the_clocks_change_then_the_instant_is_the_sessions(person, start, shown):
    at = datetime(2026, 8, 1, tzinfo=UTC)
    session = SessionFactory(starts_at=start, ends_at=start + timedelta(hours=1))
    booking = make_booking(session=session, practitioner=person, at=at)

    assert asked(by_hand(booking, site=SITE).google)[1]["dates"].startswith(f"{shown}/")


def test_file_when_its_owner_asks_then_it_is_the_invitations_entry_without_a_method(client, person):
    booking = booked(person)

    answer = client.get(f"/me/bookings/{booking.pk}/diary.ics")

    assert answer.status_code == 200
    assert_sound(answer.content)
    entry, invited = only(answer.content), only(invitation(Booking.objects.with_session().get(), "REQUEST"))
    same = ("uid", "sequence", "dtstamp", "dtstart", "dtend", "summary", "status", "url", "location", "conference")
    assert [entry[name] for name in same] == [invited[name] for name in same]
    assert entry.walk("VALARM")[0]["trigger"].dt == timedelta(minutes=-30)
    assert b"METHOD" not in answer.content
    assert b"ATTENDEE" not in answer.content
    assert b"meet.example.org" not in answer.content
    expected = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'attachment; filename="diary-entry.ics"',
        "Cache-Control": "private, no-store",
    }
    assert expected.items() <= dict(answer.headers).items()
    assert (
        client.get(f"/me/bookings/{booking.pk}/diary.ics").content
        == answer.content
        == diary_file(Booking.objects.with_session().get(), site=SITE)
    )


def test_file_when_anybody_else_asks_or_there_is_no_place_then_there_is_none(client, person):
    session = SessionFactory(capacity=1)
    theirs = make_booking(session=session)
    waiting = make_queued(session=session, practitioner=person)
    gone = booked(person)
    actions.cancel(gone, at=NOW)

    for booking in (theirs, waiting, gone):
        assert client.get(f"/me/bookings/{booking.pk}/diary.ics").status_code == 404
    client.logout()
    assert client.get(f"/me/bookings/{theirs.pk}/diary.ics").headers["Location"].startswith("/sign-in/")


def test_page_when_there_is_a_place_then_offers_every_way(client, person):
    booking = booked(person)

    page = client.get(f"/me/bookings/{booking.pk}/").content.decode()

    assert "Not in your diary yet?" in page
    for name, host in (("Google Calendar", "calendar.google.com"), ("Outlook.com", "outlook.live.com")):
        assert host in page
        assert name in page
    assert f'href="{SITE}/me/bookings/{booking.pk}/diary.ics"' in page
    actions.cancel(booking, at=NOW)
    assert "Not in your diary yet?" not in client.get(f"/me/bookings/{booking.pk}/").content.decode()


def test_mail_when_it_carries_an_invitation_then_its_words_lead_on_where_that_is_stripped(person):
    booking = booked(person)
    mail = mail_of(booking, "confirmation")
    ways = by_hand(Booking.objects.with_session().get(), site=SITE)

    for way in (ways.google, ways.outlook, ways.outlook_at_home, ways.file):
        assert way in words_of(mail)
        assert f'href="{way.replace("&", "&amp;")}"' in html_of(mail)
    let_go(booking, "confirmation")
    actions.cancel(booking, at=NOW)
    assert "by hand" not in words_of(mail_of(booking, "cancelled"))
