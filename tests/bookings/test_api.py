"""Booking by program."""

from datetime import timedelta

import pytest
import time_machine

from bookings.models import Booking, BookingChange
from events import actions as event_actions
from people.models import OrganisationAlias, RoleGrant, User
from tests.api_client import Api, code_of, errors_of, lead_of, organiser_of
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    PartnershipFactory,
    SessionFactory,
    UserFactory,
    make_booking,
    make_queued,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def nothing_booked():
    return not Booking.objects.exists() and not BookingChange.objects.exists()


def test_booking_when_places_are_left_then_201_with_the_booking():
    session, user = SessionFactory(), UserFactory(name="Ada Example")

    answer = Api(user).post("bookings/", {"session": session.pk})

    booking = Booking.objects.get()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/bookings/{booking.pk}/"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.json() == {
        "id": booking.pk,
        "session": session.pk,
        "practitioner": {
            "email": user.email,
            "name": "Ada Example",
            "organisation": "Example School",
            "job_role": "Teacher",
        },
        "status": "confirmed",
        "waiting_list_position": None,
        "cancel_free_until": "2027-06-17T23:59:00+01:00",
        "cancelled_late": False,
        "cancelled_at": None,
        "created_at": "2027-05-04T10:00:00+01:00",
        "html_url": f"http://localhost:8000/me/bookings/{booking.pk}/",
    }
    assert (booking.practitioner, booking.source) == (user, "self")


@pytest.mark.django_db(transaction=True)
def test_booking_for_oneself_through_a_token_then_at_most_twelve_queries():
    session = SessionFactory()
    api = Api(UserFactory(organisation=OrganisationFactory()))

    answer, queries = api.queries_of("POST", "bookings/", {"session": session.pk})

    assert answer.status_code == 201
    assert len(queries) <= 12, "\n".join(queries)
    assert len(queries) == 11, "\n".join(queries)


@pytest.mark.django_db(transaction=True)
def test_booking_with_a_key_then_two_queries_and_a_savepoint_more():
    session = SessionFactory()
    api = Api(UserFactory())

    answer, queries = api.queries_of("POST", "bookings/", {"session": session.pk}, key="one")

    assert answer.status_code == 201
    assert len(queries) == 15, "\n".join(queries)


def test_booking_when_full_then_waiting_with_a_position():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    make_queued(session=session)

    answer = Api(UserFactory()).post("bookings/", {"session": session.pk})

    assert answer.status_code == 201
    assert answer.json()["status"] == "waitlisted"
    assert answer.json()["waiting_list_position"] == 2


def test_booking_when_full_and_no_waiting_wanted_then_409_session_full():
    session = SessionFactory(capacity=1)
    make_booking(session=session)

    answer = Api(UserFactory()).post("bookings/", {"session": session.pk, "join_waiting_list": False})

    assert code_of(answer) == (409, "session_full")
    assert Booking.objects.count() == 1


def test_booking_twice_then_409_with_the_booking_there_is():
    session, user = SessionFactory(), UserFactory()
    booking = make_booking(session=session, practitioner=user)

    answer = Api(user).post("bookings/", {"session": session.pk})

    assert code_of(answer) == (409, "already_booked")
    assert answer.json()["booking"]["id"] == booking.pk
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"booking_opens_at": NOW + timedelta(hours=1)}, "booking_not_open"),
        ({"booking_closes_at": NOW}, "booking_closed"),
        ({"starts_at": NOW}, "booking_closed"),
        ({"booking_required": False}, "booking_not_needed"),
    ],
)
def test_booking_when_the_session_takes_none_then_409_and_nothing_written(change, code):
    session = SessionFactory(**change)

    answer = Api(UserFactory()).post("bookings/", {"session": session.pk})

    assert code_of(answer) == (409, code)
    assert nothing_booked()


def test_booking_when_cancelled_then_409_session_cancelled():
    session = SessionFactory()
    event_actions.cancel_session(session.pk, reason="Trainer ill", at=NOW)

    assert code_of(Api(UserFactory()).post("bookings/", {"session": session.pk})) == (409, "session_cancelled")


@pytest.mark.parametrize("number", [999, 2**63 - 1])
def test_booking_when_the_session_is_unknown_then_400_names_the_field(number):
    assert errors_of(Api(UserFactory()).post("bookings/", {"session": number})) == {
        "session": ["There is no such session."]
    }


