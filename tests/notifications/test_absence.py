"""Who did not attend is written to on a working day after, then their manager, as long as the register says so."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import actions
from bookings.actions import Mark
from bookings.links import ABSENCE, ABSENCE_OF_STAFF, path_of
from bookings.policy import Policy
from events.wall_time import LONDON
from notifications import invariants, messages, outbox
from notifications.afterwards import absence_times
from notifications.kinds import Kind
from notifications.models import Message
from tests.bookings.desk import set_policy
from tests.factories import START, SessionFactory, UserFactory
from tests.factories.instants import london
from tests.notifications.mails import html_of, mail_of, row_of, words_of

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
HOUR = timedelta(hours=1)


def booked(session=None, manager=("Max Example", "max@example.org")):
    """Book a place whose line manager is told of it."""
    session = session or SessionFactory(capacity=9)
    person = UserFactory(name="Pat Sample")
    return actions.book(session, practitioner=person, actor=person, at=START - timedelta(days=30), manager=manager)


def mark(booking, state, *, at=END):
    actions.mark(booking.session, [Mark(booking.pk, state, at)], at=at, actor=None)


def close(booking, *, at=END + HOUR, **how):
    actions.close_register(booking.session, at=at, actor=None, **how)


def rows(booking):
    found = Message.objects.filter(booking=booking, kind__startswith="absence").order_by("due_at")
    return list(found.values_list("kind", "due_at", "status"))


# When


@pytest.mark.parametrize(
    ("ends", "closed", "person", "manager"),
    [
        # A Tuesday, closed the same evening
        (london(2027, 6, 22, 11), london(2027, 6, 22, 22), london(2027, 6, 23), london(2027, 6, 25)),
        # closed on the next morning, after the hour: at once
        (london(2027, 6, 22, 11), london(2027, 6, 23, 10, 30), london(2027, 6, 23, 10, 40), london(2027, 6, 25)),
        # closed at night, a week later: the next working morning, and the manager two working days after the person
        (london(2027, 6, 22, 11), london(2027, 6, 29, 23), london(2027, 6, 30), london(2027, 7, 2)),
        # closed on a Saturday
        (london(2027, 6, 18, 15), london(2027, 6, 19, 12), london(2027, 6, 21), london(2027, 6, 23)),
        # before Easter and the night of the change
        (london(2027, 3, 25, 15), london(2027, 3, 25, 16), london(2027, 3, 30), london(2027, 4, 1)),
        # a Friday before clocks go back: nine o'clock is an hour later in UTC
        (
            london(2026, 10, 23, 15),
            london(2026, 10, 23, 16),
            datetime(2026, 10, 26, 9, tzinfo=UTC),
            london(2026, 10, 28),
        ),
        # on the Saturday before clocks go forward, at an hour of summer
        (london(2027, 3, 27, 15), london(2027, 3, 28, 10), london(2027, 3, 30), london(2027, 4, 1)),
    ],
)
def test_absence_then_on_working_days_in_working_hours_on_the_sessions_clock(ends, closed, person, manager):
    session = SessionFactory.build(starts_at=ends - HOUR, ends_at=ends)
    assert session.tzinfo == LONDON
    times = absence_times(session, Policy(), closed_at=closed)
    assert times == {Kind.ABSENCE: person, Kind.ABSENCE_TOLD: manager}


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ({"absence_asks": "nobody"}, {}),
        ({"absence_asks": "person"}, {"absence": london(2027, 6, 23)}),
        (
            {"absence_person_working_days": 0, "absence_manager_working_days": 0},
            {"absence": london(2027, 6, 22, 12, 10), "absence_told": london(2027, 6, 23)},  # never before the person
        ),
        ({"closures": ("2027-06-23",)}, {"absence": london(2027, 6, 24), "absence_told": london(2027, 6, 28)}),
    ],
)
def test_absence_when_the_policy_says_otherwise_then_so(policy, wanted):
    session = SessionFactory.build()
    assert absence_times(session, Policy(**policy), closed_at=END + HOUR) == wanted


# Who, and whether it is still so


def test_register_when_closed_then_the_absent_and_their_managers_are_told_and_nobody_else():
    set_policy(manager="told")
    absent = booked()
    came, excused, unmarked = (booked(absent.session) for _ in range(3))
    alone = booked(absent.session, manager=("", ""))
    for booking, state in ((absent, "did_not_attend"), (came, "present"), (excused, "excused")):
        mark(booking, state)
    mark(alone, "did_not_attend")
    assert rows(absent) == []  # as long as the register is open nobody is told

    close(absent)

    assert [kind for kind, _, _ in rows(absent)] == ["absence", "absence_told"]
    assert [kind for kind, _, _ in rows(alone)] == ["absence"]
    assert rows(came) == rows(excused) == rows(unmarked) == []


def test_mail_then_says_what_the_register_says_and_what_it_costs():
    set_policy(manager="told", absence_charge=5000)
    booking = booked()
    close(booking, others_absent=True)

    mail, told = mail_of(booking, "absence"), mail_of(booking, "absence_told")

    assert mail["Subject"] == "We missed you: Sharing information with confidence, Tuesday 22 June 2027"
    assert mail["To"] == booking.email
    for text in (words_of(mail), html_of(mail)):
        assert "The register of this session says that you did not attend." in text
        assert "£50 is charged for not attending." in text
    assert told["Subject"] == "Did not attend: Pat Sample, Sharing information with confidence, Tuesday 22 June 2027"
    assert told["To"] == "max@example.org"
    assert "We have asked Pat Sample already what kept them." in words_of(told)
    assert path_of(ABSENCE, booking) in words_of(mail)
    assert path_of(ABSENCE_OF_STAFF, booking) in words_of(told)
    assert "/me/bookings/" not in words_of(told)
    for one in (mail, told):
        assert "/join/" not in words_of(one)
        assert "text/calendar" not in [part.get_content_type() for part in one.walk()]


@pytest.mark.parametrize("state", ["present", "late", "excused", ""])
def test_register_when_corrected_then_the_mail_says_nothing_and_waits_again_when_it_was_right_after_all(state):
    booking = booked()
    mark(booking, "did_not_attend")
    close(booking)
    actions.reopen_register(booking.session, reason="They were there.", at=END + 2 * HOUR, actor=UserFactory())
    message = row_of(booking, "absence")
    with pytest.raises(messages.NoLongerTrue, match="register is open"):
        messages.build(message)  # nobody knows yet

    mark(booking, state, at=END + 3 * HOUR)
    close(booking, at=END + 4 * HOUR)
    with pytest.raises(messages.NoLongerTrue, match="register does not say so"):
        messages.build(message)
    Message.objects.filter(pk=message.pk).update(status="cancelled", error="The register does not say so any more.")

    actions.reopen_register(booking.session, reason="They were not.", at=END + 5 * HOUR, actor=UserFactory())
    mark(booking, "did_not_attend", at=END + 6 * HOUR)
    close(booking, at=END + 7 * HOUR)
    message.refresh_from_db()
    assert (message.status, message.error) == ("pending", "")
    assert messages.build(message)
    assert Message.objects.filter(booking=booking, kind="absence").count() == 1


def test_register_when_closed_again_then_nobody_is_told_twice():
    booking = booked()
    close(booking, others_absent=True)
    Message.objects.filter(booking=booking, kind="absence").update(status="sent", risky=1, sent_at=END + HOUR)
    actions.reopen_register(booking.session, reason="Somebody else.", at=END + 2 * HOUR, actor=UserFactory())
    close(booking, at=END + 3 * HOUR)
    assert [status for kind, _, status in rows(booking) if kind == "absence"] == ["sent"]


def test_sweep_when_a_row_is_gone_then_writes_it_and_says_so():
    booking = booked()
    close(booking, others_absent=True)
    before = rows(booking)
    Message.objects.filter(booking=booking, kind="absence").delete()
    at = END + 2 * HOUR
    assert [text for text in invariants.faults(at=at) if "absence" in text]
    assert outbox.write_missing(at=at) == 1
    assert rows(booking) == before
    assert outbox.write_missing(at=at) == 0


def test_session_when_it_is_another_start_then_the_mail_says_nothing():
    booking = booked()
    message = Message(booking=booking, kind="absence", occurrence="after 2020-01-01T00:00:00Z")
    with pytest.raises(messages.NoLongerTrue, match="did not take place at that time"):
        messages.build(message)


@pytest.mark.parametrize("count", [1, 8])
def test_closing_when_few_or_many_are_absent_then_as_many_statements(count, django_assert_num_queries):
    session = SessionFactory(capacity=9)
    bookings = [booked(session) for _ in range(count)]
    with django_assert_num_queries(18):
        close(bookings[0], others_absent=True)
    assert Message.objects.filter(kind="absence").count() == count


def test_manager_when_the_person_has_said_why_then_is_not_asked():
    set_policy(manager="told")
    booking = booked()
    close(booking, others_absent=True)
    told = Message.objects.get(booking=booking, kind="absence_told")
    assert messages.build(told)
    actions.say_absence_reason(booking, code="leave", said_by="person", at=END + HOUR)
    with pytest.raises(messages.NoLongerTrue, match="known already"):
        messages.build(told)
