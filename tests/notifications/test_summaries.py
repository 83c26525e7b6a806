"""The summary of what was booked in one step: when there is one, what it says, and when it says nothing any more."""

import uuid
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.models import Booking
from events import actions as event_actions
from events.models import Session
from notifications import delivery, messages, outbox
from notifications.models import Message
from notifications.transports import InboxTransport
from tests.events.locks import InThread
from tests.factories import NOW, START, SessionFactory, UserFactory, VenueFactory, make_booking, make_full

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
PLAN = uuid.UUID(int=1)


def book_all(*sessions, person=None, plan=PLAN, at=NOW):
    """Book several sessions in one step, and wait where one is full; return the bookings in order of id."""
    person = person or UserFactory(email="pat@example.org", name="Pat Sample")
    fresh = [Session.objects.get(pk=session.pk) for session in sessions]
    actions.book_all(fresh, practitioner=person, plan=plan, at=at, join_waiting_list=True)
    return list(Booking.objects.filter(practitioner=person, plan=plan).order_by("pk"))


def two():
    return SessionFactory(title="First"), SessionFactory(title="Second", starts_at=START + timedelta(hours=3))


def summary():
    return Message.objects.get(kind="plan")


def mail_of(message):
    return message_from_bytes(messages.build(message).content, _class=EmailMessage, policy=default)


def words_of(message):
    return mail_of(message).get_body(("plain",)).get_content().replace("\r\n", "\n")


# When there is one


def test_a_step_that_booked_two_sessions_writes_one_summary_beside_each_confirmation():
    first, second = book_all(*two())
    row = summary()
    assert (row.booking, row.occurrence, row.status) == (first, f"plan {PLAN.hex}", "pending")
    assert (row.due_at, row.expires_at) == (NOW, second.session.ends_at)
    assert Message.objects.filter(kind="confirmation").count() == 2


def test_a_step_that_booked_one_session_writes_no_summary():
    book_all(SessionFactory())
    assert not Message.objects.filter(kind="plan").exists()


def test_a_step_that_fails_as_a_whole_leaves_no_summary():
    with pytest.raises(RuntimeError), transaction.atomic():
        book_all(*two())
        raise RuntimeError
    assert not Message.objects.exists()


def test_a_step_that_is_repeated_has_the_same_one_summary():
    sessions, person = two(), UserFactory()
    book_all(*sessions, person=person)
    before = summary().message_id
    book_all(*sessions, person=person)
    outbox.tell_of_plan(PLAN, person)
    assert summary().message_id == before


def test_a_step_that_a_second_try_completes_still_has_one_summary():
    sessions, person = [*two(), SessionFactory(starts_at=START + timedelta(hours=6))], UserFactory()
    book_all(*sessions[1:], person=person)
    book_all(*sessions, person=person)
    assert Message.objects.filter(kind="plan").count() == 1
    assert mail_of(summary())["Subject"] == "Booked: 3 sessions, Tuesday 22 June 2027"


def test_two_people_under_one_number_have_a_summary_each():
    sessions = two()
    for person in (UserFactory(), UserFactory()):
        book_all(*sessions, person=person)
    rows = Message.objects.filter(kind="plan")
    assert {row.booking.practitioner for row in rows} == {b.practitioner for b in Booking.objects.all()}
    assert all(mail_of(row)["Subject"] == "Booked: 2 sessions, Tuesday 22 June 2027" for row in rows)


def test_the_database_refuses_a_second_summary_of_a_step():
    book_all(*two())
    row = summary()
    row.pk, row.message_id = None, "<other@example.org>"
    with pytest.raises(IntegrityError, match=r"message_once_per_booking|notifications_message.booking_id"):
        row.save(force_insert=True)


