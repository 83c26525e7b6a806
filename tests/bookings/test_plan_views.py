"""My plan on pages: picking, what is said of it, booking all of it, and what came of that."""

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as Visit
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client

from bookings import actions
from bookings.models import Booking
from events.actions import cancel_session
from tests.factories import (
    NOW,
    START,
    SessionFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_full,
    make_queued,
)
from tests.factories.people import AreaFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)
DETAILS = {"name": "Pat Sample", "organisation_name": "Example School", "job_role": "Teacher"}
ELSEWHERE = {"HTTP_ORIGIN": "https://elsewhere.example.org"}


def add(client, *sessions, **values):
    """Pick sessions; return the last answer. What the next page would say of it is left aside."""
    for session in sessions:
        answer = client.post("/plan/add/", {"session": session.pk, **values})
    client.cookies.pop("messages", None)
    return answer


def remove(client, session):
    return client.post("/plan/remove/", {"session": session.pk})


def plan(client):
    """Return the words of the plan's page."""
    return words(client.get("/plan/"))


def form_of(client):
    """Return what the form on the plan's page would send."""
    page = client.get("/plan/").content.decode()
    return {"key": re.search(r'name="key" value="([^"]+)"', page)[1]}


def book_all(client, **values):
    return client.post("/plan/", {**form_of(client), **values}, follow=True)


# Picking


def test_session_page_when_it_can_be_booked_then_offers_to_pick_it_and_sets_no_cookie(client):
    session = SessionFactory()

    answer = client.get(f"/sessions/{session.pk}/")

    assert '<button class="button button-quiet" type="submit">Add to my plan</button>' in answer.content.decode()
    assert not answer.cookies
    assert not Visit.objects.exists()


def test_pages_when_nothing_is_picked_then_begin_no_visit(client):
    session = SessionFactory()

    for path in ("/", "/plan/", "/sessions/", f"/sessions/{session.pk}/"):
        assert not client.get(path).cookies
    remove(client, session)

    assert not Visit.objects.exists()
    assert not client.cookies


def test_add_when_pressed_then_goes_back_and_the_page_says_so(client):
    session = SessionFactory()
    page = f"/sessions/{session.pk}/"

    answer = client.post("/plan/add/", {"session": session.pk, "next": page}, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert "“Sharing information with confidence” is in your plan." in words(answer)
    assert "This is in your plan. See my plan" in words(answer)
    assert "Add to my plan" not in words(answer)
    assert "My plan (1)" in words(answer)


def test_add_when_pressed_twice_then_is_picked_once(client):
    session = SessionFactory()

    add(client, session, session)

    assert client.session["plan"] == [session.pk]


@pytest.mark.parametrize("wanted", ["https://elsewhere.example.org/", "//elsewhere.example.org", "javascript:x", ""])
def test_add_when_the_way_back_is_not_ours_then_goes_to_the_plan(client, wanted):
    assert add(client, SessionFactory(), next=wanted).headers["Location"] == "/plan/"


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "999999", "9" * 40, "²"])
def test_add_when_there_is_no_such_session_then_is_not_found(client, number):
    assert client.post("/plan/add/", {"session": number}).status_code == 404
    removed = client.post("/plan/remove/", {"session": number}).status_code
    assert removed == (302 if number.isascii() and number.isdecimal() and len(number) < 19 else 404)
    assert not Visit.objects.exists()


def test_add_when_the_session_is_a_draft_then_is_not_found(client):
    assert add(client, SessionFactory(state="draft")).status_code == 404


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"state": "cancelled", "cancelled_at": NOW}, "This session has been cancelled."),
        ({"booking_closes_at": NOW}, "Booking for this session has closed."),
        ({"starts_at": NOW - HOUR}, "Booking for this session has closed."),
        ({"booking_required": False}, "This session needs no booking: just come along."),
    ],
    ids=["cancelled", "closed", "begun", "no booking"],
)
def test_add_when_there_is_nothing_to_book_then_is_refused_in_words(client, details, sentence):
    session = SessionFactory(**details)

    answer = add(client, session)

    assert answer.status_code == 409
    assert sentence in words(answer)
    assert "Add to my plan</button>" not in client.get(f"/sessions/{session.pk}/").content.decode()
    assert "plan" not in client.session


