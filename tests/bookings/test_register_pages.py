"""The register's page: who may keep it, marking, the rest at once, closing, and what agency leads read of it."""

from datetime import timedelta

import pytest
import time_machine

from bookings import actions
from bookings.actions import Mark
from bookings.models import Attendance, Booking, RegisterClosing
from events.models import SessionTrainer, Trainer
from tests.bookings.agencies import lead_of
from tests.factories import START, OrganisationFactory, SessionFactory, UserFactory, make_booking
from tests.pages import markup

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(hampshire):
    return SessionFactory(host=hampshire, capacity=10)


def address(session, what=""):
    return f"/organise/sessions/{session.pk}/register/{what}"


def states():
    return sorted(Attendance.objects.values_list("booking__name", "state"))


def test_register_when_marked_then_says_so_and_who_did(organiser, session):
    booking = make_booking(session=session, practitioner=UserFactory(name="Pat Sample"))
    make_booking(session=session, practitioner=UserFactory(name="Lou Sample"))

    answer = organiser.post(address(session, "mark/"), {"booking": booking.pk, "state": "late"})

    assert (answer.status_code, answer["Location"]) == (302, f"{address(session)}#person-{booking.pk}")
    page = markup(organiser.get(address(session)))
    assert "1 came, 0 did not, 1 not marked." in page
    assert "Marked by" in page
    assert states() == [("Pat Sample", "late")]


def test_register_when_the_rest_is_marked_then_what_was_marked_stays(organiser, session):
    first = make_booking(session=session, practitioner=UserFactory(name="Pat Sample"))
    make_booking(session=session, practitioner=UserFactory(name="Lou Sample"))
    organiser.post(address(session, "mark/"), {"booking": first.pk, "state": "excused"})

    answer = organiser.post(address(session, "mark/"), {"booking": "rest"}, follow=True)

    assert "Marked as present: 1." in markup(answer)
    assert states() == [("Lou Sample", "present"), ("Pat Sample", "excused")]


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"booking": "x", "state": "present"}, 404, ""),
        ({"booking": "9" * 30, "state": "present"}, 404, ""),
        ({"booking": "987654", "state": "present"}, 200, "no place on this session"),
        ({"state": "present"}, 404, ""),
    ],
)
def test_mark_that_is_wrong_then_said_and_nothing_is_written(organiser, session, values, status, said):
    answer = organiser.post(address(session, "mark/"), values, follow=True)

    assert answer.status_code == status
    assert said in markup(answer)
    assert not Attendance.objects.exists()


def test_mark_of_a_state_there_is_not_then_said(organiser, session):
    booking = make_booking(session=session)

    answer = organiser.post(address(session, "mark/"), {"booking": booking.pk, "state": "perhaps"}, follow=True)

    assert "The register has no “perhaps”." in markup(answer)
    assert not Attendance.objects.exists()


def test_register_when_closed_and_opened_again_then_with_a_reason(organiser, session, clock):
    make_booking(session=session, practitioner=UserFactory(name="Pat Sample"))
    assert "Close the register" not in markup(organiser.get(address(session)))
    clock.move_to(END)
    page = markup(organiser.get(address(session)))
    assert "Close the register" in page
    assert "To hold the mail back, open the register again within ten minutes." in page

    closed = markup(organiser.post(address(session, "close/"), {"absent": "1"}, follow=True))
    assert "The register is closed. Not marked: 0. Mail goes in ten minutes at the earliest." in closed
    assert "Mark everybody else" not in closed
    assert states() == [("Pat Sample", "did_not_attend")]

    twice = markup(organiser.post(address(session, "close/"), follow=True))
    assert "The register was closed already. Nothing is changed." in twice
    assert "Mail goes" not in twice

    refused = markup(organiser.post(address(session, "close/"), {"reopen": "1", "reason": " "}, follow=True))
    assert "Say why the register is opened again." in refused
    long = "Wrong list. " * 40
    refused = organiser.post(address(session, "close/"), {"reopen": "1", "reason": long})
    assert refused.status_code == 400
    assert "Reason: Ensure this value has at most 400 characters (it has 479)." in markup(refused)
    assert long.strip() in markup(refused)
    assert RegisterClosing.objects.get().reopened_at is None
    again = markup(organiser.post(address(session, "close/"), {"reopen": "1", "reason": "Wrong list."}, follow=True))
    assert "The register is open again. Mail that has not gone yet waits until you close it." in again
    assert RegisterClosing.objects.get().reason == "Wrong list."


