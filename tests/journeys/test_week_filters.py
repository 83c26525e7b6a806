"""Filtering a week's page: in place where JavaScript is on, by keyboard alone, back again, and without it."""

import re
from datetime import timedelta

import pytest

from events.models import WeekHost, WeekPresentation
from tests.factories import START, PartnershipFactory, SessionFactory, WeekFactory
from tests.journeys.browser import read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK = "/weeks/2027-06-learning-from-reviews/"


@pytest.fixture
def week(site):
    """A joint week with a session in the morning and, by the Island alone, one in the evening of the next day."""
    week = WeekFactory()
    island = PartnershipFactory(slug="isle-of-wight")
    WeekHost.objects.create(week=week, partnership=island)
    WeekPresentation.objects.create(week=week, partnership=island, title="Reviews on the Island")
    SessionFactory(week=week, title="Early")
    SessionFactory(week=week, title="Late", host=island, starts_at=START + timedelta(hours=33))
    return site + WEEK


@pytest.fixture
def wide(page):
    """A window wide enough for the filters to lie open."""
    page.set_viewport_size({"width": 1280, "height": 800})
    return page


def mark(page):
    """Leave something in the window that a reload would take away."""
    page.evaluate("window.isTheSame = true")


def is_the_same(page):
    """Say whether the page was never loaded again."""
    return page.evaluate("window.isTheSame === true")


def titles(page):
    """Return the sessions on the page."""
    return page.locator(".session-item-title").all_inner_texts()


def wait_for_count(page, text):
    """Wait until the page says how many sessions it shows."""
    page.get_by_role("status").filter(has_text=re.compile(f"^{text}$")).wait_for()


def test_filter_when_chosen_then_the_list_changes_in_place_and_the_address_with_it(week, wide):
    wide.goto(week)
    mark(wide)

    wide.get_by_label("Time of day").focus()
    wide.get_by_label("Time of day").select_option("evening")
    wait_for_count(wide, "1 of 2 sessions")

    assert titles(wide) == ["Late"]
    assert wide.url == f"{week}?time=evening"
    assert is_the_same(wide)
    assert wide.locator(".day h2").all_inner_texts() == ["Wednesday 23 June 2027"]
    assert wide.evaluate("document.activeElement.id") == "filter-time"
    assert wide.get_by_role("link", name="Subscribe to this calendar").get_attribute("href").endswith("?time=evening")


def test_page_when_loaded_again_then_the_mark_is_gone(week, wide):
    wide.goto(week)
    mark(wide)
    wide.reload()
    assert not is_the_same(wide)


def test_filters_when_going_back_and_forward_then_list_and_fields_follow(week, wide):
    wide.goto(week)
    mark(wide)
    wide.get_by_label("Time of day").select_option("evening")
    wait_for_count(wide, "1 of 2 sessions")
    wide.get_by_label("Day", exact=True).select_option("tuesday")
    wait_for_count(wide, "0 of 2 sessions")
    assert "No session of this week fits" in read(wide)

    wide.go_back()
    wait_for_count(wide, "1 of 2 sessions")
    assert wide.get_by_label("Day", exact=True).input_value() == ""
    wide.go_back()
    wait_for_count(wide, "2 sessions")
    assert (wide.url, wide.get_by_label("Time of day").input_value()) == (week, "")
    wide.go_forward()
    wait_for_count(wide, "1 of 2 sessions")

    assert wide.get_by_label("Time of day").input_value() == "evening"
    assert titles(wide) == ["Late"]
    assert is_the_same(wide)


def test_days_when_jumped_to_after_filtering_then_going_back_stays_with_the_filter(week, wide):
    wide.goto(f"{week}?time=evening")
    mark(wide)
    wide.get_by_role("navigation", name="Days of the week").get_by_role("link").click()
    wide.wait_for_url("**#wednesday")
    wide.go_back()
    wide.wait_for_url("**?time=evening")

    assert titles(wide) == ["Late"]
    assert is_the_same(wide)