def test_add_when_booking_is_not_open_yet_then_is_picked_ahead(client):
    session = SessionFactory(booking_opens_at=NOW + HOUR)

    assert "Add to my plan" in words(client.get(f"/sessions/{session.pk}/"))
    add(client, session)

    assert "Booking opens Tuesday 4 May 2027 at 11:00" in plan(client)
    assert "Nothing in your plan can be booked at the moment." in plan(client)


def test_add_when_thirty_are_picked_then_is_refused_and_the_plan_stays(client):
    sessions = [SessionFactory() for _ in range(31)]
    add(client, *sessions[:30])

    answer = add(client, sessions[30])

    assert answer.status_code == 409
    assert "Your plan holds 30 sessions, which is the most." in words(answer)
    assert len(client.session["plan"]) == 30
    assert add(client, sessions[30], instead_of=sessions[0].pk).status_code == 302


def test_remove_when_pressed_then_it_is_gone_and_with_the_last_one_the_visit_too(client):
    first, second = SessionFactory(), SessionFactory(starts_at=START + timedelta(days=1))
    add(client, first, second)

    remove(client, first)
    remove(client, first)

    assert client.session["plan"] == [second.pk]
    remove(client, second)
    client.get("/plan/")
    assert "You have picked no session yet." in plan(client)
    assert "plan" not in client.session


@pytest.mark.parametrize("path", ["/plan/add/", "/plan/remove/"])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 302),
        ({"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"}, 302),
        ({"HTTP_ORIGIN": "http://testserver"}, 302),
        (ELSEWHERE, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "same-site", "HTTP_ORIGIN": "http://testserver"}, 403),
    ],
)
def test_plan_when_a_form_comes_from_another_site_then_is_refused(path, headers, expected):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(path, {"session": SessionFactory().pk}, **headers)

    assert answer.status_code == expected
    assert (path == "/plan/add/" and expected == 302) is bool(strict.cookies)


@pytest.mark.parametrize("path", ["/plan/add/", "/plan/remove/"])
def test_plan_when_asked_to_change_by_a_link_then_is_not_allowed(client, path):
    assert client.get(path).status_code == 405


# What the plan says


def test_plan_when_empty_then_explains_itself_and_leads_to_the_sessions(client):
    page = client.get("/plan/").content.decode()

    assert "You have picked no session yet." in page
    assert '<a class="button" href="/sessions/">Find sessions</a>' in page


def test_plan_when_sessions_are_picked_then_shows_them_by_day_and_time(client):
    late = SessionFactory(title="Late", starts_at=START + timedelta(days=1))
    noon, early = SessionFactory(title="Noon", starts_at=START + 3 * HOUR), SessionFactory(title="Early")
    add(client, late, noon, early)

    text = plan(client)

    found = [text.index(part) for part in ("Tuesday 22 June", "Early", "Noon", "Wednesday 23 June", "Late")]
    assert found == sorted(found)
    assert "3 sessions picked, not booked yet." in text


def test_plan_when_two_picks_clash_then_says_so_beside_both(client):
    one, other = SessionFactory(title="One"), SessionFactory(title="Other", starts_at=START + HOUR)
    add(client, one, other)

    text = plan(client)

    assert "At the same time as “Other” (10:30 to 12:00)." in text
    assert "At the same time as “One” (09:30 to 11:00)." in text
    assert "2 of them are at the same time as another." in text


def test_plan_when_a_pick_clashes_with_a_booking_then_says_so_beside_both(client, person):
    make_booking(session=SessionFactory(title="Booked"), practitioner=person)
    make_queued(session=make_full(title="Waited for", starts_at=START + HOUR), practitioner=person)
    add(client, SessionFactory(title="Picked", starts_at=START + HOUR))

    text = plan(client)

    assert "At the same time as “Booked” (09:30 to 11:00), which you have booked." in text
    assert "At the same time as “Waited for” (10:30 to 12:00), where you are on the waiting list." in text
    assert text.count("At the same time as “Picked” (10:30 to 12:00).") == 2
    assert "Your booking · Online" in text


def test_plan_when_bookings_are_on_other_days_then_leaves_them_out(client, person):
    make_booking(session=SessionFactory(title="Booked", starts_at=START + timedelta(days=1)), practitioner=person)
    add(client, SessionFactory(title="Picked"))

    assert "Booked" not in plan(client)


