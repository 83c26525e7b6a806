"""A week again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from events import actions
from events.actions.weeks import slug_for_copy
from events.errors import UnusableStart, WeekTaken
from events.models import (
    DayTheme,
    KeyMessage,
    PracticeWeek,
    Resource,
    Session,
    SessionHost,
    WeekDay,
    WeekHost,
    WeekPresentation,
)
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
)

pytestmark = pytest.mark.django_db
AGAIN = date(2027, 11, 22)  # a Monday in winter time
DAYS = 154


@pytest.fixture
def week():
    """A week with a row of everything that a copy takes along or leaves behind."""
    week = WeekFactory(title="Learning from Reviews 2027", categories=["Toolkits"], introduction="Why.")
    island = PartnershipFactory(slug="isle-of-wight")
    WeekHost.objects.create(week=week, partnership=island)
    WeekPresentation.objects.create(
        week=week, partnership=island, title="Reviews 2027", source="https://weeks.example.org/2027"
    )
    day = WeekDay.objects.create(week=week, number=2, kind="themes", title="Tuesday", summary="What for.")
    for position, slug in enumerate(("supervision", "resolution")):
        DayTheme.objects.create(day=day, theme=ThemeFactory(slug=slug), position=position)
    released = datetime(2027, 6, 22, 7, 0, tzinfo=UTC)
    KeyMessage.objects.create(week=week, day=day, heading="If you do one thing", text="Ask.", released_at=released)
    Resource.objects.create(slug="toolkit", title="Toolkit", kind="toolkit", week=week, released_at=released)
    topic = TopicFactory(week=week, slug="sharing")
    topic.themes.set([ThemeFactory(slug="supervision")])
    first = SessionFactory(
        week=week,
        topic=topic,
        code="A",
        format="hybrid",
        venue=VenueFactory(),
        booking_opens_at=START - timedelta(days=30),
        booking_closes_at=START - timedelta(hours=1),
        sequence=3,
        joining_link="https://meet.example.org/a",
        is_illustrative=True,
    )
    SessionHost.objects.create(session=first, partnership=island)
    SessionFactory(week=week, topic=topic, code="B", state="cancelled", cancelled_at=NOW, cancellation_reason="Snow.")
    make_booking(session=SessionFactory(week=week, topic=topic, code="C"))
    return week


def test_copy_is_a_draft_with_hosts_presentations_days_and_messages(week):
    copy = actions.copy_week(week, starts_on=AGAIN, at=NOW)
    assert (copy.slug, copy.title, copy.state) == (
        "2027-11-learning-from-reviews",
        "Learning from Reviews 2027",
        "draft",
    )
    assert (copy.starts_on, copy.copied_from, copy.categories, copy.introduction) == (AGAIN, week, ["Toolkits"], "Why.")
    hosts = [(host.partnership.slug, host.is_lead) for host in copy.week_hosts.order_by("-is_lead")]
    assert hosts == [("hampshire", True), ("isle-of-wight", False)]
    presentation = copy.presentations.get()
    assert (presentation.partnership.slug, presentation.title, presentation.source) == (
        "isle-of-wight",
        "Reviews 2027",
        "",
    )
    day = copy.days.get()
    assert (day.date, day.kind, day.title, day.summary) == (date(2027, 11, 23), "themes", "Tuesday", "What for.")
    assert [link.theme.slug for link in day.day_themes.all()] == ["supervision", "resolution"]
    message = copy.key_messages.get()
    assert (message.heading, message.text, message.day) == ("If you do one thing", "Ask.", day)
    assert message.released_at == datetime(2027, 11, 23, 8, 0, tzinfo=UTC)


def test_copied_sessions_keep_their_clock_and_begin_anew(week):
    copy = actions.copy_week(week, starts_on=AGAIN, at=NOW)
    session = copy.sessions.get(code="A")
    source = week.sessions.get(code="A")
    assert session.local_start.replace(tzinfo=None) == source.local_start.replace(tzinfo=None) + timedelta(days=DAYS)
    assert session.starts_at - source.starts_at == timedelta(days=DAYS, hours=1)
    assert session.local_end.time() == source.local_end.time()
    assert session.booking_opens_at.astimezone(session.tzinfo).time() == source.local_start.time()
    assert session.starts_at - session.booking_closes_at == timedelta(hours=1)
    assert (session.state, session.sequence, session.revised_at) == ("draft", 0, NOW)
    assert session.uid != source.uid
    assert (session.venue, session.capacity, session.is_illustrative) == (source.venue, 2, True)
    assert {host.partnership.slug for host in session.session_hosts.all()} == {"hampshire", "isle-of-wight"}


def test_joining_links_stay_behind(week):
    copy = actions.copy_week(week, starts_on=AGAIN, at=NOW)
    assert {session.joining_link for session in copy.sessions.all()} == {""}
    assert week.sessions.get(code="A").joining_link


def test_sittings_share_the_copied_topic(week):
    copy = actions.copy_week(week, starts_on=AGAIN, at=NOW)
    topic = copy.topics.get()
    assert {session.code for session in topic.sittings.all()} == {"A", "B", "C"}
    assert [theme.slug for theme in topic.themes.all()] == ["supervision"]


def test_cancelled_session_takes_place_again(week):
    session = actions.copy_week(week, starts_on=AGAIN, at=NOW).sessions.get(code="B")
    assert (session.state, session.cancelled_at, session.cancellation_reason) == ("draft", None, "")


def test_bookings_and_resources_stay_behind(week):
    copy = actions.copy_week(week, starts_on=AGAIN, at=NOW)
    session = copy.sessions.get(code="C")
    assert (session.places_taken, session.waiting, session.bookings.count()) == (0, 0, 0)
    assert copy.resources.count() == 0


def test_source_is_as_it_was_when_copied(week):
    before = [
        list(model.objects.filter(**{path: week}).order_by("pk").values())
        for model, path in ((Session, "week"), (WeekDay, "week"), (WeekPresentation, "week"), (KeyMessage, "week"))
    ]
    actions.copy_week(week, starts_on=AGAIN, at=NOW)
    after = [
        list(model.objects.filter(**{path: week}).order_by("pk").values())
        for model, path in ((Session, "week"), (WeekDay, "week"), (WeekPresentation, "week"), (KeyMessage, "week"))
    ]
    assert after == before
    assert all(before)


def test_copy_is_public_with_its_sessions_when_published(week):
    copy = actions.copy_week(week, starts_on=AGAIN, at=NOW, publish=True)
    assert copy.state == "published"
    assert {session.state for session in copy.sessions.all()} == {"published"}


def test_titles_name_the_copys_year_when_they_name_the_sources(week):
    copy = actions.copy_week(week, starts_on=date(2028, 6, 19), at=NOW)
    assert copy.title == "Learning from Reviews 2028"
    assert copy.presentations.get().title == "Reviews 2028"


@pytest.mark.parametrize("day", [date(2027, 11, 23), date(2027, 11, 28)])
def test_copy_is_refused_when_the_day_is_no_monday(week, day):
    with pytest.raises(UnusableStart, match="a week starts on a Monday"):
        actions.copy_week(week, starts_on=day, at=NOW)
    assert PracticeWeek.objects.count() == 1


def test_copy_is_refused_when_it_is_there_already(week):
    actions.copy_week(week, starts_on=AGAIN, at=NOW)
    with pytest.raises(WeekTaken):
        actions.copy_week(week, starts_on=AGAIN, at=NOW)
    assert PracticeWeek.objects.count() == 2


def test_fault_of_another_kind_is_not_called_a_week_that_is_taken(week):
    week.categories = None
    with pytest.raises(IntegrityError):
        actions.copy_week(week, starts_on=AGAIN, at=NOW)
    assert PracticeWeek.objects.count() == 1


def test_nothing_is_copied_when_a_time_does_not_exist_then(week):
    sunday = datetime(2027, 6, 27, 0, 30, tzinfo=UTC)  # 01:30 in London
    late = SessionFactory(week=week, topic=week.topics.get(), code="Z", starts_at=sunday)
    with pytest.raises(ValidationError, match="does not exist"):
        actions.copy_week(week, starts_on=date(2028, 3, 20), at=NOW)
    assert PracticeWeek.objects.count() == 1
    Session.objects.filter(pk=late.pk).delete()
    assert actions.copy_week(week, starts_on=date(2028, 3, 20), at=NOW)


def test_second_copy_of_a_month_is_told_apart_by_its_day():
    week = WeekFactory()
    second = actions.copy_week(week, starts_on=date(2027, 6, 28), at=NOW)
    assert second.slug == "2027-06-28-learning-from-reviews"
    assert actions.copy_week(second, starts_on=date(2028, 6, 19), at=NOW).slug == "2028-06-learning-from-reviews"


@pytest.mark.parametrize("starts_on", [date(1999, 6, 21), date(2100, 6, 21)])
def test_week_is_not_copied_out_of_the_years_that_pages_show(starts_on):
    with pytest.raises(UnusableStart, match="from 2000 to 2099"):
        actions.copy_week(WeekFactory(), starts_on=starts_on, at=NOW)


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("2024-06-learning-from-reviews", "2027-06-learning-from-reviews"),
        ("learning-from-reviews", "2027-06-learning-from-reviews"),
        ("2024-06", "2027-06-2024-06"),
    ],
)
def test_slug_names_the_month_of_the_copy(slug, expected):
    assert slug_for_copy(slug, date(2027, 6, 21)) == expected
