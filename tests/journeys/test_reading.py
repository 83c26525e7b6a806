"""From the front page's search to a session and to what there is to read: by keyboard, and without JavaScript."""

import pytest
from django.core.files.base import ContentFile

from events.models import Resource
from tests.factories import NOW, SessionFactory, ThemeFactory, WeekFactory
from tests.journeys.browser import read
from tests.journeys.test_booking import heading, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(site):
    """A session with a theme, beside another, and a toolkit with a file on its theme."""
    theme = ThemeFactory()
    session = SessionFactory(week=WeekFactory(), title="Ten curious questions")
    session.topic.themes.add(theme)
    SessionFactory(title="Something else")
    kit = Resource.objects.create(
        slug="kit", title="The toolkit", kind="toolkit", released_at=NOW, file_name="Toolkit 2027.pdf"
    )
    kit.file.save("kit.pdf", ContentFile(b"%PDF-1.7\n1 0 obj"))
    kit.themes.add(theme)
    return session


def test_reader_when_using_the_keyboard_alone_then_finds_a_session_and_its_toolkit(site, session, page):
    page.goto(site)
    while page.evaluate("document.activeElement.id") != "find":
        page.keyboard.press("Tab")
    page.keyboard.type("curious")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/?q=curious")
    assert "1 session" in read(page)
    assert "Something else" not in read(page)

    press(page, "Ten curious questions")
    page.wait_for_url(f"**/sessions/{session.pk}/")
    assert heading(page) == "Ten curious questions"

    press(page, "The toolkit")
    page.wait_for_url("**/resources/kit/")
    with page.expect_download() as download:
        press(page, "Download (PDF, 16 bytes)")
    assert download.value.suggested_filename == "Toolkit 2027.pdf"

    press(page, "Professional curiosity")
    page.wait_for_url("**/themes/professional-curiosity/")
    assert "Ten curious questions" in read(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_reader_when_javascript_is_off_then_filters_on_a_narrow_and_a_wide_screen(site, session, new_context, width):
    page = new_context(java_script_enabled=False, viewport={"width": width, "height": 800}).new_page()
    page.goto(f"{site}/sessions/")

    folded = page.get_by_text("More filters")
    assert folded.is_visible() is (width == 320)
    assert page.get_by_label("Theme").is_visible() is (width == 1280)
    if width == 320:
        folded.click()
    page.get_by_label("Theme").select_option("Professional curiosity")
    page.get_by_role("button", name="Show sessions").click()

    assert "1 session" in read(page)
    page.get_by_role("link", name="Remove filter Professional curiosity").click()
    assert "2 sessions" in read(page)
