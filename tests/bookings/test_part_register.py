"""The pages and the API of a register of several dates: a switch of dates, and marks that carry theirs."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import Attendance, PartAttendance
from bookings.views import sheets
from tests.api_client import Api, errors_of, organiser_of
from tests.factories import START, PartnershipFactory, SessionFactory, UserFactory, make_booking, make_two_part
from tests.factories.parts import FORTNIGHT

pytestmark = pytest.mark.django_db
SECOND = START + FORTNIGHT


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session():
    return make_two_part(capacity=10, title="Supervision that changes practice")


@pytest.fixture
def booking(session):
    return make_booking(session=session)


@pytest.fixture
def organiser():
    return organiser_of(PartnershipFactory(), UserFactory(email="organiser@example.org"))


@pytest.fixture
def browser(client, organiser):
    client.force_login(organiser)
    return client


@pytest.fixture
def api(organiser):
    return Api(organiser)


def register(session, part=""):
    return f"{reverse('register', args=[session.pk])}{f'?part={part}' if part else ''}"


def dates():
    return sorted(PartAttendance.objects.values_list("part", "state"))


def test_register_when_opened_then_of_the_date_of_today_with_a_switch_to_the_others(browser, organiser, booking, clock):
    for at, number in ((START, 1), (START + timedelta(days=3), 1), (SECOND, 2), (SECOND + FORTNIGHT, 2)):
        clock.move_to(at, tick=False)
        browser.force_login(organiser)
        text = browser.get(register(booking.session)).content.decode()
        current = re.search(r'<a href="[^"]*part=\d" aria-current="page">([^<]*)</a>', text)[1]
        assert current == f"Part {number} of 2, {('Tuesday 22 June 2027', 'Tuesday 6 July 2027')[number - 1]}"
        assert f'data-part="{number}"' in text
        assert f'?part={number}"' in re.search(r'data-register="[^"]*"', text)[0]


def test_mark_when_pressed_on_a_date_then_counts_for_it_and_leads_back_to_it(browser, booking):
    for part, state in ((1, "late"), (2, "present")):
        answer = browser.post(
            f"{reverse('register_mark', args=[booking.session_id])}?part={part}",
            {"booking": booking.pk, "state": state},
        )
        assert answer.url == f"{register(booking.session, part)}#person-{booking.pk}"
        assert "Marked by" in browser.get(register(booking.session, part)).content.decode()
    assert dates() == [(1, "late"), (2, "present")]
    assert Attendance.objects.get().state == "present"


def test_mark_of_everybody_else_and_undo_when_pressed_then_of_the_open_date(browser, booking):
    address = f"{reverse('register_mark', args=[booking.session_id])}?part=2"
    browser.post(address, {"booking": "rest"})
    assert dates() == [(2, "present")]
    browser.post(address, {"booking": "undo"})
    assert dates() == []


@pytest.mark.parametrize("part", ["0", "3", "x", "²", "999999"])
def test_register_when_there_is_no_such_date_then_not_found(browser, booking, part):
    assert browser.get(register(booking.session, part)).status_code == 404


def test_register_of_a_date_when_its_day_is_to_come_then_says_so_and_has_no_buttons(browser, organiser, booking, clock):
    clock.move_to(START, tick=False)
    browser.force_login(organiser)
    text = browser.get(register(booking.session, 2)).content.decode()
    assert 'name="state"' not in text
    assert 'class="notice"' in text


def test_register_of_one_date_then_has_no_switch_no_part_and_no_query_for_dates(browser, organiser, clock):
    clock.move_to(START, tick=False)
    browser.force_login(organiser)
    one, two = SessionFactory(capacity=10), make_two_part(capacity=10, at=START - timedelta(days=9))
    counts = []
    for session in (one, two):
        with time_machine.travel(START - timedelta(days=5), tick=False):
            for number in range(3):
                email = f"p{number}-{session.pk}@example.org"
                make_booking(session=session, practitioner=UserFactory(email=email), at=START - timedelta(days=5))
        browser.get(register(session))
        with CaptureQueriesContext(connection) as caught:
            text = browser.get(register(session)).content.decode()
        counts.append(len(caught))
        assert ("Part 1 of 2" in text, "data-part" in text, "?part=" in text) == ((session is two),) * 3
        assert any("sessionpart" in query["sql"] for query in caught) == (session is two)
    assert counts[1] - counts[0] <= 4


def test_api_when_marks_name_no_date_then_the_first_and_those_that_do_then_theirs(api, booking):
    address = f"sessions/{booking.session_id}/register/"
    api.send("PUT", address, {"marks": [{"booking": booking.pk, "state": "late"}]})
    answer = api.send("PUT", f"{address}?part=2", {"marks": [{"booking": booking.pk, "state": "present", "part": 2}]})

    assert dates() == [(1, "late"), (2, "present")]
    read = answer.json()
    assert (read["part"], read["parts"], read["people"][0]["attendance"]["state"]) == (2, 2, "present")
    assert api.get(address).json()["people"][0]["attendance"]["state"] == "late"


def test_api_when_there_is_no_such_date_then_says_in_which_line(api, booking):
    address = f"sessions/{booking.session_id}/register/"
    marks = [{"booking": booking.pk, "state": "late"}, {"booking": booking.pk, "state": "late", "part": 3}]
    answer = api.send("PUT", address, {"marks": marks})
    assert answer.status_code == 400
    assert set(errors_of(answer)) == {"marks.1.part"}
    assert dates() == []
    assert api.get(f"{address}?part=3").status_code == 400


def test_sign_in_sheet_when_of_a_date_then_says_which(browser, booking, monkeypatch):
    said = []
    monkeypatch.setitem(sheets.SHEETS, "sign-in", lambda _line, _people, when: said.append(when) or b"%PDF")
    for part in (1, 2):
        browser.get(f"{reverse('sign_in_sheet', args=[booking.session_id])}?part={part}")
    assert said == [
        "Part 1 of 2: Tuesday 22 June 2027, 09:30 to 11:00 (UK time)",
        "Part 2 of 2: Tuesday 6 July 2027, 09:30 to 10:30 (UK time)",
    ]
