"""A line manager is asked, answers once, or is silent."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import actions
from bookings.errors import AlreadyAnswered, ManagerNotNamed
from bookings.models import Approval, Booking
from tests.bookings.desk import counters, set_policy, verbs
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
MANAGER = ("Mo Manager", "mo@example.org")
FRIDAY_EVENING = datetime(2027, 5, 7, 16, 0, tzinfo=UTC)  # three working days after the Tuesday, 17:00 in London


def fresh(booking):
    return Booking.objects.get(pk=booking.pk)


def ask(session=None, manager=MANAGER, at=NOW):
    session = session or SessionFactory(capacity=1)
    return actions.book(session, practitioner=UserFactory(), at=at, manager=manager)


@pytest.fixture(autouse=True)
def asking():
    set_policy(manager="asked")


def test_book_when_the_manager_is_asked_then_the_place_is_held_and_waits_for_the_answer():
    booking = ask()

    assert booking.status == "awaiting_approval"
    assert (booking.manager_name, booking.manager_email) == MANAGER
    assert booking.approval.expires_at == FRIDAY_EVENING
    assert counters(booking.session) == (1, 0)
    assert make_queued_with(booking.session).status == "waitlisted"


def make_queued_with(session):
    session.refresh_from_db()
    return actions.book(session, practitioner=UserFactory(), at=NOW, manager=MANAGER)


def test_book_when_nobody_said_who_the_manager_is_then_refused_and_nothing_is_written():
    with pytest.raises(ManagerNotNamed):
        ask(manager=None)

    assert not Booking.objects.exists()


def test_book_when_there_is_no_manager_then_nobody_is_asked():
    booking = ask(manager=("", ""))

    assert booking.status == "confirmed"
    assert not Approval.objects.exists()


@pytest.mark.parametrize("source", ["organiser", "agency_lead"])
def test_book_when_somebody_else_books_then_they_answer_for_it(source):
    booking = actions.book(SessionFactory(), practitioner=UserFactory(), actor=UserFactory(), source=source, at=NOW)

    assert booking.status == "confirmed"


def test_manager_agrees_then_the_booking_holds_and_the_first_answer_stands():
    booking = ask()

    actions.answer_approval(booking.approval, agrees=True, at=NOW)
    with pytest.raises(AlreadyAnswered):
        actions.answer_approval(booking.approval, agrees=False, at=NOW)

    assert fresh(booking).status == "confirmed"
    assert verbs(booking) == ["asked", "approved"]
    assert (booking.changes.last().by, booking.changes.last().actor) == ("mo@example.org", None)


def test_manager_does_not_agree_then_the_place_goes_on_with_the_reason_kept():
    booking = ask()
    waiting = make_queued_with(booking.session)

    actions.answer_approval(booking.approval, agrees=False, reason="Cover is short that day.", at=NOW)

    assert (fresh(booking).status, fresh(waiting).status) == ("declined", "offered")
    assert booking.changes.last().reason == "Cover is short that day."
    assert counters(booking.session) == (1, 0)


@pytest.mark.parametrize(("silence", "status"), [("approved", "confirmed"), ("refused", "expired")])
def test_manager_says_nothing_then_it_ends_as_the_policy_says(silence, status):
    set_policy(manager="asked", manager_silence=silence)
    booking = ask()

    assert actions.lapse_approvals(at=FRIDAY_EVENING - timedelta(seconds=1)) == 0
    assert actions.lapse_approvals(at=FRIDAY_EVENING) == 1
    assert actions.lapse_approvals(at=FRIDAY_EVENING) == 0

    assert fresh(booking).status == status
    assert counters(booking.session) == (int(status == "confirmed"), 0)
    with pytest.raises(AlreadyAnswered):
        actions.answer_approval(booking.approval, agrees=True, at=FRIDAY_EVENING)


def test_manager_answers_after_the_time_but_before_the_worker_then_it_is_too_late():
    booking = ask()

    with pytest.raises(AlreadyAnswered):
        actions.answer_approval(booking.approval, agrees=True, at=FRIDAY_EVENING)


def test_manager_answers_a_cancelled_booking_then_nothing_comes_back():
    booking = ask()
    actions.cancel(booking, at=NOW)

    with pytest.raises(AlreadyAnswered):
        actions.answer_approval(booking.approval, agrees=True, at=NOW)
    assert actions.lapse_approvals(at=FRIDAY_EVENING) == 0

    assert fresh(booking).status == "cancelled"
    assert Approval.objects.get().answer == "withdrawn"
    assert counters(booking.session) == (0, 0)


def test_cancel_while_the_manager_is_asked_then_it_is_not_late():
    booking = ask(at=START - timedelta(days=1))

    assert not actions.cancel(booking, at=START - timedelta(hours=1)).cancelled_late


def test_accept_an_offer_when_the_manager_is_asked_then_the_answer_is_waited_for():
    session = SessionFactory(capacity=1)
    holder = ask(session)
    waiting = make_queued_with(session)
    actions.cancel(holder, at=NOW)

    accepted, again = (actions.accept(waiting, at=NOW) for _ in range(2))

    assert again == accepted
    assert accepted.status == again.status == "awaiting_approval"
    assert accepted.approval.manager_email == "mo@example.org"
    actions.answer_approval(accepted.approval, agrees=True, at=NOW)
    assert verbs(waiting) == ["queued", "offered", "accepted_to_ask", "approved"]


@pytest.mark.parametrize(("before", "status"), [("none", "offered"), ("asked", "confirmed")])
def test_place_when_the_policy_has_come_to_ask_the_manager_then_offered_to_whoever_was_not_asked_before(before, status):
    set_policy(manager=before, waiting_list="automatic")
    session = SessionFactory(capacity=1)
    holder = ask(session, manager=("", ""))
    session.refresh_from_db()
    waiting = ask(session, manager=("", ""))
    set_policy(manager="asked", waiting_list="automatic")

    actions.cancel(holder, at=NOW)

    assert fresh(waiting).status == status


@pytest.mark.parametrize("mode", ["none", "self_declared", "told"])
def test_book_when_the_manager_is_not_asked_then_confirmed_at_once(mode):
    set_policy(manager=mode)

    assert ask(manager=None if mode == "none" else MANAGER).status == "confirmed"
    assert make_booking().status == "confirmed"
    assert make_queued(session=_full()).status == "waitlisted"


def _full():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    return session