def test_plan_when_a_pick_clashes_then_offers_a_sitting_that_does_not_and_takes_it_in_one_press(client):
    topic = TopicFactory()
    pick = SessionFactory(topic=topic, title="Tour")
    fits = SessionFactory(topic=topic, title="Tour", starts_at=START + 6 * HOUR)
    SessionFactory(topic=topic, title="Tour", starts_at=START + HOUR)
    add(client, pick, SessionFactory(title="Other", starts_at=START + HOUR))

    text = plan(client)
    answer = client.post("/plan/add/", {"session": fits.pk, "instead_of": pick.pk}, follow=True)

    assert "Take 15:30 instead" in text
    assert "Take 10:30 instead" not in text
    assert pick.pk not in client.session["plan"]
    assert "At the same time" not in words(answer)


def test_plan_when_two_sittings_of_one_topic_are_picked_then_says_that_one_is_enough(client):
    topic = TopicFactory()
    add(client, *[SessionFactory(topic=topic, starts_at=START + hours * HOUR) for hours in (0, 30)])

    text = plan(client)

    assert "You have picked this session at 15:30 on Wednesday 23 June 2027 too. One of the two is enough." in text
    assert "You have picked this session at 09:30 on Tuesday 22 June 2027 too. One of the two is enough." in text


def test_plan_when_another_sitting_is_booked_then_says_so(client, person):
    topic = TopicFactory()
    make_booking(session=SessionFactory(topic=topic, starts_at=START + 30 * HOUR), practitioner=person)
    add(client, SessionFactory(topic=topic))

    sentence = "This is the same session as the one at 15:30 on Wednesday 23 June 2027, which you have booked."
    assert sentence in plan(client)


def test_plan_when_places_are_apart_then_says_how_long_the_way_may_take(client):
    centre = VenueFactory(slug="example-centre", name="Example Centre", area=AreaFactory())
    hall = VenueFactory(area=AreaFactory(slug="isle-of-wight"))
    add(
        client,
        SessionFactory(format="in_person", venue=centre),
        SessionFactory(format="in_person", venue=hall, starts_at=START + 2 * HOUR),
    )

    page = client.get("/plan/")

    assert "Only 30 minutes to get from Example Centre to Example Hall. They are in different areas:" in words(page)
    assert '<li class="plan-way plan-way-stop">' in page.content.decode()


def test_plan_when_a_pick_is_full_then_offers_another_sitting(client):
    topic = TopicFactory()
    full = make_full(topic=topic)
    SessionFactory(topic=topic, starts_at=START + 6 * HOUR)
    add(client, full)

    assert "Full, waiting list open" in plan(client)
    assert "Take 15:30 instead" in plan(client)


def test_plan_when_a_pick_is_cancelled_or_has_begun_then_is_shown_as_such(client, clock):
    called_off, begun = SessionFactory(title="Called off"), SessionFactory(title="Begun", starts_at=NOW + HOUR)
    add(client, called_off, begun)
    cancel_session(called_off.pk, reason="Snow.", at=NOW)
    clock.shift(HOUR)

    before, after = plan(client).split("Not to be booked any more")

    assert "Called off" not in before
    assert [part in after for part in ("Called off Cancelled", "Begun On now")] == [True, True]
    assert "Nothing in your plan can be booked at the moment." in after


def test_plan_when_a_pick_has_left_the_programme_then_says_so_and_forgets_it(client):
    gone, kept, more = SessionFactory(), SessionFactory(title="Kept"), SessionFactory()
    add(client, gone, kept)
    gone.delete()

    text = plan(client)
    add(client, more)

    assert "A session that you picked is no longer in the programme, and no longer in your plan." in text
    assert "Kept" in text
    assert "no longer in the programme" not in plan(client)


def test_plan_when_a_pick_was_booked_by_itself_then_leaves_the_plan(client, person):
    session = SessionFactory()
    add(client, session)

    client.post(f"/sessions/{session.pk}/book/", {"key": "k1"})

    assert "plan" not in client.session


def test_plan_when_a_pick_was_booked_elsewhere_then_is_no_pick_any_more(client, person):
    booking = make_booking(practitioner=person)
    other = SessionFactory(starts_at=START + 3 * HOUR)
    add(client, booking.session, other)

    text = plan(client)

    assert "1 session picked, not booked yet." in text
    assert "Your booking · Online" in text


@pytest.mark.parametrize("count", [2, 8])
def test_plan_when_two_or_eight_are_picked_then_costs_the_same(client, person, django_assert_num_queries, count):
    topic = TopicFactory()
    for number in range(count):
        make_booking(practitioner=person)
        add(client, SessionFactory(topic=topic, starts_at=START + number * HOUR))

    with django_assert_num_queries(7):  # visit, person, picks, bookings, sittings, policies, numbers to call
        client.get("/plan/")


