"""Who may book, as everybody reads it: on the session's page, in the API, and in the admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions
from events.models import Session
from events.modes import ModeCount, left_by_mode, note_modes
from events.presenters import places_tag
from tests.api_client import Api
from tests.factories import NOW, SessionFactory, TopicFactory, UserFactory, VenueFactory
from tests.factories.people import AreaFactory, SectorFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def hybrid(**fields):
    whole = {"capacity": 9, "in_person_capacity": 1, "online_capacity": 8}
    return SessionFactory(format="hybrid", venue=VenueFactory(), **(whole | fields))


def come(session, mode):
    """Somebody books the session in one way."""
    session.refresh_from_db()
    booking = actions.book(session, practitioner=UserFactory(), at=NOW, mode=mode)
    session.refresh_from_db()
    return booking


# The places left each way


@pytest.mark.parametrize(
    ("fields", "counts", "left"),
    [
        ({"in_person_capacity": 4, "online_capacity": 30}, {}, {"in_person": 4, "online": 30}),
        ({"in_person_capacity": 4}, {}, {"in_person": 4, "online": None}),
        (
            {"in_person_capacity": 4, "online_capacity": 30},
            {"in_person": ModeCount(3, 0), "online": ModeCount(30, 0)},
            {"in_person": 1, "online": 0},
        ),
        ({"in_person_capacity": 4}, {"in_person": ModeCount(3, 1)}, {"in_person": 0, "online": None}),
        ({"in_person_capacity": 1}, {"in_person": ModeCount(2, 0)}, {"in_person": 0, "online": None}),
        (
            {"capacity": 10, "places_taken": 8, "in_person_capacity": 4, "online_capacity": 30},
            {"in_person": ModeCount(2, 0), "online": ModeCount(6, 0)},
            {"in_person": 2, "online": 2},
        ),
    ],
)
def test_places_left_each_way(fields, counts, left):
    assert left_by_mode(Session(format="hybrid", **fields), counts) == left


def test_note_modes_when_no_session_has_limits_then_costs_nothing(django_assert_num_queries):
    sessions = [SessionFactory(), SessionFactory()]

    with django_assert_num_queries(0):
        note_modes(sessions)

    assert [session.left_by_mode for session in sessions] == [None, None]


def test_tag_when_only_one_way_has_places_then_says_which():
    session = hybrid()
    come(session, "in_person")
    come(session, "in_person")
    assert places_tag(session, at=NOW).words == "Full, waiting list open"  # of all places together

    note_modes([session])

    assert places_tag(session, at=NOW).words == "Places left online"


def test_tag_when_neither_way_has_places_then_full():
    session = hybrid(online_capacity=0)
    come(session, "in_person")
    note_modes([session])

    assert places_tag(session, at=NOW).words == "Full, waiting list open"


# The page


def test_page_when_a_session_is_for_some_then_says_so_before_the_booking(client):
    session = SessionFactory(
        for_whom="I supervise other practitioners.", prerequisite=TopicFactory(title="The first part")
    )
    session.areas.add(AreaFactory(slug="isle-of-wight"), AreaFactory(slug="hampshire"))
    session.sectors.add(SectorFactory(slug="police", name="Police"))

    page = words(client.get(f"/sessions/{session.pk}/"))

    for said in (
        "For people who work in Hampshire and Isle Of Wight",
        "For these sectors Police",
        "You are asked to confirm I supervise other practitioners.",
        "Comes after The first part. Attend it first, or have a place on it that is earlier.",
    ):
        assert page.index(said) < page.index("Book this session")


def test_page_when_a_session_is_for_everybody_then_says_nothing_of_it(client):
    page = words(client.get(f"/sessions/{SessionFactory().pk}/"))

    for said in ("For people who work in", "For these sectors", "You are asked to confirm", "Comes after"):
        assert said not in page


def test_page_when_there_are_places_each_way_then_says_how_many_are_left(client):
    session = hybrid()
    come(session, "in_person")

    page = words(client.get(f"/sessions/{session.pk}/"))

    assert "No place left at the venue; 8 places left online" in page
    assert "places left online" not in words(client.get(f"/sessions/{SessionFactory().pk}/"))


# The API


def test_api_when_a_session_is_for_some_then_says_so():
    session = hybrid(for_whom="I supervise.")
    come(session, "online")
    session.areas.add(AreaFactory())
    session.sectors.add(SectorFactory())

    answer = Api().get(f"sessions/{session.pk}/").json()

    assert (answer["areas"], answer["sectors"], answer["for_whom"]) == (
        ["hampshire"],
        ["education-school"],
        "I supervise.",
    )
    assert answer["places_left_by_mode"] == {"in_person": 1, "online": 7}
    assert answer["places_left"] == 8


def test_api_when_there_is_one_way_then_no_places_for_each():
    assert Api().get(f"sessions/{SessionFactory().pk}/").json()["places_left_by_mode"] is None


def test_api_list_when_sessions_with_limits_are_more_then_costs_the_same():
    costs = []
    for number in (1, 3):
        while Session.objects.count() < number:
            session = hybrid()
            come(session, "online")
            session.areas.add(AreaFactory())
        with CaptureQueriesContext(connection) as queries:
            found = Api().get("sessions/").json()["results"]
        costs.append(len(queries))
        assert [one["places_left_by_mode"]["online"] for one in found] == [7] * number

    assert costs[0] == costs[1]


# The admin


def form_of(client, session, **changes):
    """What the admin's page of a session sends back."""
    address = f"/admin/events/session/{session.pk}/change/"
    page = client.get(address)
    assert page.status_code == 200
    data = {}
    for form in [
        page.context["adminform"].form,
        *(one.formset.management_form for one in page.context["inline_admin_formsets"]),
    ]:
        for field in form:
            value = field.value()
            if hasattr(field.field.widget, "decompress"):
                for number, part in enumerate(field.field.widget.decompress(value)):
                    data[f"{field.html_name}_{number}"] = part
            elif value is not None and value is not False:
                data[field.html_name] = [getattr(row, "pk", row) for row in value] if isinstance(value, list) else value
    for one in page.context["inline_admin_formsets"]:
        for form in one.formset.initial_forms:
            data |= {field.html_name: field.value() for field in form if field.value() not in {None, False}}
    return address, {**{name: value for name, value in data.items() if value is not None}, **changes}


def test_admin_when_who_may_book_is_changed_then_stored_and_the_venue_keeps_its_people(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    session = hybrid(in_person_capacity=4)
    for _ in range(2):
        come(session, "in_person")
    area, before = AreaFactory(), TopicFactory(week=session.week)

    address, data = form_of(client, session, in_person_capacity="1")
    refused = client.post(address, data)
    assert "2 places are taken at the venue" in words(refused)

    address, data = form_of(client, session, in_person_capacity="2", areas=[area.pk], prerequisite=before.pk)
    assert client.post(address, data).status_code == 302
    session.refresh_from_db()
    assert (session.in_person_capacity, session.prerequisite, list(session.areas.all())) == (2, before, [area])


def test_admin_when_a_session_would_come_before_itself_then_refused(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    session = SessionFactory()

    address, data = form_of(client, session, prerequisite=session.topic_id)

    assert "A session cannot come before itself." in words(client.post(address, data))
