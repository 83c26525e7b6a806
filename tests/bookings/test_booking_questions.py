"""What is asked before a session is booked, what is asked of nobody twice, and what is in the way of one person."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.models import Approval, Booking
from tests.bookings.desk import set_policy, set_session_policy
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    make_booking,
)
from tests.factories.people import SectorFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MANAGER = {"manager_name": "Lee Boss", "manager_email": "lee@example.org"}
DECLARED = "By booking you say that your line manager agrees, or that you have none."


def hybrid(**details):
    return SessionFactory(format="hybrid", venue=VenueFactory(), **details)


def one_press(client, session):
    """Say whether the session's page books in one press."""
    return (
        f'method="post" action="/sessions/{session.pk}/book/"'
        in client.get(f"/sessions/{session.pk}/").content.decode()
    )


def post(client, session, **body):
    return client.post(f"/sessions/{session.pk}/book/", body)


# The line manager


@pytest.mark.parametrize(
    ("manager", "declares", "presses"),
    [("none", False, True), ("self_declared", True, True), ("told", False, False), ("asked", False, False)],
)
def test_session_page_then_one_press_is_enough_where_nothing_is_asked(client, person, manager, declares, presses):
    session = SessionFactory()
    set_session_policy(session, manager=manager)

    page = words(client.get(f"/sessions/{session.pk}/"))

    assert (DECLARED in page) is declares
    assert one_press(client, session) is presses
    form = words(client.get(f"/sessions/{session.pk}/book/"))
    assert ("I have no line manager" in form) is not presses
    assert (DECLARED in form) is declares


def test_manager_when_asked_then_is_kept_and_stands_there_next_time(client, person):
    first, second = SessionFactory(), SessionFactory(starts_at=START + timedelta(days=1))
    set_policy(manager="asked")

    post(client, first, **MANAGER)
    form = client.get(f"/sessions/{second.pk}/book/").content.decode()

    assert Booking.objects.get().status == "awaiting_approval"
    assert Approval.objects.get().manager_email == "lee@example.org"
    person.refresh_from_db()
    assert (person.manager_name, person.manager_email) == ("Lee Boss", "lee@example.org")
    assert 'value="Lee Boss"' in form
    assert 'value="lee@example.org"' in form


@pytest.mark.parametrize(
    ("manager", "body", "sentence"),
    [
        ("asked", {}, "Give your line manager's email address, or tick that you have none."),
        ("asked", {"manager_name": "Lee"}, "Give your line manager's email address, or tick that you have none."),
        ("told", {"manager_name": "Lee"}, "Give your line manager's email address, or tick that you have none."),
        ("asked", {"manager_email": "PAT@example.org"}, "Give your line manager's address, not your own."),
        ("told", {"manager_email": "lee"}, "Enter an email address in the right form"),
    ],
)
def test_manager_when_not_named_well_then_says_so_and_books_nothing(client, person, manager, body, sentence):
    session = SessionFactory()
    set_session_policy(session, manager=manager)

    assert sentence in words(post(client, session, **body))
    assert not Booking.objects.exists()


@pytest.mark.parametrize("manager", ["asked", "told"])
def test_manager_when_there_is_none_then_the_tick_is_enough_and_what_was_known_stays(client, person, manager):
    session = SessionFactory()
    set_session_policy(session, manager=manager)
    type(person).objects.filter(pk=person.pk).update(manager_name="Lee", manager_email="lee@example.org")

    post(client, session, no_manager="on", **MANAGER)

    assert [(b.status, b.manager_email) for b in Booking.objects.all()] == [("confirmed", "")]
    person.refresh_from_db()
    assert person.manager_name == "Lee"


def test_manager_when_only_told_then_nobody_need_be_named(client, person):
    session = SessionFactory()
    set_session_policy(session, manager="told")

    post(client, session)

    assert Booking.objects.get().status == "confirmed"