def test_booking_a_draft_then_unknown_to_the_public_and_not_open_to_its_organiser():
    session = SessionFactory(state="draft")
    organiser = organiser_of(PartnershipFactory(), UserFactory())

    assert "session" in errors_of(Api(UserFactory()).post("bookings/", {"session": session.pk}))
    assert code_of(Api(organiser).post("bookings/", {"session": session.pk})) == (409, "booking_not_open")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "session"),
        ({"session": None}, "session"),
        ({"session": "1"}, "session"),
        ({"session": True}, "session"),
        ({"session": 1.5}, "session"),
        ({"session": [1]}, "session"),
        ({"session": {"id": 1}}, "session"),
        ({"session": 0}, "session"),
        ({"session": -1}, "session"),
        ({"session": 2**63}, "session"),
        ({"session": 10**400}, "session"),
        ({"session": 1, "join_waiting_list": "perhaps"}, "join_waiting_list"),
        ({"session": 1, "join_waiting_list": None}, "join_waiting_list"),
        ({"session": 1, "practitioner": "ada@example.org"}, "practitioner"),
        ({"session": 1, "practitioner": None}, "practitioner"),
        ({"session": 1, "practitioner": []}, "practitioner"),
        ({"session": 1, "practitioner": {"email": ""}}, "practitioner.email"),
        ({"session": 1, "practitioner": {"email": "nobody"}}, "practitioner.email"),
        ({"session": 1, "practitioner": {"email": 5}}, "practitioner.email"),
        ({"session": 1, "practitioner": {"email": "a\x00b@example.org"}}, "practitioner.email"),
        ({"session": 1, "practitioner": {"email": "a" * 300 + "@example.org"}}, "practitioner.email"),
        ({"session": 1, "practitioner": {"email": "a@example.org", "name": 5}}, "practitioner.name"),
        ({"session": 1, "practitioner": {"email": "a@example.org", "name": "a\x00b"}}, "practitioner.name"),
        ({"session": 1, "practitioner": {"email": "a@example.org", "name": "a\r\nBcc: b"}}, "practitioner.name"),
        ({"session": 1, "practitioner": {"email": "a@example.org", "name": "\ud800"}}, "practitioner.name"),
        ({"session": 1, "practitioner": {"email": "a@example.org", "name": "x" * 900_000}}, "practitioner.name"),
        ({"session": 1, "practitioner": {"email": "a@example.org", "job_role": ["x"]}}, "practitioner.job_role"),
        ({"session": 1, "practitioner": {"email": "a@example.org", "age": 5}}, "practitioner.age"),
        ({"session": 1, "colour": "blue"}, "colour"),
    ],
)
def test_booking_with_a_faulty_body_then_400_names_the_field_and_nothing_is_written(body, field):
    answer = Api(UserFactory()).post("bookings/", body)

    assert set(errors_of(answer)) == {field}
    assert nothing_booked()
    assert User.objects.count() == 1


def test_booking_with_several_faults_then_each_is_named():
    body = {"session": "x", "colour": 1, "practitioner": {"email": "x", "age": 1}}

    errors = errors_of(Api(UserFactory()).post("bookings/", body))

    assert set(errors) == {"session", "colour", "practitioner.email", "practitioner.age"}


def test_booking_by_nobody_then_401_asks_for_a_token():
    answer = Api().post("bookings/", {"session": SessionFactory().pk})

    assert code_of(answer) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert nothing_booked()


def new_person(**details):
    return {"email": "New.Person@Example.org", "name": "New Person", "job_role": "Nurse", **details}


def test_booking_for_somebody_new_by_an_organiser_then_the_person_is_made_and_kept():
    session, organisation = SessionFactory(), OrganisationFactory(slug="island-hospital")
    OrganisationAlias.objects.create(organisation=organisation, name="The Hospital")
    organiser = organiser_of(PartnershipFactory(), UserFactory())

    body = {"session": session.pk, "practitioner": new_person(organisation="the  hospital")}
    answer = Api(organiser).post("bookings/", body)

    assert answer.status_code == 201, answer.content
    person = User.objects.get(email="new.person@example.org")
    assert (person.name, person.job_role, person.organisation) == ("New Person", "Nurse", organisation)
    assert person.organisation_name == "the  hospital"
    booking = Booking.objects.get()
    assert (booking.practitioner, booking.source, booking.organisation) == (person, "organiser", organisation)
    assert BookingChange.objects.get().actor == organiser


