"""The front page, all weeks and all sessions as somebody reads them who looks for something."""

from datetime import timedelta

import pytest

from events.models import DayTheme, Resource, WeekDay
from tests.factories import NOW, START, SessionFactory, ThemeFactory, TopicFactory, WeekFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def many_sessions(count):
    """Make a week with this many sessions, two to a topic, each with a theme."""
    week = WeekFactory()
    topics = [TopicFactory(week=week) for _ in range((count + 1) // 2)]
    for topic in topics:
        topic.themes.add(ThemeFactory())
    for number in range(count):
        SessionFactory(week=week, topic=topics[number // 2], starts_at=START + timedelta(minutes=number))
    Resource.objects.create(slug="kit", title="The toolkit", kind="toolkit", week=week, released_at=NOW)


@pytest.mark.parametrize("sessions", [10, 300])
def test_sessions_when_few_or_many_then_cost_nine_queries(client, django_assert_num_queries, sessions):
    many_sessions(sessions)

    # how many, to come and past; the page with hosts and themes; three choices; the footer
    with django_assert_num_queries(9):
        answer = client.get("/sessions/")

    assert f"{sessions} sessions to come" in words(answer)
    assert answer.content.decode().count('class="session-item"') == min(sessions, 25)


@pytest.mark.parametrize("sessions", [10, 300])
def test_home_when_few_or_many_sessions_then_costs_ten_queries(client, django_assert_num_queries, sessions):
    many_sessions(sessions)

    # weeks and their hosts; the five days and their sessions; three for what can be booked; resources; the footer
    with django_assert_num_queries(10):
        answer = client.get("/")

    assert answer.content.decode().count('class="session-item"') == 6
    assert f"{sessions} sessions" in words(answer)


def test_sessions_when_of_one_day_then_name_the_day_once(client):
    for hours in (0, 3):
        SessionFactory(starts_at=START + timedelta(hours=hours))

    page = client.get("/sessions/").content.decode()

    assert page.count('<h3 class="list-day-title">Tuesday 22 June 2027</h3>') == 1
    assert page.count("22 June 2027") == 1


def test_sessions_when_narrowed_then_say_how_many_and_let_each_filter_be_taken_away(client):
    SessionFactory(title="Ten curious questions")
    SessionFactory(title="Something else")

    page = client.get("/sessions/", {"q": "curious", "format": "online"}).content.decode()

    assert '<h2 id="found" tabindex="-1">1 session to come</h2>' in page
    assert 'href="/sessions/?q=curious"' in page
    assert 'href="/sessions/?format=online"' in page
    assert '<a href="/sessions/">Clear all filters</a>' in page
    assert 'value="curious"' in page


def test_sessions_when_nothing_fits_then_lead_on(client):
    SessionFactory()

    text = words(client.get("/sessions/", {"q": "nowhere"}))

    assert "No sessions to come “nowhere”" in text.replace("Remove filter ", "").replace(" ×", "")
    assert "Try fewer filters" in text


def test_sessions_when_nothing_is_planned_then_say_that_and_not_to_take_filters_away(client):
    text = words(client.get("/sessions/"))

    assert "Nothing is planned at the moment." in text
    assert "fewer filters" not in text


def test_filters_when_one_is_wrong_then_stand_open(client):
    assert '<details class="filters-more" open>' in client.get("/resources/?kind=song").content.decode()
    assert '<details class="filters-more">' in client.get("/resources/").content.decode()


def test_home_when_opened_then_has_a_field_that_searches_the_sessions(client):
    page = client.get("/").content.decode()

    assert '<form class="hero-search" method="get" action="/sessions/" role="search">' in page
    assert '<input id="find" type="search" name="q"' in page


def test_home_when_a_week_comes_then_each_day_says_what_it_is_about_and_how_much_there_is(client):
    week = WeekFactory()
    day = WeekDay.objects.create(week=week, number=2, kind="themes")
    DayTheme.objects.create(day=day, theme=ThemeFactory())
    for hours in (0, 3):
        SessionFactory(week=week, starts_at=START + timedelta(hours=hours))
    SessionFactory(week=week, starts_at=START, state="cancelled", cancelled_at=NOW)
    SessionFactory(week=week, starts_at=START, state="draft")
    SessionFactory(week=week, starts_at=START + timedelta(days=1))

    answer = client.get("/")
    text = words(answer)

    assert "Monday 21 June To be confirmed Tuesday 22 June Professional curiosity 2 sessions" in text
    assert "Wednesday 23 June To be confirmed 1 session Thursday" in text
    assert 'href="/weeks/2027-06-learning-from-reviews/#tuesday"' in answer.content.decode()


def test_home_when_there_is_something_to_read_then_shows_the_newest(client):
    for number in range(4):
        Resource.objects.create(
            slug=f"r{number}", title=f"Kit {number}", kind="toolkit", released_at=NOW - timedelta(days=number)
        )
    Resource.objects.create(slug="later", title="Kit later", kind="link", released_at=NOW + timedelta(minutes=1))

    text = words(client.get("/"))

    assert [f"Kit {name}" in text for name in ("0", "2", "3", "later")] == [True, True, False, False]


def test_weeks_when_past_then_stand_under_their_years_the_newest_first(client):
    for slug, day in (("a", "2023-10-09"), ("b", "2024-06-24"), ("c", "2024-11-25")):
        WeekFactory(slug=slug, title=f"Week {slug}", starts_on=day)

    text = words(client.get("/weeks/"))
    past = text[text.index("Past weeks") :]

    order = [past.index(part) for part in (" 2024 ", "Week c", "Week b", " 2023 ", "Week a")]
    assert order == sorted(order)
