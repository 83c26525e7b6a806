"""What a person does with a page."""

from playwright.sync_api import Page


def read(page: Page, where: str = "main") -> str:
    """What is to be read on a page once it has come whole; a click returns as soon as its first bytes are there."""
    page.wait_for_load_state()
    return page.inner_text(where)
