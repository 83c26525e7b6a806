"""Debian's Chromium, driven by Playwright."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

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
def browser_page(**context: object) -> Iterator[Page]:
    """A page in a browser of its own; the keywords are those of a Playwright context."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield browser.new_context(**context).new_page()
        finally:
            browser.close()


def read(page: Page, where: str = "main") -> str:
    """What is to be read on a page once it has come whole; a click returns as soon as its first bytes are there."""
    page.wait_for_load_state()
    return page.inner_text(where)
