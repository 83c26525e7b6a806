"""The morning of a session on a phone: a register of sixty people, and the network goes in the middle."""

from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Error, expect

from bookings import actions
from bookings.actions import Mark
from bookings.models import Attendance, AttendanceMark
from tests.api_client import organiser_of
from tests.browser import is_sideways, sign_in
from tests.factories import START, PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.journeys.browser import read
from tests.journeys.pictures import keep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = 60
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def day(live_server):
    """Serve the site on the morning of the session."""
    with time_machine.travel(START, tick=True):
        yield live_server.url


@pytest.fixture
def register(day):
    """A session with sixty people, and its organiser."""
    session = SessionFactory(capacity=PEOPLE + 1, title="Toolkit tour")
    for number in range(PEOPLE):
        make_booking(session=session, practitioner=UserFactory(name=f"Person {number:02}"))
    return session, organiser_of(PartnershipFactory(), UserFactory(email="organiser@example.org"))


def opened(context, day, register):
    """Open the register as its organiser, and return the page."""
    sign_in(context, Client(), register[1], day)
    page = context.new_page()
    page.goto(f"{day}/organise/sessions/{register[0].pk}/register/")
    return page


@pytest.fixture
def phone(day, register, new_context):
    """A phone with the register open."""
    return opened(new_context(**PHONE), day, register)


def press(page, number, what):
    page.locator("[data-booking]", has_text=f"Person {number:02}").get_by_role("button", name=what).click()


def states():
    return dict(Attendance.objects.values_list("booking__name", "state"))


def test_register_of_sixty_when_the_network_goes_in_the_middle_then_every_mark_arrives_once(phone, register, day):
    assert not is_sideways(phone)
    expect(phone.locator("html")).to_have_attribute("data-kept", "yes")
    for number in range(20):
        press(phone, number, "Present")
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)
    assert Attendance.objects.count() == 20

    phone.context.set_offline(True)
    for number in range(20, 40):
        press(phone, number, "Late")
    press(phone, 39, "Excused")
    expect(phone.locator("[data-sync]")).to_contain_text("20 marks kept on this device")
    phone.reload()
    assert "Person 59" in read(phone)
    assert "20 came, 0 did not, 40 not marked." not in read(phone)
    expect(phone.locator("[data-counts]")).to_have_text("39 came, 1 did not, 20 not marked.")
    press(phone, 40, "Did not attend")
    phone.get_by_role("button", name="Mark everybody else as present").click()
    expect(phone.locator("[data-counts]")).to_have_text("58 came, 2 did not, 0 not marked.")
    assert Attendance.objects.count() == 20
    other = AttendanceMark.objects.get(booking__name="Person 00").booking
    actions.mark(register[0], [Mark(other.pk, "left_early", START)], at=START, actor=None)

    phone.context.set_offline(False)
    expect(phone.locator("[data-sync]")).to_be_hidden()

    found = states()
    assert len(found) == PEOPLE
    assert {found[f"Person {number:02}"] for number in range(20, 39)} == {"late"}
    assert (found["Person 39"], found["Person 40"], found["Person 41"]) == ("excused", "did_not_attend", "present")
    assert AttendanceMark.objects.count() == PEOPLE
    phone.reload()
    expect(phone.locator("[data-counts]")).to_have_text("58 came, 2 did not, 0 not marked.")
    assert AttendanceMark.objects.count() == PEOPLE


WHERE = """() => {
  const list = document.querySelector("[data-register]"), top = list.getBoundingClientRect().top;
  const buttons = [...list.querySelectorAll("button[value=present]")];
  return [Math.round(top + scrollY), buttons.map((one) => Math.round(one.getBoundingClientRect().top - top))];
}"""


def test_register_when_somebody_is_marked_then_no_button_moves_from_under_the_thumb(phone):
    _, buttons = phone.evaluate(WHERE)
    phone.route("**/api/**/register/", lambda route: None)  # the answer takes its time
    press(phone, 5, "Present")
    expect(phone.locator("[data-unsent]:visible")).to_have_count(1)
    assert phone.evaluate(WHERE)[1] == buttons
    undo = phone.locator("button[value=undo]").bounding_box()["height"]

    phone.unroute("**/api/**/register/")
    phone.reload()
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)
    above, buttons = phone.evaluate(WHERE)
    press(phone, 6, "Late")
    assert phone.evaluate(WHERE)[1] == buttons
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)
    assert phone.evaluate(WHERE)[1] == buttons
    assert phone.evaluate(WHERE)[0] - above <= undo + 16  # the one thing that comes, once: a way to undo


def test_register_when_two_mark_one_person_then_both_see_the_mark_that_was_made_last(phone, register, day, new_context):
    phone.context.set_offline(True)
    press(phone, 7, "Present")
    other = opened(new_context(**PHONE), day, register)
    press(other, 7, "Late")
    expect(other.locator("[data-unsent]:visible")).to_have_count(0)

    phone.context.set_offline(False)

    late = "button[value=late][aria-pressed=true]"
    expect(phone.locator("[data-booking]", has_text="Person 07").locator(late)).to_have_count(1)
    other.reload()
    expect(other.locator("[data-booking]", has_text="Person 07").locator(late)).to_have_count(1)
    assert states() == {"Person 07": "late"}


