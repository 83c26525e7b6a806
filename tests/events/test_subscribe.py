"""The page that says how to subscribe to a public calendar."""

import re
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.factories import PartnershipFactory, SessionFactory, ThemeFactory, WeekFactory

pytestmark = pytest.mark.django_db
WEEK = "2027-06-learning-from-reviews"


@pytest.fixture
def session():
    session = SessionFactory(title="Toolkit tour")
    session.topic.themes.set([ThemeFactory(slug="neglect")])
    return session


def page_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("feed", "name"),
    [
        ("all", "Practice weeks"),
        ("partnerships/hampshire", "Practice weeks: Hampshire"),
        (f"weeks/{WEEK}", "Learning from Reviews, June 2027"),
        ("themes/neglect", "Practice weeks: Neglect"),
        ("sessions/{}", "Toolkit tour"),
    ],
)
def test_page_when_opened_then_leads_every_calendar_to_the_feed_beside_it(client, session, feed, name):
    feed = feed.format(session.pk)

    page = page_of(client, f"/calendar/{feed}/")

    address = f"testserver/calendar/{feed}.ics"
    assert f'<a class="button" href="webcal://{address}">Subscribe to this calendar</a>' in page
    assert f'readonly value="http://{address}"' in page
    assert 'data-copy="calendar-address" hidden>Copy the address</button>' in page
    assert name in words(page)
    links = {
        urlsplit(link).netloc: parse_qs(urlsplit(link).query) for link in re.findall(r'href="(https://[^"]+)"', page)
    }
    assert links["calendar.google.com"] == {"cid": [f"webcal://{address}"]}
    for host in ("outlook.office.com", "outlook.live.com"):
        assert links[host] == {"url": [f"http://{address}"], "name": [name]}
    assert client.get(f"/calendar/{feed}.ics").status_code == 200


def test_page_when_opened_then_says_how_often_each_looks_and_that_mail_brings_late_changes(client):
    said = words(page_of(client, "/calendar/all/"))

    for sentence in (
        "Looks again: every 8 to 24 hours.",
        "Looks again: about every 3 hours, at times only once a day.",
        "Looks again: as you choose under “Auto-refresh” on a Mac, from every 5 minutes to every week",
        "A late change reaches you by mail, not here. A change can take a day to show",
    ):
        assert sentence in said


def test_page_when_narrowed_then_its_links_are_and_it_says_by_what(client, session):
    page = page_of(client, f"/calendar/weeks/{WEEK}/?theme=neglect&q=tour&format=")

    assert f'value="http://testserver/calendar/weeks/{WEEK}.ics?q=tour&theme=neglect"' in page
    assert quote(f"webcal://testserver/calendar/weeks/{WEEK}.ics?q=tour&theme=neglect", safe="") in page
    assert "Only sessions that fit: “tour” ; Neglect ." in words(page)


@pytest.mark.parametrize(
    "address",
    [
        "partnerships/nowhere",
        "weeks/nowhere",
        "weeks/hidden",
        "themes/nowhere",
        "sessions/999999",
        "all/?theme=nowhere",
        "all/?themes=neglect",
        "all/?from=yesterday",
    ],
)
def test_page_when_the_feed_is_not_there_then_neither_is_the_page(client, address):
    WeekFactory(slug="hidden", state="draft")
    address = address if "?" in address else f"{address}/"

    assert client.get(f"/calendar/{address}").status_code == 404


def test_links_when_a_list_offers_its_calendar_then_they_lead_to_the_steps_for_the_same_filters(client, session):
    page = page_of(client, "/sessions/?theme=neglect")

    assert 'href="http://testserver/calendar/all/?theme=neglect"' in page
    assert client.get("/calendar/all/?theme=neglect").status_code == 200


def test_queries_when_sessions_are_many_then_the_page_asks_no_more(client, django_assert_num_queries):
    PartnershipFactory()
    SessionFactory.create_batch(3)
    client.get("/calendar/all/")

    with django_assert_num_queries(1):  # the footer's numbers to call
        client.get("/calendar/all/")
    with django_assert_num_queries(2):
        client.get(f"/calendar/weeks/{WEEK}/")
