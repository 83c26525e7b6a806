"""The week as a timetable: what it shows, what is missing, and how many questions it asks the database."""

import re
from datetime import timedelta

import pytest

from events.models import DayTheme, SessionTrainer, WeekDay
from tests.events.organisers import theirs, week
from tests.factories import (
    NOW,
    START,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    TrainerFactory,
    make_booking,
)

__all__ = ["theirs", "week"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)


def page(client, week, part=""):
    answer = client.get(f"/organise/weeks/{week.slug}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def card(html, session):
    """The words of one session in the timetable."""
    return words(re.search(rf'<article[^>]*id="session-{session.pk}".*?</article>', html, re.DOTALL)[0])


def test_timetable_when_opened_then_says_time_title_code_state_places_and_what_is_missing(organiser, week):
    session = SessionFactory(week=week, state="draft", code="S7", capacity=30)
    said = card(page(organiser, week), session)
    for piece in (
        "09:30 to 11:00",
        session.title,
        "S7",
        "Draft",
        "0 of 30 places",
        "4 things to look at",
        "no joining",
    ):
        assert piece in said


def test_session_when_it_is_no_draft_then_is_not_worked_on_here(organiser, week):
    week.state = "published"
    week.save()
    live, off = SessionFactory(week=week), SessionFactory(week=week, state="cancelled", cancelled_at=NOW)
    draft = SessionFactory(week=week, state="draft")
    make_booking(session=live)
    html = page(organiser, week)
    assert "1 of 2 places" in card(html, live)
    assert "Cancelled" in card(html, off)
    for session, expected in ((live, False), (off, False), (draft, True)):
        for part in ("edit/", "move/", "step/", "delete/", "publish/"):
            assert (f"/organise/sessions/{session.pk}/{part}" in html) is expected, part
        assert f"/organise/sessions/{session.pk}/duplicate/" in html


def test_sessions_when_shown_then_stand_in_the_hour_they_start_in_and_others_apart(organiser, week):
    early = SessionFactory(week=week, state="draft", starts_at=START - 3 * HOUR)
    late = SessionFactory(week=week, state="draft", starts_at=START + 10.25 * HOUR)
    away = SessionFactory(week=week, state="draft", starts_at=START + 24 * 7 * HOUR)
    html = page(organiser, week)
    for session, hour in ((early, 6), (late, 19)):
        cell = re.search(rf'data-day="2027-06-22" data-hour="{hour}">(.*?)</div>', html, re.DOTALL)[1]
        assert f'id="session-{session.pk}"' in cell
    outside = html.split('id="outside"')[1]
    assert f'id="session-{away.pk}"' in outside
    assert f'id="session-{early.pk}"' not in outside


def test_steps_when_a_session_stands_at_the_edge_then_none_leads_out_of_the_week(organiser, week):
    monday = SessionFactory(week=week, state="draft", starts_at=START - 24 * HOUR)
    friday = SessionFactory(week=week, state="draft", starts_at=START + 3 * 24 * HOUR)
    html = page(organiser, week)
    assert [f'id="{step}-{monday.pk}"' in html for step in ("previous", "next")] == [False, True]
    assert [f'id="{step}-{friday.pk}"' in html for step in ("previous", "next")] == [True, False]


def test_session_when_its_room_is_taken_in_another_week_then_the_card_says_by_what(organiser, week, island):
    room = RoomFactory()
    kind = {"format": "in_person", "venue": room.venue, "room": room}
    other = SessionFactory(title="Elsewhere", host=island, week__slug="2027-06-other", **kind)
    draft = SessionFactory(week=week, state="draft", **kind)
    assert other.week != week
    assert "Example Room is taken then by “Elsewhere”." in card(page(organiser, week), draft)


def fill(week, count):
    """Plan sessions with all that a card shows."""
    room = RoomFactory()
    for number in range(count):
        topic = TopicFactory(week=week)
        topic.themes.add(ThemeFactory())
        session = SessionFactory(
            week=week, topic=topic, state="draft", format="in_person", venue=room.venue, room=room,
            starts_at=START + number * timedelta(minutes=7),
        )  # fmt: skip
        SessionTrainer.objects.create(session=session, trainer=TrainerFactory())


@pytest.mark.parametrize("count", [10, 60])
def test_timetable_when_it_has_many_sessions_then_asks_as_often_as_for_few(
    organiser, week, count, django_assert_num_queries
):
    day = WeekDay.objects.create(week=week, number=2, kind="themes")
    DayTheme.objects.create(day=day, theme=ThemeFactory())
    fill(week, count)
    with django_assert_num_queries(13):
        html = page(organiser, week)
    assert html.count("<article") == count


@pytest.mark.parametrize("count", [10, 60])
def test_publishing_page_when_there_are_many_sessions_then_asks_as_often_as_for_few(
    organiser, week, count, django_assert_num_queries
):
    fill(week, count)
    with django_assert_num_queries(13):
        page(organiser, week, "publish/")


def test_preview_when_the_week_is_a_draft_then_shows_it_as_the_public_will_see_it(organiser, week, client):
    session = SessionFactory(week=week, state="draft", title="Curious")
    html = page(organiser, week, "preview/")
    assert "Only organisers of its hosts see it." in html
    assert "Curious" in html
    assert f'href="/sessions/{session.pk}/"' not in html
    assert f'href="/organise/weeks/{week.slug}/#session-{session.pk}"' in html
    assert client.get(week.get_absolute_url()).status_code == 404


def test_preview_when_the_week_is_public_then_its_drafts_are_there_and_published_sessions_lead_to_their_page(
    organiser, week, client
):
    week.state = "published"
    week.save()
    draft, live = SessionFactory(week=week, state="draft", title="Curious"), SessionFactory(week=week)
    html = page(organiser, week, "preview/")
    assert "Curious" in html
    assert f'href="/sessions/{live.pk}/"' in html
    assert "Curious" not in client.get(week.get_absolute_url()).content.decode()
    assert draft.state == "draft"
