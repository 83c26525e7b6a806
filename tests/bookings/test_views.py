"""Booking, one's bookings and one's calendar, on pages."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client

from bookings import actions
from bookings.links import JOIN, path_of
from bookings.models import Booking, BookingChange, FeedToken
from events.actions import cancel_session
from events.models import Resource, Session
from people.models import User
from tests.bookings.desk import set_policy
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_full,
    make_queued,
)
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DETAILS = {"name": "Pat Sample", "organisation_name": "Example School", "job_role": "Teacher"}


# The one next step of a session's page


STATES = {
    "open": ({}, "Book your place", "Book this session"),
    "no limit": ({"capacity": None}, "Places available.", "Book this session"),
    "not yet open": (
        {"booking_opens_at": NOW + timedelta(days=1)},
        "It opens on Wednesday 5 May 2027 at 10:00.",
        "",
    ),
    "closed": ({"booking_closes_at": NOW}, "It closed on Tuesday 4 May 2027 at 10:00.", ""),
    "begun": ({"starts_at": NOW - timedelta(minutes=5)}, "The session began on Tuesday 4 May 2027 at 09:55.", ""),
    "over": ({"starts_at": NOW - timedelta(days=1)}, "This session is over", ""),
    "without booking": ({"booking_required": False}, "Just come along", ""),
    "cancelled": (
        {"state": "cancelled", "cancelled_at": NOW, "cancellation_reason": "The trainer is ill."},
        "This session is cancelled The trainer is ill.",
        "",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_session_page_when_in_a_state_then_says_the_one_next_step(client, state):
    details, sentence, button = STATES[state]
    session = SessionFactory(**details)

    answer = client.get(f"/sessions/{session.pk}/")

    assert sentence in words(answer)
    found = re.search(r'class="button" href="[^"]+">(.+?)</a>', answer.content.decode())
    assert (found[1] if found else "") == button


@pytest.mark.parametrize(
    ("waits", "sentence", "button"),
    [
        (True, "This session is full Nobody is waiting yet.", "Join the waiting list"),
        (False, "Every place is taken, and it has no waiting list.", ""),
    ],
)
def test_session_page_when_full_then_says_whether_one_can_wait(client, waits, sentence, button):
    session = make_full(has_waiting_list=waits)

    answer = client.get(f"/sessions/{session.pk}/")

    assert sentence in words(answer)
    assert (">Join the waiting list<" in answer.content.decode()) is bool(button)


def test_session_page_when_over_then_offers_what_there_is_to_read_and_the_booking_of_who_was_there(client, person):
    session = SessionFactory(starts_at=NOW + timedelta(hours=1))
    theme = ThemeFactory()
    session.topic.themes.add(theme)
    Resource.objects.create(slug="kit", title="The kit", kind="slides", released_at=NOW).themes.add(theme)
    booking = make_booking(session=session, practitioner=person)
    Session.objects.filter(pk=session.pk).update(starts_at=NOW - timedelta(hours=2), ends_at=NOW)

    answer = client.get(f"/sessions/{session.pk}/")

    assert (
        "This session is over It ended on Tuesday 4 May 2027 at 10:00. See your booking To read now The kit"
        in words(answer)
    )
    assert f'href="/me/bookings/{booking.pk}/"' in answer.content.decode()
    assert "Add to my diary" not in words(answer)


@pytest.mark.parametrize(
    ("details", "before"),
    [
        ({"state": "cancelled", "cancelled_at": NOW, "cancellation_reason": "The trainer is ill."}, "is ill."),
        ({"booking_closes_at": NOW}, "2027 at 10:00."),
    ],
)
def test_session_page_when_it_cannot_be_booked_then_the_panel_itself_offers_the_other_sittings(client, details, before):
    topic = TopicFactory()
    session = SessionFactory(topic=topic, week=topic.week, **details)
    other = SessionFactory(topic=topic, week=topic.week, starts_at=START + timedelta(hours=3))

    answer = client.get(f"/sessions/{session.pk}/")

    assert f"{before} The same session at another time Tuesday 22 June 2027, 12:30 to 14:00" in words(answer)
    assert answer.content.decode().count(f'href="/sessions/{other.pk}/"') == 1


def test_session_page_when_cancelled_and_it_runs_no_more_then_leads_to_the_week(client):
    session = SessionFactory(state="cancelled", cancelled_at=NOW)

    assert "Look for another session of this week" in words(client.get(f"/sessions/{session.pk}/"))


@pytest.mark.parametrize(
    ("form", "sentence", "asks"),
    [("online", "You need no booking for this session.", True), ("in_person", "for this session: come in.", False)],
)
def test_session_page_when_nobody_books_then_says_how_one_gets_in(client, form, sentence, asks):
    venue = VenueFactory() if form == "in_person" else None
    session = SessionFactory(booking_required=False, format=form, venue=venue)

    text = words(client.get(f"/sessions/{session.pk}/"))

    assert sentence in text
    assert ("Ask Hampshire for the way in: hampshire@example.gov.uk" in text) is asks


def test_session_page_when_one_has_booked_then_leads_to_the_booking(client, person):
    booking = make_booking(practitioner=person)

    answer = client.get(f"/sessions/{booking.session_id}/")

    assert "You have a place" in words(answer)
    assert f'href="/me/bookings/{booking.pk}/"' in answer.content.decode()
    assert "Book this session" not in words(answer)


def test_session_page_when_details_are_known_then_books_by_one_button(client, person):
    session = SessionFactory()

    page = client.get(f"/sessions/{session.pk}/").content.decode()

    assert f'<form method="post" action="/sessions/{session.pk}/book/">' in page
    assert '<button class="button" type="submit">Book this session</button>' in page


@pytest.mark.parametrize("sittings", [1, 3])
def test_session_page_when_topic_has_sittings_then_costs_the_same(client, django_assert_num_queries, sittings):
    topic = TopicFactory()
    for number in range(sittings):
        session = SessionFactory(topic=topic, week=topic.week, starts_at=START + timedelta(hours=number))

    with django_assert_num_queries(10):
        client.get(f"/sessions/{session.pk}/")


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999999999"])
def test_session_page_when_there_is_no_such_session_then_is_not_found(client, pk):
    assert client.get(f"/sessions/{pk}/").status_code == 404


# Booking


def test_book_when_signed_out_then_asks_to_sign_in_and_comes_back(client):
    session = SessionFactory()

    for method in (client.get, client.post):
        answer = method(f"/sessions/{session.pk}/book/")
        assert answer.headers["Location"] == f"/sign-in/?next=/sessions/{session.pk}/book/"
    assert not Booking.objects.exists()


def test_book_when_details_are_not_known_then_asks_for_them_once_and_keeps_them(client):
    organisation = OrganisationFactory()
    user = UserFactory(name="", organisation_name="", job_role="")
    client.force_login(user)
    session, later = SessionFactory(), SessionFactory(starts_at=START + timedelta(days=1))

    page = client.get(f"/sessions/{session.pk}/book/").content.decode()
    client.post(f"/sessions/{session.pk}/book/", DETAILS)
    again = client.get(f"/sessions/{later.pk}/book/").content.decode()

    user.refresh_from_db()
    booking = Booking.objects.get()
    assert [label in page for label in (">Full name<", ">Organisation<", ">Job role<")] == [True, True, True]
    assert '<option value="Example School"></option>' in page
    assert ">Full name<" not in again
    assert (user.name, user.organisation) == ("Pat Sample", organisation)
    assert (booking.name, booking.organisation, booking.sector) == ("Pat Sample", organisation, organisation.sector)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "P\x00"), ("name", "P" * 300_000), ("organisation_name", "A\nB\x07"), ("job_role", " ")],
)
def test_book_when_details_are_wrong_then_says_so_and_writes_nothing(client, field, value):
    user = UserFactory(name="", organisation_name="", job_role="")
    client.force_login(user)
    session = SessionFactory()

    answer = client.post(f"/sessions/{session.pk}/book/", {**DETAILS, field: value})

    user.refresh_from_db()
    assert answer.status_code == 200
    assert f'<a href="#id_{field}">' in answer.content.decode()
    assert not Booking.objects.exists()
    assert (user.name, user.organisation_name, user.job_role) == ("", "", "")


def test_book_when_there_is_a_place_then_shows_confirmed_with_when_where_and_what_next(client, person):
    session = SessionFactory()

    answer = client.post(f"/sessions/{session.pk}/book/", {"key": "k1"}, follow=True)

    booking = Booking.objects.get()
    text = words(answer)
    assert answer.redirect_chain == [(f"/me/bookings/{booking.pk}/", 302)]
    assert "Confirmed Sharing information with confidence Tuesday 22 June 2027, 09:30 to 11:00 (UK time)" in text
    assert "A calendar invitation goes to pat@example.org." in text
    assert "Cancellation deadline Thursday 17 June 2027 at 23:59" in text
    assert booking.changes.get().actor == person


def test_book_when_full_and_one_wants_to_wait_then_shows_the_place_in_the_queue(client, person):
    session = make_full()
    make_queued(session=session)

    answer = client.post(f"/sessions/{session.pk}/book/", {"wait": "1"}, follow=True)

    assert "Waiting list You are number 2 in line" in words(answer)


def test_book_when_the_last_place_has_just_gone_then_offers_to_wait_and_queues_nobody(client, person):
    session = make_full()

    answer = client.post(f"/sessions/{session.pk}/book/", {"key": "k1"})

    assert answer.status_code == 409
    assert "The last place has just gone. You can join the waiting list instead." in words(answer)
    assert '<button class="button" type="submit">Join the waiting list</button>' in answer.content.decode()
    assert not Booking.objects.filter(practitioner=person).exists()


REFUSED = {
    "full": (lambda: make_full(has_waiting_list=False), "This session is full, and there is no waiting list"),
    "not yet open": (
        lambda: SessionFactory(booking_opens_at=NOW + timedelta(days=1)),
        "Booking for this session has not opened yet.",
    ),
    "closed": (lambda: SessionFactory(booking_closes_at=NOW), "Booking for this session has closed."),
    "cancelled": (lambda: SessionFactory(state="cancelled", cancelled_at=NOW), "This session has been cancelled."),
    "without booking": (lambda: SessionFactory(booking_required=False), "This session needs no booking"),
}


@pytest.mark.parametrize("state", REFUSED)
def test_book_when_refused_then_the_page_says_why_and_nothing_is_written(client, state):
    make, sentence = REFUSED[state]
    session = make()
    user = UserFactory(name="", organisation_name="", job_role="")
    client.force_login(user)
    before = BookingChange.objects.count()

    answer = client.post(f"/sessions/{session.pk}/book/", DETAILS)

    user.refresh_from_db()
    assert answer.status_code == 409
    assert sentence in words(answer)
    assert BookingChange.objects.count() == before
    assert user.name == ""


@pytest.mark.parametrize("method", ["get", "post"])
def test_book_when_session_is_a_draft_or_missing_then_is_not_found(client, person, method):
    draft = SessionFactory(state="draft")

    for pk in (draft.pk, 999_999):
        assert getattr(client, method)(f"/sessions/{pk}/book/").status_code == 404


def test_book_when_form_is_sent_twice_then_is_one_booking_without_a_notice(client, person):
    session = SessionFactory()

    answers = [client.post(f"/sessions/{session.pk}/book/", {"key": "k1"}) for _ in range(2)]

    booking = Booking.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {f"/me/bookings/{booking.pk}/"}
    assert "nothing was booked twice" not in words(client.get(f"/me/bookings/{booking.pk}/"))


def test_book_when_booked_before_by_another_form_then_shows_that_booking_with_a_notice(client, person):
    booking = make_booking(practitioner=person)

    answer = client.post(f"/sessions/{booking.session_id}/book/", {"key": "other"}, follow=True)

    assert answer.redirect_chain == [(f"/me/bookings/{booking.pk}/", 302)]
    assert "You have booked this session already, and nothing was booked twice." in words(answer)
    assert Booking.objects.count() == 1


def test_book_when_an_old_form_is_sent_after_cancelling_then_does_not_book_again(client, person):
    session = SessionFactory()
    client.post(f"/sessions/{session.pk}/book/", {"key": "k1"})
    booking = Booking.objects.get()
    actions.cancel(booking, at=NOW)

    old = client.post(f"/sessions/{session.pk}/book/", {"key": "k1"})
    new = client.post(f"/sessions/{session.pk}/book/", {"key": "k2"})

    assert old.headers["Location"] == f"/me/bookings/{booking.pk}/"
    assert new.headers["Location"] != old.headers["Location"]
    assert Booking.objects.live().count() == 1


def test_book_when_page_is_asked_for_after_booking_then_shows_the_booking(client, person):
    booking = make_booking(practitioner=person)

    assert client.get(f"/sessions/{booking.session_id}/book/").headers["Location"] == f"/me/bookings/{booking.pk}/"


def test_book_when_the_database_gives_no_lock_then_is_503_and_says_when_to_try_again(client, person):
    session = SessionFactory()

    def out_of_reach(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "places_taken" in sql:
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(out_of_reach):
        answer = client.post(f"/sessions/{session.pk}/book/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Nothing was changed; please try again in a moment." in words(answer)
    assert not Booking.objects.exists()


def test_book_when_form_token_is_missing_then_is_403_in_words(person):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    session = SessionFactory()

    answer = strict.post(f"/sessions/{session.pk}/book/")

    assert answer.status_code == 403
    assert "Please try that again" in words(answer)
    assert not Booking.objects.exists()


# My bookings


def test_my_bookings_when_shown_then_tell_coming_from_past_in_words(client, person, clock):
    names = {"Coming": START, "Waited for": START, "Given up": START, "Gone by": NOW + timedelta(hours=1)}
    sessions = {name: SessionFactory(title=name, starts_at=at, capacity=1) for name, at in names.items()}
    make_booking(session=sessions["Waited for"])
    bookings = {name: make_booking(session=session, practitioner=person) for name, session in sessions.items()}
    actions.cancel(bookings["Given up"], at=NOW)
    clock.shift(timedelta(days=1))

    coming, past = words(client.get("/me/")).split("Past and cancelled")

    assert [name in coming for name in names] == [True, True, False, False]
    assert [name in past for name in names] == [False, False, True, True]
    assert "You are next in line Waiting list" in coming
    assert "Cancelled" in past


def test_my_bookings_when_there_are_none_then_lead_to_the_sessions(client, person):
    assert "You have no booking at the moment. Find a session" in words(client.get("/me/"))


@pytest.mark.parametrize("bookings", [1, 3])
def test_my_bookings_when_one_or_three_then_cost_the_same(client, person, django_assert_num_queries, bookings):
    for _ in range(bookings):
        make_booking(practitioner=person)
        gone = make_booking(practitioner=person)
        actions.cancel(gone, at=NOW)

    with django_assert_num_queries(6):
        client.get("/me/")


def test_my_bookings_when_signed_out_then_ask_to_sign_in(client):
    for path in ("/me/", "/me/bookings/1/", "/me/bookings/1/cancel/", "/me/calendar/"):
        assert client.get(path).headers["Location"] == f"/sign-in/?next={path}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_my_booking_when_it_is_somebody_elses_then_is_not_there(client, person, method):
    others, mine = make_booking(), make_booking(practitioner=person)

    for booking, expected in ((others, 404), (mine, 200 if method == "get" else 302)):
        answer = getattr(client, method)(f"/me/bookings/{booking.pk}/cancel/")
        assert answer.status_code == expected
    assert client.get(f"/me/bookings/{others.pk}/").status_code == 404
    assert client.get(f"/me/bookings/{mine.pk}/").status_code == 200
    others.refresh_from_db()
    assert others.status == "confirmed"


@pytest.mark.parametrize(("minutes_to_start", "shown"), [(61, False), (60, True), (1, True), (-89, True), (-90, False)])
def test_joining_link_when_an_hour_before_the_start_until_the_end_then_is_shown(
    client, person, clock, minutes_to_start, shown
):
    session = SessionFactory(joining_link="https://meet.example.org/room")
    booking = make_booking(session=session, practitioner=person)
    clock.move_to(START - timedelta(minutes=minutes_to_start))
    client.force_login(person)

    page = client.get(f"/me/bookings/{booking.pk}/").content.decode()

    assert (f'href="{path_of(JOIN, booking)}">Join the session</a>' in page) is shown
    assert "meet.example.org" not in page


def test_joining_link_when_one_waits_or_nobody_is_signed_in_then_is_never_shown(client, person, clock):
    session = SessionFactory(joining_link="https://meet.example.org/room", capacity=1)
    make_booking(session=session)
    waiting = make_queued(session=session, practitioner=person)
    clock.move_to(START)
    client.force_login(person)

    for path in (
        f"/me/bookings/{waiting.pk}/",
        "/me/",
        f"/sessions/{session.pk}/",
        "/sessions/",
        session.week.get_absolute_url(),
    ):
        assert "meet.example.org" not in client.get(path).content.decode()


# Cancelling


def test_cancel_when_in_time_then_says_so_and_gives_the_place_away(client, person):
    session = SessionFactory(capacity=1)
    booking = make_booking(session=session, practitioner=person)
    waiting = make_queued(session=session)

    page = client.get(f"/me/bookings/{booking.pk}/cancel/")
    answer = client.post(f"/me/bookings/{booking.pk}/cancel/", follow=True)

    booking.refresh_from_db()
    waiting.refresh_from_db()
    assert "does not count as late until Thursday 17 June 2027 at 23:59" in words(page)
    assert "Your booking is cancelled." in words(answer)
    assert "Cancelled on Tuesday 4 May 2027 at 10:00." in words(answer)
    assert (booking.status, booking.cancelled_late, waiting.status) == ("cancelled", False, "offered")


@pytest.mark.parametrize(
    ("pence", "charge"), [(0, "There is no charge."), (5050, "Cancelling late is charged: £50.50.")]
)
def test_cancel_when_late_then_says_so_before_and_after(client, person, clock, pence, charge):
    set_policy(late_cancel_charge=pence)
    booking = make_booking(practitioner=person)
    clock.move_to(START - timedelta(days=1))
    client.force_login(person)

    page = client.get(f"/me/bookings/{booking.pk}/cancel/")
    answer = client.post(f"/me/bookings/{booking.pk}/cancel/", follow=True)

    assert f"You can still cancel, and it is recorded as late. {charge}" in words(page)
    assert "That was after the deadline, so it is recorded as late." in words(answer)


def test_cancel_when_waiting_then_says_what_leaving_the_list_means(client, person):
    booking = make_queued(session=make_full(), practitioner=person)

    assert "You leave the waiting list." in words(client.get(f"/me/bookings/{booking.pk}/cancel/"))


def test_cancel_when_session_has_begun_then_is_refused_and_the_page_says_why(client, person, clock):
    booking = make_booking(practitioner=person)
    clock.move_to(START)
    client.force_login(person)

    page = client.get(f"/me/bookings/{booking.pk}/cancel/")
    answer = client.post(f"/me/bookings/{booking.pk}/cancel/")

    booking.refresh_from_db()
    assert page.headers["Location"] == f"/me/bookings/{booking.pk}/"
    assert answer.status_code == 409
    assert "can no longer be cancelled, because the session has begun" in words(answer)
    assert booking.status == "confirmed"


def test_cancel_when_sent_twice_then_is_one_change(client, person):
    booking = make_booking(practitioner=person)

    answers = [client.post(f"/me/bookings/{booking.pk}/cancel/") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert booking.changes.count() == 2


def test_my_booking_when_the_session_is_called_off_then_says_so_with_the_reason(client, person):
    booking = make_booking(practitioner=person)
    cancel_session(booking.session_id, reason="The trainer is ill.", at=NOW)

    text = words(client.get(f"/me/bookings/{booking.pk}/"))

    assert "The session does not take place. The trainer is ill." in text
    assert "Cancel booking" not in text


# My calendar


def test_my_calendar_when_an_address_is_made_then_is_shown_once_and_works(client, person):
    make_booking(practitioner=person)

    made = client.post("/me/calendar/", {"name": "My phone"})
    again = client.get("/me/calendar/")

    page = made.content.decode()
    address = re.search(r'value="http://testserver(/calendar/me/[^"]+\.ics)"', page)[1]
    assert f'<a class="button" href="webcal://testserver{address}">Subscribe to this calendar</a>' in page
    assert address not in again.content.decode()
    assert "My phone" in words(again)
    assert type(client)().get(address).status_code == 200
    assert made.headers["Cache-Control"] == "no-store, private"


def test_my_calendar_when_an_address_gets_a_new_secret_then_the_old_one_stops_and_the_name_stays(client, person):
    page = client.post("/me/calendar/", {"name": "My phone"}).content.decode()
    old = re.search(r"/calendar/me/[\w-]{43}\.ics", page).group()
    token = FeedToken.objects.get()

    renewed = client.post(f"/me/calendar/{token.pk}/renew/").content.decode()
    again = client.post(f"/me/calendar/{token.pk}/renew/", follow=True)

    new = re.search(r"/calendar/me/[\w-]{43}\.ics", renewed).group()
    assert [client.get(address).status_code for address in (old, new)] == [404, 200]
    assert list(FeedToken.objects.filter(revoked_at=None).values_list("name", flat=True)) == ["My phone"]
    assert "has been replaced or removed already" in again.content.decode()
    client.force_login(UserFactory())
    theirs = FeedToken.objects.get(revoked_at=None)
    assert client.post(f"/me/calendar/{theirs.pk}/renew/").status_code == 404


def test_my_calendar_when_an_address_is_removed_then_it_stops_working(client, person):
    page = client.post("/me/calendar/", {"name": "My phone"}).content.decode()
    address = re.search(r'value="http://testserver(/calendar/me/[^"]+\.ics)"', page)[1]
    token = FeedToken.objects.get()

    answers = [client.post(f"/me/calendar/{token.pk}/revoke/", follow=True) for _ in range(2)]

    assert "The address “My phone” no longer works." in words(answers[0])
    assert [answer.status_code for answer in answers] == [200, 200]
    assert client.get(address).status_code == 404


def test_my_calendar_when_the_address_is_somebody_elses_then_cannot_be_removed(client, person):
    FeedToken.issue(UserFactory())
    token = FeedToken.objects.get()

    answer = client.post(f"/me/calendar/{token.pk}/revoke/")

    token.refresh_from_db()
    assert answer.status_code == 404
    assert token.revoked_at is None


@pytest.mark.parametrize("name", ["", "a\x07", "a" * 101])
def test_my_calendar_when_the_name_is_wrong_then_says_so_and_makes_nothing(client, person, name):
    answer = client.post("/me/calendar/", {"name": name})

    assert answer.status_code == 400
    assert "There is a problem" in words(answer)
    assert not FeedToken.objects.exists()


def test_my_calendar_when_ten_addresses_are_in_use_then_makes_no_more(client, person):
    for _ in range(10):
        FeedToken.issue(person)

    answer = client.post("/me/calendar/", {"name": "One more"})

    assert "Remove one first." in words(answer)
    assert FeedToken.objects.count() == 10


def test_pages_of_a_person_when_shown_then_are_never_kept(client, person):
    booking = make_booking(practitioner=person)

    for path in ("/me/", f"/me/bookings/{booking.pk}/", "/me/calendar/", f"/sessions/{booking.session_id}/"):
        assert client.get(path).headers["Cache-Control"] == "no-store, private"


def test_registers_when_public_pages_are_read_then_name_nobody(client):
    booking = make_booking(practitioner=UserFactory(email="zelda@example.org", name="Zelda Quux"))

    for path in ("/", f"/sessions/{booking.session_id}/", booking.session.week.get_absolute_url(), "/sessions/"):
        page = client.get(path).content.decode()
        assert "Zelda" not in page
        assert "zelda" not in page
    assert User.objects.filter(name="Zelda Quux").exists()
    assert Session.objects.get().places_taken == 1
