import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bookings import actions
from bookings.models import Booking, FeedToken
from events import actions as programme
from events import ical
from notifications import invitations
from notifications.invitations import NoInvitation, invitation
from tests.factories import PartnershipFactory, SessionFactory, UserFactory, VenueFactory, make_booking, make_queued
from tests.factories.instants import NOW, START
from tests.golden import assert_golden, assert_sound, only

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://weeks.example.org"


@pytest.fixture
def booking(db):
    """A place of an invented person, under ids that never change."""
    session = SessionFactory(
        pk=41, title="Critical thinking under pressure", practical_note="Cameras on if you can.", venue=None
    )
    return Booking.written.add(
        pk=7,
        session=session,
        practitioner=UserFactory(email="ada@example.org", name="Ada Example"),
        status="confirmed",
        created_at=NOW,
        cancel_free_until=START,
        email="ada@example.org",
        name="Ada Example",
        ical_uid="booking-00000000-0000-0000-0000-000000000007@practice-weeks.example.org",
        ical_stamp=NOW,
        organizer_email="bookings@practice-weeks.example.org",
    )


def fresh(booking: Booking) -> Booking:
    return Booking.objects.select_related("session__venue").get(pk=booking.pk)


def test_request_when_booked_then_it_is_this_file_to_the_byte(booking):
    assert_golden("request.ics", invitation(fresh(booking), "REQUEST"))


def test_request_when_the_session_has_moved_then_it_is_this_file_to_the_byte(booking):
    moved = datetime(2027, 11, 2, 9, 30, tzinfo=UTC)
    changes = {"starts_at": moved, "ends_at": moved + HOUR, "format": "hybrid", "venue": VenueFactory()}
    programme.revise_session(booking.session_id, at=NOW + HOUR, **changes)
    assert_golden("request-updated.ics", invitation(fresh(booking), "REQUEST"))


def test_cancel_when_the_place_is_given_up_then_it_is_this_file_to_the_byte(booking):
    booking.session.places_taken = 1
    booking.session.save()
    actions.cancel(booking, at=NOW + 2 * HOUR)
    assert_golden("cancel.ics", invitation(fresh(booking), "CANCEL"))


def test_invitation_when_the_story_goes_on_then_one_identity_and_an_order_that_anybody_can_restore(booking):
    booking.session.places_taken = 1
    booking.session.save()
    story = [only(invitation(fresh(booking), "REQUEST"))]
    programme.revise_session(booking.session_id, at=NOW + HOUR, title="Another title")
    story.append(only(invitation(fresh(booking), "REQUEST")))
    programme.cancel_session(booking.session_id, reason="Snow.", at=NOW + 2 * HOUR)
    story.append(only(invitation(fresh(booking), "CANCEL")))
    assert {str(event["uid"]) for event in story} == {booking.ical_uid}
    assert {str(event["organizer"]) for event in story} == {"mailto:bookings@practice-weeks.example.org"}
    assert [event["sequence"] for event in story] == [0, 1, 2]
    assert [event["dtstamp"].dt for event in story] == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    assert [event["status"] for event in story] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [event["transp"] for event in story] == ["OPAQUE", "OPAQUE", "TRANSPARENT"]
    assert [len(event.walk("VALARM")) for event in story] == [1, 1, 0]


def test_mailbox_when_read_in_any_order_then_it_ends_in_the_same_state(booking):
    booking.session.places_taken = 1
    booking.session.save()
    mails = [invitation(fresh(booking), "REQUEST")]
    for hours, change in enumerate([{"starts_at": START - HOUR}, {"practical_note": "Room 2."}], start=1):
        programme.revise_session(booking.session_id, at=NOW + hours * HOUR, **change)
        mails.append(invitation(fresh(booking), "REQUEST"))
    actions.cancel(fresh(booking), at=NOW + 3 * HOUR)
    mails.append(invitation(fresh(booking), "CANCEL"))
    again = make_booking(session=booking.session, practitioner=booking.practitioner, at=NOW + 4 * HOUR)
    mails.append(invitation(fresh(again), "REQUEST"))
    for order in itertools.permutations(only(mail) for mail in mails):
        diary = {}
        for event in order:
            before = diary.get(event["uid"])
            if before is None or rank(event) > rank(before):
                diary[event["uid"]] = event
        assert {uid: str(event["status"]) for uid, event in diary.items()} == {
            booking.ical_uid: "CANCELLED",
            again.ical_uid: "CONFIRMED",
        }


