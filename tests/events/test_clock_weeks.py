"""Weeks on either side of a change of clocks: the wall time is the same on pages, in mails, in feeds and in copies."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from bookings.by_hand import by_hand
from bookings.models import FeedToken
from events import actions
from events.models import PracticeWeek, Session
from notifications.invitations import invitation
from tests.factories import SessionFactory, TopicFactory, UserFactory, WeekFactory, make_booking
from tests.golden import only, read

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# Each week and the one after it, between which the clocks change; then Monday's and Friday's nine o'clock in both.
CHANGES = {
    "25 October 2026": (date(2026, 10, 19), date(2026, 10, 26), (8, 8), (9, 9)),
    "28 March 2027": (date(2027, 3, 22), date(2027, 3, 29), (9, 9), (8, 8)),
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(datetime(2026, 8, 3, 9, tzinfo=UTC), tick=False):
        yield


def instant(day, hour):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture(params=CHANGES)
def weeks(request):
    """Make a week with a session at nine on Monday and Friday, and copy it over the change; return both."""
    before, after, hours, _ = CHANGES[request.param]
    week = WeekFactory(slug="first", title="Honest talk", starts_on=before)
    for days, hour in zip((0, 4), hours, strict=True):
        start = instant(before + timedelta(days=days), hour)
        topic = TopicFactory(week=week, title="Honest talk")
        SessionFactory(week=week, topic=topic, starts_at=start, ends_at=start + HOUR, title=f"Day {days}", capacity=9)
    copy = actions.copy_week(week, starts_on=after, at=datetime.now(UTC))
    actions.publish_week(copy, at=datetime.now(UTC))
    return request.param, week, PracticeWeek.objects.get(pk=copy.pk)


def sessions_of(week):
    return list(Session.objects.filter(week=week).order_by("starts_at"))


def test_copy_when_the_clocks_change_between_then_the_wall_time_is_kept_and_the_instant_moves(weeks):
    change, week, copy = weeks
    before, after, first, second = CHANGES[change]

    for one, start, hours in ((week, before, first), (copy, after, second)):
        assert [session.starts_at for session in sessions_of(one)] == [
            instant(start + timedelta(days=days), hour) for days, hour in zip((0, 4), hours, strict=True)
        ]
        assert {f"{session.local_start:%H:%M}" for session in sessions_of(one)} == {"09:00"}


def test_pages_when_the_clocks_change_between_then_every_one_says_nine_o_clock(client, weeks):
    _, week, copy = weeks

    for one in (week, copy):
        assert client.get(one.get_absolute_url()).content.decode().count("09:00") >= 2
        for session in sessions_of(one):
            page = client.get(session.get_absolute_url()).content.decode()
            assert "09:00 to 10:00" in re.sub(r"<[^>]+>|\s+", " ", page)
    listed = client.get("/sessions/?q=Honest").content.decode()
    assert listed.count("09:00") >= 4
    assert not re.search(r"\b(08:00|10:00 to 11:00)\b", listed)


def test_diaries_when_the_clocks_change_between_then_invitations_feeds_and_links_agree(client, weeks):
    _, week, copy = weeks
    person = UserFactory()

    public = {str(event["uid"]): event for event in read(client.get("/calendar/all.ics").content)}
    for session in [*sessions_of(week), *sessions_of(copy)]:
        booking = make_booking(session=session, practitioner=person, at=datetime.now(UTC))
        day = f"{session.local_start:%Y%m%d}"
        wall = f"DTSTART;TZID=Europe/London:{day}T090000\r\nDTEND;TZID=Europe/London:{day}T100000\r\n".encode()
        body = invitation(booking, "REQUEST")
        assert wall in body
        assert only(body)["dtstart"].dt == session.starts_at
        (entry,) = [event for uid, event in public.items() if str(session.uid) in uid]
        assert (entry["dtstart"].dt, entry["dtend"].dt) == (session.starts_at, session.ends_at)
        assert f"{session.starts_at:%Y%m%dT%H%M%SZ}%2F" in by_hand(booking, site="https://weeks.example.org").google
    private = read(Client().get(f"/calendar/me/{FeedToken.issue(person)}.ics").content)
    assert [event["dtstart"].dt for event in private] == [event["dtstart"].dt for event in public.values()]
    assert {f"{event['dtstart'].dt:%H:%M}" for event in private} == {"09:00"}


def test_session_when_moved_over_the_change_then_it_is_told_at_the_same_wall_time(weeks):
    change, week, _ = weeks
    _, after, _, second = CHANGES[change]
    session = sessions_of(week)[0]
    booking = make_booking(session=session, at=datetime.now(UTC))
    start = instant(after, second[0])

    actions.reschedule_session(session.pk, starts_at=start, ends_at=start + HOUR, at=datetime.now(UTC))

    booking.refresh_from_db()
    moved = only(invitation(booking, "REQUEST"))
    assert (moved["dtstart"].dt, moved["sequence"]) == (start, 1)
    assert f"{moved['dtstart'].dt:%H:%M}" == "09:00"


def test_bank_holidays_when_a_week_has_one_then_its_pages_say_which(client):
    for start in (date(2027, 3, 22), date(2027, 3, 29)):
        week = WeekFactory(slug=f"week-{start}", starts_on=start)
        for days in range(5):
            day = instant(start + timedelta(days=days), 9)
            SessionFactory(week=week, starts_at=day, ends_at=day + HOUR)

    shown = [client.get(f"/weeks/week-{start}/").content.decode() for start in ("2027-03-22", "2027-03-29")]

    assert [re.findall(r"Bank holiday: [\w ]+", page) for page in shown] == [
        ["Bank holiday: Good Friday"],
        ["Bank holiday: Easter Monday"],
    ]
    listed = re.sub(r"<[^>]+>|\s+", " ", client.get("/sessions/").content.decode())
    for words in ("Friday 26 March 2027 (Good Friday, a bank holiday)", "Monday 29 March 2027 (Easter Monday, a bank"):
        assert re.search(re.escape(words).replace(r"\ ", r"\s+").replace(r"\(", r"\(\s*"), listed)