def test_filters_when_cleared_then_all_is_shown_and_the_focus_is_on_the_count(week, wide):
    wide.goto(f"{week}?time=lunchtime&partnership=isle-of-wight")
    mark(wide)

    wide.get_by_role("link", name="Clear the filters").click()
    wait_for_count(wide, "1 of 2 sessions, hosted by Isle Of Wight")

    assert wide.url == f"{week}?partnership=isle-of-wight"
    assert wide.get_by_label("Time of day").input_value() == ""
    assert wide.evaluate("document.activeElement.id") == "count"
    assert is_the_same(wide)


def test_partnership_when_chosen_then_the_page_speaks_in_its_words(week, wide):
    wide.goto(week)
    mark(wide)

    wide.get_by_label("Partnership").select_option("isle-of-wight")
    wait_for_count(wide, "1 of 2 sessions, hosted by Isle Of Wight")

    assert wide.get_by_role("heading", level=1).inner_text() == "Reviews on the Island"
    assert wide.title().startswith("Reviews on the Island")
    assert is_the_same(wide)


def test_filters_when_used_by_keyboard_alone_on_a_phone_then_unfold_choose_and_keep_the_focus(week, page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(week)
    mark(page)
    tab_to(page, "document.activeElement.tagName === 'SUMMARY'")
    page.keyboard.press("Enter")
    tab_to(page, "document.activeElement.id === 'filter-format'")
    page.keyboard.press("i")  # the first choice that begins so: in person
    wait_for_count(page, "0 of 2 sessions")

    assert page.evaluate("document.activeElement.id") == "filter-format"
    page.keyboard.press("Home")
    wait_for_count(page, "2 sessions")
    tab_to(page, "document.activeElement.innerText === 'Show sessions'")
    page.keyboard.press("Enter")
    tab_to(page, "document.activeElement.innerText === 'Early'")
    assert is_the_same(page)


def tab_to(page, is_there, *, most=40):
    """Press Tab until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(is_there):
            return
    raise AssertionError(f"not reached by Tab: {is_there}")


def test_filters_when_the_answer_is_no_page_of_the_week_then_the_browser_opens_it_plainly(week, wide):
    wide.goto(week)
    mark(wide)
    WeekHost.objects.filter(partnership__slug="isle-of-wight").delete()
    WeekPresentation.objects.all().delete()

    wide.get_by_label("Partnership").select_option("isle-of-wight")
    wide.get_by_role("alert").wait_for()

    assert "This partnership does not host the week." in read(wide)
    assert not is_the_same(wide)


@pytest.mark.parametrize("width", [320, 1280])
def test_filters_when_javascript_is_off_then_the_button_does_it(week, new_context, width):
    page = new_context(java_script_enabled=False, viewport={"width": width, "height": 800}).new_page()
    page.goto(week)
    if width == 320:
        page.get_by_text("Filter the sessions").click()
    page.get_by_label("Time of day").select_option("evening")
    page.get_by_label("Only with places left").check()
    assert titles(page) == ["Early", "Late"]
    page.get_by_role("button", name="Show sessions").click()

    assert "1 of 2 sessions" in read(page)
    assert titles(page) == ["Late"]
    page.get_by_role("link", name="Clear the filters").click()
    assert "2 sessions" in read(page)
    assert titles(page) == ["Early", "Late"]


def test_filters_when_open_on_a_wide_window_then_need_no_unfolding_and_on_a_narrow_one_take_no_room(week, page):
    page.goto(week)
    seen = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        seen.append((page.get_by_label("Time of day").is_visible(), page.locator("summary").is_visible()))

    assert seen == [(True, False), (False, True)]


def test_page_when_it_runs_then_asks_no_other_server_and_breaks_no_policy(week, wide):
    asked, complaints = set(), []
    wide.on("request", lambda request: asked.add(request.url))
    wide.on("console", lambda message: complaints.append(message.text))
    wide.goto(week)
    wide.get_by_label("Time of day").select_option("evening")
    wait_for_count(wide, "1 of 2 sessions")
    wide.goto(f"{week}poster/")

    assert {url for url in asked if not url.startswith(week.removesuffix(WEEK))} == set()
    assert complaints == []
