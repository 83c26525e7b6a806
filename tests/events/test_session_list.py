"""The list of sessions: what is to come first, what is past behind a link that says how much it is."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from events.models import Session
from tests.factories import NOW, START, SessionFactory, ThemeFactory, WeekFactory, make_two_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)
OVER = "2027-03-basics"
FIT = "that fit these filters"


@pytest.fixture
def programme():
    """Two sessions to come, two of a week that is over, one that was called off then, and one that is on now."""
    SessionFactory(title="Toolkit one")
    SessionFactory(title="Another thing", starts_at=START + DAY, capacity=0)
    week = WeekFactory(slug=OVER, starts_on="2027-03-01")
    at = NOW - 60 * DAY
    SessionFactory(title="Toolkit old", week=week, starts_at=at)
    SessionFactory(title="Toolkit older", week=week, starts_at=at - DAY)
    SessionFactory(title="Toolkit off", week=week, starts_at=at, state="cancelled", cancelled_at=at - 2 * DAY)
    SessionFactory(title="Toolkit on", starts_at=NOW - timedelta(minutes=30))


def listed(page):
    """Return the titles on a page, in its order."""
    titles = re.findall(r'class="session-item-title"><a [^>]*>([^<]+)<', page)
    return [title.replace("Toolkit ", "") for title in titles]


def heading(page):
    return re.search(r'<h2 id="found"[^>]*>([^<]*)<', page)[1]


@pytest.mark.parametrize(
    ("query", "titles", "count", "link"),
    [
        ("", ["on", "one", "Another thing"], "3 sessions to come", "past=1: See 2 past sessions"),
        ("q=toolkit", ["on", "one"], "2 sessions to come", f"q=toolkit&past=1: See 2 past sessions {FIT}"),
        ("q=older", [], "No sessions to come", "q=older&past=1: See 1 past session that fits these filters"),
        ("places=1", ["on", "one"], "2 sessions to come", ""),
        ("past=1", ["old", "older"], "2 past sessions", ": See 3 sessions to come"),
        ("q=toolkit&past=1", ["old", "older"], "2 past sessions", f"q=toolkit: See 2 sessions to come {FIT}"),
        ("places=1&past=1", [], "No past sessions", f"places=1: See 2 sessions to come {FIT}"),
        ("from=2027-05-04", ["on", "one", "Another thing"], "3 sessions to come", ""),
        ("from=2027-03-05", ["old", "off", "on", "one", "Another thing"], "5 sessions", ""),
        ("to=2027-05-03", ["older", "old", "off"], "3 sessions", ""),
        (f"week={OVER}", ["older", "old", "off"], "3 sessions", ""),
        (f"week={OVER}&places=1", [], "No sessions found", ""),
    ],
)
def test_list_when_asked_for_then_past_sessions_come_only_where_they_are_meant(
    client, programme, query, titles, count, link
):
    page = client.get(f"/sessions/?{query}").content.decode()

    assert (listed(page), heading(page)) == (titles, count)
    links = re.findall(r'href="/sessions/\??([^"]*)">(See \d[^<]*)<', page)
    assert [f"{unescape(query)}: {words}" for query, words in links] == ([link] if link else [])


def test_list_when_its_week_is_over_then_says_so_and_leads_to_the_programme(client, programme):
    page, other = (client.get(f"/sessions/?week={slug}").content.decode() for slug in (OVER, WeekFactory().slug))

    assert "This practice week is over." in page
    assert f'<a href="/weeks/{OVER}/">See its programme day by day</a>' in page
    assert "is over" not in other


def test_list_when_nothing_to_come_fits_then_leads_to_what_is_past_and_on(client, programme):
    page = client.get("/sessions/?q=older").content.decode()

    assert page.index("No sessions to come") < page.index("See 1 past session") < page.index("Try fewer filters")


def test_list_of_past_sessions_when_there_are_many_then_pages_filters_and_search_stay_in_it(client):
    for number in range(26):
        SessionFactory(starts_at=NOW - DAY - number * DAY)

    page = client.get("/sessions/?format=online&past=1").content.decode()

    assert 'rel="next" href="?format=online&amp;past=1&amp;page=2"' in page
    assert '<a class="chip" href="/sessions/?past=1">' in page
    assert '<input type="hidden" name="past" value="1">' in page
    assert "<title>Past sessions" in page
    assert "webcal:" not in page
    assert 'name="past"' not in client.get("/sessions/?format=online").content.decode()


def test_list_when_a_session_of_several_dates_has_begun_then_it_stands_under_the_next_of_them(client):
    session = make_two_part(title="Two dates")
    SessionFactory(title="Between", starts_at=START + 3 * DAY)

    with time_machine.travel(START + DAY, tick=False):
        page, past = (client.get(f"/sessions/{query}").content.decode() for query in ("", "?past=1"))
    assert listed(page) == ["Between", "Two dates"]
    assert '<h3 class="list-day-title">Tuesday 6 July 2027</h3>' in page
    assert "09:30</time>" in page.partition("Tuesday 6 July")[2]
    assert (listed(past), heading(past)) == ([], "No past sessions")

    with time_machine.travel(session.last_ends_at, tick=False):
        page, past = (client.get(f"/sessions/{query}").content.decode() for query in ("", "?past=1"))
    assert (listed(page), listed(past)) == ([], ["Between", "Two dates"])


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 10), ("past=1", 9), (f"week={OVER}&theme=neglect", 15)])
def test_list_when_sessions_are_few_or_many_then_costs_the_same(
    client, django_assert_num_queries, query, queries, number
):
    week = WeekFactory(slug=OVER, starts_on="2027-03-01")
    for _ in range(number):
        begun, _, over = make_two_part(), SessionFactory(), SessionFactory(week=week, starts_at=NOW - DAY)
        over.topic.themes.set([ThemeFactory(slug="neglect")])
        Session.objects.filter(pk=begun.pk).update(starts_at=NOW - DAY, ends_at=NOW - DAY + timedelta(hours=1))

    with django_assert_num_queries(queries):
        page = client.get(f"/sessions/?{query}").content.decode()

    assert len(listed(page)) == (2 * number if not query else number)
