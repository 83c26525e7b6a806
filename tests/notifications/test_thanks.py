"""Who came is thanked and asked how it was, and some weeks later what it changed, as long as the register says so."""

from datetime import UTC, date, time, timedelta

import pytest

from bookings import actions
from bookings.actions import Mark
from bookings.links import feedback_path
from bookings.models import Booking
from events.wall_time import instant
from notifications import afterwards, invariants, messages, outbox
from notifications.models import Message
from tests.bookings.feedback import give
from tests.factories import START, SessionFactory, UserFactory, make_booking
from tests.notifications.mails import html_of, mail_of, row_of, words_of

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
HOUR = timedelta(hours=1)


def london(month, day, hour=9, minute=0):
    return instant(date(2027, month, day), time(hour, minute))


def mark(booking, state, *, at=END):
    actions.mark(booking.session, [Mark(booking.pk, state, at)], at=at, actor=None)


def rows(booking):
    found = Message.objects.filter(booking=booking, kind__in=["thank_you", "follow_up"]).order_by("due_at")
    return list(found.values_list("kind", "due_at", "status"))


@pytest.mark.parametrize("state", ["present", "late", "left_early"])
def test_who_came_then_is_thanked_at_the_end_and_asked_again_eight_weeks_later(state):
    booking = make_booking()
    mark(booking, state, at=START + timedelta(minutes=5))
    assert rows(booking) == [("thank_you", END, "pending"), ("follow_up", END + timedelta(weeks=8), "pending")]


@pytest.mark.parametrize("state", ["did_not_attend", "excused"])
def test_who_did_not_come_then_is_not_thanked(state):
    booking = make_booking()
    mark(booking, state)
    assert rows(booking) == []


@pytest.mark.parametrize(
    ("policy", "marked", "thanks", "asked"),
    [
        ({}, london(6, 22, 11, 59), END, london(8, 17, 11)),
        ({}, london(6, 22, 21), london(6, 23), london(8, 17, 11)),  # marked in the evening: the next morning
        ({}, london(6, 23, 14), london(6, 23, 14), london(8, 17, 11)),
        ({"questions_after_days": 1}, START, london(6, 23), london(8, 17, 11)),
        ({"questions_after_days": 4}, START, london(6, 28), london(8, 17, 11)),  # a Saturday
        ({"questions_impact_weeks": 10}, START, END, london(8, 31, 11)),
    ],
)
def test_times_then_as_the_policy_says_and_not_at_night(policy, marked, thanks, asked):
    booking = Booking(policy=policy, session=SessionFactory.build())
    times = afterwards.thanks_times(booking.session, booking, marked_at=marked)
    assert list(times.values()) == [thanks, asked]


def test_follow_up_when_the_clocks_change_in_between_then_in_working_hours():
    ends_at = instant(date(2026, 9, 1), time(17)).astimezone(UTC)
    booking = Booking(policy={}, session=SessionFactory.build(starts_at=ends_at - HOUR, ends_at=ends_at))
    asked = list(afterwards.thanks_times(booking.session, booking, marked_at=ends_at).values())[1]
    assert asked == instant(date(2026, 10, 27), time(16))  # eight weeks as they pass, so an hour earlier by the clock


def test_mails_then_lead_to_the_questions_without_signing_in():
    booking = make_booking()
    mark(booking, "present")
    thanks, later = mail_of(booking, "thank_you"), mail_of(booking, "follow_up")
    assert thanks["Subject"] == "Thank you for coming: Sharing information with confidence, Tuesday 22 June 2027"
    assert later["Subject"] == "What has it changed? Sharing information with confidence, Tuesday 22 June 2027"
    for mail, stage in ((thanks, "post"), (later, "impact")):
        assert feedback_path(booking, stage) in words_of(mail)
        assert f'{feedback_path(booking, stage)}"' in html_of(mail)
        assert "/me/messages/" in words_of(mail)


def test_mails_when_it_was_answered_already_then_ask_nothing(client):
    booking = make_booking()
    mark(booking, "present")
    give(booking)
    text = words_of(mail_of(booking, "thank_you"))
    assert "You have told us already how it was" in text
    assert "/feedback/" not in text
    assert feedback_path(booking, "impact") in words_of(mail_of(booking, "follow_up"))
    give(booking, stage="impact", at=END + timedelta(weeks=8))
    with pytest.raises(messages.NoLongerTrue, match="have said already"):
        messages.build(row_of(booking, "follow_up"))


def test_register_when_corrected_then_nobody_is_thanked_who_was_not_there_and_who_was_is_again():
    booking = make_booking()
    mark(booking, "present")
    mark(booking, "did_not_attend", at=END + HOUR)
    message = row_of(booking, "thank_you")
    with pytest.raises(messages.NoLongerTrue, match="register does not say so"):
        messages.build(message)
    Message.objects.filter(pk=message.pk).update(status="cancelled", error=afterwards.REGISTER_DIFFERS)
    mark(booking, "present", at=END + 2 * HOUR)
    message.refresh_from_db()
    assert message.status == "pending"
    assert messages.build(message)
    assert Message.objects.filter(booking=booking, kind="thank_you").count() == 1


def test_thanks_when_they_went_then_do_not_go_again():
    booking = make_booking()
    mark(booking, "present")
    Message.objects.filter(booking=booking, kind="thank_you").update(status="sent", risky=1, sent_at=END)
    for state, hours in (("", 1), ("late", 2)):
        mark(booking, state, at=END + hours * HOUR)
    assert rows(booking)[0][2] == "sent"
    assert len(rows(booking)) == 2


def test_sweep_when_a_row_is_gone_then_writes_it():
    booking = make_booking()
    mark(booking, "present")
    Message.objects.filter(booking=booking, kind="thank_you").delete()
    at = END + timedelta(minutes=30)
    assert [text for text in invariants.faults(at=at) if "thank_you" in text]
    assert outbox.write_missing(at=at) == 1
    assert outbox.write_missing(at=at) == 0
    assert rows(booking)[0] == ("thank_you", END, "pending")


@pytest.mark.parametrize("count", [1, 8])
def test_marking_when_few_or_many_came_then_two_statements_more(count, django_assert_num_queries):
    session = SessionFactory(capacity=9)
    marks = [Mark(make_booking(session=session, practitioner=UserFactory()).pk, "present", START) for _ in range(count)]
    with django_assert_num_queries(9):
        actions.mark(session, marks, at=START, actor=None, source="report")
    assert Message.objects.filter(kind="thank_you").count() == count
