"""What people choose their diary to show: no titles, and when it rings."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from bookings import actions
from bookings.models import Booking, BookingChange, FeedToken
from events import actions as programme
from notifications import delivery, inbox
from notifications.invitations import invitation
from notifications.models import Message
from people.models import Alarm, User
from tests.factories import (
    NOW,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)
from tests.golden import only, read
from tests.notifications.mails import entry_of, html_of, let_go, mail_of, row_of, states, words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TELLING = ("Neglect", "toolkit", "neglect", "Hampshire", "chapter", "Practice week", "practice week")


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(delivery, "database_now", lambda: NOW)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def person():
    return UserFactory(email="pat@example.org", name="Pat Example")


@pytest.fixture
def session():
    topic = TopicFactory(summary="How to use the neglect toolkit.")
    topic.themes.set([ThemeFactory(slug="neglect", name="Neglect")])
    return SessionFactory(title="Neglect toolkit", topic=topic, practical_note="Read chapter 2 first.", capacity=9)


def choose(person, *, is_discreet=True, alarm=Alarm.HALF_HOUR, at=NOW):
    return actions.choose_diary(person, is_discreet=is_discreet, alarm=alarm, at=at)


def stored(booking):
    return Booking.objects.select_related("session__venue").get(pk=booking.pk)


def feed_of(person):
    return Client().get(f"/calendar/me/{FeedToken.issue(person)}.ics").content


def plain(body):
    """Return a calendar file with its folded lines put together."""
    return body.decode().replace("\r\n ", "")


# No titles


def test_entry_when_discreet_then_neither_invitation_nor_feed_nor_cancellation_says_what_it_is(person, session):
    choose(person)
    booking = make_booking(session=session, practitioner=person)
    request, feed = invitation(stored(booking), "REQUEST"), feed_of(person)
    actions.cancel(booking, at=NOW)
    cancel = invitation(stored(booking), "CANCEL")

    assert [str(only(body)["summary"]) for body in (request, feed, cancel)] == [
        "Training",
        "Training",
        "Cancelled: Training",
    ]
    for body in (request, feed, cancel):
        assert [word for word in TELLING if word in plain(body)] == []
        assert f"/me/bookings/{booking.pk}/" in plain(body)
    assert "/join/" in plain(request)
    assert str(only(request).walk("VALARM")[0]["description"]) == "Training"
    assert only(request)["organizer"].params["CN"] == "Practice Weeks"


def test_entry_when_not_discreet_then_the_same_words_are_there(person, session):
    booking = make_booking(session=session, practitioner=person)

    for body in (invitation(stored(booking), "REQUEST"), feed_of(person)):
        assert "Neglect toolkit" in plain(body)
        assert "chapter 2" in plain(body)


def test_entry_when_discreet_at_a_venue_then_it_still_says_where_to_go(person):
    hall = SessionFactory(format="in_person", venue=VenueFactory())
    choose(person)

    event = only(invitation(stored(make_booking(session=hall, practitioner=person)), "REQUEST"))

    assert str(event["location"]) == "Example Hall, 1 Example Street, Newport"


def test_feed_when_a_discreet_session_is_called_off_then_its_title_stays_hidden(person, session):
    choose(person)
    make_booking(session=session, practitioner=person)
    programme.cancel_session(session.pk, reason="Snow.", at=NOW)

    assert str(only(feed_of(person))["summary"]) == "Cancelled: Training"


def test_mail_when_discreet_then_its_subject_which_some_programs_take_for_the_entry_is_too(person, session):
    choose(person)
    booking = make_booking(session=session, practitioner=person)

    mail = mail_of(booking, "confirmation")

    assert mail["Subject"] == "Booked: Training, Tuesday 22 June 2027"
    assert "Neglect toolkit" in words_of(mail)
    assert entry_of(mail).walk("VEVENT")[0]["summary"] == "Training"


def test_choice_when_somebody_booked_before_then_each_entry_to_come_is_sent_anew(person, session):
    first, second = (make_booking(session=one, practitioner=person) for one in (session, SessionFactory(capacity=9)))
    for booking in (first, second):
        let_go(booking, "confirmation")

    assert choose(person, at=NOW + HOUR) == 2

    for booking in (first, second):
        after = stored(booking)
        assert (after.ical_sequence, after.ical_stamp, after.ical_uid) == (1, NOW + HOUR, booking.ical_uid)
        mail = mail_of(booking, "diary")
        (event,) = entry_of(mail).walk("VEVENT")
        assert (event["summary"], event["sequence"], event["uid"]) == ("Training", 1, booking.ical_uid)
    mail = mail_of(first, "diary")
    assert mail["Subject"] == "Updated: Training, Tuesday 22 June 2027"
    assert "stands in your diary as “Training” from now on" in words_of(mail)
    assert "“Training”" in html_of(mail)
    assert [str(event["summary"]) for event in read(feed_of(person))] == ["Training", "Training"]


def test_choice_when_made_twice_then_the_second_changes_and_sends_nothing(person, session):
    booking = make_booking(session=session, practitioner=person)
    let_go(booking, "confirmation")
    choose(person)

    assert choose(person, at=NOW + HOUR) == 0

    assert stored(booking).ical_sequence == 1
    assert Message.objects.filter(kind="diary").count() == 1


def test_choice_when_taken_back_at_once_then_one_mail_goes_and_the_diary_has_the_title(person, session):
    booking = make_booking(session=session, practitioner=person)
    let_go(booking, "confirmation")
    choose(person)
    choose(person, is_discreet=False)
    delivery.drain()

    mails = [kept.mail for kept in inbox.newest(to=person.email)]
    assert [mail["Subject"] for mail in mails if "Updated" in mail["Subject"]] == [
        "Updated: Neglect toolkit, Tuesday 22 June 2027"
    ]
    assert ("diary", "cancelled") in states(booking)
    assert stored(booking).ical_sequence == 2


def test_choice_when_the_first_invitation_waits_then_that_one_carries_it(person, session):
    booking = make_booking(session=session, practitioner=person)
    choose(person)
    delivery.drain()

    assert ("confirmation", "sent") in states(booking)
    assert ("diary", "sent") not in states(booking)
    (mail,) = [kept.mail for kept in inbox.newest(to=person.email)]
    assert entry_of(mail).walk("VEVENT")[0]["summary"] == "Training"


def test_choice_when_a_move_waits_to_be_told_then_both_are_told_in_whatever_order(person, session):
    booking = make_booking(session=session, practitioner=person)
    let_go(booking, "confirmation")
    later = {"starts_at": session.starts_at + HOUR, "ends_at": session.ends_at + HOUR}
    programme.reschedule_session(session.pk, at=NOW, **later)
    choose(person)
    let_go(booking, "diary")

    mail = mail_of(booking, "changed")

    assert "Start: Tuesday 22 June 2027 at 10:30" in words_of(mail)
    assert entry_of(mail).walk("VEVENT")[0]["summary"] == "Training"
    assert row_of(booking, "diary").sequence == 2


def test_choice_when_a_session_moves_later_then_its_update_stays_discreet(person, session):
    choose(person)
    booking = make_booking(session=session, practitioner=person)
    let_go(booking, "confirmation")
    programme.revise_session(session.pk, title="Neglect toolkit again", at=NOW + HOUR)

    mail = mail_of(booking, "changed")

    assert mail["Subject"].startswith("Updated: Training,")
    assert entry_of(mail).walk("VEVENT")[0]["summary"] == "Training"


def test_choice_when_a_place_is_past_or_only_waited_for_then_nobody_is_written_to(person):
    past = SessionFactory(starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, capacity=9)
    gone = make_booking(session=past, practitioner=person)
    full = SessionFactory(capacity=1)
    make_booking(session=full)
    waiting = make_queued(session=full, practitioner=person)

    assert choose(person, at=NOW + 3 * HOUR) == 0

    assert [str(event["summary"]) for event in read(feed_of(person))] == ["Training"]
    assert (stored(gone).ical_sequence, stored(waiting).ical_sequence) == (1, 0)
    assert stored(waiting).is_discreet
    assert not BookingChange.objects.filter(verb="entry_chosen").exists()


def test_feed_when_the_choice_changes_then_its_etag_does_though_nothing_was_booked(person):
    session = SessionFactory(starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    make_booking(session=session, practitioner=person)
    address = f"/calendar/me/{FeedToken.issue(person)}.ics"
    first = Client().get(address)
    choose(person, at=NOW + 3 * HOUR)

    second = Client().get(address, headers={"if-none-match": first.headers["ETag"]})

    assert second.status_code == 200
    assert Client().get(address, headers={"if-none-match": second.headers["ETag"]}).status_code == 304


def test_booking_when_somebody_else_books_then_the_persons_choice_counts(person, session):
    choose(person, alarm=Alarm.HOUR)
    known = User.objects.get(pk=person.pk)
    known.is_discreet, known.alarm = False, Alarm.NONE  # as they were when the page was opened

    booking = make_booking(session=session, practitioner=known)

    assert (booking.is_discreet, booking.alarm) == (True, Alarm.HOUR)


# Alarms, and no way there that we made up


@pytest.mark.parametrize(
    ("alarm", "before"),
    [
        (Alarm.NONE, []),
        (Alarm.TEN_MINUTES, [timedelta(minutes=-10)]),
        (Alarm.HALF_HOUR, [timedelta(minutes=-30)]),
        (Alarm.HOUR, [timedelta(hours=-1)]),
        (Alarm.DAY, [timedelta(days=-1)]),
    ],
)
def test_alarm_when_chosen_then_the_next_invitation_has_it_and_no_feed_nor_cancellation(person, alarm, before):
    booking = make_booking(practitioner=person)
    let_go(booking, "confirmation")

    assert choose(person, is_discreet=False, alarm=alarm) == 0

    event = only(invitation(stored(booking), "REQUEST"))
    assert [one["trigger"].dt for one in event.walk("VALARM")] == before
    assert stored(booking).ical_sequence == 0
    assert not Message.objects.filter(kind="diary").exists()
    assert b"VALARM" not in feed_of(person)
    actions.cancel(booking, at=NOW)
    assert b"VALARM" not in invitation(stored(booking), "CANCEL")


def test_entry_when_at_a_venue_then_no_time_on_the_way_is_guessed(person):
    hall = SessionFactory(format="in_person", venue=VenueFactory())
    event = only(invitation(stored(make_booking(session=hall, practitioner=person)), "REQUEST"))

    assert event["dtstart"].dt == hall.starts_at
    assert not [name for name in event if "TRAVEL" in name.upper()]


# The page


def test_page_when_chosen_then_it_is_stored_and_says_what_follows(client, person, session):
    booking = make_booking(session=session, practitioner=person)
    let_go(booking, "confirmation")
    client.force_login(person)

    answer = client.post("/me/calendar/diary/", {"titles": "discreet", "alarm": "60"}, follow=True)

    assert "You get a mail that brings your diary entry up to date." in answer.content.decode()
    person.refresh_from_db()
    assert (person.is_discreet, person.alarm) == (True, 60)
    page = client.get("/me/calendar/").content.decode()
    assert 'value="discreet"' in page
    assert '<option value="60" selected>' in page
    assert (
        "This holds from the next"
        in client.post("/me/calendar/diary/", {"titles": "discreet", "alarm": "0"}, follow=True).content.decode()
    )


@pytest.mark.parametrize("posted", [{}, {"titles": "secret", "alarm": "60"}, {"titles": "full", "alarm": "7"}])
def test_page_when_the_choice_is_wrong_then_says_so_and_stores_nothing(client, person, posted):
    client.force_login(person)

    answer = client.post("/me/calendar/diary/", posted)

    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    person.refresh_from_db()
    assert (person.is_discreet, person.alarm) == (False, 30)


def test_page_when_signed_out_or_only_looked_at_then_nothing_is_chosen(client, person):
    assert client.post("/me/calendar/diary/", {"titles": "discreet", "alarm": "0"}).status_code == 302
    client.force_login(person)
    assert client.get("/me/calendar/diary/").status_code == 405
    person.refresh_from_db()
    assert not person.is_discreet


def test_calendar_parts_when_discreet_then_still_parse(person, session):
    choose(person)
    mail = mail_of(make_booking(session=session, practitioner=person), "confirmation")
    attached = [part for part in mail.walk() if part.get_content_type() == "application/ics"]

    assert Calendar.from_ical(attached[0].get_content()).walk("VEVENT")[0]["summary"] == "Training"