def test_newcomer_when_the_manager_is_asked_then_one_form_asks_everything(client):
    client.force_login(UserFactory(name="", organisation_name="", job_role=""))
    session = hybrid(for_whom="I supervise other practitioners.")
    set_session_policy(session, manager="asked")

    details = {"name": "Pat Sample", "organisation_name": "Example School", "job_role": "Teacher"}
    refused = words(post(client, session))
    post(client, session, **details, **MANAGER, mode="online", for_whom="on")

    for sentence in ("Enter your full name.", "Choose how you will take part.", "Tick this if you can say so"):
        assert sentence in refused
    booking = Booking.objects.get()
    assert (booking.name, booking.mode, booking.status) == ("Pat Sample", "online", "awaiting_approval")
    assert booking.practitioner.manager_email == "lee@example.org"


# How, and for whom


@pytest.mark.parametrize("mode", ["in_person", "online"])
def test_hybrid_session_when_booked_then_asks_how_and_keeps_it(client, person, mode):
    session = hybrid()

    page = words(client.get(f"/sessions/{session.pk}/book/"))
    unsaid = words(post(client, session))
    post(client, session, mode=mode)

    assert "How will you take part? At the venue Online" in page
    assert not one_press(client, session)
    assert "Choose how you will take part." in unsaid
    assert Booking.objects.get().mode == mode
    shown = words(client.get(Booking.objects.get().get_absolute_url()))
    assert f"You take part {'At the venue' if mode == 'in_person' else 'Online'}" in shown


def test_hybrid_session_when_the_venue_is_full_then_says_so_and_one_can_wait_or_join_online(client, person):
    session = hybrid(capacity=5, in_person_capacity=1)
    actions.book(session, practitioner=UserFactory(), at=NOW, mode="in_person")

    refused = post(client, session, mode="in_person")

    assert refused.status_code == 409
    assert "Every place at the venue is taken. You can join the waiting list instead." in words(refused)
    assert '<button class="button" type="submit">Join the waiting list</button>' in refused.content.decode()
    post(client, session, mode="in_person", wait="1")
    assert Booking.objects.get(practitioner=person).status == "waitlisted"


def test_session_for_some_when_booked_then_asks_to_confirm(client, person):
    session = SessionFactory(for_whom="I supervise other practitioners.")

    unsaid = words(post(client, session))
    post(client, session, for_whom="on")

    assert not one_press(client, session)
    assert "Tick this if you can say so: I supervise other practitioners." in unsaid
    assert Booking.objects.get().status == "confirmed"


# What is in the way of one person, before they press


def for_others(session, person):
    session.sectors.add(SectorFactory(slug="health", name="Health"))
    return "This session is for people who work in: Health."


def builds_on(session, person):
    session.prerequisite = TopicFactory(title="The basics")
    session.save()
    return "Book “The basics” first: this session builds on it."


def other_sitting(session, person):
    make_booking(session=SessionFactory(topic=session.topic, starts_at=START + timedelta(days=1)), practitioner=person)
    return "You have booked another sitting of this already."


def day_is_full(session, person):
    set_session_policy(session, daily_limit=1)
    make_booking(session=SessionFactory(starts_at=START + timedelta(hours=4)), practitioner=person)
    return "You have 1 bookings on that day, which is the most for one person."


@pytest.mark.parametrize("rule", [for_others, builds_on, other_sitting, day_is_full])
def test_session_when_a_rule_is_against_somebody_then_they_read_which_before_and_after_pressing(client, person, rule):
    session = SessionFactory(topic=TopicFactory(one_sitting=True))
    sentence = rule(session, person)

    page, form = client.get(f"/sessions/{session.pk}/"), client.get(f"/sessions/{session.pk}/book/")
    pressed = post(client, session)

    for answer in (page, form, pressed):
        assert sentence in words(answer)
    assert not one_press(client, session)
    assert pressed.status_code == 409
    assert not Booking.objects.filter(session=session).exists()


def test_session_when_another_sitting_is_booked_then_leads_to_that_booking(client, person):
    session = SessionFactory(topic=TopicFactory(one_sitting=True))
    other_sitting(session, person)

    page = client.get(f"/sessions/{session.pk}/").content.decode()

    assert f'href="{Booking.objects.get().get_absolute_url()}">See your booking of the other time<' in page


# Places that are kept for others


@pytest.fixture
def kept(person):
    """A session with a free place that is not for the person's organisation."""
    organisation = OrganisationFactory()
    type(person).objects.filter(pk=person.pk).update(organisation=organisation)
    session = SessionFactory(capacity=5)
    set_session_policy(session, organisation_quota=1)
    make_booking(session=session, practitioner=UserFactory(organisation=organisation))
    return session


