"""The frame of every page: contrast, statements, error pages, and whom to call."""

import io

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from PIL import Image

from config import views
from people.models import SafeguardingContact
from tests.factories import PartnershipFactory, WeekFactory
from tests.factories.people import AreaFactory

pytestmark = pytest.mark.django_db


def pressed(answer):
    """Say whether the page shows high contrast as on, in its button and its palette."""
    page = answer.content.decode()
    on = 'aria-pressed="true">High contrast</button>' in page
    assert (' data-contrast="high"' in page) is on
    return on


def test_contrast_when_switched_then_stays_on_over_visits_and_off_again(client):
    WeekFactory()

    before = pressed(client.get("/weeks/"))
    back = client.post("/contrast/", {"next": "/weeks/?a=1"})
    cookie = back.cookies["contrast"]
    after = [pressed(client.get(path)) for path in ("/weeks/", "/sign-in/")]
    client.post("/contrast/", {"next": "/weeks/"})

    assert back.headers["Location"] == "/weeks/?a=1"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert (before, after) == (False, [True, True])
    assert pressed(client.get("/weeks/")) is False


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example.org/", "//elsewhere.example.org", "javascript:alert(1)", "", "\\\\x.example.org"],
)
def test_contrast_when_next_is_another_site_then_goes_home(client, elsewhere):
    assert client.post("/contrast/", {"next": elsewhere}).headers["Location"] == "/"


def test_contrast_when_linked_to_then_changes_nothing(client):
    answer = client.get("/contrast/")

    assert answer.status_code == 405
    assert not answer.cookies


@pytest.mark.parametrize(
    ("path", "kind", "form", "side"),
    [("/favicon.ico", "image/x-icon", "ICO", 32), ("/apple-touch-icon.png", "image/png", "PNG", 180)],
)
def test_icon_when_asked_for_in_pixels_then_is_a_picture_that_may_be_kept(client, path, kind, form, side):
    answer = client.get(path)
    again = client.get(path, headers={"if-none-match": answer.headers["ETag"]})

    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == (form, (side, side))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")
    assert not answer.cookies
    assert client.post(path).status_code == 405


def test_page_when_shown_then_names_its_icons_and_the_colour_of_its_frame(client):
    page = client.get("/privacy/").content.decode()

    assert '<link rel="icon" href="/static/images/favicon.svg" type="image/svg+xml">' in page
    assert '<link rel="apple-touch-icon" href="/apple-touch-icon.png">' in page
    assert '<meta name="theme-color" content="#14284b">' in page
    assert finders.find("images/favicon.svg")


@pytest.mark.parametrize("path", ["/accessibility/", "/privacy/", "/terms/"])
def test_statement_when_shown_then_names_each_partnerships_mailbox(client, path):
    PartnershipFactory()
    PartnershipFactory(slug="isle-of-wight")

    page = client.get(path).content.decode()

    assert "mailto:hampshire@example.gov.uk" in page
    assert "mailto:isle-of-wight@example.gov.uk" in page


def test_footer_when_numbers_are_known_then_every_page_says_whom_to_call(client):
    area = AreaFactory()
    SafeguardingContact.objects.create(area=area, audience="public", phone="01962 000 000", note="Day and night.")
    SafeguardingContact.objects.create(
        area=area, audience="professionals", phone="01962 000 001", note="Day and night.", position=1
    )

    for path in ("/", "/sign-in/", "/nowhere/", "/privacy/"):
        page = client.get(path).content.decode()
        assert '<a href="tel:01962000000">01962 000 000</a>' in page
        assert page.count("Day and night.") == 1
        assert '<a href="tel:999">' in page


def test_page_when_there_is_none_then_is_404_with_ways_on(client):
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_page_when_the_request_is_forbidden_then_is_403_in_words(rf, django_user_model):
    request = rf.get("/")

    answer = views.forbidden(request, PermissionError())

    assert answer.status_code == 403
    assert b"This page is not for you" in answer.content


def test_server_error_when_the_database_is_gone_then_still_says_so(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = views.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert b"Something went wrong on our side" in answer.content
    assert b"call <a" in answer.content


def test_navigation_when_on_a_page_then_marks_where_one_is(client):
    week = WeekFactory()

    assert '<a href="/weeks/" aria-current="page">' in client.get("/weeks/").content.decode()
    assert '<a href="/weeks/" aria-current="true">' in client.get(week.get_absolute_url()).content.decode()
    assert "aria-current" not in client.get("/").content.decode().split("</header>")[0]


def test_sign_in_link_when_on_a_page_then_leads_back_to_it(client):
    WeekFactory()

    page = client.get("/sessions/?format=online").content.decode()

    assert 'href="/sign-in/?next=/sessions/%3Fformat%3Donline"' in page


def test_components_when_shown_then_have_every_component(client):
    page = client.get("/components/").content.decode()

    for name in ("button", "tag", "notice", "card", "session-list", "facts", "panel", "summary", "state", "field"):
        assert f'class="{name}' in page