def test_register_when_closed_long_after_the_session_then_says_before_and_after_that_no_mail_goes(
    organiser, session, clock
):
    clock.move_to(END + timedelta(days=15))
    assert "Closing it sends no new mail: the session ended more than 14 days ago." in markup(
        organiser.get(address(session))
    )
    closed = markup(organiser.post(address(session, "close/"), follow=True))
    assert "No new mail goes: the session ended too long ago." in closed
    again = markup(organiser.post(address(session, "close/"), {"reopen": "1", "reason": "Wrong."}, follow=True))
    assert "The register is open again." in again
    assert "waits until you close it" not in again


def test_register_before_the_day_then_can_be_read_and_not_marked(organiser, session, clock):
    booking = make_booking(session=session)
    clock.move_to(START - timedelta(days=1))

    assert "from the morning" in markup(organiser.get(address(session)))
    answer = organiser.post(address(session, "mark/"), {"booking": booking.pk, "state": "present"}, follow=True)

    assert "from the morning" in markup(answer)
    assert not Attendance.objects.exists()


def test_trainer_then_marks_on_the_day_and_closes_nothing(client, session, clock):
    booking = make_booking(session=session)
    person = UserFactory()
    trainer = Trainer.objects.create(slug="toni", name="Toni Sample", user=person)
    SessionTrainer.objects.create(session=session, trainer=trainer)
    client.force_login(person)

    client.post(address(session, "mark/"), {"booking": booking.pk, "state": "present"})
    assert Attendance.objects.get().marked_by == person
    clock.move_to(END)
    assert client.post(address(session, "close/")).status_code == 404
    for day in (-1, 1):
        clock.move_to(START + timedelta(days=day))
        client.force_login(person)
        assert client.get(address(session)).status_code == 404


def test_everybody_else_then_no_such_page(client, islander, session):
    booking = make_booking(session=session)
    mark = {"booking": booking.pk, "state": "present"}
    assert client.get(address(session)).status_code == 302
    others = [islander]
    client.force_login(booking.practitioner)
    for other in [*others, client]:
        assert other.get(address(session)).status_code == 404
        assert other.post(address(session, "mark/"), mark).status_code == 404
        assert other.post(address(session, "close/")).status_code == 404

    assert not Attendance.objects.exists()