def rank(event) -> tuple:
    """Return what tells a later state of an entry from an earlier one."""
    return event["sequence"], event["dtstamp"].dt


def test_feed_when_the_session_moves_or_is_called_off_then_it_says_what_the_mail_says(booking, client):
    booking.session.places_taken = 1
    booking.session.save()
    address = f"/calendar/me/{FeedToken.issue(booking.practitioner)}.ics"
    same = ("uid", "sequence", "dtstamp", "dtstart", "dtend", "summary", "status", "transp", "url")

    def agrees(method: str) -> bool:
        mail, entry = only(invitation(fresh(booking), method)), only(client.get(address).content)
        return [mail[name] for name in same] == [entry[name] for name in same]

    with time_machine.travel(NOW, tick=False):
        assert agrees("REQUEST")
        programme.reschedule_session(booking.session_id, starts_at=START + HOUR, ends_at=START + 2 * HOUR, at=NOW)
        assert agrees("REQUEST")
        programme.cancel_session(booking.session_id, reason="Snow.", at=NOW + HOUR)
        assert agrees("CANCEL")


def test_request_when_built_again_then_the_bytes_are_the_same_though_the_sender_setting_changed(booking, settings):
    first = invitation(fresh(booking), "REQUEST")
    settings.ORGANIZER_EMAIL = "other@practice-weeks.example.org"
    assert invitation(fresh(booking), "REQUEST") == first


