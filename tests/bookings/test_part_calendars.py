"""The dates of a session in calendars: an entry each, with an identity that stays; a mail carries one entry."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import FeedToken
from events import actions
from notifications.invitations import invitation
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_two_part
from tests.factories.parts import FORTNIGHT, HOUR, later
from tests.golden import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def feed(client, address):
    return read(client.get(address).content)


def of(events):
    return [(str(event["summary"]), event["uid"], event.decoded("dtstart")) for event in events]


def both_feeds(booking):
    secret = FeedToken.issue(booking.practitioner)
    return ("/calendar/all.ics", f"/calendar/sessions/{booking.session_id}.ics", f"/calendar/me/{secret}.ics")


def test_feeds_when_two_dates_then_hold_an_entry_for_each(client):
    booking = make_booking(session=make_two_part(title="Supervision"))
    for address in both_feeds(booking):
        first, second = feed(client, address)
        assert (first["summary"], second["summary"]) == ("Supervision (part 1 of 2)", "Supervision (part 2 of 2)")
        assert (second.decoded("dtstart"), second.decoded("dtend")) == (START + FORTNIGHT, START + FORTNIGHT + HOUR)
        assert first["uid"] != second["uid"]
        assert (first["sequence"], first["dtstamp"].to_ical()) == (second["sequence"], second["dtstamp"].to_ical())


def test_identities_when_dates_and_session_move_then_stay_and_sequence_and_tag_follow(client):
    booking = make_booking(session=make_two_part())
    session, row = booking.session, booking.session.parts.get()
    for address in both_feeds(booking):
        before, tag = feed(client, address), client.get(address).headers["ETag"]

        actions.set_parts(session.pk, [later(1), later(3, row=row.pk)], at=NOW + HOUR)
        after = feed(client, address)
        assert [event["uid"] for event in after[::2]] == [event["uid"] for event in before]
        assert after[2].decoded("dtstart") == START + timedelta(weeks=3)
        assert after[2]["summary"].endswith("(part 3 of 3)")
        assert all(event["sequence"] == before[0]["sequence"] + 1 for event in after)
        assert client.get(address).headers["ETag"] != tag

        actions.set_parts(session.pk, [later(2, row=row.pk)], at=NOW + HOUR)
        row.refresh_from_db()
        session = type(session).objects.get(pk=session.pk)


def test_identities_when_dates_are_typed_anew_at_the_same_hours_then_stay():
    session = make_two_part()
    uid = session.parts.get().uid
    actions.set_parts(session.pk, [later(), later(3)], at=NOW + HOUR)
    assert session.parts.get(number=2).uid == uid
    actions.set_parts(session.pk, [later(2, title="Practice"), later(3)], at=NOW + HOUR)
    assert session.parts.get(number=2).uid == uid


def test_feed_when_nothing_changes_then_the_same_bytes(client):
    booking = make_booking(session=make_two_part())
    for address in both_feeds(booking):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_feeds_when_more_sessions_have_two_dates_then_no_more_queries_and_with_one_date_none_for_parts(client):
    ada = UserFactory(email="ada@example.org")
    secret = FeedToken.issue(ada)

    def counted(address):
        client.get(address)  # the secret's first use of the day is noted
        actions.set_parts(SessionFactory().pk, [], at=NOW)
        SessionFactory(title="a change, so that the file is made anew", code=f"N{SessionFactory().pk}")
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return [query["sql"] for query in caught]

    make_booking(session=SessionFactory(), practitioner=ada)
    addresses = ("/calendar/all.ics", f"/calendar/me/{secret}.ics")
    with_none = [counted(address) for address in addresses]
    assert not [sql for queries in with_none for sql in queries if "sessionpart" in sql]
    make_booking(session=make_two_part(starts_at=START - timedelta(hours=9)), practitioner=ada)
    with_one = [len(counted(address)) for address in addresses]
    make_booking(session=make_two_part(starts_at=START - timedelta(hours=5)), practitioner=ada)
    assert [len(counted(address)) for address in addresses] == with_one
    assert with_one == [len(queries) + 1 for queries in with_none]


def test_invitation_when_two_dates_then_one_entry_that_names_the_other_and_where_to_add_it():
    booking = make_booking(session=make_two_part(title="Supervision"))

    (event,) = read(invitation(booking, "REQUEST"))

    assert (event["uid"], event["summary"]) == (booking.ical_uid, "Supervision (part 1 of 2)")
    words = str(event["description"])
    assert "Part 2 of 2: Tuesday 6 July 2027, 09:30 to 10:30 (UK time)" in words
    assert f"Add the others from your booking: http://localhost:8000/me/bookings/{booking.pk}/" in words


def test_file_to_download_when_two_dates_then_holds_both_under_the_identities_of_the_feed(client):
    booking = make_booking(session=make_two_part())
    browser = Client()
    browser.force_login(booking.practitioner)

    events = read(browser.get(f"/me/bookings/{booking.pk}/diary.ics").content)

    assert of(events) == of(feed(client, both_feeds(booking)[2]))
    assert len(events) == 2


def test_place_when_session_is_cancelled_then_both_entries_are(client):
    booking = make_booking(session=make_two_part())
    address = both_feeds(booking)[2]
    actions.cancel_session(booking.session_id, reason="Ill", at=NOW)
    assert [event["status"] for event in feed(client, address)] == ["CANCELLED", "CANCELLED"]