def test_session_when_places_are_kept_for_others_then_says_so_and_not_that_it_is_full(client, kept):
    page = words(client.get(f"/sessions/{kept.pk}/"))

    assert "Some places are kept for others Every place that one organisation can have is taken by yours." in page
    assert "What is left is open to all from Tuesday 15 June 2027 at 09:00." in page
    assert "full" not in page.split("Some places are kept")[1][:300]
    assert "Join the waiting list" in page


def test_session_when_kept_places_are_asked_for_then_the_refusal_says_why_and_offers_to_wait(client, person, kept):
    refused = post(client, kept)

    assert refused.status_code == 409
    assert "Every place that one organisation can have is taken by yours." in words(refused)
    assert '<button class="button" type="submit">Join the waiting list</button>' in refused.content.decode()
    post(client, kept, wait="1")
    assert Booking.objects.get(practitioner=person).status == "waitlisted"


def test_session_when_kept_places_are_waited_for_then_others_read_that_one_may_be_theirs(client, person, kept):
    post(client, kept, wait="1")
    client.logout()

    page = words(client.get(f"/sessions/{kept.pk}/"))

    assert "Some places are kept for others. If one is for you, you have it." in page
    assert "This session is full" not in page


def test_waiting_when_somebody_behind_got_the_place_then_reads_when_and_why(client, person, kept):
    type(kept).objects.filter(pk=kept.pk).update(capacity=2)
    holder = make_booking(session=kept)
    post(client, kept, wait="1")
    make_booking(session=kept)
    actions.cancel(holder, at=NOW)

    page = words(client.get(Booking.objects.get(practitioner=person).get_absolute_url()))

    assert "A place that came free on Tuesday 4 May 2027 at 10:00 went to somebody behind you. Every place that" in page


# A plan


def pick(client, *sessions):
    for session in sessions:
        client.post("/plan/add/", {"session": session.pk})


def test_plan_when_some_ask_something_of_their_own_then_those_are_left_and_it_says_so_before(client, person):
    plain, asking = SessionFactory(title="Plain"), hybrid(title="Asking", starts_at=START + timedelta(days=1))
    pick(client, plain, asking)

    before = client.get("/plan/")
    client.post("/plan/", {})

    assert "Book this one by itself: it asks you something. Book it : Asking" in words(before)
    assert "One session is left in your plan, because it asks you something." in words(before)
    assert [booking.session for booking in Booking.objects.all()] == [plain]
    assert client.session["plan"] == [asking.pk]
    assert DECLARED in words(before)


def test_plan_when_all_ask_something_of_their_own_then_there_is_nothing_to_press(client, person):
    pick(client, hybrid())

    page = client.get("/plan/")

    assert ">Book all<" not in page.content.decode()
    assert "is booked one by one" in words(page)


def test_plan_when_managers_are_asked_then_asks_once_for_all_and_keeps_it(client, person):
    asking, telling, plain = (SessionFactory(starts_at=START + timedelta(days=day)) for day in range(3))
    set_session_policy(asking, manager="asked")
    set_session_policy(telling, manager="told")
    pick(client, asking, telling, plain)

    unnamed = client.post("/plan/", {})
    client.post("/plan/", MANAGER)

    assert unnamed.status_code == 400
    assert words(unnamed).count("Line manager's email address") == 1
    found = {b.session: (b.status, b.manager_email) for b in Booking.objects.all()}
    assert found == {
        asking: ("awaiting_approval", "lee@example.org"),
        telling: ("confirmed", "lee@example.org"),
        plain: ("confirmed", ""),
    }
    person.refresh_from_db()
    assert person.manager_email == "lee@example.org"


# What it costs


@pytest.mark.parametrize(("signed_in", "queries"), [(False, 10), (True, 13)])
def test_session_page_then_costs_what_it_says(client, django_assert_num_queries, signed_in, queries):
    session = SessionFactory()
    if signed_in:
        client.force_login(UserFactory())

    with django_assert_num_queries(queries):
        client.get(f"/sessions/{session.pk}/")
