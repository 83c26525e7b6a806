"""A browser for the tests of a module, and a site for it to look at."""

import pytest
import time_machine
from playwright.sync_api import sync_playwright

from tests.factories import NOW
from tests.journeys.browser import QUIET
from tests.services import CHROMIUM


@pytest.fixture
def site(live_server):
    """Serve the site on the fourth of May 2027, and return its address."""
    with time_machine.travel(NOW, tick=True):
        yield live_server.url


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium for the tests of one module; Playwright's loop ends with them.

    The loop runs in this thread, which Django would take for asynchronous code.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def context(browser):
    """A visit: cookies of its own."""
    with browser.new_context() as context:
        yield context


@pytest.fixture
def page(context):
    """A window of the visit."""
    return context.new_page()


def sign_in(context, client, user, site):
    """Let the browser be signed in as somebody, without the way there."""
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def is_sideways(page):
    """Say whether the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
