"""A line manager is asked or told by mail, and whoever booked hears what came of it."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings import actions
from bookings.links import APPROVAL, path_of
from events import actions as event_actions
from notifications import messages, outbox
from notifications.kinds import AHEAD_OF_START
from notifications.models import Message
from tests.bookings.desk import set_policy
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking
from tests.notifications.mails import entry_of, html_of, let_go, mail_of, row_of, states, words_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
EVENING = datetime(2027, 5, 7, 16, 0, tzinfo=UTC)
MANAGER = ("Mo Manager", "mo@example.org")
LONG = "Zoë 日本 😀 " + "x" * 189


def book(mode="asked", manager=MANAGER, name="Pat Sample", session=None, **policy):
    """Somebody books who named their manager."""
    set_policy(manager=mode, **policy)
    person = UserFactory(name=name, job_role="Nurse", organisation_name="Sample Trust")
    return actions.book(session or SessionFactory(), practitioner=person, at=NOW, manager=manager)


def to_whom(booking):
    """Who is written to about a booking, by kind."""
    rows = Message.objects.filter(booking=booking, status="pending").exclude(kind__in=AHEAD_OF_START)
    return {row.kind: str(messages.build(row).recipient) for row in rows}


def test_manager_when_asked_then_told_who_what_until_when_and_what_silence_means(settings):
    booking = book()

    mail = mail_of(booking, "approval_asked")
    words = words_of(mail)

    assert mail["To"] == "mo@example.org"
    for part in (
        "Hello Mo,",
        "Pat Sample wants to come to this session",
        "Tuesday 22 June 2027, 09:30 to 11:00",
        "until Friday 7 May 2027 at 17:00",
        "If you do not answer by then, the booking holds.",
        "No account or password is needed, and we never ask for one.",
        f"{settings.SITE_URL}{path_of(APPROVAL, booking.approval)}",
    ):
        assert part in words
    assert f'href="{settings.SITE_URL}{path_of(APPROVAL, booking.approval)}"' in html_of(mail)
    assert entry_of(mail) is None


def test_manager_when_asked_then_learns_no_more_of_the_person_than_the_name():
    booking = book(session=SessionFactory(practical_note="Bring a pen."))

    content = words_of(mail_of(booking, "approval_asked")) + html_of(mail_of(booking, "approval_asked"))

    for private in (booking.email, "Nurse", "Sample Trust", "Bring a pen.", booking.get_absolute_url(), "way in"):
        assert private not in content


def test_person_when_the_manager_is_asked_then_told_that_a_place_is_held_and_nothing_goes_into_the_diary():
    booking = book(manager_silence="refused")

    mail = mail_of(booking, "approval_pending")
    words = words_of(mail)

    assert mail["To"] == booking.email
    assert "We asked Mo Manager, who has until Friday 7 May 2027 at 17:00 to answer." in words
    assert "If they do not answer by then, your booking ends" in words
    assert "If you do not answer by then, the booking ends" in words_of(mail_of(booking, "approval_asked"))
    assert entry_of(mail) is None
    assert to_whom(booking) == {"approval_asked": "mo@example.org", "approval_pending": booking.email}


@pytest.mark.parametrize(
    ("settle", "said"),
    [
        (lambda b: actions.answer_approval(b.approval, agrees=True, at=LATER), "Your line manager agreed."),
        (lambda _: actions.lapse_approvals(at=EVENING), "did not answer in time, so your booking holds."),
    ],
)
def test_booking_when_it_holds_then_confirmed_with_why_and_an_invitation(settle, said):
    booking = book()

    settle(booking)

    mail = mail_of(booking, "confirmation")
    assert said in words_of(mail)
    assert said in html_of(mail)
    assert entry_of(mail)["METHOD"] == "REQUEST"
    assert to_whom(booking) == {"confirmation": booking.email}
    assert outbox.write_missing(at=EVENING) == 0


def test_booking_when_the_manager_does_not_agree_then_told_with_the_reason_and_no_calendar_part():
    booking = book()

    actions.answer_approval(booking.approval, agrees=False, reason="Cover is <short> that day.", at=LATER)

    mail = mail_of(booking, "not_approved")
    assert "Your line manager did not agree" in words_of(mail)
    assert "Their reason: Cover is <short> that day." in words_of(mail)
    assert "Cover is &lt;short&gt; that day." in html_of(mail)
    assert entry_of(mail) is None
    assert to_whom(booking) == {"not_approved": booking.email}
    assert outbox.write_missing(at=LATER) == 0


def test_booking_when_silence_ends_it_then_told_so():
    booking = book(manager_silence="refused")

    actions.lapse_approvals(at=EVENING)

    assert "Your line manager did not answer in time" in words_of(mail_of(booking, "not_approved"))
    assert to_whom(booking) == {"not_approved": booking.email}
    assert outbox.write_missing(at=EVENING) == 0


@pytest.mark.parametrize(
    "end",
    [
        lambda b: actions.answer_approval(b.approval, agrees=True, at=LATER),
        lambda b: actions.cancel(b, at=LATER),
        lambda b: event_actions.cancel_session(b.session_id, reason="Snow.", at=LATER),
    ],
)
def test_question_when_answered_or_the_booking_moved_on_then_says_nothing(end):
    booking = book()
    rows = [row_of(booking, kind) for kind in ("approval_asked", "approval_pending")]

    end(booking)

    for row in rows:
        row.refresh_from_db()
        assert row.status == "cancelled"
        with pytest.raises(messages.NoLongerTrue):
            messages.build(row)
    assert outbox.write_missing(at=LATER) == 0


def test_fence_when_the_manager_answers_between_the_two_looks_then_the_question_does_not_go():
    booking = book()
    row = row_of(booking, "approval_asked")
    before = messages.facts_of(row, messages.booking_of(row))
    assert before.recipient == "mo@example.org"

    type(booking.approval).written.filter(pk=booking.approval.pk).update(manager_email="other@example.org")
    assert messages.facts_of(row, messages.booking_of(row)) != before

    type(booking.approval).written.filter(pk=booking.approval.pk).update(answer="withdrawn", answered_at=LATER)
    with pytest.raises(messages.NoLongerTrue, match="not asked any more"):
        messages.facts_of(row, messages.booking_of(row))


def test_question_when_nobody_answers_then_worthless_with_its_end():
    booking = book()

    assert {row_of(booking, kind).expires_at for kind in ("approval_asked", "approval_pending")} == {EVENING}


def test_session_that_moves_while_the_manager_is_asked_then_asked_again_for_the_new_time():
    booking = book()
    first = row_of(booking, "approval_asked")

    event_actions.revise_session(booking.session_id, title="Another title", at=LATER)
    assert Message.objects.filter(kind="approval_asked").count() == 1
    moved = {"starts_at": START + timedelta(hours=2), "ends_at": START + timedelta(hours=3)}
    event_actions.reschedule_session(booking.session_id, at=LATER, **moved)

    again = row_of(booking, "approval_asked")
    assert again.pk != first.pk
    mail = mail_of(booking, "approval_asked")
    assert mail["To"] == "mo@example.org"
    assert "The session has been moved since we asked you" in words_of(mail)
    first.refresh_from_db()
    assert first.status == "cancelled"
    assert outbox.write_missing(at=LATER) == 0


def test_session_that_changes_while_the_manager_is_asked_then_told_without_an_invitation():
    booking = book()

    event_actions.revise_session(booking.session_id, title="Another title", at=LATER)

    mail = mail_of(booking, "changed")
    assert entry_of(mail) is None
    assert "still held for you until your line manager answers" in words_of(mail)


def test_booking_that_waits_for_the_manager_when_cancelled_then_told_without_a_cancel():
    booking = book()

    actions.cancel(booking, at=LATER)

    mail = mail_of(booking, "cancelled")
    assert entry_of(mail) is None
    assert "your line manager need not answer" in words_of(mail)
    assert "mo@example.org" not in to_whom(booking).values()


# Told, not asked


def test_manager_when_told_then_one_mail_when_the_place_is_there_and_one_when_it_ends(settings):
    booking = book("told")

    mail = let_go(booking, "manager_told")
    let_go(booking, "confirmation")
    assert (mail["To"], mail["Subject"][:19]) == ("mo@example.org", "Coming: Pat Sample,")
    assert "Pat Sample has a place on this session." in words_of(mail)
    assert f"{settings.SITE_URL}{booking.session.get_absolute_url()}" in words_of(mail)
    assert booking.get_absolute_url() not in words_of(mail)
    assert entry_of(mail) is None

    actions.cancel(booking, at=LATER, reason="A private matter.")
    end = mail_of(booking, "manager_told")
    assert end["To"] == "mo@example.org"
    assert "Pat Sample no longer has a place on this session." in words_of(end)
    assert "A private matter." not in words_of(end)
    assert entry_of(end) is None
    assert end["In-Reply-To"] == mail["Message-ID"]
    assert outbox.write_missing(at=LATER) == 0


def test_manager_when_the_session_is_called_off_or_the_place_given_away_then_told_why():
    called_off, given = book("told"), book("told", session=SessionFactory())
    for booking in (called_off, given):
        let_go(booking, "manager_told")

    event_actions.cancel_session(called_off.session_id, reason="Snow.", at=LATER)
    actions.substitute(given, practitioner=UserFactory(), actor=UserFactory(), source="organiser", at=LATER)

    assert "This session has been cancelled" in words_of(mail_of(called_off, "manager_told"))
    assert "a colleague has it now" in words_of(mail_of(given, "manager_told"))
    assert outbox.write_missing(at=LATER) == 0


def test_manager_when_not_told_of_the_place_then_not_told_of_its_end():
    booking = book("told")

    actions.cancel(booking, at=LATER)

    assert states(booking).count(("manager_told", "pending")) == 1
    with pytest.raises(messages.NoLongerTrue, match="was not told"):
        mail_of(booking, "manager_told")


@pytest.mark.parametrize(("mode", "manager"), [("told", ("", "")), ("self_declared", MANAGER), ("none", MANAGER)])
def test_manager_when_the_policy_does_not_say_so_or_there_is_none_then_nobody_is_told(mode, manager):
    booking = book(mode, manager)

    assert states(booking) == [("confirmation", "pending")]
    assert outbox.write_missing(at=LATER) == 0


def test_manager_when_the_person_only_waits_then_not_told():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    session.refresh_from_db()

    booking = book("told", session=session)
    actions.cancel(booking, at=LATER)

    assert not Message.objects.filter(kind="manager_told").exists()


@pytest.mark.parametrize("kind", ["approval_asked", "approval_pending"])
def test_names_when_long_or_odd_then_the_mail_still_goes(kind):
    booking = book(manager=(LONG, "mo@example.org"), name=LONG)

    mail = mail_of(booking, kind)

    assert "Hello Zoë," in words_of(mail)
    assert "😀" in words_of(mail)
    assert "\n" not in mail["Subject"]
