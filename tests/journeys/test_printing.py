"""What comes out of the printer: a week's programme on one sheet, and its poster on another."""

import re
from datetime import timedelta

import pytest

from events import programme_files
from events.models import PracticeWeek
from tests.factories import NOW, START, SessionFactory, WeekFactory
from tests.test_repository import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEKS = ["2023-10-safeguarding-children-week", "2024-06-learning-from-reviews"]
PARTNERSHIPS = ("?partnership=hampshire", "?partnership=isle-of-wight")
A4 = (595, 842)  # points


@pytest.fixture
def real_weeks(site, made_once):
    """Both practice weeks that took place, as the sample has them."""

    def load():
        for name in WEEKS:
            programme_files.load(programme_files.read(ROOT / "sample" / f"{name}.yaml"), at=NOW)

    made_once("real weeks", load)
    return site


def sheets(pdf):
    """Return width and height in points of each page of a PDF as Chromium writes it: each page names its own."""
    boxes = re.findall(rb"/MediaBox \[([\d. -]+)\]", pdf)
    assert len(boxes) == len(re.findall(rb"/Type /Page\b", pdf))
    return [tuple(round(float(side)) for side in box.split()[2:]) for box in boxes]


def paper(page):
    """Return what is to be read on the paper."""
    page.emulate_media(media="print")
    return " ".join(page.inner_text("body").split())


def is_sheet(size, width, height):
    """Say whether a page of a PDF is as large as a sheet, to two points."""
    return abs(size[0] - width) < 2 and abs(size[1] - height) < 2


@pytest.mark.parametrize("slug", WEEKS)
def test_programme_when_printed_then_fills_one_sheet_lengthwise_with_all_of_the_week_and_nothing_of_the_site(
    real_weeks, page, slug
):
    for view in (*PARTNERSHIPS, ""):
        page.goto(f"{real_weeks}/weeks/{slug}/{view}")
        (sheet,) = sheets(page.pdf(prefer_css_page_size=True))
        assert is_sheet(sheet, A4[1], A4[0])
        assert len(sheets(page.pdf())) == 1
    assert len(sheets(page.pdf(format="A4", landscape=True))) == 1
    week, text = PracticeWeek.objects.get(slug=slug), paper(page)
    assert f"{week.title} {week.starts_on:%A} {week.starts_on.day}" in text
    assert "Hosted by Hampshire Safeguarding Children Partnership and Isle of Wight" in text
    assert f"/weeks/{slug}/" in text
    for session in week.sessions.all():
        assert f"{session.local_start:%H:%M} – {session.local_end:%H:%M} {session.title}" in text.replace(" to ", " ")
        assert session.venue is None or f"In person at {session.venue.name}" in text
    assert not re.search("Sign in|High contrast|Show sessions|Subscribe|Poster to print|Accessibility|Go to the", text)


def test_programme_when_it_is_printed_then_nothing_is_cut_off(real_weeks, page):
    page.set_viewport_size({"width": 1062, "height": 733})  # the sheet without its margins
    page.goto(f"{real_weeks}/weeks/{WEEKS[0]}/")
    page.emulate_media(media="print")

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_programme_when_a_week_is_far_too_full_then_goes_on_and_the_count_shows_it(site, page):
    for number in range(60):
        SessionFactory(week=WeekFactory(), starts_at=START + timedelta(minutes=number))
    page.goto(f"{site}/weeks/2027-06-learning-from-reviews/")

    assert len(sheets(page.pdf(prefer_css_page_size=True))) > 1


@pytest.mark.parametrize("slug", WEEKS)
def test_poster_when_printed_then_fills_one_upright_sheet(real_weeks, page, slug):
    for view in (*PARTNERSHIPS, ""):
        page.emulate_media(media="null")  # as it was before the paper
        page.goto(f"{real_weeks}/weeks/{slug}/poster/{view}")
        (sheet,) = sheets(page.pdf(prefer_css_page_size=True))
        assert is_sheet(sheet, *A4)
        assert len(sheets(page.pdf())) == 1
        text = paper(page)
        assert "How to book" in text
        assert "Isle of Wight Safeguarding Children Partnership" in text
        assert not re.search("Sign in|Back to the week|Accessibility|Worried", text)
        assert page.get_by_role("img", name=f"/weeks/{slug}/").is_visible()

    assert len(sheets(page.pdf(format="A4"))) == len(sheets(page.pdf(format="A3"))) == 1
