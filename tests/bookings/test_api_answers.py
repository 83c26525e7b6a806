"""Accepting, declining and giving places by program, and what is said with a booking."""

import pytest
import time_machine

from bookings import actions
from bookings.models import Booking, BookingChange, Handover
from people.models import User
from tests.api_client import Api, code_of, errors_of, lead_of, organiser_of
from tests.bookings.desk import set_session_policy
from tests.factories import (
    NOW,
    OrganisationFactory,
    PartnershipFactory,
    SessionFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)
from tests.factories.people import SectorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LEE = {"name": "Lee Boss", "email": "lee@example.org"}
KIM = {"practitioner": {"email": "Kim@example.org", "name": "Kim Sample"}}


@pytest.fixture
def offer():
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    booking = make_queued(session=session, practitioner=UserFactory(organisation=OrganisationFactory()))
    actions.cancel(holder, at=NOW)
    return Booking.objects.get(pk=booking.pk)


def people_within_reach(booking):
    """The owner, an organiser of a host, and the lead of the organisation."""
    return {
        "owner": booking.practitioner,
        "organiser": organiser_of(PartnershipFactory(), UserFactory()),
        "lead": lead_of(booking.organisation, UserFactory()),
    }


@pytest.mark.parametrize("who", ["owner", "organiser", "lead"])
@pytest.mark.parametrize(("verb", "status"), [("accept", "confirmed"), ("decline", "declined")])
def test_answer_when_within_reach_then_200_with_the_booking_and_who_did_it(offer, who, verb, status):
    actor = people_within_reach(offer)[who]
    api = Api(actor)

    first, again = (api.post(f"bookings/{offer.pk}/{verb}/") for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["status"] == again.json()["status"] == status
    assert set(first.json()) == set(api.get(f"bookings/{offer.pk}/").json())
    change = BookingChange.objects.filter(booking=offer).last()
    assert (change.actor, change.on_behalf_of) == (actor, None if who == "owner" else offer.practitioner)


@pytest.mark.parametrize("verb", ["accept", "decline", "substitute"])
def test_answer_when_beyond_reach_then_404_as_if_absent(offer, verb):
    strangers = [UserFactory(), organiser_of(PartnershipFactory(slug="southampton"), UserFactory())]

    for stranger in strangers:
        assert code_of(Api(stranger).post(f"bookings/{offer.pk}/{verb}/", KIM)) == (404, "not_found")
    assert code_of(Api().post(f"bookings/{offer.pk}/{verb}/", KIM)) == (401, "not_authenticated")
    assert Booking.objects.get(pk=offer.pk).status == "offered"


@pytest.mark.parametrize(("first", "then"), [("accept", "decline"), ("decline", "accept")])
def test_answer_when_another_was_given_then_409_offer_gone(offer, first, then):
    api = Api(offer.practitioner)
    api.post(f"bookings/{offer.pk}/{first}/")

    assert code_of(api.post(f"bookings/{offer.pk}/{then}/")) == (409, "offer_gone")


def test_answer_when_the_offer_has_run_out_then_409_offer_gone(offer):
    api = Api(offer.practitioner)

    with time_machine.travel(offer.offer_expires_at, tick=False):
        assert code_of(api.post(f"bookings/{offer.pk}/accept/")) == (409, "offer_gone")


def test_accept_when_the_manager_is_asked_then_says_who_and_waits(offer):
    set_session_policy(offer.session, manager="asked")
    api = Api(offer.practitioner)

    assert code_of(api.post(f"bookings/{offer.pk}/accept/")) == (409, "manager_not_named")
    answer = api.post(f"bookings/{offer.pk}/accept/", {"manager": LEE})

    assert answer.json()["status"] == "awaiting_approval"
    assert Booking.objects.get(pk=offer.pk).manager_email == "lee@example.org"


def test_accept_with_a_key_then_the_first_answer_comes_again(offer):
    api = Api(offer.practitioner)

    first = api.post(f"bookings/{offer.pk}/accept/", key="one")
    actions.cancel(Booking.objects.get(pk=offer.pk), at=NOW)
    again = api.post(f"bookings/{offer.pk}/accept/", key="one")

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_answer_when_the_body_has_more_then_400(offer, verb):
    answer = Api(offer.practitioner).post(f"bookings/{offer.pk}/{verb}/", {"colour": "blue"})

    assert code_of(answer) == (400, "invalid")
    assert Booking.objects.get(pk=offer.pk).status == "offered"


# Substitute


def test_substitute_when_by_the_owner_then_the_colleague_is_asked_and_nothing_changes_yet():
    booking = make_booking()

    answer = Api(booking.practitioner).post(f"bookings/{booking.pk}/substitute/", KIM)

    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["status"]) == (booking.pk, "confirmed")
    assert Handover.objects.get().colleague_email == "kim@example.org"
    assert not User.objects.filter(email="kim@example.org").exists()


@pytest.mark.parametrize("who", ["organiser", "lead"])
def test_substitute_when_by_an_organiser_or_lead_then_at_once_with_the_new_booking(who):
    booking = make_booking(practitioner=UserFactory(organisation=OrganisationFactory()))
    actor = people_within_reach(booking)[who]

    answer = Api(actor).post(f"bookings/{booking.pk}/substitute/", KIM)

    assert answer.status_code == 200
    new = Booking.objects.get(substitute_for=booking)
    assert (answer.json()["id"], answer.json()["status"]) == (new.pk, "confirmed")
    assert answer.json()["practitioner"]["email"] == "kim@example.org"
    assert new.source == {"organiser": "organiser", "lead": "agency_lead"}[who]
    assert Booking.objects.get(pk=booking.pk).status == "substituted"
    assert BookingChange.objects.filter(booking=booking).last().actor == actor