@pytest.mark.parametrize("picks", [0, 2])
def test_navigation_when_it_counts_the_picks_then_costs_no_query(client, django_assert_num_queries, picks):
    if picks:
        add(client, *[SessionFactory() for _ in range(picks)])

    with django_assert_num_queries(1 + bool(picks)):  # the numbers to call; a visit, if there is one
        page = words(client.get("/nowhere/"))

    assert ("My plan (2)" in page) is bool(picks)


# Signing in


def test_plan_when_one_signs_in_then_is_kept_and_one_comes_back_to_it(client):
    session = SessionFactory(title="Picked before")
    add(client, session)
    page = client.get("/plan/").content.decode()

    asked = client.post("/sign-in/", {"email": "pat@example.org", "next": "/plan/"})
    code = re.search(r"^\d{8}$", mail.outbox[-1].body, re.MULTILINE)[0]
    answer = client.post(asked.headers["Location"], {"code": code, "next": "/plan/"}, follow=True)

    assert '<form action="/sign-in/">' in page
    assert answer.redirect_chain == [("/plan/", 302)]
    assert "Picked before" in words(answer)
    assert client.session["plan"] == [session.pk]


def test_plan_when_one_signs_out_then_nobody_else_finds_it(client, person):
    add(client, SessionFactory())

    client.post("/sign-out/")

    assert "You have picked no session yet." in plan(client)


def test_book_all_when_signed_out_then_asks_to_sign_in_and_comes_back_to_the_plan(client):
    add(client, SessionFactory())

    assert client.post("/plan/").headers["Location"] == "/sign-in/?next=/plan/"
    assert client.get("/plan/done/").headers["Location"] == "/sign-in/?next=/plan/done/"
    assert not Booking.objects.exists()


# Booking all


def test_book_all_when_there_are_places_then_books_them_and_the_plan_is_empty(client, person):
    sessions = [SessionFactory(title="One"), SessionFactory(title="Two", starts_at=START + 3 * HOUR)]
    add(client, *sessions)

    answer = book_all(client)

    assert answer.redirect_chain == [("/plan/done/", 302)]
    assert "2 sessions booked A mail for each session is on its way" in words(answer)
    assert {b.practitioner for b in Booking.objects.all()} == {person}
    assert len({b.plan for b in Booking.objects.all()}) == 1
    assert "plan" not in client.session
    assert words(client.get("/plan/done/")) == words(answer)


def test_book_all_when_details_are_not_known_then_asks_once_and_keeps_them(client):
    user = UserFactory(name="", organisation_name="", job_role="")
    client.force_login(user)
    add(client, SessionFactory())

    page = client.get("/plan/").content.decode()
    wrong = client.post("/plan/", {**DETAILS, "job_role": "", "wait": "1"})
    assert not Booking.objects.exists()
    book_all(client, **DETAILS)

    user.refresh_from_db()
    assert [label in page for label in (">Full name<", ">Organisation<", ">Job role<")] == [True, True, True]
    assert wrong.status_code == 400
    assert '<a href="#id_job_role">' in wrong.content.decode()
    assert [kept in wrong.content.decode() for kept in ('value="Pat Sample"', "checked")] == [True, True]
    assert (user.name, Booking.objects.get().name) == ("Pat Sample", "Pat Sample")
    add(client, SessionFactory(starts_at=START + 3 * HOUR))
    assert ">Full name<" not in client.get("/plan/").content.decode()


def test_book_all_when_one_is_full_then_says_so_with_another_sitting_and_keeps_it_in_the_plan(client, person):
    topic = TopicFactory()
    full = make_full(title="Full", topic=topic)
    fits = SessionFactory(topic=topic, starts_at=START + 6 * HOUR)
    SessionFactory(topic=topic, starts_at=START + 3 * HOUR)
    add(client, full, SessionFactory(title="Free", starts_at=START + 3 * HOUR))

    answer = book_all(client)
    page = answer.content.decode()
    booked = Booking.objects.get(practitioner=person)
    later = client.post("/plan/add/", {"session": fits.pk, "instead_of": full.pk}, follow=True)

    assert "1 session booked, 1 not booked" in words(answer)
    assert "This session is full. You can join its waiting list instead." in words(answer)
    assert f'name="session" value="{fits.pk}"' in page
    assert f'name="instead_of" value="{full.pk}"' in page
    assert page.count(">Add to my plan<") == 1
    assert booked.session.title == "Free"
    assert later.redirect_chain == [("/plan/", 302)]
    assert client.session["plan"] == [fits.pk]


