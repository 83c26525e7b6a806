"""Joining online by one's own way in, and what is noted of it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings import actions
from bookings.errors import BookingEnded, WayInNotOpen
from bookings.links import JOIN, OFFER, path_of
from bookings.models import Arrival, Attendance, Booking, FeedToken
from events import actions as programme
from notifications.invitations import invitation
from tests.bookings.desk import set_policy, set_session_policy
from tests.factories import NOW, START, SessionFactory, UserFactory, VenueFactory, make_booking, make_queued
from tests.pages import words

pytestmark = pytest.mark.django_db
MEETING = "https://meet.example.org/room"
MINUTE = timedelta(minutes=1)
ENDS = START + timedelta(minutes=90)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START - 5 * MINUTE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session():
    return SessionFactory(joining_link=MEETING)


@pytest.fixture
def booking(session):
    return make_booking(session=session, practitioner=UserFactory(email="amira@example.org", name="Amira Sample"))


@pytest.fixture
def visitor():
    """Somebody without an account or a cookie, whom nothing is forgiven."""
    return Client(enforce_csrf_checks=True)


def link(booking):
    return path_of(JOIN, booking)


def arrivals():
    return list(Arrival.objects.values_list("booking", "first_at", "last_at", "times"))


def stored(booking):
    return Booking.objects.select_related("session__venue").get(pk=booking.pk)


# The page


def test_page_when_open_then_says_what_and_whose_it_is_and_notes_nothing(visitor, booking):
    for look in (visitor.get, visitor.head, visitor.get):
        answer = look(link(booking))
        assert answer.status_code == 200
    text = words(answer)
    assert booking.session.title in text
    assert "Tuesday 22 June 2027, 09:30 to 11:00 (UK time)" in text
    assert "Join now" in text
    assert "This is Amira's way in. Not you? Book your own place" in text
    Booking.written.filter(pk=booking.pk).update(name="Dr Amira Example")
    assert "This way in is one person's own. Not you?" in words(visitor.get(link(booking)))
    assert f'href="{booking.session.get_absolute_url()}"' in answer.content.decode()
    for hidden in ("Sample", booking.email, "meet.example.org"):
        assert hidden not in answer.content.decode()
    assert "meet.example.org" not in str(answer.headers)
    assert not answer.cookies
    assert (arrivals(), Attendance.objects.count()) == ([], 0)


def test_page_when_shown_then_no_cache_keeps_it_and_nobody_learns_its_address(visitor, booking):
    for answer in (visitor.get(link(booking)), visitor.post(link(booking)), visitor.put(link(booking))):
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_page_when_the_button_is_pressed_then_the_browser_may_be_sent_on(visitor, booking):
    policy = visitor.get(link(booking)).headers["Content-Security-Policy"]
    assert "form-action 'self' https: http:" in policy
    assert "form-action 'self';" in visitor.get("/").headers["Content-Security-Policy"] + ";"


@pytest.mark.parametrize(
    ("before", "says", "again"),
    [
        (15 * MINUTE + timedelta(seconds=30), "opens on Tuesday 22 June 2027 at 09:15, 15 minutes before", 31),
        (timedelta(hours=12), "opens on Tuesday 22 June 2027 at 09:15", 42_301),
        (timedelta(days=30), "opens on Tuesday 22 June 2027 at 09:15", None),
    ],
)
def test_page_when_it_is_early_then_says_when_it_opens_and_waits(clock, session, visitor, before, says, again):
    set_policy(session.hosts.get(), join_link_minutes=15)
    clock.move_to(START - before)
    answer = visitor.get(link(make_booking(session=session)))
    assert says in words(answer)
    assert "Join now" not in words(answer)
    assert "Look again" in words(answer)
    assert answer.headers.get("Refresh", "0").split(";")[0] == str(again or 0)


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (START - 60 * MINUTE, "Join now"),
        (ENDS - timedelta(seconds=1), "Join now"),
        (ENDS, "This session is over. It ended on Tuesday 22 June 2027 at 11:00."),
        (ENDS + timedelta(days=30) - timedelta(seconds=1), "This session is over."),
    ],
)
def test_page_when_time_goes_on_then_says_what_is_so(clock, visitor, booking, at, says):
    clock.move_to(at)
    answer = visitor.get(link(booking))
    assert says in words(answer)
    assert "Refresh" not in answer.headers


def test_page_when_no_meeting_is_known_then_names_whom_to_ask(visitor, booking):
    programme.revise_session(booking.session_id, joining_link="", at=NOW)
    for answer, status in ((visitor.get(link(booking)), 200), (visitor.post(link(booking)), 409)):
        assert answer.status_code == status
        assert "have not said yet where this session meets online. Ask hampshire@example.gov.uk" in words(answer)
    assert arrivals() == []


@pytest.mark.parametrize("way", [("in_person", ""), ("hybrid", "in_person")])
def test_page_when_the_place_is_at_the_venue_then_says_where_to_come(visitor, booking, way):
    programme.revise_session(booking.session_id, format=way[0], venue=VenueFactory(), at=NOW)
    Booking.written.filter(pk=booking.pk).update(mode=way[1])
    answer = visitor.post(link(booking))
    assert answer.status_code == 409
    assert "nothing to join online. Come to Example Hall, 1 Example Street, Newport." in words(answer)


def test_page_when_the_place_is_online_of_both_then_one_joins(visitor, booking):
    programme.revise_session(booking.session_id, format="hybrid", venue=VenueFactory(), at=NOW)
    for mode in ("", "online"):
        Booking.written.filter(pk=booking.pk).update(mode=mode)
        assert visitor.post(link(booking)).headers["Location"] == MEETING


def given_up(booking):
    actions.cancel(booking, at=NOW)


def given_away(booking):
    actions.substitute(booking, practitioner=UserFactory(name="Bea"), actor=booking.practitioner, at=NOW, source="self")


def called_off(booking):
    programme.cancel_session(booking.session_id, reason="A secret reason.", at=NOW)


def waits(booking):
    Booking.written.filter(pk=booking.pk).update(status="waitlisted", queue_number=9)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (given_up, "This way in has ended"),
        (given_away, "This way in has ended"),
        (called_off, "This session is cancelled"),
        (waits, "There is no place yet"),
    ],
)
def test_page_when_there_is_no_place_then_says_so_and_no_more(visitor, booking, what, says):
    what(booking)
    for answer, status in ((visitor.get(link(booking)), 200), (visitor.post(link(booking)), 409)):
        assert answer.status_code == status
        assert says in words(answer)
        for hidden in (booking.session.title, "Amira", "Bea", "22 June", "secret", "meet.example.org", "Join now"):
            assert hidden not in answer.content.decode()
    assert arrivals() == []


def test_link_when_nobody_made_it_or_it_is_long_past_then_all_look_the_same(clock, booking, settings):
    good = link(booking).removeprefix("/join/").removesuffix("/")
    of_offer = path_of(OFFER, booking).split("/")[2]
    settings.SECRET_KEY, key = "another", settings.SECRET_KEY
    forged = link(booking).split("/")[2]
    settings.SECRET_KEY = key
    bad = [of_offer, forged, good[:-1], good + "A", "8" + good[1:], "a/b", "%00", "é", " ", "x" * 3000, f"{booking.pk}"]

    def looks(token):
        answer = Client().get(f"/join/{token}/")
        page = answer.content.decode().replace(token, "").replace("nonce", "")
        return answer.status_code, sorted(answer.headers), len(page) > 0, words(answer)

    assert Client().get(f"/join/{good}/").status_code == 200
    answers = [looks(token) for token in bad]
    clock.move_to(ENDS + timedelta(days=30))
    answers.append(looks(good))
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)


# The button


def test_join_when_pressed_then_it_is_noted_and_one_is_sent_on(visitor, booking):
    answer = visitor.post(link(booking))
    assert (answer.status_code, answer.headers["Location"]) == (303, MEETING)
    now = START - 5 * MINUTE
    assert arrivals() == [(booking.pk, now, now, 1)]
    assert Attendance.objects.values_list("booking", "state", "source").get() == (booking.pk, "present", "join_page")


def test_join_when_pressed_again_then_it_is_one_arrival(clock, visitor, booking):
    visitor.post(link(booking))
    clock.move_to(START + 40 * MINUTE)
    programme.revise_session(booking.session_id, joining_link="https://meet.example.org/other", at=START)
    assert visitor.post(link(booking)).headers["Location"] == "https://meet.example.org/other"
    assert arrivals() == [(booking.pk, START - 5 * MINUTE, START + 40 * MINUTE, 2)]
    assert Attendance.objects.get().state == "present"


def test_join_when_it_is_late_then_the_register_says_so(clock, visitor, booking):
    clock.move_to(START + 20 * MINUTE)
    visitor.post(link(booking))
    assert Attendance.objects.get().state == "late"


def test_join_when_clocks_differ_then_the_last_time_does_not_fall(booking):
    actions.join(booking, at=START)
    actions.join(booking, at=START - MINUTE)
    assert arrivals() == [(booking.pk, START, START, 2)]


def test_join_when_the_register_is_closed_then_one_still_gets_in(booking):
    actions.close_register(booking.session, at=ENDS, actor=None)
    assert actions.join(booking, at=START) == MEETING
    assert Attendance.objects.count() == 0


def test_join_when_too_early_or_given_up_then_refused_by_name(booking):
    with pytest.raises(WayInNotOpen):
        actions.join(booking, at=START - 60 * MINUTE - timedelta(seconds=1))
    Booking.written.filter(pk=booking.pk).update(status="declined")
    with pytest.raises(BookingEnded):
        actions.join(booking, at=START)
    assert arrivals() == []


def test_join_when_another_has_a_place_then_each_way_in_is_its_owners(visitor, session, booking):
    other = make_booking(session=session)
    session.capacity = 2
    waiting = make_queued(session=session)
    assert len({link(one) for one in (booking, other, waiting)}) == 3
    visitor.post(link(other))
    assert [row[0] for row in arrivals()] == [other.pk]


def test_log_when_joining_is_refused_then_it_repeats_no_secret(visitor, booking, caplog):
    programme.revise_session(booking.session_id, joining_link="", at=NOW)
    assert (visitor.post(link(booking)).status_code, visitor.delete(link(booking)).status_code) == (409, 405)
    assert "/join/" in caplog.text
    assert link(booking) not in caplog.text


# The diary


def test_diary_when_the_meeting_moves_then_not_a_byte_changes(visitor, booking):
    feed = f"/calendar/me/{FeedToken.issue(booking.practitioner)}.ics"
    before = (invitation(stored(booking), "REQUEST"), visitor.get(feed).content, visitor.get(feed).headers["ETag"])
    programme.revise_session(booking.session_id, joining_link="https://meet.example.org/other", at=NOW)
    after = stored(booking)
    assert (after.ical_sequence, after.ical_stamp) == (booking.ical_sequence, booking.ical_stamp)
    assert (invitation(after, "REQUEST"), visitor.get(feed).content, visitor.get(feed).headers["ETag"]) == before
    assert b"meet.example.org" not in b"".join(before[:2])
    programme.revise_session(booking.session_id, title="Another", at=NOW)  # the control: this does change it
    assert invitation(stored(booking), "REQUEST") != before[0]


# How long it is kept


def test_arrivals_when_kept_long_enough_then_they_are_deleted_by_the_policy_of_each_booking(booking):
    shorter = SessionFactory(joining_link=MEETING)
    set_session_policy(shorter, keep_joins_days=2)
    of_two_days, of_old = make_booking(session=shorter), make_booking(session=SessionFactory(joining_link=MEETING))
    Booking.written.filter(pk=of_old.pk).update(policy={})
    for one in (booking, of_two_days, of_old):
        actions.join(one, at=START)
    at = ENDS + timedelta(days=2)
    assert actions.forget_old_arrivals(at=at - timedelta(seconds=1)) == 0
    assert actions.forget_old_arrivals(at=at) == 1
    assert actions.forget_old_arrivals(at=ENDS + timedelta(days=30) - timedelta(seconds=1)) == 0
    assert {row[0] for row in arrivals()} == {booking.pk, of_old.pk}
    assert actions.forget_old_arrivals(at=ENDS + timedelta(days=30)) == 2
