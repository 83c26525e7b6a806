"""A session at the same time as what somebody has booked: they are warned, and not refused."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.models import Booking
from tests.bookings.desk import set_session_policy
from tests.factories import NOW, START, SessionFactory, TopicFactory, UserFactory, make_booking, make_queued
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)
WARNING = "At the same time as “Launch briefing” (09:30 to 11:00), which you have booked."


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def topic():
    return TopicFactory(title="Toolkit tour")


@pytest.fixture
def session(topic):
    return SessionFactory(title="Toolkit tour", topic=topic, starts_at=START + HOUR)


@pytest.fixture
def booked(person):
    """What the person has at that time."""
    return make_booking(session=SessionFactory(title="Launch briefing"), practitioner=person)


def pages(client, session):
    return [words(client.get(f"/sessions/{session.pk}/{path}")) for path in ("", "book/")]


def test_session_when_it_clashes_then_warns_on_both_pages_and_books_all_the_same(client, person, session, booked):
    for page in pages(client, session):
        assert WARNING in page

    client.post(f"/sessions/{session.pk}/book/")

    assert Booking.objects.filter(practitioner=person, status="confirmed").count() == 2


def test_session_when_another_sitting_fits_then_offers_it(client, topic, session, booked):
    fits = SessionFactory(topic=topic, starts_at=START + 6 * HOUR)

    page = client.get(f"/sessions/{session.pk}/").content.decode()

    assert f'<a href="/sessions/{fits.pk}/">Take 15:30 instead</a>' in page


def clashing_too(topic, person):
    make_booking(session=SessionFactory(starts_at=START + 6 * HOUR), practitioner=person)
    SessionFactory(topic=topic, starts_at=START + 6 * HOUR)


def full(topic, person):
    sitting = SessionFactory(topic=topic, starts_at=START + 6 * HOUR, capacity=1)
    make_booking(session=sitting)


def cancelled(topic, person):
    SessionFactory(topic=topic, starts_at=START + 6 * HOUR, state="cancelled", cancelled_at=NOW)


@pytest.mark.parametrize("sitting", [clashing_too, full, cancelled])
def test_session_when_no_other_sitting_fits_then_offers_none(client, person, topic, session, booked, sitting):
    sitting(topic, person)

    for page in pages(client, session):
        assert WARNING in page
        assert "Take 15:30 instead" not in page


@pytest.mark.parametrize("minutes", [0, 60, 91])
def test_session_when_it_only_touches_then_does_not_warn(client, person, minutes):
    make_booking(session=SessionFactory(title="Launch briefing"), practitioner=person)
    after = SessionFactory(starts_at=START + timedelta(minutes=90 + minutes))

    assert "At the same time" not in "".join(pages(client, after))


def test_session_when_booked_itself_or_nobody_looks_then_does_not_warn(client, person, session, booked):
    mine = words(client.get(f"/sessions/{booked.session.pk}/"))
    client.logout()
    nobody = words(client.get(f"/sessions/{session.pk}/"))

    assert "At the same time" not in mine + nobody


def queued(person):
    session = SessionFactory(title="Launch briefing", capacity=1)
    holder = make_booking(session=session)
    make_queued(session=session, practitioner=person)
    return holder


def offered(person):
    actions.cancel(queued(person), at=NOW)


def asked(person):
    session = SessionFactory(title="Launch briefing")
    set_session_policy(session, manager="asked")
    actions.book(session, practitioner=person, at=NOW, manager=("Lee", "lee@example.org"))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (queued, "where you are on the waiting list."),
        (offered, "where a place is offered to you."),
        (asked, "which you have booked and your line manager is asked about."),
    ],
)
def test_session_when_what_clashes_is_no_place_yet_then_says_what_it_is(client, person, session, state, sentence):
    state(person)

    assert f"At the same time as “Launch briefing” (09:30 to 11:00), {sentence}" in pages(client, session)[0]


@pytest.mark.parametrize("sittings", [1, 4])
def test_session_when_it_clashes_then_costs_the_same_however_many_sittings(
    client, person, topic, session, booked, django_assert_num_queries, sittings
):
    for number in range(sittings):
        SessionFactory(topic=topic, starts_at=START + timedelta(days=1 + number))

    with django_assert_num_queries(16):
        client.get(f"/sessions/{session.pk}/")
