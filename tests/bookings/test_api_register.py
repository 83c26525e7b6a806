"""The register by program: read, many marks in one call, all or none, and the same again changes nothing."""

from datetime import timedelta

import pytest
import time_machine

from bookings import actions
from bookings.models import Attendance, AttendanceMark
from events.models import SessionTrainer, Trainer
from tests.api_client import Api, code_of, errors_of, organiser_of
from tests.factories import START, PartnershipFactory, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session():
    return SessionFactory(capacity=10)


@pytest.fixture
def api():
    return Api(organiser_of(PartnershipFactory(), UserFactory(email="organiser@example.org")))


def address(session):
    return f"sessions/{session.pk}/register/"


def put(api, session, *marks):
    return api.send("PUT", address(session), {"marks": list(marks)})


def seen(booking, state, **more):
    return {"booking": booking.pk, "state": state, **more}


def states():
    return sorted(Attendance.objects.values_list("booking__name", "state"))


def test_register_when_read_then_everybody_with_a_place_by_name(api, session):
    pat = make_booking(session=session, practitioner=UserFactory(name="Pat Sample", email="pat@example.org"))
    make_booking(session=session, practitioner=UserFactory(name="Lou Sample"))
    put(api, session, seen(pat, "late", at="2027-06-22T09:50:00+01:00", minutes=70))

    answer = api.get(address(session))

    assert answer.headers["Cache-Control"] == "no-store, private"
    register = answer.json()
    lou, read = register.pop("people")
    assert register == {"session": session.pk, "status": "open", "closed_at": None}
    assert lou["attendance"] is None
    assert read == {
        "booking": pat.pk,
        "practitioner": {
            "email": "pat@example.org",
            "name": "Pat Sample",
            "organisation": "Example School",
            "job_role": "Teacher",
        },
        "mode": "",
        "substitute_for": None,
        "attendance": {"state": "late", "marked_at": "2027-06-22T09:30:00+01:00", "source": "register", "minutes": 70},
    }


def test_marks_of_many_when_sent_twice_then_written_once(api, session):
    bookings = [make_booking(session=session) for _ in range(3)]
    marks = [seen(one, "present", at="2027-06-22T08:20:00Z") for one in bookings]

    first, again = put(api, session, *marks), put(api, session, *marks)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert [one["attendance"]["state"] for one in again.json()["people"]] == ["present"] * 3
    assert AttendanceMark.objects.count() == 3


def test_marks_when_one_line_is_wrong_then_named_and_none_is_written(api, session):
    own, other = make_booking(session=session), make_booking()
    full = SessionFactory(capacity=1)
    make_booking(session=full)
    waiting = make_queued(session=full)

    unknown = put(api, session, seen(own, "present"), seen(other, "present"), seen(waiting, "late"))
    wrong = put(api, session, seen(own, "present"), seen(own, "perhaps"), {"booking": "1", "state": "late"})
    twice = put(api, session, seen(own, "present"), seen(own, "late"))

    assert sorted(errors_of(unknown)) == ["marks.1.booking", "marks.2.booking"]
    assert sorted(errors_of(wrong)) == ["marks.1.state", "marks.2.booking"]
    assert errors_of(twice) == {"marks.1.booking": ["This booking stands on line 0 already with the same time."]}
    assert states() == []
    assert put(api, session, seen(own, "present")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"marks": {}},
        {"marks": [1]},
        {"marks": [{"booking": 1, "state": "present", "note": ""}]},
        {"marks": [{"booking": 1, "state": "present", "minutes": -1}]},
        {"marks": [{"booking": 1, "state": "present", "at": "2027-06-22T09:30:00"}]},
        {"marks": [{"booking": 1, "state": ""}] * 2001},
    ],
)
def test_body_that_is_wrong_then_400(api, session, body):
    assert errors_of(api.send("PUT", address(session), body))


def test_marks_of_two_hands_when_the_earlier_arrives_last_then_the_later_stands(api, session):
    booking = make_booking(session=session)

    put(api, session, seen(booking, "left_early", at="2027-06-22T08:29:00Z"))
    put(api, session, seen(booking, "present", at="2027-06-22T08:20:00Z"))

    assert [state for _, state in states()] == ["left_early"]


def test_mark_when_taken_back_then_gone(api, session):
    booking = make_booking(session=session)
    put(api, session, seen(booking, "present", at="2027-06-22T08:20:00Z"))

    answer = put(api, session, seen(booking, ""))

    assert answer.json()["people"][0]["attendance"] is None
    assert states() == []


def test_register_when_not_open_closed_or_called_off_then_409_and_says_so(api, session, clock):
    booking = make_booking(session=session)
    clock.move_to(START - timedelta(days=1))
    assert code_of(put(api, session, seen(booking, "present"))) == (409, "register_not_open")
    assert api.get(address(session)).json()["status"] == "not_open"
    clock.move_to(END)
    actions.close_register(session, at=END, actor=None)

    assert code_of(put(api, session, seen(booking, "present"))) == (409, "register_closed")
    closed = api.get(address(session)).json()
    assert (closed["status"], closed["closed_at"]) == ("closed", "2027-06-22T11:00:00+01:00")
    assert states() == []


def test_register_then_only_for_those_who_keep_it(api, session):
    booking = make_booking(session=session)
    islander = organiser_of(PartnershipFactory(slug="isle-of-wight"), UserFactory())
    trainer = UserFactory()
    row = Trainer.objects.create(slug="toni", name="Toni Sample", user=trainer)
    SessionTrainer.objects.create(session=session, trainer=row)

    for other in (islander, booking.practitioner):
        assert code_of(Api(other).get(address(session))) == (404, "not_found")
        assert code_of(put(Api(other), session, seen(booking, "present"))) == (404, "not_found")
    assert code_of(Api().get(address(session))) == (401, "not_authenticated")
    assert code_of(put(Api(api.user, scope="read"), session)) == (403, "permission_denied")
    assert code_of(api.get("sessions/987654/register/")) == (404, "not_found")
    assert states() == []
    assert put(Api(trainer), session, seen(booking, "present")).status_code == 200
    with time_machine.travel(START + timedelta(days=1), tick=False):
        assert code_of(Api(trainer).get(address(session))) == (404, "not_found")


@pytest.mark.django_db(transaction=True)
def test_marks_of_many_then_as_many_statements_as_of_one(api, session):
    bookings = [make_booking(session=session) for _ in range(3)]
    body = [{"marks": [seen(one, "present") for one in bookings[:count]]} for count in (1, 3)]
    first, few = api.queries_of("PUT", address(session), body[0])
    again, many = api.queries_of("PUT", address(session), body[1])

    assert (first.status_code, again.status_code) == (200, 200)
    assert len(many) <= len(few), "\n".join(many)