def test_booking_for_somebody_known_then_what_is_known_stays_and_what_is_missing_is_filled():
    session = SessionFactory()
    person = UserFactory(email="known@example.org", name="Known Name", job_role="")
    organiser = organiser_of(PartnershipFactory(), UserFactory())

    details = {"email": "known@example.org", "name": "Another Name", "job_role": "Midwife"}
    answer = Api(organiser).post("bookings/", {"session": session.pk, "practitioner": details})

    person.refresh_from_db()
    assert answer.status_code == 201
    assert (person.name, person.job_role) == ("Known Name", "Midwife")


def test_booking_for_oneself_by_address_then_it_is_ones_own():
    session, user = SessionFactory(), UserFactory(email="ada@example.org")

    answer = Api(user).post("bookings/", {"session": session.pk, "practitioner": {"email": " ADA@example.org"}})

    assert answer.status_code == 201
    assert Booking.objects.get().source == "self"


def test_booking_for_another_without_a_role_then_403_and_nobody_is_made():
    session, person = SessionFactory(), UserFactory(email="known@example.org")
    api = Api(UserFactory())

    for email in (person.email, "new@example.org"):
        answer = api.post("bookings/", {"session": session.pk, "practitioner": {"email": email}})
        assert code_of(answer) == (403, "permission_denied")
    assert nothing_booked()
    assert not User.objects.filter(email="new@example.org").exists()


def test_booking_for_another_by_an_organiser_of_another_partnership_then_403():
    session = SessionFactory()
    stranger = organiser_of(PartnershipFactory(slug="isle-of-wight"), UserFactory())

    answer = Api(stranger).post("bookings/", {"session": session.pk, "practitioner": new_person()})

    assert code_of(answer) == (403, "permission_denied")
    assert User.objects.count() == 1


def test_booking_by_an_agency_lead_then_people_of_the_organisation_only():
    session, organisation = SessionFactory(capacity=10), OrganisationFactory()
    other = OrganisationFactory(slug="other-school")
    lead = lead_of(organisation, UserFactory())
    inside, outside = UserFactory(organisation=organisation), UserFactory(organisation=other)
    unknown = UserFactory(organisation=None)
    api = Api(lead)

    def status(details):
        return api.post("bookings/", {"session": session.pk, "practitioner": details}).status_code

    assert status({"email": inside.email}) == 201
    assert status({"email": "new1@example.org", "organisation": "Example School"}) == 201
    assert status({"email": "new2@example.org"}) == 201
    assert status({"email": outside.email}) == 403
    assert status({"email": unknown.email}) == 403
    assert status({"email": "new3@example.org", "organisation": "Other School"}) == 403
    assert User.objects.get(email="new2@example.org").organisation == organisation
    assert not User.objects.filter(email="new3@example.org").exists()


def test_booking_by_a_lead_whose_role_has_ended_then_403():
    organisation, lead = OrganisationFactory(), UserFactory()
    RoleGrant.objects.create(user=lead, role="agency_lead", organisation=organisation, expires_at=NOW)
    body = {"session": SessionFactory().pk, "practitioner": {"email": UserFactory(organisation=organisation).email}}

    assert code_of(Api(lead).post("bookings/", body)) == (403, "permission_denied")


def test_booking_for_somebody_new_when_refused_then_the_person_is_not_made():
    session = SessionFactory(booking_closes_at=NOW)
    organiser = organiser_of(PartnershipFactory(), UserFactory())

    answer = Api(organiser).post("bookings/", {"session": session.pk, "practitioner": new_person()})

    assert code_of(answer) == (409, "booking_closed")
    assert User.objects.count() == 1


def test_booking_for_a_closed_account_then_403():
    person = UserFactory(is_active=False)
    organiser = organiser_of(PartnershipFactory(), UserFactory())
    body = {"session": SessionFactory().pk, "practitioner": {"email": person.email}}

    assert code_of(Api(organiser).post("bookings/", body)) == (403, "permission_denied")


