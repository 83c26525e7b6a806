"""How to take part: sent a week before, again when it changes, and with the confirmation to who books later."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings import actions
from bookings.policy import Policy
from events import actions as event_actions
from events.models import Session, Venue
from events.wall_time import instant
from notifications import claims, instructions, invariants, messages, outbox, reminder_rows
from notifications.models import Message
from notifications.reminders import joining
from tests.bookings.desk import set_policy
from tests.factories import NOW, START, SessionFactory, VenueFactory, make_booking
from tests.notifications.mails import html_of, let_go, mail_of, row_of, words_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK_BEFORE = datetime(2027, 6, 15, 8, tzinfo=UTC)  # nine o'clock in London


def hall(**facts):
    venue = VenueFactory()
    Venue.objects.update(**{"access": "Ring at the side door.", "map_link": "https://maps.example.org/hall", **facts})
    return venue


def meeting(**details):
    return SessionFactory(
        format="hybrid",
        venue=hall(facilities=["lift", "hearing_loop"]),
        cameras="welcome",
        access="Captions.",
        **details,
    )


def sent(booking, *, at=WEEK_BEFORE):
    """Let the newest instructions have gone, as the worker records it."""
    Message.objects.filter(pk=row_of(booking, "joining").pk).update(due_at=at)
    Message.objects.exclude(kind="joining").filter(due_at__lte=at).update(status="cancelled")
    message = claims.claim(at=at)
    assert message.kind == "joining"
    mail = messages.build(message)
    assert claims.begin_sending(message, sequence=None, at=at, subject=mail.subject, says=mail.facts.says)
    assert claims.end(message, Message.Status.SENT, at=at)
    return message


def again(*, at):
    return instructions.say_again(Session.objects.all(), at=at)


def rows(booking):
    return list(Message.objects.filter(booking=booking, kind="joining").order_by("pk").values_list("status", "due_at"))


def test_instructions_then_due_a_week_before_and_say_all_there_is():
    set_policy(late_in_person_minutes=25)
    booking = make_booking(session=meeting(practical_note="Bring a pen.", is_recorded=True))
    assert rows(booking) == [("pending", WEEK_BEFORE)]
    mail = mail_of(booking, "joining")
    assert mail["Subject"] == "Joining instructions: Sharing information with confidence, Tuesday 22 June 2027"
    for text in (words_of(mail), html_of(mail)):
        for part in (
            "Ring at the side door.",
            "https://maps.example.org/hall",
            "Hearing loop, Lift to all floors",
            "Camera on if you can; nobody asks why not",
            "only the presenters are seen and heard",
            "Captions.",
            "From 25 minutes after the start you are marked as late.",
            "Bring a pen.",
            "The training room is not confidential.",
            "/join/",
            "/coming/",
        ):
            assert part in text


def test_instructions_when_somebody_comes_one_way_then_of_that_way_only():
    session = meeting(capacity=9)
    at_venue, online = (
        actions.book(session, practitioner=make_booking().practitioner, at=NOW, mode=mode)
        for mode in ("in_person", "online")
    )
    assert "Ring at the side door." in words_of(mail_of(at_venue, "joining"))
    assert "Camera on" not in words_of(mail_of(at_venue, "joining"))
    assert "Ring at the side door." not in words_of(mail_of(online, "joining"))
    assert "Camera on" in words_of(mail_of(online, "joining"))


def test_late_booker_then_finds_them_in_the_confirmation_and_an_early_one_does_not():
    session = meeting(capacity=9)
    early, late = make_booking(session=session), make_booking(session=session, at=START - 2 * DAY)
    assert "Ring at the side door." not in words_of(mail_of(early, "confirmation"))
    assert "Ring at the side door." in words_of(mail_of(late, "confirmation"))
    assert rows(late) == []


@pytest.mark.parametrize(
    ("start", "days", "zone", "due"),
    [
        # across the night of 25 October 2026: nine o'clock is nine o'clock
        (datetime(2026, 10, 27, 10, tzinfo=UTC), 7, "Europe/London", datetime(2026, 10, 20, 8, tzinfo=UTC)),
        (datetime(2026, 10, 25, 10, tzinfo=UTC), 0, "Europe/London", datetime(2026, 10, 25, 9, tzinfo=UTC)),
        # across the night of 28 March 2027, and over a weekend
        (datetime(2027, 3, 31, 9, tzinfo=UTC), 7, "Europe/London", datetime(2027, 3, 24, 9, tzinfo=UTC)),
        (datetime(2027, 4, 4, 9, tzinfo=UTC), 7, "Europe/London", datetime(2027, 3, 25, 9, tzinfo=UTC)),
        # on the session's own clock
        (datetime(2027, 6, 22, 9, tzinfo=UTC), 7, "Europe/Lisbon", datetime(2027, 6, 15, 8, tzinfo=UTC)),
        (datetime(2027, 6, 22, 9, tzinfo=UTC), 7, "Asia/Kolkata", datetime(2027, 6, 15, 3, 30, tzinfo=UTC)),
    ],
)
def test_instructions_then_due_in_the_morning_on_the_sessions_clock(start, days, zone, due):
    found = joining(start, ZoneInfo(zone), Policy(joining_instructions_days=days), at=None)
    assert [one.due_at for one in found] == [due]
    assert found[0].expires_at == start - timedelta(minutes=30)


def test_venue_when_it_is_told_otherwise_then_they_are_sent_again_once_and_no_more():
    booking = make_booking(session=meeting())
    sent(booking)
    assert again(at=WEEK_BEFORE + HOUR) == 0  # nothing has changed
    hall(access="Ring at the front door.")

    assert again(at=WEEK_BEFORE + HOUR) == 1
    assert again(at=WEEK_BEFORE + HOUR) == 0

    assert rows(booking)[1] == ("pending", WEEK_BEFORE + HOUR)
    mail = mail_of(booking, "joining")
    assert mail["Subject"].startswith("Changed: joining instructions: Sharing information")
    assert "Ring at the front door." in words_of(mail)
    sent(booking, at=WEEK_BEFORE + 2 * HOUR)
    assert again(at=WEEK_BEFORE + 3 * HOUR) == 0
    assert outbox.write_missing(at=WEEK_BEFORE + 3 * HOUR) == 0
    assert [fault for fault in invariants.faults(at=WEEK_BEFORE) if "joining" in fault] == []


def test_instructions_when_they_change_before_they_went_then_go_once_as_they_are():
    booking = make_booking(session=meeting())
    hall(access="Ring at the front door.")
    assert again(at=WEEK_BEFORE - HOUR) == 0
    assert len(rows(booking)) == 1
    assert "Ring at the front door." in words_of(mail_of(booking, "joining"))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (WEEK_BEFORE + 12 * HOUR, instant(date(2027, 6, 16), time(9))),  # at night: in the morning
        (START - 10 * HOUR, START - 10 * HOUR),  # at night, and the session is in the morning
    ],
)
def test_instructions_when_they_change_at_night_then_wait_until_morning_unless_the_start_is_near(at, due):
    booking = make_booking(session=meeting())
    sent(booking)
    hall(access="Ring at the front door.")
    assert again(at=at) == 1
    assert rows(booking)[1] == ("pending", due)
    reminder_rows.align([booking.session], at=at)
    assert rows(booking)[1][0] == "pending"


@pytest.mark.parametrize("what", ["cancelled", "over", "called off"])
def test_instructions_when_there_is_nothing_to_join_then_are_not_sent_again(what):
    booking = make_booking(session=meeting())
    sent(booking)
    hall(access="Ring at the front door.")
    if what == "cancelled":
        actions.cancel(booking, at=WEEK_BEFORE)
    elif what == "called off":
        event_actions.cancel_session(booking.session_id, reason="Ill.", at=WEEK_BEFORE)
    assert again(at=START if what == "over" else WEEK_BEFORE + HOUR) == 0


def test_session_when_moved_then_its_instructions_move_too_and_a_moved_one_is_told_how():
    booking = make_booking(session=meeting())
    let_go(booking, "confirmation")
    starts_at = START + 14 * DAY
    event_actions.reschedule_session(
        booking.session_id, starts_at=starts_at, ends_at=starts_at + HOUR, at=WEEK_BEFORE - DAY
    )
    assert rows(booking) == [("cancelled", WEEK_BEFORE), ("pending", WEEK_BEFORE + 14 * DAY)]
    assert "Ring at the side door." not in words_of(mail_of(booking, "changed"))  # the instructions are still to come
    event_actions.revise_session(booking.session_id, title="Another", at=WEEK_BEFORE + 15 * DAY)
    assert "Ring at the side door." in words_of(mail_of(booking, "changed"))


def test_policy_when_the_days_change_then_those_that_wait_follow():
    booking = make_booking(session=meeting())
    set_policy(joining_instructions_days=5)
    reminder_rows.align([Session.objects.get()], at=NOW)
    assert rows(booking) == [("pending", WEEK_BEFORE + 2 * DAY)]
