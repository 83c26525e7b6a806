"""The pages of checking in: the room's code, the person's own page, and an organiser who scans somebody's code."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from bookings import actions, check_in_codes
from bookings.actions.check_ins import MOST_TRIES
from bookings.links import ARRIVAL, JOIN, path_of
from bookings.models import Attendance, AttendanceMark, Booking, CheckInTries
from tests.factories import START, SessionFactory, UserFactory, VenueFactory, make_booking
from tests.pages import markup

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(hampshire):
    return SessionFactory(host=hampshire, capacity=10, title="Toolkit tour", format="in_person", venue=VenueFactory())


@pytest.fixture
def mine(session):
    """A browser of somebody with a place."""
    booking = make_booking(session=session, practitioner=UserFactory(name="Pat Sample"))
    client = Client()
    client.force_login(booking.practitioner)
    client.booking = booking
    return client


def page_of(session):
    return f"/sessions/{session.pk}/check-in/"


def code_of(session):
    return check_in_codes.code_at(session.pk, START)


def picture_of(session):
    return check_in_codes.picture_word(session.pk, START)


def wrong(session):
    near = {check_in_codes.code_at(session.pk, START - timedelta(minutes=minutes)) for minutes in (0, 1)}
    return next(code for code in ("000000", "111111", "222222") if code not in near)


def states():
    return sorted(Attendance.objects.values_list("booking__name", "state"))


def test_room_then_shows_the_code_and_comes_again_with_the_next(organiser, session, clock):
    clock.shift(20)

    answer = organiser.get(f"/organise/sessions/{session.pk}/register/code/")

    code = code_of(session)
    assert f"{code[:3]} {code[3:]}" in markup(answer)
    assert "localhost:8000/check-in/" in markup(answer)
    assert "<svg" in markup(answer)
    assert answer["Refresh"] == f"40; url=/organise/sessions/{session.pk}/register/code/"
    assert answer["Cache-Control"] == "no-store, private"
    assert not AttendanceMark.objects.exists()


def test_room_then_only_for_those_who_keep_the_register_and_while_it_can_be_marked(mine, organiser, islander, session):
    address = f"/organise/sessions/{session.pk}/register/code/"
    assert mine.get(address).status_code == 404
    assert islander.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    actions.close_register(session, at=END, actor=None)

    closed = markup(organiser.get(address))
    assert "This register is closed." in closed
    assert "<svg viewBox" not in closed.partition("<main")[2].partition("</main")[0]


def test_check_in_by_code_then_marked(mine, session):
    assert "Type" not in markup(mine.get(page_of(session)))

    answer = mine.post(page_of(session), {"code": f" {code_of(session)[:3]} {code_of(session)[3:]} "}, follow=True)

    assert "You are checked in" in markup(answer)
    assert states() == [("Pat Sample", "present")]


def test_check_in_by_picture_then_looking_changes_nothing_and_one_press_marks(mine, session):
    address = f"{page_of(session)}?shown={picture_of(session)}"
    page = markup(mine.get(address))
    assert 'name="code"' not in page
    assert not Attendance.objects.exists()

    answer = mine.post(address, {"shown": picture_of(session)}, follow=True)

    assert "You are checked in" in markup(answer)
    assert states() == [("Pat Sample", "present")]
    assert not CheckInTries.objects.exists()


def test_check_in_when_not_signed_in_then_asked_to_and_comes_back_with_the_picture(session):
    address = f"{page_of(session)}?shown={picture_of(session)}"

    answer = Client().get(address)

    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).query.startswith(f"next=/sessions/{session.pk}/check-in/%3Fshown")


@pytest.mark.parametrize(
    ("code", "said"),
    [("", "Type the six digits"), ("12345", "six digits"), ("12345x", "six digits"), ("१२३४५६", "six digits")],
)
def test_code_that_is_none_then_said_and_not_judged(mine, session, code, said):
    answer = mine.post(page_of(session), {"code": code})

    assert answer.status_code == 400
    assert said in markup(answer)
    assert not CheckInTries.objects.exists()


def test_code_that_is_wrong_then_said_and_after_so_many_tries_a_pause(mine, session):
    for _ in range(MOST_TRIES):
        answer = mine.post(page_of(session), {"code": wrong(session)})
        assert answer.status_code == 400
        assert "This is not the code that is shown now." in markup(answer)

    answer = mine.post(page_of(session), {"code": code_of(session)})

    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert "too many tries" in markup(answer)
    assert states() == []


def test_picture_of_another_session_or_an_old_one_then_said(mine, session):
    other = SessionFactory()
    address = page_of(session)

    for word, said in (
        (picture_of(other), "for another session"),
        ("1-1:x", "not the code"),
        ("x" * 999, "not the code"),
    ):
        assert said in markup(mine.get(address, {"shown": word}))
        answer = mine.post(address, {"shown": word})
        assert answer.status_code in {400, 409}
        assert said in markup(answer)
    assert states() == []


def test_check_in_without_a_booking_then_said_and_where_one_has_a_place(mine, session, hampshire):
    other = SessionFactory(host=hampshire, capacity=10, title="Another door")

    page = markup(mine.get(page_of(other)))
    assert "You have no place on this session. Today you have one on:" in page
    assert f'<a href="{page_of(session)}">Toolkit tour</a>' in page
    refused = mine.post(page_of(other), {"code": code_of(other)})
    assert refused.status_code == 409
    assert not Attendance.objects.exists()

    answer = mine.post(page_of(other), {"code": code_of(other), "without": "1"}, follow=True)

    assert "You are checked in" in markup(answer)
    assert Booking.objects.get(session=other).source == "walk_in"


def test_check_in_when_closed_or_too_early_then_said(mine, session, clock):
    clock.move_to(START - timedelta(hours=2))
    early = mine.post(page_of(session), {"code": code_of(session)})
    assert early.status_code == 409
    assert "an hour before" in markup(early)
    clock.move_to(END)
    actions.close_register(session, at=END, actor=None)

    closed = mine.post(page_of(session), {"code": code_of(session)})
    assert closed.status_code == 409
    assert "This register is closed." in markup(closed)
    assert mine.get("/sessions/987654/check-in/").status_code == 404


def test_sessions_to_check_in_to_then_those_of_now_ones_own_first(mine, session, hampshire):
    earlier = SessionFactory(host=hampshire, title="Another door", starts_at=START - timedelta(minutes=5))
    SessionFactory(host=hampshire, title="This afternoon", starts_at=START + timedelta(hours=3))

    page = markup(mine.get("/check-in/"))

    assert page.index(page_of(session)) < page.index(page_of(earlier))
    assert "This afternoon" not in page
    assert page.count("You have a place") == 1
    assert "Another door" in markup(Client().get("/check-in/"))


def test_own_code_then_an_organiser_marks_by_one_press_and_looking_changes_nothing(organiser, mine, session):
    assert "Show this at the door." in markup(mine.get(f"/me/bookings/{mine.booking.pk}/"))
    address = path_of(ARRIVAL, mine.booking)

    page = markup(organiser.get(address))
    assert "Pat Sample" in page
    assert not Attendance.objects.exists()
    answer = organiser.post(address, follow=True)

    assert "Present" in markup(answer)
    assert "Mark as here" not in markup(answer)
    assert states() == [("Pat Sample", "present")]
    assert Attendance.objects.get().marked_by == organiser.person


def test_own_code_then_of_no_use_to_others_or_with_another_purpose(mine, islander, session, organiser):
    address = path_of(ARRIVAL, mine.booking)
    token = path_of(JOIN, mine.booking).removeprefix("/join/")

    for other in (mine, islander):
        assert other.get(address).status_code == 404
        assert other.post(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert organiser.get(f"/organise/arrivals/{token}").status_code == 404
    assert organiser.get("/organise/arrivals/x/").status_code == 404
    assert states() == []


def test_own_code_when_the_place_is_gone_or_the_register_closed_then_said(organiser, mine, session):
    other = make_booking(session=session)
    actions.cancel(mine.booking, at=START - timedelta(hours=1))
    address = path_of(ARRIVAL, mine.booking)

    assert "no place on the session any more" in markup(organiser.get(address))
    assert "no place on this session any more" in markup(organiser.post(address, follow=True))
    assert "Show this at the door." not in markup(mine.get(f"/me/bookings/{mine.booking.pk}/"))
    actions.close_register(session, at=END, actor=None)
    assert "This register is closed." in markup(organiser.post(path_of(ARRIVAL, other), follow=True))
    assert states() == []
