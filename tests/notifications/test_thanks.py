"""Who came is thanked and asked how it was, and some weeks later what it changed, as long as the register says so."""

from datetime import UTC, date, time, timedelta

import pytest

from bookings import actions
from bookings.actions import Mark
from bookings.links import feedback_path
from bookings.models import Booking
from bookings.policy import KEYS
from events.wall_time import instant
from notifications import afterwards, delivery, invariants, messages, outbox
from notifications.kinds import AFTERWARDS
from notifications.models import Message
from tests.bookings.desk import set_session_policy
from tests.bookings.feedback import give, settle
from tests.factories import START, SessionFactory, UserFactory, make_booking
from tests.factories.instants import london
from tests.notifications.mails import html_of, mail_of, row_of, words_of

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
HOUR = timedelta(hours=1)
HOLD = timedelta(minutes=10)
MANAGER = ("Max Example", "max@example.org")


def ended(now, ago):
    """A session whose end is some time ago, by the real clock, that the outbox goes by."""
    return SessionFactory(starts_at=now - ago - HOUR, ends_at=now - ago, capacity=9)


def sent():
    return sorted(Message.objects.filter(status="sent").values_list("booking", "kind"))


def rows(booking):
    found = Message.objects.filter(booking=booking, kind__in=["thank_you", "follow_up"]).order_by("due_at")
    return list(found.values_list("kind", "due_at", "status"))


@pytest.mark.parametrize("state", ["present", "late", "left_early"])
def test_register_when_closed_then_who_came_is_thanked_ten_minutes_on_and_asked_again_eight_weeks_later(state):
    booking = make_booking()
    actions.mark(booking.session, [Mark(booking.pk, state, END)], at=END, actor=None)
    assert rows(booking) == []  # as long as it is open nobody is thanked
    actions.close_register(booking.session, at=END, actor=None)
    assert rows(booking) == [
        ("thank_you", END + HOLD, "pending"),
        ("follow_up", END + timedelta(weeks=8), "pending"),
    ]


@pytest.mark.parametrize("state", ["did_not_attend", "excused"])
def test_who_did_not_come_then_is_not_thanked(state):
    booking = make_booking()
    settle(booking, state)
    assert rows(booking) == []


def test_register_when_marked_and_corrected_and_closed_then_one_mail_a_person_and_none_before_it_holds(now):
    session = ended(now, timedelta(days=1))
    people = [make_booking(session=session, practitioner=UserFactory(), at=now - timedelta(days=9)) for _ in range(3)]
    Message.objects.all().delete()
    for state in ("did_not_attend", "present", "did_not_attend"):
        actions.mark(session, [Mark(one.pk, state, now) for one in people], at=now, actor=None)
    actions.mark(session, [Mark(people[0].pk, "present", now)], at=now, actor=None)
    delivery.drain()
    assert sent() == []

    opened = now - HOLD + timedelta(minutes=1)
    actions.close_register(session, at=opened, actor=None)
    delivery.drain()
    assert sent() == []  # nine minutes have passed

    actions.reopen_register(session, reason="One was there.", at=now, actor=None)
    actions.mark(session, [Mark(people[1].pk, "late", now)], at=now, actor=None)
    Message.objects.update(due_at=now - timedelta(minutes=1))
    delivery.drain()
    assert sent() == []  # it is open again
    actions.close_register(session, at=now, actor=None)
    assert Message.objects.filter(status="pending", due_at__gte=now + HOLD).count() == 5  # thanks, questions, absence
    assert not Message.objects.filter(status="pending", due_at__lt=now + HOLD).exists()

    Message.objects.filter(kind__in=["thank_you", "absence"]).update(due_at=now - timedelta(minutes=1))
    delivery.drain()
    kinds = {people[0].pk: "thank_you", people[1].pk: "thank_you", people[2].pk: "absence"}
    assert sent() == sorted(kinds.items())