def test_register_when_somebody_lost_their_place_meanwhile_then_said_and_the_others_are_written(phone, register):
    phone.context.set_offline(True)
    press(phone, 1, "Present")
    press(phone, 2, "Present")
    gone = register[0].bookings.get(name="Person 01")
    actions.cancel(gone, at=START.replace(hour=7))

    phone.context.set_offline(False)

    expect(phone.locator("[data-sync]")).to_contain_text("Person 01: There is no booking")
    expect(phone.locator("[data-changed]")).to_be_visible()
    assert states() == {"Person 02": "present"}


def test_register_when_undone_or_closed_meanwhile_then_the_phone_says_so(phone, register):
    press(phone, 1, "Present")
    phone.get_by_role("button", name="Undo: Person 01").click()
    expect(phone.locator("[data-counts]")).to_have_text("0 came, 0 did not, 60 not marked.")
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)
    assert states() == {}

    phone.context.set_offline(True)
    press(phone, 2, "Present")
    actions.close_register(register[0], at=register[0].ends_at, actor=None)
    phone.context.set_offline(False)

    expect(phone.locator("[data-sync]")).to_contain_text("This register is closed.")
    phone.get_by_role("button", name="Forget what is kept on this device").click()
    expect(phone.locator("[data-sync]")).to_be_hidden()
    assert states() == {}


def test_register_when_the_clock_is_put_right_between_a_mark_and_its_undo_then_the_undo_counts(phone, register):
    ahead = [timedelta(seconds=5)]

    def with_another_clock(route):
        answer = route.fetch()
        said = parsedate_to_datetime(answer.headers["date"]) + ahead[-1]
        route.fulfill(response=answer, headers=answer.headers | {"date": format_datetime(said, usegmt=True)})

    with phone.expect_response("**/api/**/register/") as answered:
        phone.route("**/api/**/register/", with_another_clock)
        phone.reload()
    assert answered.value.ok
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)
    press(phone, 1, "Present")
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)
    ahead.append(timedelta())
    press(phone, 2, "Present")
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)

    press(phone, 1, "Take back")
    expect(phone.locator("[data-counts]")).to_have_text("1 came, 0 did not, 59 not marked.")
    expect(phone.locator("[data-unsent]:visible")).to_have_count(0)
    assert states() == {"Person 02": "present"}


def test_register_without_script_then_each_button_does_the_same(new_context, day, register):
    page = opened(new_context(**PHONE, java_script_enabled=False), day, register)
    press(page, 3, "Late")
    expect(page.locator("main")).to_contain_text("1 came, 0 did not, 59 not marked.")
    page.get_by_role("button", name="Mark everybody else as present").click()
    expect(page.locator("main")).to_contain_text("60 came, 0 did not, 0 not marked.")
    page.get_by_role("button", name="Undo: 59 people").click()
    expect(page.locator("main")).to_contain_text("1 came, 0 did not, 59 not marked.")
    assert states() == {"Person 03": "late"}


def test_register_when_the_browser_keeps_no_page_then_the_marks_are_kept_all_the_same(new_context, day, register):
    context = new_context(**PHONE, service_workers="block")
    page = opened(context, day, register)
    context.set_offline(True)
    press(page, 3, "Late")
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):  # the control: the worker is what keeps the page
        page.reload()
    context.set_offline(False)
    page.goto(f"{day}/organise/sessions/{register[0].pk}/register/")
    expect(page.locator("[data-counts]")).to_have_text("1 came, 0 did not, 59 not marked.")
    expect(page.locator("[data-unsent]:visible")).to_have_count(0)
    assert states() == {"Person 03": "late"}


def test_register_when_signed_out_then_nothing_of_it_is_left_on_the_phone(phone):
    expect(phone.locator("html")).to_have_attribute("data-kept", "yes")
    phone.goto(phone.url.split("/organise/")[0] + "/sessions/")
    assert phone.evaluate("caches.keys()") == ["registers"]

    phone.get_by_role("button", name="Sign out").click()

    expect(phone.get_by_role("link", name="Sign in")).to_be_visible()
    assert phone.evaluate("caches.keys()") == []


@pytest.fixture
def zoe(register):
    """One person more, booked before the phone opens the register: nothing is written while it still reads."""
    return make_booking(session=register[0], practitioner=UserFactory(name="Zoë Mark"))


def test_register_when_a_part_of_a_name_is_typed_then_only_those_stand_there_and_can_be_marked(zoe, phone):
    find = phone.get_by_role("searchbox", name="Find by name or organisation")

    find.fill("zoe m")
    expect(phone.locator("[data-booking]:visible")).to_have_count(1)
    expect(phone.locator("[data-found]")).to_have_text(f"1 of {PEOPLE + 1}")
    phone.locator("[data-booking]:visible").get_by_role("button", name="Present").click()
    expect(phone.locator("[data-counts]")).to_have_text(f"1 came, 0 did not, {PEOPLE} not marked.")
    keep("register-found-390", phone, whole=False)
    find.fill("")
    expect(phone.locator("[data-booking]:visible")).to_have_count(PEOPLE + 1)
    assert not is_sideways(phone)
    phone.locator("[data-booking]").nth(1).evaluate("row => row.scrollIntoView({ behavior: 'instant' })")
    keep("register-390", phone, whole=False)