def test_list_of_bookings_then_ones_own_those_one_organises_and_those_one_leads():
    hampshire, island = PartnershipFactory(), PartnershipFactory(slug="isle-of-wight")
    organisation = OrganisationFactory()
    one, two = SessionFactory(capacity=None, host=hampshire), SessionFactory(capacity=None, host=island)
    here = make_booking(session=one, practitioner=UserFactory(organisation=organisation))
    there = make_booking(session=two)
    owner, organiser = there.practitioner, organiser_of(hampshire, UserFactory())
    lead = lead_of(organisation, UserFactory())

    def seen(user):
        return [row["id"] for row in Api(user).get("bookings/").json()["results"]]

    assert seen(owner) == [there.pk]
    assert seen(organiser) == [here.pk]
    assert seen(lead) == [here.pk]
    assert seen(UserFactory()) == []
    assert seen(UserFactory(is_superuser=True)) == [here.pk, there.pk]


def test_list_of_bookings_with_filters_then_narrowed_and_nonsense_is_404():
    user = UserFactory()
    session = SessionFactory()
    booking = make_booking(session=session, practitioner=user)
    make_booking(session=SessionFactory(), practitioner=user)
    api = Api(user)

    assert [row["id"] for row in api.get(f"bookings/?session={session.pk}").json()["results"]] == [booking.pk]
    assert api.get("bookings/?status=cancelled").json()["count"] == 0
    for query in ("status=gone", "session=x", f"session={10**30}", "colour=blue"):
        assert code_of(api.get(f"bookings/?{query}")) == (404, "not_found")


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_bookings_then_three_queries_and_a_note_of_it_however_many(count):
    session = SessionFactory(capacity=1)
    for _ in range(count):
        make_booking(session=session)
    organiser = organiser_of(PartnershipFactory(), UserFactory())

    answer, queries = Api(organiser).queries_of("GET", "bookings/")

    assert answer.json()["count"] == count
    assert [row["waiting_list_position"] for row in answer.json()["results"]] == [None, 1, 2][:count]
    assert len(queries) == 4, "\n".join(queries)


def test_one_booking_of_somebody_else_then_the_same_404_as_one_that_is_absent():
    booking = make_booking()
    api = Api(UserFactory())

    other, absent, vast = (api.get(f"bookings/{pk}/") for pk in (booking.pk, 99999, 10**30))

    assert code_of(other) == (404, "not_found")
    assert other.content == absent.content == vast.content
    assert Api(booking.practitioner).get(f"bookings/{booking.pk}/").json()["id"] == booking.pk


def test_cancelling_then_200_and_the_next_in_the_queue_has_the_place():
    session = SessionFactory(capacity=1)
    booking, waiting = make_booking(session=session), make_queued(session=session)
    api = Api(booking.practitioner)

    answer = api.post(f"bookings/{booking.pk}/cancel/", {"reason": "Ill"})

    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert answer.json()["cancelled_at"] == "2027-05-04T10:00:00+01:00"
    assert Booking.objects.get(pk=waiting.pk).status == "offered"
    assert BookingChange.objects.filter(booking=booking).last().reason == "Ill"
    assert api.post(f"bookings/{booking.pk}/cancel/").status_code == 200


def test_cancelling_without_a_body_then_200():
    booking = make_booking()

    assert Api(booking.practitioner).send("POST", f"bookings/{booking.pk}/cancel/").status_code == 200


def test_cancelling_after_the_start_then_409():
    booking = make_booking()

    with time_machine.travel(START):
        answer = Api(booking.practitioner).post(f"bookings/{booking.pk}/cancel/")

    assert code_of(answer) == (409, "booking_not_cancellable")


def test_cancelling_for_somebody_else_then_404_and_for_ones_session_200():
    booking = make_booking()
    organiser = organiser_of(PartnershipFactory(), UserFactory())

    assert code_of(Api(UserFactory()).post(f"bookings/{booking.pk}/cancel/")) == (404, "not_found")
    assert Booking.objects.get().status == "confirmed"
    assert Api(organiser).post(f"bookings/{booking.pk}/cancel/").status_code == 200
    assert BookingChange.objects.last().actor == organiser


def test_cancelling_with_an_unknown_field_then_400_and_nothing_is_done():
    booking = make_booking()

    assert set(errors_of(Api(booking.practitioner).post(f"bookings/{booking.pk}/cancel/", {"why": "x"}))) == {"why"}
    assert Booking.objects.get().status == "confirmed"


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "bookings/1/"), ("PUT", "bookings/"), ("GET", "bookings/1/cancel/")]
)
def test_other_methods_then_405_names_those_there_are(method, path):
    answer = Api(UserFactory()).send(method, path)

    assert code_of(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"]
