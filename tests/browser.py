"""Visits to the site in the browser, and a site for it to look at; the browser itself is of tests/conftest.py."""

import threading
from contextlib import ExitStack, contextmanager

import pytest
import time_machine
from playwright.sync_api import expect, sync_playwright

from tests.factories import NOW
from tests.faults.patience import PATIENCE
from tests.services import CHROMIUM

# Without these the browser tries to reach its maker's servers.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium():
    """Debian's Chromium, driven by Playwright.

    Playwright's loop runs in this thread until the end, which Django would take for asynchronous code.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=PATIENCE * 1000)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server):
    """Serve the site on the fourth of May 2027, and return its address."""
    with time_machine.travel(NOW, tick=True):
        yield live_server.url


@pytest.fixture
def new_context(browser):
    """Begin visits with cookies of their own, which wait with patience and end with the test.

    What the browser still asks then is answered before the database is emptied.
    """
    with ExitStack() as visits:

        def begin(**how):
            context = visits.enter_context(browser.new_context(**how))
            context.set_default_timeout(PATIENCE * 1000)
            return context

        yield begin
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(PATIENCE)


@pytest.fixture
def context(new_context):
    """A visit."""
    return new_context()


@pytest.fixture
def page(context):
    """A window of the visit."""
    return context.new_page()


def sign_in(context, client, user, site):
    """Let the browser be signed in as somebody, without the way there."""
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


# Scripts hear of another width with the next frame.
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def resize(page, width, height):
    """Give the window of a loaded page another size, and wait until the page has taken it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(FRAMES)


def is_sideways(page):
    """Say whether the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