def test_book_all_when_waiting_is_wanted_then_says_where_in_the_queue(client, person):
    add(client, make_full())

    answer = book_all(client, wait="1")

    assert "1 session on the waiting list" in words(answer)
    assert "You are next in line Waiting list" in words(answer)
    assert "plan" not in client.session


def test_book_all_when_nothing_can_be_booked_then_says_so_and_the_plan_stays(client, person):
    add(client, make_full(has_waiting_list=False))

    answer = book_all(client)

    assert "Nothing was booked" in words(answer)
    assert "This session is full, and there is no waiting list to join." in words(answer)
    assert "It is still in your plan." in words(answer)
    assert len(client.session["plan"]) == 1
    assert "on its way" not in words(answer)


def test_book_all_when_one_was_booked_meanwhile_in_another_window_then_counts_as_fine(client, person, monkeypatch):
    one, other = SessionFactory(title="One"), SessionFactory(title="Two", starts_at=START + 3 * HOUR)
    add(client, one, other)
    real = actions.book_all

    def booked_meanwhile(sessions, **details):
        make_booking(session=one, practitioner=person)
        return real(sessions, **details)

    monkeypatch.setattr(actions, "book_all", booked_meanwhile)
    answer = book_all(client)

    assert "1 session booked" in words(answer)
    assert "You had booked this before Tuesday 22 June 2027" in words(answer)
    assert "plan" not in client.session


def test_book_all_when_the_form_is_sent_twice_then_books_once_and_shows_the_same(client, person):
    add(client, SessionFactory(), make_full(starts_at=START + 3 * HOUR))
    form = form_of(client)

    answers = [client.post("/plan/", form, follow=True) for _ in range(2)]

    assert words(answers[0]) == words(answers[1])
    assert "1 session booked, 1 not booked" in words(answers[1])
    assert Booking.objects.filter(practitioner=person).count() == 1


def test_book_all_when_an_old_form_is_sent_after_cancelling_then_books_nothing_again(client, person):
    add(client, SessionFactory())
    form = form_of(client)
    client.post("/plan/", form)
    actions.cancel(Booking.objects.get(), at=NOW)

    answer = client.post("/plan/", form, follow=True)

    assert "Cancelled" in words(answer)
    assert not Booking.objects.live().exists()


def test_book_all_when_somebody_else_has_used_the_key_then_is_a_step_of_its_own(client, person):
    key = str(uuid.UUID(int=7))
    session = SessionFactory()
    actions.book_all([session], practitioner=UserFactory(), plan=uuid.UUID(int=7), at=NOW)
    add(client, session)

    answer = client.post("/plan/", {"key": key}, follow=True)

    assert "1 session booked" in words(answer)
    assert Booking.objects.filter(practitioner=person).count() == 1


@pytest.mark.parametrize(("key", "status"), [("", 302), ("no-key", 400)])
def test_book_all_when_the_key_is_missing_or_broken_then_books_or_says_what_to_do(client, person, key, status):
    add(client, SessionFactory())

    answer = client.post("/plan/", {"key": key})

    assert answer.status_code == status
    assert Booking.objects.exists() is (status == 302)
    assert ("Load the page again" in words(answer)) is (status == 400)


def test_book_all_when_nothing_is_picked_then_goes_to_the_plan(client, person):
    assert client.post("/plan/").headers["Location"] == "/plan/"
    assert client.get("/plan/done/").headers["Location"] == "/plan/"


def test_book_all_when_the_form_token_is_missing_then_is_403(person):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    add(strict, SessionFactory())

    assert strict.post("/plan/").status_code == 403
    assert not Booking.objects.exists()


def test_book_all_when_the_database_gives_no_lock_then_is_503_and_the_plan_stays(client, person):
    add(client, SessionFactory())

    def out_of_reach(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "places_taken" in sql:
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(out_of_reach):
        answer = client.post("/plan/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert not Booking.objects.exists()
    assert len(client.session["plan"]) == 1


def test_done_when_looked_at_later_then_each_booking_stands_as_it_does_now(client, person):
    add(client, SessionFactory())
    book_all(client)
    actions.cancel(Booking.objects.get(), at=NOW)

    answer = client.get("/plan/done/")

    assert "1 session booked" in words(answer)
    assert "Cancelled" in words(answer)
    assert answer.headers["Cache-Control"] == "no-store, private"
