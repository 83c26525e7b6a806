"""Who came and has not said how it was is reminded as the rules say, and as long as they and the register say so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from bookings.links import feedback_path
from bookings.models import PartnershipPolicy
from events.models import Session
from notifications import afterwards, delivery, invariants, messages, outbox, question_reminders, tasks
from notifications.kinds import Kind
from notifications.models import Message, SwitchedOff
from notifications.readers import NoLongerTrue
from tests.bookings.desk import set_policy, set_session_policy
from tests.bookings.feedback import came, give, settle
from tests.factories import START, PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.factories.instants import london
from tests.notifications.mails import html_of, let_go, read, row_of, words_of

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)  # Tuesday 22 June 2027, 11:00 in London
HOUR = timedelta(hours=1)
KIND = Kind.QUESTIONS_REMINDER
ONE_DAY = "1 working day after at 09:00"


def decide(partnership, *rules, at=END, **values):
    newest = PartnershipPolicy.objects.filter(partnership=partnership).first()
    as_of = newest.version if newest else 0
    actions.set_policy(partnership, {"reminders": list(rules), **values}, actor=UserFactory(), at=at, as_of=as_of)


def found(booking=None):
    rows = Message.objects.filter(kind=KIND, **({"booking": booking} if booking else {})).order_by("due_at")
    return [(row.occurrence.split()[0], row.due_at, row.status) for row in rows]


@pytest.fixture
def session(hampshire):
    return SessionFactory(host=hampshire, capacity=None)


@pytest.fixture
def booking(hampshire, session):
    """A place, where those who came are reminded the next working morning."""
    set_policy(hampshire, reminders=[ONE_DAY])
    return make_booking(session=session)


def test_mark_when_somebody_came_then_the_rules_rows_are_written_with_the_thanks(hampshire, session, booking):
    set_policy(hampshire, reminders=["2 hours after", "1 hour before", "3 days after at 14:00"])
    settle(booking)
    assert found(booking) == [("+2h", END + 2 * HOUR, "pending"), ("+3d", london(2027, 6, 25, 14), "pending")]
    row = row_of(booking, KIND)
    assert row.expires_at == row.due_at + timedelta(days=14)
    assert outbox.missing(at=END) == []


def test_rules_of_the_house_then_nobody_is_reminded(session):
    booking = make_booking(session=session)
    settle(booking)
    assert found() == []
    assert Message.objects.filter(booking=booking, kind="thank_you").exists()  # the control


@pytest.mark.parametrize("state", ["did_not_attend", "excused"])
def test_mark_when_somebody_did_not_come_then_no_row(booking, state):
    settle(booking, state=state)
    assert found() == []


def test_rules_of_the_session_then_they_hold_and_not_those_that_the_booking_keeps(hampshire, session, booking):
    decide(hampshire, "2 days after", at=END - 3 * HOUR)
    settle(booking)
    assert [code for code, *_ in found()] == ["+2d"]


def test_rules_of_one_session_then_they_hold_for_it_and_nothing_else(hampshire, session, booking):
    set_session_policy(session, reminders=["2 hours after"])
    other = make_booking(session=SessionFactory(host=hampshire, capacity=None), practitioner=UserFactory())
    for one in (booking, other):
        settle(one)
    assert [code for code, *_ in found(booking)] == ["+2h"]
    assert [code for code, *_ in found(other)] == ["+1w"]


def test_several_dates_then_counted_from_the_last(session, booking):
    Session.objects.filter(pk=session.pk).update(last_ends_at=london(2027, 7, 6, 12), further_time=timedelta(hours=1))
    booking.session.refresh_from_db()
    settle(booking)
    assert found() == [("+1w", london(2027, 7, 7), "pending")]


@pytest.mark.parametrize(
    ("rule", "policy", "marked", "wanted"),
    [
        (ONE_DAY, {}, END, [london(2027, 6, 23)]),
        (ONE_DAY, {}, london(2027, 6, 22, 21), []),  # the thanks come in the morning themselves
        ("2 hours after", {}, END + 3 * HOUR, []),  # past when it was marked
        ("2 hours after", {"questions_after_days": 1}, START, []),  # before the thanks
        (ONE_DAY, {"questions_after_days": 1}, START, []),  # with them
        ("2 working days after", {"questions_after_days": 1}, START, [london(2027, 6, 24)]),
    ],
)
def test_reminder_then_never_past_and_never_before_the_thanks_or_with_them(
    hampshire, session, rule, policy, marked, wanted
):
    set_policy(hampshire, reminders=[rule], **policy)
    booking = make_booking(session=session)
    settle(booking, at=marked)
    assert [due for _, due, _ in found()] == wanted
    assert question_reminders.missing(at=marked) == []


def test_mail_then_leads_to_the_questions_without_signing_in_and_says_how_to_have_no_more(booking):
    settle(booking)
    let_go(booking, "thank_you")
    mail = read(row_of(booking, KIND))
    assert mail["Subject"] == "How was it? Sharing information with confidence, Tuesday 22 June 2027"
    text = words_of(mail)
    assert "How was it? You were at this session, and have not told us yet how it was for you." in text
    assert "Two minutes are enough. Trainers read what all said together, and nobody's name. Say how it was:" in text
    assert feedback_path(booking, "post") in text
    assert f'{feedback_path(booking, "post")}"' in html_of(mail)
    assert "/me/messages/" in text
    assert "thank you" not in text.lower()


def refusal(booking):
    with pytest.raises(NoLongerTrue) as refused:
        messages.build(row_of(booking, KIND))
    return str(refused.value)


def test_mail_when_it_was_answered_meanwhile_then_does_not_go(booking):
    settle(booking)
    let_go(booking, "thank_you")
    assert messages.build(row_of(booking, KIND))  # the control
    give(booking, stage="post")
    assert refusal(booking) == "They have said already how it was."


def test_mail_when_the_mark_is_corrected_then_does_not_go_and_goes_when_it_says_so_again(booking):
    settle(booking)
    let_go(booking, "thank_you")
    for state in ("did_not_attend", ""):
        settle(booking, state)
        assert refusal(booking) == afterwards.REGISTER_DIFFERS
    actions.reopen_register(booking.session, reason="Wrong.", at=END, actor=None)
    assert refusal(booking) == afterwards.REGISTER_OPEN
    settle(booking, "late")
    assert messages.build(row_of(booking, KIND))
    assert len(found()) == 1


def test_mail_when_it_was_withdrawn_for_the_register_then_waits_again_with_the_mark(booking):
    settle(booking)
    Message.objects.filter(kind=KIND).update(status="cancelled", error=afterwards.REGISTER_DIFFERS)
    settle(booking, "did_not_attend")
    assert found() == [("+1w", london(2027, 6, 23), "cancelled")]
    settle(booking)
    assert found() == [("+1w", london(2027, 6, 23), "pending")]


def test_mail_when_the_rule_or_the_questions_or_the_wish_are_gone_then_does_not_go(hampshire, booking):
    settle(booking)
    let_go(booking, "thank_you")
    SwitchedOff.objects.create(person=booking.practitioner, kind="thank_you")
    assert messages.build(row_of(booking, KIND))  # another kind, and the control
    SwitchedOff.objects.create(person=booking.practitioner, kind=KIND)
    assert refusal(booking) == "The person has switched these messages off."
    Message.objects.filter(kind=KIND).update(due_at=END + timedelta(days=400))
    assert refusal(booking) == "The questions are closed."
    set_policy(hampshire, reminders=["1 hour before"])
    assert refusal(booking) == "The rules call for no such reminder any more."
    Session.objects.filter(pk=booking.session_id).update(starts_at=START - HOUR)
    assert refusal(booking) == "The session did not take place at that time."


def test_mail_when_the_thanks_still_wait_then_does_not_go_beside_them(booking):
    settle(booking)
    assert refusal(booking) == "The thanks are still to go, and ask the same."


def test_rules_when_they_change_then_the_rows_of_ended_sessions_follow(hampshire, booking):
    settle(booking)
    one_day, moved, three = london(2027, 6, 23), london(2027, 6, 23, 15, 30), london(2027, 6, 25)
    decide(hampshire, "1 hour after", "1 working day after at 15:30", "3 days after", at=END + 2 * HOUR)
    assert found(booking) == [("+1w", moved, "pending"), ("+3d", three, "pending")]  # an hour after is past
    assert row_of(booking, KIND).expires_at == three + timedelta(days=14)
    decide(hampshire, at=END + 2 * HOUR)
    assert {status for *_, status in found()} == {"cancelled"}
    decide(hampshire, ONE_DAY, at=END + 2 * HOUR)
    assert found(booking) == [("+1w", one_day, "pending"), ("+3d", three, "cancelled")]
    assert Message.objects.get(kind=KIND, status="pending").error == ""
    assert outbox.missing(at=END + 2 * HOUR) == []
    decide(hampshire, at=one_day)
    assert found(booking)[0] == ("+1w", one_day, "pending")  # it is due, and the last look withdraws it
    assert "no such reminder" in refusal(booking)


@pytest.mark.parametrize("status", ["sent", "failed", "expired", "unknown"])
def test_a_reminder_that_has_ended_then_does_not_come_again_whatever_the_rules_become(hampshire, booking, status):
    settle(booking)
    sent = {"sent_at": END, "risky": 1} if status == "sent" else {}
    Message.objects.filter(kind=KIND).update(status=status, **sent)
    decide(hampshire)
    decide(hampshire, "1 working day after at 15:30")
    assert found(booking) == [("+1w", london(2027, 6, 23), status)]


def test_a_reminder_that_is_being_tried_is_left_alone(hampshire, booking):
    settle(booking)
    Message.objects.filter(kind=KIND).update(tries=1)
    decide(hampshire, "1 working day after at 15:30")
    decide(hampshire)
    assert found(booking) == [("+1w", london(2027, 6, 23), "pending")]


def test_rules_when_they_change_then_who_did_not_come_or_whose_register_is_open_has_no_row(hampshire, session):
    absent, present = (make_booking(session=session, practitioner=UserFactory()) for _ in range(2))
    settle(absent, state="did_not_attend")
    settle(present)
    make_booking(session=session, practitioner=UserFactory())
    came(make_booking(session=SessionFactory(host=hampshire), practitioner=UserFactory()))
    decide(hampshire, ONE_DAY, at=london(2027, 6, 22, 22))
    assert found() == found(present) == [("+1w", london(2027, 6, 23), "pending")]


def test_sessions_of_others_and_of_long_ago_then_stay_as_they_are(hampshire, session):
    other = SessionFactory(host=PartnershipFactory(slug="other", name="Other"), capacity=None)
    theirs, old = make_booking(session=other), make_booking(session=session)
    settle(theirs)
    settle(old)
    decide(hampshire, "90 days after", at=END + timedelta(days=121))
    assert found() == []
    decide(hampshire, "80 days after", at=END)
    assert [code for code, *_ in found(old)] == [code for code, *_ in found()] == ["+80d"]


def test_sweep_when_a_row_is_gone_then_it_is_missed_and_written_once(booking):
    settle(booking)
    Message.objects.filter(kind=KIND).delete()
    at = END + 3 * HOUR
    assert [text for text in invariants.faults(at=at) if KIND in text]
    assert outbox.write_missing(at=at) == 1
    assert outbox.write_missing(at=at) == 0
    assert found() == [("+1w", london(2027, 6, 23), "pending")]
    assert invariants.faults(at=at) == []


def test_sweep_when_rules_changed_behind_its_back_then_the_rows_follow(hampshire, session, monkeypatch):
    set_policy(hampshire, reminders=[ONE_DAY])
    booking = make_booking(session=session)
    settle(booking)
    set_policy(hampshire, reminders=["2 days after"])
    monkeypatch.setattr(timezone, "now", lambda: END)
    tasks.sweep()
    assert found(booking) == [("+1w", london(2027, 6, 23), "cancelled"), ("+2d", london(2027, 6, 24), "pending")]


def test_drain_then_the_thanks_and_later_one_reminder_go_and_none_to_who_answered(hampshire, sink, now):
    starts_at = now - timedelta(hours=4)
    session = SessionFactory(host=hampshire, starts_at=starts_at, ends_at=starts_at + HOUR, capacity=9)
    set_policy(hampshire, reminders=["10 days after at 09:00"])
    people = [UserFactory(email=f"{name}@example.org") for name in ("pat", "kim")]
    pat, kim = (make_booking(session=session, practitioner=one, at=now - timedelta(days=2)) for one in people)
    marks = [actions.Mark(one.pk, "present", session.ends_at) for one in (pat, kim)]
    actions.mark(session, marks, at=session.ends_at, actor=None)
    actions.close_register(session, at=session.ends_at, actor=None)
    Message.objects.filter(kind="thank_you").update(due_at=now)  # whatever the hour is at which this runs
    Message.objects.exclude(kind__in=["thank_you", KIND]).delete()
    assert delivery.drain() == 2
    assert [row.status for row in Message.objects.filter(kind=KIND)] == ["pending", "pending"]
    give(kim, stage="post", at=now)
    Message.objects.filter(kind=KIND).update(due_at=now - timedelta(seconds=1), expires_at=now + HOUR)
    assert delivery.drain() == 1
    assert {row.booking_id: row.status for row in Message.objects.filter(kind=KIND)} == {
        pat.pk: "sent",
        kim.pk: "cancelled",
    }
    assert len(sink.received) == 3
    last = sink.received[-1]
    assert [one.addr_spec for one in last["To"].addresses] == ["pat@example.org"]
    assert str(last["Subject"]).startswith("How was it? Sharing information with confidence, ")
    assert f"Say how it was: http://localhost:8000{feedback_path(pat, 'post')}" in words_of(last)
    assert last["In-Reply-To"] in {one["Message-ID"] for one in sink.received[:2]}  # it hangs below the thanks


@pytest.mark.parametrize("count", [1, 7])
def test_align_costs_the_same_however_many_came(hampshire, session, django_assert_num_queries, count):
    for _ in range(count):
        settle(make_booking(session=session, practitioner=UserFactory()))
    set_policy(hampshire, reminders=["2 days after", ONE_DAY])
    sessions = Session.objects.filter(pk=session.pk)
    with django_assert_num_queries(6):  # sessions, terms, rows, thanks, who came, one insert
        assert question_reminders.align(sessions, at=END) == 2 * count
    with django_assert_num_queries(5):
        assert question_reminders.align(sessions, at=END) == 0
    set_policy(hampshire, reminders=[ONE_DAY])
    with django_assert_num_queries(8):  # one withdraws, and two let the other last longer
        assert question_reminders.align(sessions, at=END) == 2 * count