def test_register_of_many_then_as_many_statements_as_of_one(organiser, session, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(40) as taken:
            organiser.get(address(session))
        return len(taken)

    make_booking(session=session)
    organiser.get(address(session))
    one = count()
    for _ in range(3):
        booking = make_booking(session=session)
        actions.mark(session, [Mark(booking.pk, "present", START)], at=START, actor=None)

    assert count() == one


def test_agency_lead_then_reads_who_came(session):
    ours = OrganisationFactory(slug="example-trust")
    client = lead_of(ours, "lead@example.org")
    person = UserFactory(organisation=ours, name="Pat Sample")
    booking = make_booking(session=session, practitioner=person)
    assert "Left early" not in markup(client.get(f"/agency/people/{person.pk}/"))

    actions.mark(session, [Mark(booking.pk, "left_early", START)], at=START, actor=None)

    assert "Left early" in markup(client.get(f"/agency/people/{person.pk}/"))
    assert '<td data-label="Attended">1</td>' in markup(client.get("/agency/"))


def test_organiser_then_books_somebody_without_an_address_once(organiser, session):
    page = f"/organise/sessions/{session.pk}/people/book/"
    form = {"email": "", "name": "Vi Sample", "organisation": "Example Scouts", "wait": "on"}
    with time_machine.travel(START - timedelta(days=9), tick=False):
        organiser.force_login(organiser.person)
        assert "Leave it empty for somebody who has none" in markup(organiser.get(page))
        assert organiser.post(page, form).status_code == 302
        again = organiser.post(page, form)
        nobody = organiser.post(page, {**form, "name": ""})

    assert (again.status_code, nobody.status_code) == (409, 400)
    assert "Enter an email address, or the full name of somebody who has none." in markup(nobody)
    booking = Booking.objects.get()
    assert (booking.name, booking.organisation_name) == ("Vi Sample", "Example Scouts")


def test_agency_lead_then_needs_an_address():
    client = lead_of(OrganisationFactory(slug="example-trust"), "lead@example.org")
    with time_machine.travel(START - timedelta(days=9), tick=False):
        session = SessionFactory()
        form = {"email": "", "name": "Vi Sample", "session": session.pk, "wait": "on"}
        assert client.post("/agency/book/", form).status_code == 400

    assert not Booking.objects.exists()


def test_walk_in_then_on_the_register_found_or_new_and_taken_off_again(organiser, session):
    pat = make_booking(session=session, practitioner=UserFactory(name="Pat Sample", email="pat@example.org"))
    form = {"name": "Vi Sample", "email": ""}

    answer = organiser.post(address(session, "walk-in/"), form)
    booking = Booking.objects.get(source="walk_in")
    organiser.post(address(session, "walk-in/"), {"name": "Pat", "email": "pat@example.org"})

    assert answer["Location"] == f"{address(session)}#person-{booking.pk}"
    page = markup(organiser.get(address(session)))
    assert "2 came, 0 did not, 0 not marked." in page
    assert "1 had not booked." in page
    assert states() == [("Pat Sample", "present"), ("Vi Sample", "present")]

    off = markup(organiser.post(address(session, f"take-off/{booking.pk}/"), follow=True))
    stays = markup(organiser.post(address(session, f"take-off/{pat.pk}/"), follow=True))
    assert "Not on the register any more: Vi Sample." in off
    assert "This person has booked, so they stay on the register." in stays
    assert organiser.post(address(session, f"take-off/{make_booking().pk}/")).status_code == 404


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"name": "", "email": ""}, 400, "This field is required"),
        ({"name": "Vi Sample", "email": "vi"}, 400, "Enter an email address in the right form"),
        ({"name": "Vi\x01Sample", "email": ""}, 400, "control characters"),
        ({"name": "Vi Sample", "email": "closed@example.org"}, 409, "closed"),
    ],
)
def test_walk_in_that_is_wrong_then_said_by_the_form(organiser, session, values, status, said):
    UserFactory(email="closed@example.org", is_active=False)

    answer = organiser.post(address(session, "walk-in/"), values)

    assert answer.status_code == status
    assert said in markup(answer)
    assert "Error:" in markup(answer)
    assert not Booking.objects.exists()


def test_walk_in_before_the_day_then_refused(organiser, session, clock):
    clock.move_to(START - timedelta(days=1))

    answer = organiser.post(address(session, "walk-in/"), {"name": "Vi Sample", "email": ""})

    assert answer.status_code == 409
    assert not Booking.objects.exists()


def test_register_when_the_last_step_is_undone_then_says_what_it_was(organiser, session, clock):
    for name in ("Pat Sample", "Lou Sample"):
        make_booking(session=session, practitioner=UserFactory(name=name))
    organiser.post(address(session, "mark/"), {"booking": "rest"})
    assert "Undo: 2 people, " in markup(organiser.get(address(session)))
    clock.shift(60)

    undone = markup(organiser.post(address(session, "mark/"), {"booking": "undo"}, follow=True))

    assert "Undone: 2." in undone
    assert "0 came, 0 did not, 2 not marked." in undone
    assert states() == []


def test_worker_then_a_script_for_everybody_and_the_page_says_where_it_is(client, organiser, session):
    make_booking(session=session)

    script = client.get("/register-worker.js")

    assert (script.status_code, script["Content-Type"]) == (200, "text/javascript")
    page = markup(organiser.get(address(session)))
    assert 'data-worker="/register-worker.js"' in page
    assert f'data-register="/api/v1/sessions/{session.pk}/register/" data-keeper="{organiser.person.pk}"' in page
