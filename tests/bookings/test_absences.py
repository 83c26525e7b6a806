"""What kept people from coming: said by them, their manager or an organiser; the queue; and what is forgotten."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from bookings import actions, errors
from bookings.links import ABSENCE, ABSENCE_OF_STAFF, path_of
from bookings.models import AbsenceReason, Attendance
from tests.bookings.desk import set_policy
from tests.factories import START, SessionFactory, UserFactory, make_booking
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_after")]
AFTER = START + timedelta(days=1)


@pytest.fixture
def _after():
    """It is the day after the session."""
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def session(hampshire):
    return SessionFactory(capacity=9)


@pytest.fixture
def absent(session):
    return missed(make_booking(session=session, practitioner=UserFactory(email="pat@example.org", name="Pat Reed")))


def missed(booking, state="did_not_attend"):
    """Let the register say that somebody did not come."""
    actions.mark(booking.session, [actions.Mark(booking.pk, state, AFTER)], at=AFTER, actor=None)
    return booking


def said(booking):
    return AbsenceReason.objects.filter(booking=booking).values_list("code", "said_by").first()


def test_link_when_opened_then_nothing_changes_and_a_press_keeps_the_reason(absent):
    address = path_of(ABSENCE, absent)
    page = Client().get(address)
    assert "What kept you?" in words(page)
    assert said(absent) is None
    answer = Client(enforce_csrf_checks=True).post(address, {"code": "travel"}, follow=True)
    assert "We have noted it" in words(answer)
    assert said(absent) == ("travel", "person")
    Client().post(address, {"code": "leave"})
    assert said(absent) == ("leave", "person")


@pytest.mark.parametrize("code", ["", "flu", "x" * 5000])
def test_link_when_no_such_reason_is_sent_then_says_so_and_keeps_none(absent, code):
    answer = Client().post(path_of(ABSENCE, absent), {"code": code})
    assert answer.status_code == 400
    assert "Choose one of the reasons." in words(answer)
    assert said(absent) is None


@pytest.mark.parametrize("purpose", [ABSENCE, ABSENCE_OF_STAFF])
def test_link_when_the_register_says_that_they_came_then_nothing_is_asked_or_kept(absent, purpose):
    missed(absent, "present")
    address = path_of(purpose, absent)
    assert "Nothing to say" in words(Client().get(address))
    answer = Client().post(address, {"code": "leave"})
    assert answer.status_code == 409
    assert said(absent) is None


def test_link_when_made_for_another_purpose_or_torn_then_is_not_there(absent):
    token = path_of(ABSENCE, absent).split("/")[2]
    for address in (f"/absences/of-staff/{token}/", f"/absences/{token[:-1]}/", "/absences/x/"):
        assert Client().get(address).status_code == 404


def test_manager_when_they_say_it_then_kept_until_the_person_speaks(absent):
    Client().post(path_of(ABSENCE_OF_STAFF, absent), {"code": "workload"})
    assert said(absent) == ("workload", "manager")
    Client().post(path_of(ABSENCE, absent), {"code": "sickness"})
    assert said(absent) == ("sickness", "person")
    assert "has said already" in words(Client().get(path_of(ABSENCE_OF_STAFF, absent)))
    assert "Off sick" not in words(Client().get(path_of(ABSENCE_OF_STAFF, absent)))
    assert Client().post(path_of(ABSENCE_OF_STAFF, absent), {"code": "leave"}).status_code == 409
    assert said(absent) == ("sickness", "person")


def test_queue_when_a_reason_is_noted_then_leaves_it(organiser, absent):
    address = f"/organise/absences/{absent.pk}/reason/"
    assert "Pat Reed" in words(organiser.get("/organise/absences/"))
    assert "choose one of the reasons" in words(organiser.post(address, {"code": "none"}, follow=True))
    assert "Noted for Pat Reed" in words(organiser.post(address, {"code": "emergency"}, follow=True))
    assert "Pat Reed" not in words(organiser.get("/organise/absences/"))
    assert "An emergency at work (an organiser)" in words(organiser.get("/organise/absences/?show=explained"))


def test_queue_when_the_session_is_anothers_then_is_empty_and_takes_nothing(islander, absent):
    assert "Pat Reed" not in words(islander.get("/organise/absences/"))
    assert islander.post(f"/organise/absences/{absent.pk}/reason/", {"code": "leave"}).status_code == 404
    assert said(absent) is None


def test_queue_when_somebody_was_often_absent_then_says_how_often(organiser, hampshire, session):
    set_policy(hampshire, absence_alert_count=2, absence_alert_months=6)
    person = UserFactory(email="often@example.org")
    for hours in (0, 2, 4):
        one = SessionFactory(week=session.week, starts_at=START + timedelta(hours=hours), capacity=9)
        missed(make_booking(session=one, practitioner=person))
    page = words(organiser.get("/organise/absences/"))
    assert [page.count(f"{count} times in 6 months") for count in (1, 2, 3)] == [0, 1, 1]


@pytest.mark.parametrize("count", [1, 6])
def test_queue_when_few_or_many_then_as_many_queries(organiser, session, count, django_assert_num_queries):
    for _ in range(count):
        missed(make_booking(session=session))
    organiser.get("/organise/absences/")
    with django_assert_num_queries(8):
        organiser.get("/organise/absences/")


def test_reason_when_the_policy_keeps_it_no_longer_then_is_forgotten(absent):
    actions.say_absence_reason(absent, code="sickness", said_by="person", at=AFTER)
    twelve_months = absent.session.ends_at.replace(year=absent.session.ends_at.year + 1)
    assert actions.forget_old_reasons(at=twelve_months - timedelta(seconds=1)) == 0
    assert actions.forget_old_reasons(at=twelve_months) == 1
    assert said(absent) is None
    assert Attendance.objects.get(booking=absent).state == "did_not_attend"


def test_reason_when_said_of_somebody_who_came_then_refused(session):
    booking = missed(make_booking(session=session), "late")
    with pytest.raises(errors.NotAbsent):
        actions.say_absence_reason(booking, code="leave", said_by="organiser", at=AFTER)
    with pytest.raises(ValidationError):
        actions.say_absence_reason(booking, code="flu", said_by="organiser", at=AFTER)
    assert said(booking) is None
