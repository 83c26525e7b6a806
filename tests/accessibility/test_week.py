"""The week's page in the states that its filters and its clock bring about, and its poster."""

from datetime import timedelta

import pytest

from events.models import DayTheme, KeyMessage, Resource, WeekDay, WeekHost, WeekPresentation
from tests.accessibility.axe import glance, look
from tests.browser import is_sideways
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    VenueFactory,
    WeekFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK = "/weeks/2027-06-learning-from-reviews/"


@pytest.fixture
def week(site):
    """A joint week with all that its page can show, some of it still to come."""
    week = WeekFactory(introduction="Why this week.", title="Learning from Reviews and from everything that went well")
    island = PartnershipFactory(slug="isle-of-wight", colour="#00695c")
    WeekHost.objects.create(week=week, partnership=island)
    WeekPresentation.objects.create(
        week=week,
        partnership=island,
        title="Reviews on the Island",
        audience="Everybody",
        source="https://example.org/",
    )
    for number, kind in enumerate(["launch", "themes", "training"], start=1):
        day = WeekDay.objects.create(week=week, number=number, kind=kind, title="The title", summary="A summary.")
        DayTheme.objects.create(day=day, theme=ThemeFactory(slug=f"disproportionality-and-{kind}"))
    Resource.objects.create(
        slug="kit", title="Kit", kind="toolkit", summary="It helps.", week=week, day=day, released_at=NOW
    )
    Resource.objects.create(slug="pack", title="Pack", kind="link", week=week, day=day, released_at=START)
    KeyMessage.objects.create(week=week, day=day, heading="If you do one thing", text="Ask twice.", released_at=NOW)
    KeyMessage.objects.create(week=week, heading="If you do two", position=1, released_at=NOW)
    topic = TopicFactory(week=week, content_note="Talks about harm to babies.")
    topic.themes.add(ThemeFactory(slug="neglect"))
    for hours in (-1, 4, 9, 24, 28, 48, 72, 500):
        SessionFactory(
            week=week, topic=topic, starts_at=START + timedelta(hours=hours), format="hybrid", host=island,
            venue=VenueFactory(), room=RoomFactory(),
        )  # fmt: skip
    return site + WEEK


FURTHER = [
    "?day=tuesday&time=evening&theme=neglect&places=1",
    "?format=in_person",
    "?theme=nowhere",
    "?partnership=isle-of-wight&time=lunchtime",
    "poster/?partnership=isle-of-wight",
]


@pytest.mark.parametrize("path", ["", "poster/"])
def test_week_when_it_shows_everything_then_has_no_fault(week, context, path):
    assert look(context, week + path) == []


def test_week_when_it_is_narrowed_then_has_no_fault(week, context):
    def narrow(page):
        if page.locator("summary").is_visible():
            page.locator("summary").click()
        page.get_by_label("Time of day").select_option("evening")
        page.get_by_role("link", name="Clear the filters").wait_for()

    wrong = {query: glance(context, week + query) for query in FURTHER}
    wrong["in place"] = glance(context, week, then=narrow)

    assert wrong == {name: [] for name in wrong}


@pytest.mark.parametrize("size", [(320, 640), (1280, 800)])
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_focus_when_moved_through_the_page_then_is_never_under_the_days(week, page, size, key):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    page.goto(week)

    seen, hidden = 0, []
    for _ in range(70):
        page.keyboard.press(key)
        words, top, bottom, edge = page.evaluate(WHERE)
        seen += edge > 0
        if top < edge - 1 or bottom > size[1] + 1:
            hidden.append((words, top, bottom, edge))

    assert hidden == []
    assert seen > 10  # so often the days lay above what had the focus


# What has the focus, its edges, and how far down the days reach where they lie over the page and not in its flow.
WHERE = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const days = document.querySelector(".day-nav"), reach = days.getBoundingClientRect();
  const isStuck = reach.top <= 0 && reach.bottom > 0 && !days.contains(one);
  return [one.innerText?.slice(0, 40) ?? "", box.top, box.bottom, isStuck ? reach.bottom : 0];
}"""


def test_days_when_the_page_is_scrolled_then_stay_in_reach_and_lead_to_a_heading_in_sight(week, page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(reduced_motion="reduce")
    page.goto(week)
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    days = page.get_by_role("navigation", name="Days of the week")

    days.get_by_role("link", name="Thursday 24 June").click()

    reach = days.bounding_box()
    heading = page.get_by_role("heading", name="Thursday 24 June 2027").bounding_box()
    assert reach["y"] == 0
    assert reach["y"] + reach["height"] <= heading["y"] < 320
    assert all(link.bounding_box()["height"] >= 44 for link in days.get_by_role("link").all())
    assert not is_sideways(page)


def test_days_when_the_window_is_very_low_then_do_not_stay(week, page):
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 %
    page.goto(week)

    assert page.locator(".day-nav").evaluate("one => getComputedStyle(one).position") == "static"