def test_request_when_a_client_reads_it_then_it_finds_its_reader_in_full(booking):
    body = invitation(fresh(booking), "REQUEST")
    read = Calendar.from_ical(body)
    assert (read["method"], read["version"], read["prodid"]) == ("REQUEST", "2.0", ical.PRODUCT)
    assert not {"X-WR-CALNAME", "NAME", "REFRESH-INTERVAL"} & set(read)
    attendee = only(body)["attendee"]
    assert attendee == "mailto:ada@example.org"
    assert attendee.params == {
        "CN": "Ada Example",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    assert only(body)["organizer"].params == {"CN": "Hampshire Safeguarding Children Partnership"}
    alarm = only(body).walk("VALARM")[0]
    assert (alarm["action"], alarm["trigger"].dt, alarm["description"]) == (
        "DISPLAY",
        timedelta(minutes=-30),
        "Critical thinking under pressure",
    )
    other = vobject.readOne(body.decode())
    assert (other.method.value, other.vevent.attendee.value) == ("REQUEST", "mailto:ada@example.org")
    assert other.vevent.dtstart.value == START


def test_request_when_read_then_it_says_what_declining_does_and_holds_no_joining_link(booking):
    booking.session.joining_link = "https://meet.example.org/secret"
    booking.session.save()
    body = invitation(fresh(booking), "REQUEST")
    text = str(only(body)["description"])
    assert "https://weeks.example.org/me/bookings/7/" in text
    assert "If you decline this invitation, you still have your place." in text
    assert b"meet.example.org" not in body


def test_invitation_when_others_have_places_then_it_names_its_reader_alone(booking):
    make_booking(session=booking.session, practitioner=UserFactory(email="bea@example.org", name="Bea Example"))
    body = invitation(fresh(booking), "REQUEST")
    assert b"bea@example.org" not in body
    assert body.count(b"ATTENDEE") == 1


def test_organizer_when_nobody_leads_then_it_is_practice_weeks(booking):
    booking.session.session_hosts.update(is_lead=False)
    assert only(invitation(fresh(booking), "REQUEST"))["organizer"].params["CN"] == "Practice Weeks"


def test_attendee_when_the_persons_address_changes_then_the_one_that_was_invited_stays(booking):
    booking.practitioner.email = "new@example.org"
    booking.practitioner.save()
    assert only(invitation(fresh(booking), "REQUEST"))["attendee"] == "mailto:ada@example.org"


@pytest.mark.django_db
def test_invitation_when_the_state_does_not_fit_then_none_is_made():
    session = SessionFactory(capacity=1)
    confirmed = make_booking(session=session)
    waiting = make_queued(session=session)
    for booking, method in ((confirmed, "CANCEL"), (waiting, "REQUEST"), (waiting, "CANCEL")):
        with pytest.raises(NoInvitation, match=method):
            invitation(booking, method)
    ended = actions.cancel(confirmed, at=NOW)
    with pytest.raises(NoInvitation, match="cancelled has no REQUEST"):
        invitation(ended, "REQUEST")


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["bookings@practice-weeks.example.org", "Bookings@Practice-Weeks.example.org"])
def test_invitation_when_the_person_is_the_organizer_then_none_is_made(spelling):
    person = UserFactory(email="bookings@practice-weeks.example.org")
    booking = make_booking(practitioner=person)
    booking.organizer_email = spelling
    with pytest.raises(NoInvitation, match="organizer"):
        invitation(booking, "REQUEST")
    Booking.written.filter(pk=booking.pk).update(organizer_email="Other@practice-weeks.example.org")
    assert only(invitation(fresh(booking), "REQUEST"))["organizer"] == "mailto:Other@practice-weeks.example.org"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "clock"),
    [
        (datetime(2027, 6, 22, 8, 30, tzinfo=UTC), "20270622T093000"),
        (datetime(2027, 10, 29, 8, 0, tzinfo=UTC), "20271029T090000"),
        (datetime(2027, 11, 1, 9, 0, tzinfo=UTC), "20271101T090000"),
    ],
)
def test_time_when_the_clocks_change_then_the_invitation_shows_london_time(moment, clock):
    body = invitation(make_booking(session=SessionFactory(starts_at=moment)), "REQUEST")
    assert f"DTSTART;TZID=Europe/London:{clock}".encode() in body
    assert body.count(ical.LONDON_RULES) == 1
    assert only(body)["dtstart"].dt == moment


@pytest.mark.django_db
def test_names_when_hostile_then_the_file_stays_whole_and_the_text_readable():
    name = 'Zoë "Z"; Test, é日本😀:^n\\ x' * 6
    person = UserFactory(name=name[:200])
    booking = make_booking(session=SessionFactory(title='a; b, c \\ "é" 日本😀'), practitioner=person)
    event = only(invitation(booking, "REQUEST"))
    assert event["summary"] == 'a; b, c \\ "é" 日本😀'
    assert event["attendee"].params["CN"] == ical.one_line(re.sub(r'["^\\]', "", name[:200]))
    assert event["attendee"] == f"mailto:{person.email}"


@given(st.text(st.characters(exclude_categories=()), max_size=120))
def test_name_when_it_is_any_text_then_it_breaks_no_line_and_comes_back(name):
    booking = Booking(email="ada@example.org", name=name)
    event = ical.Event()
    event.add("attendee", invitations._attendee(booking))
    body = ical.serialise(ical.calendar(method="REQUEST"), [event.to_ical()])
    assert_sound(body)
    (read,) = Calendar.from_ical(body).walk("VEVENT")
    expected = ical.one_line(re.sub(r'["^\\]', "", name)) or "ada@example.org"
    assert read["attendee"].params["CN"] == expected
    assert read["attendee"] == "mailto:ada@example.org"


@pytest.mark.django_db
def test_queries_when_hosts_are_many_then_they_stay_two(django_assert_num_queries):
    booking = make_booking()
    for slug in ("southampton", "portsmouth", "isle-of-wight"):
        booking.session.session_hosts.create(partnership=PartnershipFactory(slug=slug))
    booking = fresh(booking)
    with django_assert_num_queries(2):
        invitation(booking, "REQUEST")
