from datetime import timedelta

import pytest

from bookings import actions
from bookings.ical import booking_event
from bookings.links import JOIN, path_of
from bookings.models import Booking
from events import actions as programme
from events import ical
from tests.factories import SessionFactory, VenueFactory, make_booking
from tests.factories.instants import NOW, START
from tests.golden import only

pytestmark = pytest.mark.django_db
SITE = "https://weeks.example.org"


def event_of(booking):
    """Return a booking's entry, once written and read back."""
    booking.refresh_from_db()
    return only(ical.serialise(ical.calendar(), [booking_event(booking, site=SITE).to_ical()]))


def test_entry_when_booked_then_it_carries_what_the_booking_stores():
    booking = make_booking()
    event = event_of(booking)
    assert event["uid"] == booking.ical_uid
    assert event["sequence"] == booking.ical_sequence == 0
    assert event["dtstamp"].dt == event["last-modified"].dt == booking.ical_stamp == NOW
    assert (event["status"], event["transp"]) == ("CONFIRMED", "OPAQUE")
    assert f"{SITE}{booking.get_absolute_url()}" in event["description"]
    assert event["dtstart"].dt == START


def test_entry_when_the_session_moves_then_identity_stays_and_revision_rises():
    booking = make_booking()
    later, at = START + timedelta(days=1), NOW + timedelta(hours=1)
    programme.reschedule_session(booking.session_id, starts_at=later, ends_at=later + timedelta(hours=1), at=at)
    event = event_of(booking)
    assert (event["uid"], event["sequence"], event["dtstamp"].dt) == (booking.ical_uid, 1, at)
    assert event["dtstart"].dt == later


def test_entry_when_the_session_is_called_off_then_it_is_cancelled_and_frees_the_time():
    booking = make_booking()
    programme.cancel_session(booking.session_id, reason="Snow.", at=NOW)
    event = event_of(booking)
    assert event["summary"] == f"Cancelled: {booking.session.title}"
    assert (event["status"], event["transp"], event["sequence"]) == ("CANCELLED", "TRANSPARENT", 1)
    assert event["description"].startswith("This session is cancelled.")


def test_entry_when_written_then_it_names_no_person_and_no_joining_link():
    session = SessionFactory(joining_link="https://meet.example.org/x", practical_note="Bring a pen.", capacity=9876543)
    booking = make_booking(session=session)
    written = booking_event(booking, site=SITE).to_ical().decode()
    for hidden in ("meet.example.org", booking.email, booking.name, "ATTENDEE", "ORGANIZER", "VALARM", "9876543"):
        assert hidden not in written
    assert "Bring a pen." in written


def test_entry_when_people_meet_then_it_says_where():
    session = SessionFactory(format="in_person", venue=VenueFactory())
    assert event_of(make_booking(session=session))["location"] == "Example Hall, 1 Example Street, Newport"


@pytest.mark.parametrize(
    ("way", "mode", "joins", "comes"),
    [
        ("online", "", True, False),
        ("in_person", "", False, True),
        ("hybrid", "", True, True),
        ("hybrid", "online", True, False),
        ("hybrid", "in_person", False, True),
    ],
)
def test_entry_when_one_joins_online_then_it_leads_to_their_own_way_in_and_else_to_the_booking(way, mode, joins, comes):
    booking = make_booking(session=SessionFactory(format=way, venue=None if way == "online" else VenueFactory()))
    Booking.written.filter(pk=booking.pk).update(mode=mode)
    event = event_of(booking)
    way_in = f"{SITE}{path_of(JOIN, booking)}"
    assert event["url"] == (way_in if joins else f"{SITE}{booking.get_absolute_url()}")
    assert (event.get("conference") == way_in, way_in in event["description"]) == (joins, joins)
    assert event["location"] == ("Example Hall, 1 Example Street, Newport" if comes else way_in)
    if joins:
        assert dict(event["conference"].params) == {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Join online"}
    actions.cancel(booking, at=NOW)
    assert "/join/" not in str(event_of(booking))


def test_entry_when_the_same_booking_is_written_again_then_the_bytes_are_the_same():
    booking = make_booking()
    assert booking_event(booking, site=SITE).to_ical() == booking_event(booking, site=SITE).to_ical()


def test_identity_when_somebody_books_again_then_it_is_a_new_one():
    first = make_booking()
    actions.cancel(first, at=NOW)
    second = make_booking(session=first.session, practitioner=first.practitioner)
    assert second.ical_uid != first.ical_uid
