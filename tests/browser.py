"""A browser for each test, and a site for it to look at."""

import pytest
import time_machine
from playwright.sync_api import sync_playwright

from tests.factories import NOW
from tests.journeys.browser import QUIET
from tests.services import CHROMIUM


@pytest.fixture
def site(live_server, monkeypatch):
    """Serve the site on the fourth of May 2027, and return its address.

    Playwright's loop runs in this thread, which Django would take for asynchronous code.
    """
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with time_machine.travel(NOW, tick=True):
        yield live_server.url


@pytest.fixture
def browser(site):
    """Debian's Chromium; it ends with the test, and so does its loop."""
    with sync_playwright() as playwright:
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
