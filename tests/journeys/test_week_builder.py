"""A week from nothing to published: by keyboard alone, by mouse, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from events.models import PracticeWeek, Session
from people.models import RoleGrant
from tests.browser import sign_in
from tests.factories import PartnershipFactory, SessionFactory, UserFactory, WeekFactory
from tests.journeys.browser import read
from tests.journeys.test_booking import press, type_into

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 120


@pytest.fixture
def organiser(site):
    """Somebody who organises for Hampshire."""
    person = UserFactory(email="organiser@example.org")
    RoleGrant.objects.create(user=person, role="organiser", partnership=PartnershipFactory())
    return person


@pytest.fixture
def draft(organiser):
    """A draft on Tuesday at 09:30, in a draft of a week."""
    return SessionFactory(week=WeekFactory(state="draft"), state="draft", title="Ten curious questions")


def go_to(page, label):
    """Go to a field by Tab."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.labels?.[0]?.innerText || ''").strip() == label:
            return
    raise AssertionError(f"{label} cannot be reached by Tab on {page.url}")


def press_named(page, name):
    """Go to a link or button by Tab in whose whole name this stands, and press Enter on it."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if name in page.evaluate(
            "document.activeElement.matches('a, button') ? document.activeElement.textContent : ''"
        ):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} cannot be reached by Tab on {page.url}")


def local_start():
    return f"{Session.objects.get().local_start:%A %H:%M}"


def test_organiser_when_using_the_keyboard_alone_then_builds_and_publishes_a_week(
    site, organiser, context, client, page
):
    sign_in(context, client, organiser, site)
    page.goto(f"{site}/organise/weeks/")
    press(page, "New week")
    page.wait_for_url("**/organise/new/")
    type_into(page, "Title", "Learning together")
    go_to(page, "First day")
    page.keyboard.type("06212027")  # as the browser of the tests, which is American, orders a date
    press(page, "Make the week", most=MOST)
    page.wait_for_url("**/organise/weeks/2027-06-learning-together/")

    press(page, "Add a session")
    page.wait_for_url("**/sessions/add/")
    type_into(page, "Title", "Ten curious questions")
    go_to(page, "Day")
    page.keyboard.press("ArrowDown")
    go_to(page, "Start")
    page.keyboard.type("0930AM")
    type_into(page, "Or its length in minutes", "45", most=MOST)
    press(page, "Add the session", most=MOST)
    page.wait_for_url("**#session-*")
    assert local_start() == "Tuesday 09:30"

    press_named(page, "15 minutes later")
    assert local_start() == "Tuesday 09:45"
    assert page.evaluate("document.activeElement.value") == "later"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("10:00 to 10:45")
    press_named(page, "To the day after")
    assert local_start() == "Wednesday 10:00"

    press_named(page, "Move")
    go_to(page, "Start")
    page.keyboard.type("0215PM")
    press(page, "Move")
    page.wait_for_url("**#session-*")
    assert local_start() == "Wednesday 14:15"

    page.goto(f"{site}/organise/weeks/2027-06-learning-together/")
    press(page, "Check and publish")
    page.wait_for_url("**/publish/")
    press(page, "Publish now")
    page.wait_for_url("**/organise/weeks/2027-06-learning-together/")
    assert PracticeWeek.objects.get().state == "published"
    assert Session.objects.get().state == "published"


def test_organiser_when_using_the_mouse_then_drags_a_draft_to_another_day_and_hour(
    site, draft, organiser, context, client, page
):
    sign_in(context, client, organiser, site)
    page.set_viewport_size({"width": 1280, "height": 1200})
    page.goto(f"{site}/organise/weeks/{draft.week.slug}/")
    assert "Drag a draft" in read(page)
    card = page.locator(f"#session-{draft.pk}")
    with page.expect_navigation():
        card.drag_to(page.locator('[data-day="2027-06-24"][data-hour="14"]'), source_position={"x": 20, "y": 8})
    page.wait_for_selector("text=now starts on Thursday 24 June 2027 at 14:30")
    assert local_start() == "Thursday 14:30"


def test_organiser_when_javascript_is_off_then_plans_moves_and_deletes(site, draft, organiser, client, new_context):
    context = new_context(java_script_enabled=False)
    sign_in(context, client, organiser, site)
    page = context.new_page()
    page.goto(f"{site}/organise/weeks/{draft.week.slug}/")
    assert "Drag a draft" not in read(page)

    page.get_by_role("link", name="Move Ten curious questions").click()
    page.get_by_label("Day", exact=True).select_option("2027-06-25")
    page.get_by_label("Start").fill("16:00")
    with page.expect_navigation():
        page.get_by_role("button", name="Move").click()
    assert local_start() == "Friday 16:00"

    with page.expect_navigation():
        page.get_by_role("button", name="15 minutes earlier: Ten curious questions").click()
    assert local_start() == "Friday 15:45"

    page.get_by_role("link", name="Delete Ten curious questions").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Delete the session").click()
    assert not Session.objects.exists()
