"""The pages people see first, on a phone, a tablet and a desk: nothing clipped, nothing sideways.

With SCREENS=1 in the environment the pictures are also kept in docs/screens, where the README shows them.
"""

import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from config.sample import load_sample
from events.models import PracticeWeek, Session
from tests.browser import is_sideways
from tests.factories import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = {320: 640, 768: 1024, 1280: 800}  # and how high the window is
TALLEST = 3200  # a picture of a long page ends here
KEPT: Path = settings.ROOT / "docs" / "screens"
# An element that hides a part of its own words, though nobody meant it to.
CLIPPED = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden, svg') && e.textContent.trim())
  .filter(e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.className + ': ' + e.textContent.trim().slice(0, 60))"""
# A link or button of its own that a thumb cannot hit; one within a sentence is as high as its line.
SMALL = """() => [...document.querySelectorAll('a, button, input, select, summary')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden, .skip-link, p, td'))
  .filter(e => { const b = e.getBoundingClientRect(); return b.width > 1 && (b.width < 24 || b.height < 24) })
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def at(site):
    """The sample, loaded on the day of the site's clock, with a week that is being built."""
    load_sample(at=NOW)
    return NOW


def coming():
    """Return the sample week that can be booked."""
    return PracticeWeek.objects.exclude(copied_from=None).get()


def session_page():
    return Session.objects.get(week=coming(), code="LFR-W2").get_absolute_url()


PAGES = {
    "home": lambda: "/",
    "week": lambda: coming().get_absolute_url(),
    "session": session_page,
    "sessions": lambda: "/sessions/",
    "resources": lambda: "/resources/",
}


def keep(name, picture):
    """Store a picture in few colours, so that the repository stays small."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    KEPT.mkdir(exist_ok=True)
    image.quantize(128).save(KEPT / f"{name}.png", optimize=True)


@pytest.mark.parametrize("name", PAGES)
def test_page_when_seen_at_three_widths_and_zoomed_then_nothing_is_clipped_or_sideways(at, browser, site, name):
    for width, height in WIDTHS.items():
        with browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce") as context:
            page = context.new_page()
            page.goto(site + PAGES[name]())
            assert not is_sideways(page)
            assert page.evaluate(CLIPPED) == []
            assert page.evaluate(SMALL) == []
            if os.environ.get("SCREENS"):
                keep(f"{name}-{width}", page.screenshot(full_page=True))
    with browser.new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2) as context:
        page = context.new_page()  # what 1280 pixels are at 200 %
        page.goto(site + PAGES[name]())
        assert not is_sideways(page)
        assert page.evaluate(CLIPPED) == []


def test_what_is_clipped_small_or_sideways_then_is_found(site, page):
    page.set_content(
        '<!DOCTYPE html><main><div style="width: 40px; overflow: hidden; white-space: nowrap">Many words here</div>'
        '<div><a href="#" style="display: block; width: 10px; height: 10px">x</a></div></main>'
    )

    assert len(page.evaluate(CLIPPED)) == 1
    assert len(page.evaluate(SMALL)) == 1
