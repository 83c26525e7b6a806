"""The themes: what each is, its days, resources and sessions."""

from datetime import timedelta

import pytest

from events.models import DayTheme, Resource, WeekDay
from events.theme_page import MOST_COMING, MOST_PAST, MOST_RESOURCES
from tests.factories import NOW, START, SessionFactory, ThemeFactory, TopicFactory, WeekFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE = "/themes/professional-curiosity/"


def about(theme, title="Ten curious questions", **details):
    """Make a session about a theme."""
    session = SessionFactory(title=title, **details)
    session.topic.themes.add(theme)
    return session


def make_resource(theme, slug, *, released_at=NOW):
    """Make a resource about a theme."""
    Resource.objects.create(slug=slug, title=f"The {slug}", kind="toolkit", released_at=released_at).themes.add(theme)


def test_theme_when_shown_then_says_what_it_is_and_how_else_it_is_called(client):
    theme = ThemeFactory(summary="Asking one more question.")
    for name in ("nosiness", "asking twice"):
        theme.aliases.create(name=name)

    text = words(client.get(PAGE))

    assert "Professional curiosity Asking one more question. Also called: asking twice; nosiness" in text
    assert client.get("/themes/nowhere/").status_code == 404


def test_theme_when_it_has_sessions_then_shows_those_to_come_and_the_past_ones_apart(client):
    theme = ThemeFactory()
    about(theme, "Coming")
    about(theme, "Gone", starts_at=NOW - timedelta(days=1))
    about(theme, "Gone and cancelled", starts_at=NOW - timedelta(days=1), state="cancelled", cancelled_at=NOW)
    about(theme, "Hidden", state="draft")
    SessionFactory(title="Elsewhere")

    text = words(client.get(PAGE))

    assert text.index("Sessions to come") < text.index("Coming") < text.index("Past sessions") < text.index("Gone")
    assert [name in text for name in ("Hidden", "Gone and cancelled", "Elsewhere")] == [False, False, False]


def test_theme_when_it_has_resources_then_shows_the_released_ones(client):
    theme = ThemeFactory()
    make_resource(theme, "kit")
    make_resource(theme, "later", released_at=NOW + timedelta(minutes=1))

    text = words(client.get(PAGE))

    assert ("The kit" in text, "The later" in text) == (True, False)


def test_theme_when_days_took_it_up_then_leads_to_each_in_its_week(client):
    theme = ThemeFactory()
    for week in (WeekFactory(), WeekFactory(slug="secret", title="Secret", state="draft")):
        day = WeekDay.objects.create(week=week, number=3, kind="themes")
        DayTheme.objects.create(day=day, theme=theme)

    answer = client.get(PAGE)

    assert "Learning from Reviews Wednesday 23 June 2027" in words(answer)
    assert 'href="/weeks/2027-06-learning-from-reviews/#wednesday"' in answer.content.decode()
    assert "Secret" not in words(answer)


def test_theme_when_shown_then_offers_its_calendar(client):
    ThemeFactory()

    page = client.get(PAGE).content.decode()

    assert 'href="webcal://testserver/calendar/themes/professional-curiosity.ics"' in page


def test_theme_when_there_is_more_than_the_page_holds_then_leads_to_the_whole_list(client):
    theme = ThemeFactory()
    topic = TopicFactory()
    topic.themes.add(theme)
    for number in range(MOST_COMING + 1):
        SessionFactory(topic=topic, week=topic.week, starts_at=START + timedelta(minutes=number))
    for number in range(MOST_PAST + 1):
        SessionFactory(topic=topic, week=topic.week, starts_at=NOW - timedelta(days=1, minutes=number))
    for number in range(MOST_RESOURCES + 1):
        make_resource(theme, f"kit-{number}")

    page = client.get(PAGE).content.decode()

    assert page.count('class="session-item"') == MOST_COMING + MOST_PAST
    assert f'href="/sessions/?theme=professional-curiosity">See all {MOST_COMING + 1} sessions to come' in page
    assert f'href="/sessions/?theme=professional-curiosity&amp;past=1">See all {MOST_PAST + 1} past sessions' in page
    assert f'href="/resources/?theme=professional-curiosity">See all {MOST_RESOURCES + 1} resources' in page


@pytest.mark.parametrize("sessions", [10, 300])
def test_theme_page_when_full_then_costs_the_same(client, django_assert_num_queries, sessions):
    theme = ThemeFactory()
    topic = TopicFactory()
    topic.themes.add(theme)
    for number in range(sessions):
        starts = START + timedelta(minutes=number) if number % 2 else NOW - timedelta(days=1, minutes=number)
        SessionFactory(topic=topic, week=topic.week, starts_at=starts)
    make_resource(theme, "kit")

    # the theme and its names; how many sessions of each list; days; resources and how many; 3 for each list; the footer
    with django_assert_num_queries(14):
        answer = client.get(PAGE)

    assert answer.content.decode().count('class="session-item"') == min(sessions // 2, MOST_COMING) + min(
        sessions // 2, MOST_PAST
    )


@pytest.mark.parametrize("themes", [1, 20])
def test_themes_when_listed_then_say_how_much_there_is_of_each_in_four_queries(
    client, django_assert_num_queries, themes
):
    for number in range(themes):
        ThemeFactory(slug=f"theme-{number}")
    theme = ThemeFactory(summary="Asking one more question.")
    for hours in (0, 3):
        about(theme, starts_at=START + timedelta(hours=hours))
    about(theme, starts_at=NOW - timedelta(days=1))
    make_resource(theme, "kit")

    with django_assert_num_queries(4):
        answer = client.get("/themes/")

    assert "Professional curiosity Asking one more question. 2 sessions to come · 1 resource" in words(answer)
    assert answer.content.decode().count('class="card"') == themes + 1


def test_themes_when_there_is_none_then_says_so(client):
    assert "There are no themes yet." in words(client.get("/themes/"))