@pytest.mark.parametrize(("first", "then"), [("did_not_attend", "present"), ("present", "did_not_attend")])
def test_register_when_corrected_after_the_mail_went_then_no_second_one_says_otherwise(now, first, then):
    person, session = UserFactory(), ended(now, timedelta(days=1))
    booking = actions.book(session, practitioner=person, at=now - timedelta(days=9), manager=MANAGER)
    Message.objects.all().delete()
    for state in (first, then):
        settle(booking, state, at=now)
        Message.objects.filter(status="pending").update(due_at=now - timedelta(minutes=1))
        delivery.drain()
    of_first = "absence" if first == "did_not_attend" else "thank_you"
    assert of_first in dict(sent()).values()
    assert {kind in {"absence", "absence_told"} for _, kind in sent()} == {first == "did_not_attend"}
    refused = Message.objects.filter(status="cancelled", error=afterwards.TOLD_OTHERWISE)
    assert refused.exists()
    settle(booking, then, at=now)
    assert not Message.objects.filter(status="pending").exists()


@pytest.mark.parametrize(
    ("days", "policy", "is_sent"), [(14, {}, True), (15, {}, False), (15, {"follow_up_days": 30}, True)]
)
def test_register_when_closed_long_after_the_session_then_no_mail(days, policy, is_sent):
    came, absent = (make_booking(session=SessionFactory(capacity=9)) for _ in range(2))
    for booking, state in ((came, "present"), (absent, "did_not_attend")):
        set_session_policy(booking.session, **policy)
        settle(booking, state, at=END + timedelta(days=days))
        assert Message.objects.filter(booking=booking, kind__in=AFTERWARDS).exists() is is_sent
    assert outbox.missing(at=END + timedelta(days=days, hours=1)) == []


@pytest.mark.parametrize(
    ("policy", "closed", "thanks", "asked"),
    [
        ({}, london(2027, 6, 22, 11, 59), london(2027, 6, 22, 12, 9), london(2027, 8, 17, 11)),
        (
            {},
            london(2027, 6, 22, 21),
            london(2027, 6, 23),
            london(2027, 8, 17, 11),
        ),  # closed in the evening: the next morning
        ({}, london(2027, 6, 23, 14), london(2027, 6, 23, 14, 10), london(2027, 8, 17, 11)),
        ({"questions_after_days": 1}, END, london(2027, 6, 23), london(2027, 8, 17, 11)),
        ({"questions_after_days": 1}, london(2027, 6, 23, 8, 55), london(2027, 6, 23, 9, 5), london(2027, 8, 17, 11)),
        ({"questions_after_days": 4}, END, london(2027, 6, 28), london(2027, 8, 17, 11)),  # a Saturday
        ({"questions_impact_weeks": 10}, END, END + HOLD, london(2027, 8, 31, 11)),
    ],
)
def test_times_then_as_the_policy_says_and_not_at_night(policy, closed, thanks, asked):
    booking = Booking(policy=policy, session=SessionFactory.build())
    times = afterwards.thanks_times(booking.session, booking, closed_at=closed)
    assert list(times.values()) == [thanks, asked]


def test_thanks_when_closed_as_late_as_a_policy_may_allow_then_still_come_before_what_it_changed_is_asked():
    days, weeks = KEYS["follow_up_days"].most, KEYS["questions_impact_weeks"].least
    booking = Booking(policy={"questions_impact_weeks": weeks}, session=SessionFactory.build())
    times = afterwards.thanks_times(booking.session, booking, closed_at=END + timedelta(days=days))
    assert times["follow_up"] - times["thank_you"] > timedelta(days=7)


def test_follow_up_when_the_clocks_change_in_between_then_in_working_hours():
    ends_at = instant(date(2026, 9, 1), time(17)).astimezone(UTC)
    booking = Booking(policy={}, session=SessionFactory.build(starts_at=ends_at - HOUR, ends_at=ends_at))
    asked = list(afterwards.thanks_times(booking.session, booking, closed_at=ends_at).values())[1]
    assert asked == instant(date(2026, 10, 27), time(16))  # eight weeks as they pass, so an hour earlier by the clock