def test_substitute_when_a_lead_names_somebody_of_another_organisation_then_403_and_nothing_changes():
    booking = make_booking(practitioner=UserFactory(organisation=OrganisationFactory()))
    other = OrganisationFactory(slug="other-school")
    UserFactory(email="kim@example.org", organisation=other)

    answer = Api(lead_of(booking.organisation, UserFactory())).post(f"bookings/{booking.pk}/substitute/", KIM)

    assert code_of(answer) == (403, "permission_denied")
    assert Booking.objects.get().status == "confirmed"


def booked_already(booking):
    make_booking(session=booking.session, practitioner=UserFactory(email="kim@example.org"))


def of_another_sector(booking):
    booking.session.sectors.add(SectorFactory(slug="health", name="Health"))


def cancelled(booking):
    actions.cancel(booking, at=NOW)


@pytest.mark.parametrize(
    ("obstacle", "code"),
    [(booked_already, "already_booked"), (of_another_sector, "not_eligible"), (cancelled, "not_substitutable")],
)
def test_substitute_when_refused_then_409_and_nobody_is_made(obstacle, code):
    booking = make_booking()
    organiser = organiser_of(PartnershipFactory(), UserFactory())
    obstacle(booking)
    before = User.objects.count(), Booking.objects.count()

    answer = Api(organiser).post(f"bookings/{booking.pk}/substitute/", KIM)

    assert code_of(answer) == (409, code)
    assert (User.objects.count(), Booking.objects.count()) == before


@pytest.mark.parametrize("body", [{}, {"practitioner": None}, {"practitioner": {"name": "Kim"}}])
def test_substitute_when_nobody_is_named_then_400(body):
    booking = make_booking()

    answer = Api(booking.practitioner).post(f"bookings/{booking.pk}/substitute/", body)

    assert code_of(answer) == (400, "invalid")
    assert any(name.startswith("practitioner") for name in errors_of(answer))


def test_cancel_when_by_the_lead_of_the_organisation_then_it_is_done_and_written_who():
    booking = make_booking(practitioner=UserFactory(organisation=OrganisationFactory()))
    lead = lead_of(booking.organisation, UserFactory())

    answer = Api(lead).post(f"bookings/{booking.pk}/cancel/")

    assert answer.json()["status"] == "cancelled"
    assert BookingChange.objects.last().actor == lead


# What is said with a booking


def test_booking_when_the_way_and_the_manager_are_named_then_both_are_kept():
    session = SessionFactory(format="hybrid", venue=VenueFactory(), in_person_capacity=1)
    set_session_policy(session, manager="asked")
    api = Api(UserFactory())

    no_mode = api.post("bookings/", {"session": session.pk, "manager": LEE})
    no_manager = api.post("bookings/", {"session": session.pk, "mode": "online"})
    answer = api.post("bookings/", {"session": session.pk, "mode": "online", "manager": LEE})

    assert code_of(no_mode) == (409, "mode_not_chosen")
    assert code_of(no_manager) == (409, "manager_not_named")
    assert answer.json()["status"] == "awaiting_approval"
    booking = Booking.objects.get()
    assert (booking.mode, booking.manager_name, booking.manager_email) == ("online", "Lee Boss", "lee@example.org")


def test_booking_when_there_is_no_manager_then_null_says_so():
    session = SessionFactory()
    set_session_policy(session, manager="asked")

    answer = Api(UserFactory()).post("bookings/", {"session": session.pk, "manager": None})

    assert answer.json()["status"] == "confirmed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mode": "online"}, "mode"),
        ({"mode": "by post"}, "mode"),
        ({"manager": {"name": "Lee"}}, "manager.email"),
        ({"manager": {"email": "lee"}}, "manager.email"),
        ({"manager": "lee@example.org"}, "manager"),
    ],
)
def test_booking_when_what_is_said_cannot_be_used_then_400_by_field(body, field):
    session = SessionFactory()

    answer = Api(UserFactory()).post("bookings/", {"session": session.pk, **body})

    assert code_of(answer) == (400, "invalid")
    assert any(name.startswith(field) for name in errors_of(answer))
    assert not Booking.objects.exists()


def test_booking_when_the_organisation_has_its_share_then_409_organisation_quota_reached():
    organisation = OrganisationFactory()
    session = SessionFactory(capacity=5)
    set_session_policy(session, organisation_quota=1)
    make_booking(session=session, practitioner=UserFactory(organisation=organisation))
    api = Api(UserFactory(organisation=organisation))

    refused = api.post("bookings/", {"session": session.pk, "join_waiting_list": False})
    waiting = api.post("bookings/", {"session": session.pk})

    assert code_of(refused) == (409, "organisation_quota_reached")
    assert waiting.json()["status"] == "waitlisted"


def test_booking_when_the_session_is_for_others_then_409_not_eligible():
    session = SessionFactory()
    session.sectors.add(SectorFactory(slug="health", name="Health"))

    assert code_of(Api(UserFactory()).post("bookings/", {"session": session.pk})) == (409, "not_eligible")
