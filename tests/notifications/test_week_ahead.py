"""Who has several sessions in one week is told of them in one mail, instead of the first reminder of each."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bookings import actions
from bookings.links import CANCEL, COMING, GIVE, path_of
from events import actions as event_actions
from notifications import delivery, invariants, messages, outbox, reminder_rows, week_ahead
from notifications.models import Message, SwitchedOff
from tests.bookings.desk import set_policy
from tests.factories import NOW, START, SessionFactory, UserFactory, VenueFactory, make_booking
from tests.factories.events import WeekFactory
from tests.notifications.mails import html_of, read, words_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = datetime(2027, 6, 11, 8, tzinfo=UTC)  # the Friday before, 09:00 in London
SOON = FIRST - timedelta(minutes=10)


@pytest.fixture
def person():
    return UserFactory(name="Pat Sample", email="pat@example.org")


def book(person, *days, at=NOW, **values):
    """Book sessions that many days after the Tuesday of the week."""
    sessions = [SessionFactory(title=f"Session {n}", starts_at=START + n * DAY, capacity=9, **values) for n in days]
    return [make_booking(session=session, practitioner=person, at=at) for session in sessions]


def firsts(*bookings):
    """Where the first reminder of each booking stands."""
    rows = Message.objects.filter(booking__in=bookings, kind="reminder", occurrence__startswith="-10d")
    return list(rows.order_by("booking__session__starts_at").values_list("status", flat=True))


def digest():
    return Message.objects.get(kind="week_ahead")


def test_first_reminders_when_several_in_a_week_then_one_mail_that_says_all(person):
    venue = VenueFactory()
    one, two = book(person, 0, 1)
    (three,) = book(person, 3, format="in_person", venue=venue, practical_note="Bring a pen.")

    assert week_ahead.gather(at=SOON) == 1
    assert week_ahead.gather(at=SOON) == 0

    row = digest()
    assert (row.booking, row.due_at, row.status) == (one, FIRST, "pending")
    assert firsts(one, two, three) == ["cancelled"] * 3
    mail = read(row)
    assert mail["To"] == "pat@example.org"
    assert mail["Subject"] == "Reminder: 3 sessions in Learning from Reviews, from Tuesday 22 June 2027"
    for text in (words_of(mail), html_of(mail)):
        assert text.index("Session 0") < text.index("Session 1") < text.index("Session 3")
        assert "Friday 25 June 2027, 09:30 to 11:00 (UK time)" in text
        assert "At Example Hall, 1 Example Street, Newport" in text
        assert "Bring a pen." in text
        for booking in (one, two, three):
            for purpose in (COMING, CANCEL, GIVE):
                assert path_of(purpose, booking) in text
        assert "/me/messages/" in text
    assert "please cancel by Thursday 17 June 2027 at 23:59" in words_of(mail)


def test_what_comes_later_then_comes_for_each_by_itself(person):
    book(person, 0, 1)
    week_ahead.gather(at=SOON)
    later = Message.objects.filter(kind__startswith="reminder").exclude(occurrence__startswith="-10d")
    assert set(later.values_list("status", flat=True)) == {"pending"}
    assert week_ahead.gather(at=START - DAY) == 0  # the day before is told by itself


def test_one_session_or_one_in_each_week_then_its_own_reminder(person):
    (one,) = book(person, 0)
    other = WeekFactory(slug="2027-06-another", title="Another", starts_on=date(2027, 6, 28))
    (two,) = book(person, 1, week=other)
    somebody = book(UserFactory(), 0)
    assert week_ahead.gather(at=FIRST) == 0
    assert firsts(one, two, *somebody) == ["pending"] * 3


def test_too_early_then_nothing_is_gathered(person):
    bookings = book(person, 0, 1)
    assert week_ahead.gather(at=FIRST - timedelta(minutes=16)) == 0
    assert firsts(*bookings) == ["pending"] * 2


def test_late_booker_then_what_lies_ahead_comes_by_itself(person):
    bookings = book(person, 0, 1, at=START - 6 * DAY)  # the first reminders are past
    for at in (START - 5 * DAY, START - DAY, START):
        assert week_ahead.gather(at=at) == 0
    assert Message.objects.filter(booking__in=bookings, kind="reminder", status="pending").count() == 2


def test_who_books_one_more_after_it_then_its_own_reminder_comes(person):
    book(person, 0, 1)
    week_ahead.gather(at=SOON)
    (more,) = book(person, 3, at=FIRST + timedelta(hours=1))
    assert week_ahead.gather(at=more.session.starts_at - 10 * DAY) == 0
    assert firsts(more) == ["pending"]


def test_a_week_already_begun_then_only_what_is_to_come_is_told(person):
    set_policy(reminders=["2 days before at 09:00", "1 day before at 09:00"])
    past, one, two = book(person, 0, 2, 3, at=START - timedelta(hours=1))
    assert week_ahead.gather(at=one.session.starts_at - 2 * DAY) == 1
    text = words_of(read(digest()))
    assert past.session.title not in text
    assert one.session.title in text
    assert two.session.title in text


def test_only_one_rule_in_days_then_each_day_keeps_its_reminder(person):
    set_policy(reminders=["1 working day before at 09:00", "1 hour before"])
    book(person, 0, 1)
    for at in (START - 2 * DAY, START - DAY, START):
        assert week_ahead.gather(at=at) == 0


@pytest.mark.parametrize("kind", ["week_ahead", "reminder"])
def test_who_has_switched_it_off_then_is_told_as_they_want(person, kind):
    SwitchedOff.objects.create(person=person, kind=kind)
    bookings = book(person, 0, 1)
    assert week_ahead.gather(at=SOON) == 0
    assert firsts(*bookings) == ["pending"] * 2


def test_digest_when_one_is_cancelled_or_moved_then_speaks_of_what_is_left_and_when_none_is_says_nothing(person):
    one, two, three = book(person, 0, 1, 3)
    week_ahead.gather(at=SOON)
    actions.cancel(one, at=SOON)  # it hangs on this one
    assert digest().status == "pending"
    event_actions.reschedule_session(
        two.session_id, starts_at=START + 2 * DAY, ends_at=START + 2 * DAY + timedelta(hours=1), at=SOON
    )
    mail = read(digest())
    assert mail["Subject"].startswith("Reminder: 1 session in")
    assert "Session 3" in words_of(mail)
    assert "Session 0" not in words_of(mail)
    assert "Session 1" not in words_of(mail)
    assert "pending" in firsts(two)  # the new start has a reminder of its own
    assert invariants.faults(at=SOON) == []

    actions.cancel(three, at=SOON)
    with pytest.raises(messages.NoLongerTrue, match="None of these sessions"):
        messages.build(digest())


def test_what_was_told_together_when_sessions_move_back_or_the_sweep_looks_then_is_not_told_again(person):
    one, two = book(person, 0, 1)
    week_ahead.gather(at=SOON)
    for start in (START + 5 * DAY, START):
        event_actions.reschedule_session(
            one.session_id, starts_at=start, ends_at=start + timedelta(hours=1), at=NOW + timedelta(hours=1)
        )
    assert firsts(one, two).count("pending") == 0
    assert outbox.write_missing(at=SOON) == 0
    reminder_rows.align([one.session, two.session], at=NOW)
    assert firsts(one, two).count("pending") == 0


def due_now(person, session, now):
    """Book two sessions of the week whose first reminders are due now."""
    other = SessionFactory(starts_at=session.starts_at + DAY, capacity=9)
    bookings = [make_booking(session=one, practitioner=person, at=now - 2 * DAY) for one in (session, other)]
    Message.objects.exclude(kind="reminder", occurrence__startswith="-10d").delete()
    Message.objects.update(due_at=now - timedelta(seconds=1), expires_at=now + DAY)
    return bookings


def test_drain_then_sends_one_mail_of_both(person, session, now, sink):
    due_now(person, session, now)
    assert delivery.drain() == 1
    assert len(sink.received) == 1
    assert digest().status == "sent"


def test_control_without_gathering_then_two_mails(person, session, now, sink, monkeypatch):
    monkeypatch.setattr(week_ahead, "gather", lambda **_: 0)
    due_now(person, session, now)
    assert delivery.drain() == 2


def test_digest_when_a_booking_ends_while_it_is_built_then_it_is_built_again_without_it(
    person, session, now, sink, monkeypatch
):
    one, two = due_now(person, session, now)
    build = messages.build

    def cancelled_meanwhile(message):
        mail = build(message)
        actions.cancel(two, at=now)
        return mail

    monkeypatch.setattr(messages, "build", cancelled_meanwhile)
    assert delivery.drain(most=1) == 0
    assert not sink.received
    monkeypatch.setattr(messages, "build", build)
    Message.objects.filter(kind="cancelled").delete()
    assert delivery.drain() == 1
    assert path_of(COMING, one) in words_of(read(digest()))
    assert path_of(COMING, two) not in words_of(read(digest()))


@pytest.mark.parametrize("people", [1, 5])
def test_gathering_when_few_or_many_then_statements_for_each_digest_and_no_more(people, django_assert_max_num_queries):
    for _ in range(people):
        book(UserFactory(), 0, 1)
    with django_assert_max_num_queries(8 + 3 * people):
        assert week_ahead.gather(at=SOON) == people


def test_gathering_when_nothing_is_to_be_gathered_then_few_statements(django_assert_max_num_queries):
    for _ in range(4):
        book(UserFactory(), 0)
    with django_assert_max_num_queries(4):
        assert week_ahead.gather(at=FIRST) == 0