def test_mails_then_lead_to_the_questions_without_signing_in():
    booking = make_booking()
    settle(booking)
    thanks, later = mail_of(booking, "thank_you"), mail_of(booking, "follow_up")
    assert thanks["Subject"] == "Thank you for coming: Sharing information with confidence, Tuesday 22 June 2027"
    assert later["Subject"] == "What has it changed? Sharing information with confidence, Tuesday 22 June 2027"
    for mail, stage in ((thanks, "post"), (later, "impact")):
        assert feedback_path(booking, stage) in words_of(mail)
        assert f'{feedback_path(booking, stage)}"' in html_of(mail)
        assert "/me/messages/" in words_of(mail)


def test_mails_when_it_was_answered_already_then_ask_nothing(client):
    booking = make_booking()
    settle(booking)
    give(booking)
    text = words_of(mail_of(booking, "thank_you"))
    assert "You have told us already how it was" in text
    assert "/feedback/" not in text
    assert feedback_path(booking, "impact") in words_of(mail_of(booking, "follow_up"))
    give(booking, stage="impact", at=END + timedelta(weeks=8))
    with pytest.raises(messages.NoLongerTrue, match="have said already"):
        messages.build(row_of(booking, "follow_up"))


def test_register_when_corrected_before_the_mail_then_nobody_is_thanked_who_was_not_there_and_who_was_is_again():
    booking = make_booking()
    settle(booking)
    message = row_of(booking, "thank_you")
    assert messages.build(message)
    actions.reopen_register(booking.session, reason="Wrong.", at=END, actor=None)
    with pytest.raises(messages.NoLongerTrue, match="register is open"):
        messages.build(message)
    for at, state in ((END + HOUR, "did_not_attend"), (END + 2 * HOUR, "")):
        settle(booking, state, at=at)
        with pytest.raises(messages.NoLongerTrue, match="register does not say so"):
            messages.build(message)
    for error in (afterwards.REGISTER_OPEN, afterwards.REGISTER_DIFFERS):
        Message.objects.filter(pk=message.pk).update(status="cancelled", error=error)
        settle(booking, at=END + 3 * HOUR)
        message.refresh_from_db()
        assert (message.status, message.error, message.due_at) == ("pending", "", END + 3 * HOUR + HOLD)
    assert messages.build(message)
    assert Message.objects.filter(booking=booking, kind="thank_you").count() == 1


def test_thanks_when_they_went_then_do_not_go_again():
    booking = make_booking()
    settle(booking)
    Message.objects.filter(booking=booking, kind="thank_you").update(status="sent", risky=1, sent_at=END)
    for state, hours in (("", 1), ("late", 2)):
        settle(booking, state, at=END + hours * HOUR)
    assert rows(booking)[0][2] == "sent"
    assert len(rows(booking)) == 2


def test_sweep_when_a_row_is_gone_then_writes_it():
    booking = make_booking()
    settle(booking)
    Message.objects.filter(booking=booking, kind="thank_you").delete()
    at = END + timedelta(minutes=30)
    assert [text for text in invariants.faults(at=at) if "thank_you" in text]
    assert outbox.write_missing(at=at) == 1
    assert outbox.write_missing(at=at) == 0
    assert rows(booking)[0] == ("thank_you", END + HOLD, "pending")


@pytest.mark.parametrize("count", [1, 8])
def test_closing_when_few_or_many_came_then_as_many_statements(count, django_assert_num_queries):
    session = SessionFactory(capacity=9)
    marks = [Mark(make_booking(session=session, practitioner=UserFactory()).pk, "present", START) for _ in range(count)]
    with django_assert_num_queries(7):
        actions.mark(session, marks, at=START, actor=None, source="report")
    with django_assert_num_queries(12):
        actions.close_register(session, at=END, actor=None)
    assert Message.objects.filter(kind="thank_you").count() == count