def test_write_missing_when_a_summary_is_gone_then_the_same_one_is_written():
    book_all(*two())
    row = summary()
    gone = (row.booking, row.occurrence, row.message_id, row.due_at, row.expires_at)
    row.delete()
    assert outbox.write_missing(at=LATER) == 1
    row = summary()
    assert (row.booking, row.occurrence, row.message_id, row.due_at, row.expires_at) == gone
    assert outbox.write_missing(at=LATER) == 0


def test_write_missing_when_a_step_lies_more_than_two_days_back_then_is_left_alone():
    book_all(*two())
    summary().delete()
    assert outbox.write_missing(at=NOW + timedelta(days=2, seconds=1)) == 0


# What it says


def test_a_summary_lists_each_session_with_when_where_and_its_page_and_carries_no_invitation():
    hall = SessionFactory(
        title="In the hall", format="in_person", venue=VenueFactory(), starts_at=START + timedelta(hours=3)
    )
    first, second = book_all(SessionFactory(title="Online one"), hall)
    mail = mail_of(summary())
    words = words_of(summary())
    assert mail["Subject"] == "Booked: 2 sessions, Tuesday 22 June 2027"
    assert mail["To"] == "pat@example.org"
    for part in (
        "Hello Pat,",
        "Online one\nTuesday 22 June 2027, 09:30 to 11:00 (UK time)\nOnline\n",
        "In the hall\nTuesday 22 June 2027, 12:30 to 14:00 (UK time)\nAt Example Hall, 1 Example Street, Newport\n",
        f"/me/bookings/{first.pk}/",
        f"/me/bookings/{second.pk}/",
        "comes with an invitation",
        "/me/\n",
    ):
        assert part in words
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert messages.build(summary()).sequence is None


def test_a_summary_says_of_a_hybrid_session_that_one_may_come_or_not():
    hybrid = SessionFactory(format="hybrid", venue=VenueFactory(), starts_at=START + timedelta(hours=3))
    book_all(SessionFactory(), hybrid)
    assert "At Example Hall, 1 Example Street, Newport, or online\n" in words_of(summary())


def test_a_summary_says_of_what_one_waits_for_that_there_is_no_place_yet():
    book_all(SessionFactory(title="Booked"), make_full(title="Waited for", starts_at=START + timedelta(hours=3)))
    booked, waiting = words_of(summary()).split("On the waiting list, so there is no place for you yet:")
    assert mail_of(summary())["Subject"] == "Booked: 1 session, and 1 on the waiting list, Tuesday 22 June 2027"
    assert ["Waited for" in booked, "Waited for" in waiting] == [False, True]


def test_a_summary_of_nothing_but_waiting_promises_no_invitation():
    book_all(make_full(), make_full(starts_at=START + timedelta(hours=3)))
    assert mail_of(summary())["Subject"] == "On the waiting list of 2 sessions, Tuesday 22 June 2027"
    assert "invitation" not in words_of(summary())


def test_a_summary_speaks_of_each_booking_as_it_stands_when_it_goes():
    first, second = book_all(*two())
    event_actions.revise_session(second.session_id, title="Another title", at=LATER)
    actions.cancel(first, at=LATER)
    booked, ended = words_of(summary()).split("Cancelled in the meantime:")
    assert mail_of(summary())["Subject"] == "Booked: 1 session, Tuesday 22 June 2027"
    assert ["Another title" in booked, "First" in booked, "First" in ended] == [True, False, True]


@pytest.mark.parametrize("name", ["Bobby <script>", "O'Brien & Sons"])
def test_a_summary_shows_what_people_type_as_text(name):
    book_all(SessionFactory(title=name), SessionFactory(title=name, starts_at=START + timedelta(hours=3)))
    html = mail_of(summary()).get_body(("html",)).get_content()
    assert name in words_of(summary())
    assert "<script>" not in html
    assert "&amp;amp;" not in html


