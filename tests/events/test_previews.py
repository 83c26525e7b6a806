"""What a page says of itself to whoever shows a link to it."""

import re
from html import unescape

import pytest
from django.conf import settings

from events.models import Resource, WeekPresentation
from tests.factories import NOW, PartnershipFactory, SessionFactory, ThemeFactory, TopicFactory, WeekFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TAG = re.compile(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">')
SITE_CARD = "/card.png"
WEEK_CARD = "/weeks/2027-06-learning-from-reviews/card.png"


def tags(client, path):
    """Return the tags of a page, each of which stands once."""
    found = TAG.findall(client.get(path).content.decode())
    assert len(found) == len(dict(found))
    return {name: unescape(value) for name, value in found}


def make_pages():
    """Make a row for each kind of page; return their addresses with title and picture."""
    week = WeekFactory(introduction='Why <this> week.\n\nAnd "more".')
    topic = TopicFactory(week=week, summary="What may be shared. " * 30)
    session = SessionFactory(topic=topic, week=week)
    Resource.objects.create(slug="kit", title="Kit & caboodle", kind="toolkit", released_at=NOW, week=week)
    Resource.objects.create(slug="pack", title="The pack", kind="stop_pack", released_at=NOW)
    ThemeFactory()
    return {
        "/": ("Safeguarding practice weeks", SITE_CARD),
        "/weeks/": ("Practice weeks", SITE_CARD),
        "/sessions/": ("Sessions", SITE_CARD),
        "/resources/": ("Resources", SITE_CARD),
        "/themes/": ("Themes", SITE_CARD),
        "/weeks/2027-06-learning-from-reviews/": ("Learning from Reviews", WEEK_CARD),
        f"/sessions/{session.pk}/": ("Sharing information with confidence", WEEK_CARD),
        "/resources/kit/": ("Kit & caboodle", WEEK_CARD),
        "/resources/pack/": ("The pack", SITE_CARD),
        "/themes/professional-curiosity/": ("Professional curiosity", SITE_CARD),
    }


def test_page_when_linked_to_then_shows_title_words_and_a_picture_that_is_there(client):
    for path, (title, picture) in make_pages().items():
        found = tags(client, path)
        assert (path, found["og:title"], found["twitter:title"]) == (path, title, title)
        assert found["og:url"] == f"{settings.SITE_URL}{path}"
        assert found["og:image"] == found["twitter:image"] == f"{settings.SITE_URL}{picture}"
        assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
        assert (found["og:site_name"], found["og:locale"]) == ("Practice Weeks", "en_GB")
        assert found["twitter:card"] == "summary_large_image"
        assert 0 < len(found["og:description"]) <= 200
        assert found["og:image:alt"]
        assert client.get(picture).status_code == 200


def test_description_when_long_then_is_cut_after_the_facts(client):
    pages = make_pages()
    path = next(path for path in pages if path.startswith("/sessions/") and path != "/sessions/")

    description = tags(client, path)["og:description"]

    assert description.startswith("Tuesday 22 June 2027, 09:30 to 11:00 (UK time). Online. What may be shared.")
    assert description.endswith("…")


def test_week_when_a_partnership_presents_it_then_speaks_in_its_words(client):
    island = PartnershipFactory(slug="isle-of-wight")
    WeekPresentation.objects.create(week=WeekFactory(), partnership=island, title="Reviews on the Island")

    found = tags(client, "/weeks/2027-06-learning-from-reviews/?partnership=isle-of-wight")

    assert found["og:title"] == "Reviews on the Island"


def test_page_when_private_then_says_nothing_of_itself(client):
    assert tags(client, "/sign-in/") == {}
