"""Whoever did not act themselves is told who did; and a summary speaks of every state there is."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.admin import site

from bookings import actions
from bookings.models import Booking
from events import actions as event_actions
from events.models import Session
from notifications import messages, outbox
from notifications.models import Message
from tests.bookings.desk import set_policy
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued
from tests.notifications.mails import html_of, let_go, mail_of, row_of, words_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
SAID = "Lee Lead (Sample Trust) did this for you."


@pytest.fixture
def lead():
    return UserFactory(name="Lee Lead", organisation_name="Sample Trust")


@pytest.fixture
def person():
    return UserFactory(name="Pat Sample")


def book(session, person, actor, source="agency_lead"):
    session.refresh_from_db()
    return actions.book(session, practitioner=person, actor=actor, source=source, at=NOW)


def test_booking_when_somebody_else_made_it_then_named(lead, person):
    mail = mail_of(book(SessionFactory(), person, lead), "confirmation")

    assert mail["To"] == person.email
    assert SAID in words_of(mail)
    assert SAID in html_of(mail)


def test_waiting_list_when_somebody_else_joined_it_then_named(lead, person):
    session = SessionFactory(capacity=1)
    make_booking(session=session)

    assert SAID in words_of(mail_of(book(session, person, lead), "waiting_list"))


def test_cancelling_when_somebody_else_did_it_then_named_with_the_reason(lead):
    booking = make_booking()

    actions.cancel(booking, at=LATER, actor=lead, reason="Needed on the ward.")

    words = words_of(mail_of(booking, "cancelled"))
    assert SAID in words
    assert "Reason: Needed on the ward." in words


def test_offer_when_somebody_else_declined_it_then_told_who_and_one_that_they_declined_is_not(lead):
    session = SessionFactory(capacity=2)
    holders = [make_booking(session=session) for _ in range(2)]
    waiting = [make_queued(session=session) for _ in range(2)]
    for holder in holders:
        actions.cancel(holder, at=NOW)

    actions.decline(waiting[0], at=LATER, actor=lead)
    actions.decline(waiting[1], at=LATER, actor=waiting[1].practitioner)

    (row,) = Message.objects.filter(kind="offer_declined")
    assert row.booking_id == waiting[0].pk
    words = words_of(mail_of(waiting[0], "offer_declined"))
    assert "We had offered you a place on this session, and it was declined for you." in words
    assert SAID in words
    assert outbox.write_missing(at=LATER) == 0


def test_swap_when_an_organiser_did_it_then_both_are_told_who(lead, person):
    booking = make_booking()

    taken = actions.substitute(booking, practitioner=person, actor=lead, source="agency_lead", at=LATER)

    assert SAID in words_of(mail_of(booking, "given_away"))
    assert SAID in words_of(mail_of(taken, "confirmation"))
    assert outbox.write_missing(at=LATER) == 0


def test_offer_when_somebody_else_accepted_it_then_named(lead):
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    waiting = make_queued(session=session)
    actions.cancel(holder, at=NOW)

    actions.accept(waiting, at=LATER, actor=lead)

    assert SAID in words_of(mail_of(waiting, "confirmation"))


def test_what_one_did_oneself_or_nobody_did_then_nobody_is_named(person, lead):
    own = actions.book(SessionFactory(), practitioner=person, actor=person, at=NOW)
    assert "did this for you" not in words_of(mail_of(own, "confirmation"))
    actions.cancel(own, at=LATER, actor=person)
    assert "did this for you" not in words_of(mail_of(own, "cancelled"))

    called_off = make_booking()
    event_actions.cancel_session(called_off.session_id, reason="Snow.", at=LATER, actor=lead)
    assert "did this for you" not in words_of(mail_of(called_off, "cancelled"))


def test_manager_when_somebody_else_cancelled_then_not_told_who(lead, person):
    set_policy(manager="told")
    booking = actions.book(SessionFactory(), practitioner=person, at=NOW, manager=("Mo", "mo@example.org"))
    let_go(booking, "manager_told")

    actions.cancel(booking, at=LATER, actor=lead)

    assert "Lee Lead" not in words_of(mail_of(booking, "manager_told"))


@pytest.mark.parametrize("name", ["Zoë 日本 😀 " + "x" * 189, "<b>Lee</b>"])
def test_name_of_who_did_it_when_long_or_odd_then_text(person, name):
    lead = UserFactory(name=name, organisation_name="")

    mail = mail_of(book(SessionFactory(), person, lead), "confirmation")

    assert f"{name} did this for you." in words_of(mail)
    assert "<b>Lee" not in html_of(mail)


def test_admin_when_others_are_written_to_then_shows_their_address(person):
    set_policy(manager="asked")
    booking = actions.book(SessionFactory(), practitioner=person, at=NOW, manager=("Mo", "mo@example.org"))
    actions.answer_approval(booking.approval, agrees=True, at=NOW)
    booking = Booking.objects.get(pk=booking.pk)
    actions.ask_colleague(booking, email="kim@example.org", at=NOW, actor=person)
    page = site.get_model_admin(Message)

    shown = {kind: page.recipient(row_of(booking, kind)) for kind in ("approval_asked", "substitute_asked")}

    assert shown == {"approval_asked": "mo@example.org", "substitute_asked": "kim@example.org"}
    assert page.recipient(row_of(booking, "confirmation")) == person.email
    assert str(row_of(booking, "approval_asked")) == f"Line manager asked to the manager of {person.email}"


# The summary of a step


def book_step(*sessions):
    person = UserFactory(name="Pat Sample")
    fresh = [Session.objects.get(pk=session.pk) for session in sessions]
    actions.book_all(fresh, practitioner=person, plan=uuid.UUID(int=1), at=NOW, join_waiting_list=True)
    return [Booking.objects.get(session=session, practitioner=person) for session in sessions]


def summary():
    return Message.objects.get(kind="plan")


def test_summary_when_a_place_of_the_step_is_offered_then_says_so_and_counts_it_apart():
    full = SessionFactory(capacity=1, title="Full", starts_at=START + timedelta(hours=3))
    holder = make_booking(session=full)
    book_step(SessionFactory(title="Booked"), full)

    actions.cancel(holder, at=LATER)

    mail = mail_of(summary().booking, "plan")
    booked, offered = words_of(mail).split("Offered to you: please answer by the time in its mail:")
    assert mail["Subject"] == "Booked: 1 session, and 1 offered to you, Tuesday 22 June 2027"
    assert ["Full" in booked, "Full" in offered] == [False, True]
    assert "Offered to you" in html_of(mail)


def test_summary_when_a_booking_of_the_step_waits_for_the_manager_then_not_called_booked():
    bookings = book_step(SessionFactory(title="One"), SessionFactory(title="Two", starts_at=START + timedelta(hours=3)))
    Booking.written.filter(pk=bookings[1].pk).update(status="awaiting_approval")

    mail = mail_of(summary().booking, "plan")

    assert mail["Subject"] == "Booked: 1 session, and 1 waiting for your line manager, Tuesday 22 June 2027"
    assert "Held for you until your line manager answers: Two" in words_of(mail)

    Booking.written.filter(pk=bookings[0].pk).update(status="awaiting_approval")
    subject = mail_of(summary().booking, "plan")["Subject"]
    assert subject == "Not booked yet: 2 waiting for your line manager, Tuesday 22 June 2027"


def test_summary_when_a_place_of_the_step_is_given_away_then_under_its_own_heading_until_nothing_is_left():
    first, second = book_step(
        SessionFactory(title="One"), SessionFactory(title="Two", starts_at=START + timedelta(hours=3))
    )
    actions.substitute(first, practitioner=UserFactory(), actor=UserFactory(), source="organiser", at=LATER)

    mail = mail_of(summary().booking, "plan")
    assert mail["Subject"] == "Booked: 1 session, Tuesday 22 June 2027"
    assert "Given to a colleague in the meantime: One" in words_of(mail)
    assert outbox.write_missing(at=LATER) == 0

    actions.cancel(second, at=LATER)
    with pytest.raises(messages.NoLongerTrue, match="Everything"):
        messages.build(summary())
