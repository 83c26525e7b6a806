"""The organisers' desk: what needs them today, the week at a glance, and the search."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from bookings import actions
from bookings.models import AccessNeed
from notifications.models import Message
from tests.bookings.desk import set_policy
from tests.factories import (
    NOW,
    START,
    WEEK_STARTS,
    SessionFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
)
from tests.factories.people import OrganisationFactory, SectorFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SOON = NOW + timedelta(days=3)


def groups(client, address="/organise/"):
    """What the desk says: code of each group with its items as (what, why)."""
    found = client.get(address).context["groups"]
    return {group.code: [(item.what, item.why) for item in group.items] for group in found}


def session_of(partnership, **fields):
    week = WeekFactory(host=partnership)
    return SessionFactory(week=week, host=partnership, **fields)


def test_desk_when_nothing_waits_then_says_so(organiser):
    assert "Nothing needs you" in words(organiser.get("/organise/"))
    assert "Your partnership hosts no week yet" in words(organiser.get("/organise/"))


def test_links_when_missing_and_people_are_soon_told_how_to_join_then_named(organiser, hampshire):
    session = session_of(hampshire, starts_at=SOON, title="Ten curious questions", joining_link="")
    session_of(hampshire, starts_at=SOON + timedelta(hours=3), joining_link="https://meet.example.org/1")
    session_of(hampshire, starts_at=NOW + timedelta(days=30), joining_link="")
    assert groups(organiser)["links"] == [("Ten curious questions, Fri 7 May, 10:00", "0 people booked")]
    assert f"/organise/sessions/{session.pk}/change/" in organiser.get("/organise/").content.decode()


def test_register_when_the_session_is_over_then_stays_until_it_is_closed(organiser, hampshire, django_user_model):
    session = session_of(hampshire, starts_at=START)
    make_booking(session=session)
    type(session).objects.filter(pk=session.pk).update(
        starts_at=NOW - timedelta(hours=3), ends_at=NOW - timedelta(hours=1)
    )
    session.refresh_from_db()
    assert [why for _, why in groups(organiser)["registers"]] == ["1 person booked"]
    actions.close_register(session, actor=organiser.person, at=NOW)
    assert "registers" not in groups(organiser)
    actions.reopen_register(session, actor=organiser.person, reason="One is missing.", at=NOW)
    assert "registers" in groups(organiser)


def test_needs_when_nobody_sees_to_them_then_counted_until_somebody_does(organiser, hampshire):
    session = session_of(hampshire, format="in_person", venue=VenueFactory())
    first, second = (make_booking(session=session) for _ in range(2))
    for booking in (first, second):
        actions.say_need(booking, text="A seat near the door", at=NOW)
    assert [why for _, why in groups(organiser)["needs"]] == ["2 needs without an owner"]
    for need in AccessNeed.objects.all():
        actions.take_need(need, actor=organiser.person, instead_of=None)
    assert "needs" not in groups(organiser)


def test_managers_when_asked_then_since_when_and_waiting_lists_with_how_full(organiser, hampshire):
    set_policy(hampshire, manager="asked")
    booking = actions.book(
        session_of(hampshire), practitioner=UserFactory(), at=NOW, manager=("Kim Boss", "kim@example.org")
    )
    assert booking.status == "awaiting_approval"
    assert [why for _, why in groups(organiser)["managers"]] == [
        "1 person waiting for an answer, the first since Tuesday 4 May 2027 at 10:00"
    ]


def test_waiting_when_people_queue_then_how_full_it_is(organiser, hampshire):
    session = session_of(hampshire, capacity=1)
    for _ in range(3):
        make_booking(session=session)
    assert [why for _, why in groups(organiser)["waiting"]] == ["2 people waiting, 1 of 1 place taken"]


@pytest.mark.parametrize(("days", "named"), [(11, True), (30, False)])
def test_few_when_close_to_the_start_then_named(organiser, hampshire, days, named):
    set_policy(hampshire, minimum_people=2)
    session = session_of(hampshire, starts_at=NOW + timedelta(days=days), joining_link="https://meet.example.org/1")
    make_booking(session=session)
    assert ("few" in groups(organiser)) is named
    if named:
        assert [why for _, why in groups(organiser)["few"]] == ["1 of at least 2 people booked"]
        make_booking(session=session)
        assert "few" not in groups(organiser)


@pytest.mark.parametrize(("status", "why"), [("failed", "1 refused"), ("unknown", "1 perhaps sent")])
def test_mail_when_it_did_not_go_then_named_with_its_log(organiser, hampshire, status, why):
    booking = make_booking(session=session_of(hampshire))
    Message.objects.filter(booking=booking, kind="confirmation").update(status=status, due_at=NOW)
    assert groups(organiser)["mail"] == [(booking.session.title, why)]
    Message.objects.filter(booking=booking, kind="confirmation").update(due_at=NOW - timedelta(days=15))
    assert "mail" not in groups(organiser)


def test_desk_when_the_sessions_are_anothers_then_says_nothing_of_them(organiser, islander, island):
    session = session_of(island, starts_at=SOON, title="Secret title", joining_link="")
    booking = make_booking(session=session)
    Message.objects.filter(booking=booking, kind="confirmation").update(status="failed", due_at=NOW)
    assert groups(organiser) == {}
    assert set(groups(islander)) == {"links", "mail"}
    for address in ("/organise/", f"/organise/?week={session.week.slug}", "/organise/find/?q=secret"):
        assert "Secret title" not in words(organiser.get(address))
        assert "Secret title" in words(islander.get(address))


@pytest.mark.parametrize("count", [1, 7])
def test_desk_when_there_is_much_then_asks_as_often_as_for_little(
    organiser, hampshire, count, django_assert_num_queries
):
    week = WeekFactory(host=hampshire)
    for number in range(count):
        session = SessionFactory(week=week, starts_at=SOON + timedelta(hours=2 * number), joining_link="", capacity=1)
        for _ in range(2):
            make_booking(session=session)
    organiser.get("/organise/")
    with django_assert_num_queries(14):
        answer = organiser.get("/organise/")
    found = {group.code: group for group in answer.context["groups"]}
    assert (found["links"].count, len(found["links"].items)) == (count, min(count, 5))
    assert ("And 2 more" in words(answer)) is (count == 7)


def test_glance_when_people_come_then_places_and_sectors(organiser, hampshire):
    session = session_of(hampshire, capacity=10, title="Ten curious questions")
    health, police = SectorFactory(slug="health", name="Health"), SectorFactory(slug="police", name="Police")
    for number, sector in enumerate([police, health, health, None]):
        organisation = OrganisationFactory(slug=f"body-{number}", name=f"Body {number}", sector=sector)
        person = UserFactory(email=f"p{number}@example.org", organisation=organisation)
        make_booking(session=session, practitioner=person)
    said = words(organiser.get("/organise/"))
    assert "4 of 10 places taken" in said
    assert "Health 2, Not known 1, Police 1" in said


def test_glance_when_no_week_is_named_then_the_next_one_and_others_by_their_link(organiser, hampshire):
    WeekFactory(slug="2026-06-past", title="Past week", starts_on=WEEK_STARTS - timedelta(days=364), host=hampshire)
    near = WeekFactory(host=hampshire, title="Near week")
    WeekFactory(slug="2028-06-far", title="Far week", starts_on=near.starts_on + timedelta(days=364), host=hampshire)
    assert organiser.get("/organise/").context["glance"].week == near
    for slug, title in [("2026-06-past", "Past week"), ("2028-06-far", "Far week"), ("no-such", "Near week")]:
        assert organiser.get(f"/organise/?week={slug}").context["glance"].week.title == title


def test_find_when_asked_then_people_with_their_sessions_and_sessions(organiser, hampshire):
    session = session_of(hampshire, title="Ten curious questions")
    person = UserFactory(email="pat.reed@example.org", name="Pat Reed <b>")
    booking = make_booking(session=session, practitioner=person)
    page = organiser.get("/organise/find/?q=REED+pat")
    assert f"/organise/bookings/{booking.pk}/" in page.content.decode()
    assert escape("Reed <b>") in page.content.decode()
    assert "Ten curious questions" in words(organiser.get("/organise/find/?q=curious"))
    assert "Nobody on your sessions is called so" in words(organiser.get("/organise/find/?q=curious"))


@pytest.mark.parametrize("asked", ["", "a", "%00", "x" * 5000, "%25%25", "__"])
def test_find_when_the_words_are_odd_then_answers(organiser, hampshire, asked):
    make_booking(session=session_of(hampshire))
    page = organiser.get(f"/organise/find/?q={asked}")
    assert page.status_code == 200
    assert page.context["people"] == []


def test_find_when_the_words_are_too_many_then_says_how_many_may_be_asked_and_keeps_them(organiser):
    page = organiser.get("/organise/find/", {"q": "x" * 101})
    assert "Write at least two letters, and at most 100." in words(page)
    assert page.context["words"] == "x" * 101


def test_find_when_there_are_many_then_the_first_and_says_so(organiser, hampshire):
    session = session_of(hampshire)
    for number in range(31):
        make_booking(session=session, practitioner=UserFactory(email=f"sam{number}@example.org"))
    page = organiser.get("/organise/find/?q=sam")
    assert len(page.context["people"]) == 30
    assert "Write more of the name" in words(page)


def test_desk_when_asked_by_somebody_else_then_is_not_there(hampshire):
    client = Client()
    client.force_login(UserFactory(email="practitioner@example.org"))
    assert client.get("/organise/").status_code == 404
    assert client.get("/organise/find/?q=pat").status_code == 404
