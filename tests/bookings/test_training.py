"""A trainer's own page: their sessions, their numbers, and what to see to; nobody else's."""

from datetime import timedelta

import pytest

from events.models import SessionTrainer, Trainer
from people.actions import grant_role
from tests.bookings.needs import make_need, make_trainer
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    RoomFactory,
    SessionFactory,
    TopicFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def page_of(client, trainer):
    """Return what a trainer reads."""
    client.force_login(trainer.user)
    return words(client.get("/training/"))


def test_page_when_one_delivers_a_session_then_says_when_where_with_whom_and_for_how_many(client):
    venue = VenueFactory(facilities=["step_free", "hearing_loop"], access="Ring at the side door.")
    session = SessionFactory(
        format="hybrid",
        venue=venue,
        room=RoomFactory(venue=venue),
        topic=TopicFactory(content_note="It may upset."),
        joining_link="https://meet.example.org/tour",
        practical_note="Bring a pen.",
        access="Live captions.",
        cameras="welcome",
        is_recorded=True,
        capacity=2,
    )
    trainer = make_trainer(session)
    SessionTrainer.objects.create(session=session, trainer=TrainerFactory(), position=1)
    school = OrganisationFactory()
    for number in range(2):
        organisation = school if number else None
        make_booking(session=session, practitioner=UserFactory(organisation=organisation))
    make_queued(session=session)

    page = page_of(client, trainer)

    for part in (
        "Tuesday 22 June 2027, 09:30 to 11:00 (UK time)",
        "Example Room, Example Hall, 1 Example Street, Newport Some take part online.",
        "Step-free entrance Hearing loop Ring at the side door.",
        "https://meet.example.org/tour",
        "With Sam Example",
        "2 of 2 places taken, 1 waiting",
        "Schools: 1",
        "Sector not known: 1",
        "From 1 organisation",
        "It may upset.",
        "Bring a pen.",
        "Live captions.",
        "Camera on if you can; nobody asks why not; presenters are recorded",
    ):
        assert part in page
    assert "Person" not in page.split("Coming up")[1]  # counts only: nobody is named


@pytest.mark.parametrize(
    ("fields", "tag"),
    [
        ({"state": "draft"}, "Not published yet"),
        ({"state": "cancelled", "cancelled_at": NOW}, "Cancelled"),
        ({"booking_required": False}, "No booking: people just come."),
        ({"capacity": None}, "0 booked, no limit"),
    ],
)
def test_session_when_in_a_state_then_the_page_says_so(client, fields, tag):
    session = SessionFactory(**fields)

    client.force_login(make_trainer(session).user)
    answer = client.get("/training/")

    assert tag in words(answer)
    assert (f'href="/sessions/{session.pk}/"' in answer.content.decode()) is (fields.get("state") != "draft")


def test_sessions_when_past_then_stand_below_with_their_numbers_and_without_needs(client, clock):
    need = make_need()
    trainer = make_trainer(need.booking.session)
    SessionTrainer.objects.create(session=SessionFactory(state="draft"), trainer=trainer)
    assert "Something to see to" in page_of(client, trainer)

    clock.move_to(START + timedelta(days=1))
    page = page_of(client, trainer)

    assert "You have no session ahead of you." in page
    assert "Toolkit tour Tuesday 22 June 2027, 09:30 to 11:00 (UK time) 1 of 9 places taken" in page
    assert need.text not in page


def test_page_when_a_session_is_anothers_then_does_not_speak_of_it(client):
    make_trainer(SessionFactory(title="Somebody else's"))

    page = page_of(client, make_trainer(email="other@example.org"))

    assert "You have no session ahead of you." in page
    assert "Somebody else" not in page


def test_page_when_one_is_no_trainer_then_is_not_there(client):
    assert client.get("/training/").headers["Location"] == "/sign-in/?next=/training/"
    client.force_login(UserFactory())

    assert client.get("/training/").status_code == 404


def test_page_when_one_has_the_role_but_is_not_linked_then_says_whom_to_ask(client):
    user = UserFactory()
    grant_role(user, "trainer", at=NOW)
    client.force_login(user)

    assert "Your account is not linked with a trainer yet." in words(client.get("/training/"))


def test_page_when_linked_without_the_role_then_opens(client):
    user = UserFactory()
    Trainer.objects.create(slug="toni", name="Toni Sample", user=user)
    client.force_login(user)

    assert client.get("/training/").status_code == 200


@pytest.mark.parametrize(("is_trainer", "queries"), [(True, 3), (False, 3)])
def test_navigation_when_one_is_a_trainer_then_leads_there_and_costs_no_query(
    client, django_assert_num_queries, is_trainer, queries
):
    client.force_login(make_trainer().user if is_trainer else UserFactory())

    with django_assert_num_queries(queries):  # who asks, of which session, and the numbers to call
        page = client.get("/nowhere/")

    assert ('href="/training/"' in page.content.decode()) is is_trainer


def test_navigation_when_the_role_has_run_out_then_leads_there_no_more(client):
    user = make_trainer().user
    user.role_grants.update(expires_at=NOW)
    client.force_login(user)

    assert 'href="/training/"' not in client.get("/weeks/").content.decode()


@pytest.mark.parametrize("number", [1, 4])
def test_page_when_sessions_are_many_then_costs_the_same(client, django_assert_num_queries, number):
    trainer = make_trainer()
    for hours in range(number):
        start = START + timedelta(hours=3 * hours)
        session = SessionFactory(format="in_person", venue=VenueFactory(), starts_at=start, capacity=9)
        SessionTrainer.objects.create(session=session, trainer=trainer)
        for _ in range(number):
            make_need(session=session)
    client.force_login(trainer.user)

    with django_assert_num_queries(10):
        client.get("/training/")
