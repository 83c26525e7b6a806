"""The page on which organisers set the dates of a session, and where everybody reads them."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.models import SessionPart
from tests.events.organisers import week  # noqa: F401 - fixtures
from tests.factories import START, SessionFactory, UserFactory, make_booking, make_two_part
from tests.factories.parts import FORTNIGHT, HOUR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DATE = {"day_2": "2027-07-06", "starts_2": "09:30", "ends_2": "10:30"}
WORDS = ["Part 1 of 2: Tuesday 22 June 2027, 09:30 to 11:00 (UK time)", "Part 2 of 2: Tuesday 6 July 2027"]


def address(session):
    return reverse("organise_session_parts", args=[session.pk])


def test_date_when_typed_then_is_there_and_the_page_says_that_people_are_told(organiser, hampshire):
    session = SessionFactory(host=hampshire)

    page = organiser.post(address(session), {**DATE, "title_2": "Back again", "reason": "More time"}, follow=True)

    part = session.parts.get()
    assert (part.number, part.starts_at, part.ends_at, part.title) == (
        2,
        START + FORTNIGHT,
        START + FORTNIGHT + HOUR,
        "Back again",
    )
    text = page.content.decode()
    assert "The dates are saved. Everybody who booked is being told." in text
    assert all(words in text for words in WORDS)
    assert 'name="day_3"' in text  # one more


def test_date_when_changed_then_keeps_its_row_and_when_ticked_goes_whatever_stands_in_it(organiser, hampshire):
    session = make_two_part(host=hampshire)
    row = session.parts.get()

    organiser.post(address(session), {**DATE, "starts_2": "10:00", "ends_2": "11:00"})
    moved = session.parts.get()
    assert (moved.pk, moved.uid, moved.starts_at) == (row.pk, row.uid, START + FORTNIGHT + timedelta(minutes=30))

    organiser.post(address(session), {**DATE, "starts_2": "soon", "remove_2": "on"})
    assert not SessionPart.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"starts_2": ""}, "Write when it starts."),
        ({"day_2": ""}, "Write the day."),
        ({"ends_2": "soon"}, "Write a time such as 09:30."),
        ({"day_2": "1850-01-01"}, "Choose a year from 2000 to 2099."),
        ({"day_2": "2027-03-28", "starts_2": "01:30", "ends_2": "03:00"}, "does not exist"),
        ({"ends_2": "09:00"}, "A part must end after it starts."),
        ({"day_2": "2027-06-22"}, "This begins before the date before it has ended."),
    ],
)
def test_date_when_wrong_then_the_page_says_so_at_its_field_and_nothing_is_saved(organiser, hampshire, typed, words):
    session = SessionFactory(host=hampshire)

    page = organiser.post(address(session), {**DATE, **typed})

    assert page.status_code in {400, 409}
    assert words in page.content.decode()
    assert 'role="alert"' in page.content.decode()
    assert not SessionPart.objects.exists()


def test_page_when_the_session_is_over_then_refuses_with_the_sentence(organiser, hampshire):
    session = SessionFactory(host=hampshire)
    with time_machine.travel(START + FORTNIGHT, tick=False):
        organiser.force_login(organiser.person)
        page = organiser.post(address(session), {**DATE, "day_2": "2027-08-06"})
    assert page.status_code == 409
    assert "its dates stay as they are" in page.content.decode()


def test_page_of_the_week_when_read_by_organisers_then_leads_there(organiser, week, hampshire):  # noqa: F811
    session = SessionFactory(week=week, host=hampshire, state="draft")
    assert f'href="{address(session)}"' in organiser.get(week_page(week)).content.decode()
    assert organiser.get(address(session)).status_code == 200


def week_page(week):  # noqa: F811
    return reverse("organise_week", args=[week.slug])


def test_public_pages_when_two_dates_then_name_both_and_with_one_date_no_part(client):
    one, two = SessionFactory(), make_two_part()

    text = client.get(two.get_absolute_url()).content.decode()
    assert all(words in text for words in WORDS)
    assert "Part 1" not in client.get(one.get_absolute_url()).content.decode()
    assert "2 hours 30 minutes" in client.get(two.get_absolute_url()).content.decode()
    assert "Several dates, the last on Tuesday 6 July 2027" in client.get(two.week.get_absolute_url()).content.decode()


def test_my_pages_when_two_dates_then_name_both_and_stay_until_the_last_is_over():
    session = make_two_part()
    booking = make_booking(session=session, practitioner=UserFactory(email="ada@example.org"))
    client = Client()
    client.force_login(UserFactory(email="bo@example.org"))
    book = client.get(reverse("book_session", args=[session.pk])).content.decode()

    with time_machine.travel(START + timedelta(days=1), tick=False):
        client.force_login(booking.practitioner)
        mine, page = client.get("/me/").content.decode(), client.get(booking.get_absolute_url()).content.decode()
    for text in (mine, page, book):
        assert all(words in text for words in WORDS)


def test_lists_when_more_sessions_have_two_dates_then_no_more_queries(client):
    def counted(address):
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    first = make_two_part()
    addresses = ("/sessions/", first.week.get_absolute_url(), "/api/v1/sessions/")
    with_one = [counted(address) for address in addresses]
    for _ in range(3):
        make_two_part()
    assert [counted(address) for address in addresses] == with_one


def test_api_when_two_dates_then_names_each_and_when_one_none(client):
    one, two = SessionFactory(), make_two_part()
    assert client.get(f"/api/v1/sessions/{one.pk}/").json()["parts"] == []
    answer = client.get(f"/api/v1/sessions/{two.pk}/").json()
    assert answer["starts_at"] == "2027-06-22T09:30:00+01:00"
    assert answer["parts"] == [
        {"number": 1, "starts_at": "2027-06-22T09:30:00+01:00", "ends_at": "2027-06-22T11:00:00+01:00", "title": ""},
        {"number": 2, "starts_at": "2027-07-06T09:30:00+01:00", "ends_at": "2027-07-06T10:30:00+01:00", "title": ""},
    ]
