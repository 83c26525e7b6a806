"""Who came and has said nothing yet is reminded of the questions, as the rules say, and nobody else."""

from datetime import date, time, timedelta

import pytest

from bookings import actions
from bookings.actions import Mark
from bookings.links import feedback_path
from events.models import Session
from events.wall_time import instant
from notifications import choices, messages, outbox, question_reminders
from notifications.models import Message
from notifications.reminder_rows import RULES_CHANGED
from tests.bookings.desk import set_policy, set_session_policy
from tests.bookings.feedback import give
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking
from tests.notifications.mails import mail_of, row_of, words_of

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
RULES = ("1 working day before at 09:00", "1 working day after at 09:00", "7 days after")


def london(month, day, hour=9):
    return instant(date(2027, month, day), time(hour))


def mark(booking, state, *, at=END):
    actions.mark(booking.session, [Mark(booking.pk, state, at)], at=at, actor=None)


def rows(booking):
    found = Message.objects.filter(booking=booking, kind="questions_reminder").order_by("due_at")
    return list(found.values_list("due_at", "status"))


def align(*, at):
    return question_reminders.align(Session.objects.all(), at=at)


@pytest.fixture
def booking():
    """Somebody with a place where two rules come after the end."""
    made = make_booking()
    set_session_policy(made.session, reminders=RULES)
    return made


def test_who_came_then_is_to_be_reminded_after_the_end_and_before_it_nothing_changes(booking):
    mark(booking, "present", at=START)

    assert rows(booking) == [(london(6, 23), "pending"), (london(6, 29), "pending")]
    assert row_of(booking, "thank_you").due_at == END


def test_who_came_when_no_rule_comes_after_the_end_then_is_not_reminded():
    booking = make_booking()
    mark(booking, "present")

    assert rows(booking) == []


@pytest.mark.parametrize("state", ["did_not_attend", "excused"])
def test_who_did_not_come_then_is_not_reminded(booking, state):
    mark(booking, state)

    assert rows(booking) == []


def test_rule_of_the_partnership_then_holds_for_its_sessions():
    set_policy(reminders=["2 hours after"])
    booking = make_booking()
    mark(booking, "late", at=START)

    assert rows(booking) == [(END + timedelta(hours=2), "pending")]


def test_mark_when_it_comes_after_a_rule_was_due_then_that_one_is_not_written(booking):
    mark(booking, "present", at=london(6, 25))

    assert rows(booking) == [(london(6, 29), "pending")]


def first_of(booking):
    """Return the first reminder, after the thanks have gone."""
    Message.objects.filter(booking=booking, kind="thank_you").update(status="sent", risky=1, sent_at=END)
    return Message.objects.filter(booking=booking, kind="questions_reminder").order_by("due_at").first()


def test_mail_then_leads_to_the_questions_and_says_why_it_comes(booking):
    mark(booking, "present", at=START)

    first_of(booking)
    mail = mail_of(booking, "questions_reminder")

    assert mail["Subject"] == "How was it? Sharing information with confidence, Tuesday 22 June 2027"
    assert "have not told us yet how it was for you" in words_of(mail)
    assert feedback_path(booking, "post") in words_of(mail)
    assert "/me/messages/" in words_of(mail)


def test_mail_when_nothing_has_changed_then_goes(booking):
    mark(booking, "present", at=START)

    assert messages.build(first_of(booking))


def test_mail_when_it_is_answered_then_does_not_go(booking):
    mark(booking, "present", at=START)
    give(booking)

    with pytest.raises(messages.NoLongerTrue):
        messages.build(first_of(booking))


def test_mail_when_the_mark_is_corrected_then_does_not_go(booking):
    mark(booking, "present", at=START)
    mark(booking, "did_not_attend", at=END)

    with pytest.raises(messages.NoLongerTrue, match="register does not say so"):
        messages.build(first_of(booking))


def test_mail_when_its_rule_is_gone_then_does_not_go(booking):
    mark(booking, "present", at=START)
    set_session_policy(booking.session, reminders=RULES[:1])

    with pytest.raises(messages.NoLongerTrue, match=RULES_CHANGED):
        messages.build(first_of(booking))


def test_rules_when_changed_then_rows_are_withdrawn_moved_written_and_reopened(booking):
    mark(booking, "present", at=START)
    set_session_policy(booking.session, reminders=("1 working day after at 15:00", "3 working days after"))

    assert align(at=END) == 3
    assert [row for row in rows(booking) if row[1] == "pending"] == [
        (london(6, 23, 15), "pending"),
        (london(6, 25), "pending"),
    ]
    assert align(at=END) == 0

    set_session_policy(booking.session, reminders=RULES)
    assert align(at=END) == 3
    assert [row for row in rows(booking) if row[1] == "pending"] == [
        (london(6, 23), "pending"),
        (london(6, 29), "pending"),
    ]


def test_rules_when_changed_after_one_was_sent_or_is_past_then_that_is_left_alone(booking):
    mark(booking, "present", at=START)
    sent = first_of(booking)
    Message.objects.filter(pk=sent.pk).update(status="sent", risky=1, sent_at=london(6, 23))
    set_session_policy(booking.session, reminders=("2 hours after", "1 working day after at 15:00"))

    assert align(at=london(6, 23, 10)) == 1  # the one of the seventh day is withdrawn

    assert rows(booking) == [(london(6, 23), "sent"), (london(6, 29), "cancelled")]


def test_sweep_when_a_row_is_gone_then_writes_it(booking):
    mark(booking, "present", at=START)
    Message.objects.filter(kind="questions_reminder").delete()

    assert outbox.write_missing(at=END) == 2
    assert outbox.write_missing(at=END) == 0
    assert rows(booking) == [(london(6, 23), "pending"), (london(6, 29), "pending")]


def test_choice_then_may_be_made_not_to_be_asked_again():
    assert "questions_reminder" in {str(kind) for kind in choices.offered(UserFactory(), at=NOW)}


@pytest.mark.parametrize("count", [1, 8])
def test_marking_when_few_or_many_came_then_the_same_statements(count, django_assert_num_queries):
    session = SessionFactory(capacity=9)
    set_session_policy(session, reminders=RULES)
    marks = [Mark(make_booking(session=session, practitioner=UserFactory()).pk, "present", START) for _ in range(count)]
    with django_assert_num_queries(9):
        actions.mark(session, marks, at=START, actor=None, source="report")
    assert Message.objects.filter(kind="questions_reminder").count() == 2 * count