def test_a_summary_stands_alone_and_no_other_mail_hangs_below_it():
    first, _ = book_all(*two())
    Message.objects.filter(kind="plan").update(status="sent", risky=1, sent_at=NOW)
    actions.cancel(first, at=LATER)
    assert mail_of(Message.objects.get(booking=first, kind="cancelled"))["References"] is None
    Message.objects.filter(booking=first, kind="confirmation").update(status="sent", risky=1, sent_at=LATER)
    assert mail_of(summary())["References"] is None
    assert mail_of(Message.objects.get(booking=first, kind="cancelled"))["References"] is not None


def test_building_a_summary_twice_makes_the_same_mail():
    book_all(*two())
    assert mail_of(summary())["Message-ID"] == summary().message_id
    assert messages.build(summary()).facts == messages.build(summary()).facts


# When it says nothing any more


def test_a_summary_outlives_the_booking_it_hangs_on():
    first, _ = book_all(*two())
    actions.cancel(first, at=LATER)
    assert summary().status == "pending"
    assert Message.objects.get(booking=first, kind="confirmation").status == "cancelled"


def test_a_summary_of_which_everything_is_cancelled_says_nothing():
    for booking in book_all(*two()):
        actions.cancel(booking, at=LATER)
    with pytest.raises(messages.NoLongerTrue, match="Everything that was booked in this step is cancelled"):
        messages.build(summary())


class Midway(InboxTransport):
    """A way out where something happens once, after the first mail was offered and before it goes."""

    def __init__(self, happens):
        self.happens = [happens]

    def offer(self, sender, recipient):
        super().offer(sender, recipient)
        if self.happens:
            self.happens.pop()()


@pytest.fixture
def due(now):
    """Three bookings of one step, of whose messages only the summary is left to send."""
    starts_at = (now + timedelta(days=14)).replace(hour=10, minute=0, second=0, microsecond=0)
    sessions = [SessionFactory(title=f"No {n}", starts_at=starts_at + timedelta(hours=2 * n)) for n in range(3)]
    bookings = book_all(*sessions, at=now - timedelta(seconds=5))
    Message.objects.exclude(kind="plan").delete()
    return bookings


def test_a_summary_goes_out_once(due, sink):
    assert delivery.drain() == 1
    assert delivery.drain() == 0
    assert (summary().status, summary().risky, len(sink.received)) == ("sent", 1, 1)


@pytest.mark.parametrize("number", [0, 2])
def test_a_booking_cancelled_while_the_summary_is_offered_is_told_as_cancelled(due, now, monkeypatch, number):
    cancel = Midway(lambda: actions.cancel(due[number], at=now))
    monkeypatch.setattr(delivery, "open_transport", lambda: cancel)
    assert delivery.drain() == 2  # the summary, and that one is cancelled
    assert summary().status == "sent"
    assert str(mail_of(summary())["Subject"]).startswith("Booked: 2 sessions, ")


def test_everything_cancelled_while_the_summary_is_offered_then_no_summary_goes(due, now, monkeypatch):
    cancel = Midway(lambda: [actions.cancel(booking, at=now) for booking in due])
    monkeypatch.setattr(delivery, "open_transport", lambda: cancel)
    assert delivery.drain() == 3
    assert (summary().status, summary().risky) == ("cancelled", 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [0, 2])
def test_the_fence_of_a_summary_holds_every_booking_it_speaks_of(due, now, number):
    with transaction.atomic():
        list(messages.spoken_of(summary()).select_for_update(no_key=True, of=("self",)).order_by("pk"))
        cancelling = InThread(lambda: actions.cancel(due[number], at=now))
        cancelling.start_and_wait_until_blocked()
    assert cancelling.finish().status == "cancelled"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_control_a_booking_that_is_not_spoken_of_is_cancelled_beside_the_fence(due, now):
    other = make_booking(session=due[0].session, at=now)
    with transaction.atomic():
        list(messages.spoken_of(summary()).select_for_update(no_key=True, of=("self",)).order_by("pk"))
        cancelling = InThread(lambda: actions.cancel(other, at=now))
        cancelling.start()
        assert cancelling.finish().status == "cancelled"
