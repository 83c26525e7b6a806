"""A diary with the dates of a session: once a place or a date is gone, so is every entry that was sent or offered."""

from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from bookings import actions
from bookings.models import Booking
from events import actions as programme
from events.actions import WantedPart
from notifications import delivery, inbox, invariants, outbox
from notifications.models import Message
from tests.factories import SessionFactory, UserFactory, make_booking
from tests.notifications.diaries import Diary, parts_to, rank
from tests.notifications.mails import states, words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
ENDS = {
    "cancelled by the person": lambda booking, at: actions.cancel(booking, at=at, actor=booking.practitioner),
    "cancelled by somebody else": lambda booking, at: actions.cancel(booking, at=at, actor=UserFactory()),
    "session cancelled": lambda booking, at: programme.cancel_session(booking.session_id, reason="Ill.", at=at),
    "given to a colleague": lambda booking, at: actions.substitute(
        booking, practitioner=UserFactory(), actor=booking.practitioner, source="self", at=at
    ),
}


def wanted(session, weeks, row=None):
    starts_at = session.starts_at + timedelta(weeks=weeks)
    return WantedPart(starts_at, starts_at + HOUR, row=row)


@pytest.fixture
def at(now):
    return now - timedelta(minutes=1)


@pytest.fixture
def session(at):
    """A session of three dates, three weeks ahead."""
    starts_at = (at + timedelta(weeks=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    session = SessionFactory(title="Supervision", starts_at=starts_at, ends_at=starts_at + HOUR, capacity=5)
    programme.set_parts(session.pk, [wanted(session, 1), wanted(session, 2)], at=at - HOUR)
    session.refresh_from_db()
    return session


@pytest.fixture
def booking(session, at):
    return make_booking(session=session, practitioner=UserFactory(email="pat@example.org"), at=at)


def file_of(booking):
    """Return the file that the booking's page offers."""
    browser = Client()
    browser.force_login(booking.practitioner)
    return Calendar.from_ical(browser.get(f"/me/bookings/{booking.pk}/diary.ics").content)


def mails_to(person):
    return [kept.mail for kept in reversed(inbox.newest(to=person.email))]


def change_dates(session, at):
    """Move the second date by a week, take the third away, and add another."""
    second = session.parts.get(number=2)
    programme.set_parts(session.pk, [wanted(session, 3, second.pk), wanted(session, 4)], at=at)


@pytest.mark.parametrize("is_sent", [True, False])
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_place_of_several_dates_when_it_is_gone_then_nothing_is_left_in_the_diary(booking, session, at, end, is_sent):
    person = booking.practitioner
    delivery.drain()
    offered = [file_of(booking)]
    change_dates(session, at + SECOND)
    offered.append(file_of(booking))
    if is_sent:
        delivery.drain()
    end(Booking.objects.get(pk=booking.pk), at + 2 * SECOND)
    assert invariants.faults(at=at + 3 * SECOND) == []
    delivery.drain()

    parts = parts_to(person)
    assert [len(part.walk("VEVENT")) for part in parts] == [1] * len(parts)  # what Outlook reads
    sent = [part.walk("VEVENT")[0] for part in parts]
    ended = {str(event["uid"]): event for event in sent if event["status"] == "CANCELLED"}
    given = [event for file in offered for event in file.walk("VEVENT")]
    given += [event for event in sent if event["status"] != "CANCELLED"]
    assert {str(event["uid"]) for event in given} == set(ended)
    assert len(ended) == 4
    for event in given:  # so that no order of reading can bring one back
        last = ended[str(event["uid"])]
        assert last["sequence"] > event["sequence"]
        assert last["dtstamp"].dt >= event["dtstamp"].dt
        assert last["organizer"] == Diary().take(parts[0]).entries[booking.ical_uid]["organizer"]
    for order in ([*offered, *parts], [*parts, *offered], [*reversed(parts), *offered]):
        diary = Diary()
        for calendar in order:
            diary.take(calendar)
        assert diary.shown() == []
    assert rank(sent[0]) < rank(ended[booking.ical_uid])  # the control: there is something to bring back


def test_place_of_several_dates_when_it_is_gone_then_one_mail_says_so_and_a_short_one_is_about_each_further_date(
    booking, session, at
):
    delivery.drain()
    actions.cancel(booking, at=at + SECOND, actor=booking.practitioner)
    delivery.drain()

    _, *mails = mails_to(booking.practitioner)
    whole = [mail for mail in mails if str(mail["Subject"]).startswith("Cancelled: Supervision, ")]
    short = [mail for mail in mails if str(mail["Subject"]).startswith("Out of your diary: Supervision, ")]
    assert (len(whole), len(short)) == (1, 2)
    assert "takes the first date out of your diary. A short mail for each further date" in words_of(whole[0])
    for number, mail in enumerate(short, start=2):
        text = words_of(mail)
        assert f"Part {number} of 3: " in text
        assert f"Part {5 - number} of 3" not in text
        assert "You no longer have a place on this session." in text
        assert "/join/" not in text
        assert mail["In-Reply-To"]


def test_date_when_it_is_taken_away_then_its_entry_alone_is_cancelled_and_the_place_stays(booking, session, at):
    delivery.drain()
    gone = session.parts.get(number=3)
    name, _, domain = booking.ical_uid.rpartition("@")
    change_dates(session, at + SECOND)
    delivery.drain()

    events = {str(part["method"]): part.walk("VEVENT")[0] for part in parts_to(booking.practitioner)[1:]}
    assert set(events) == {"REQUEST", "CANCEL"}  # the one mail does not hold the other up
    assert events["REQUEST"]["uid"] == booking.ical_uid
    assert events["CANCEL"]["uid"] == f"{name}-{gone.uid}@{domain}"
    assert events["CANCEL"].decoded("dtstart") == gone.starts_at
    mail = next(one for one in mails_to(booking.practitioner) if "Out of your diary" in str(one["Subject"]))
    assert "This date is no longer part of the session." in words_of(mail)
    assert "Part 3 of 3: " in words_of(mail)


def test_place_when_it_ends_before_the_invitation_went_then_what_was_taken_as_a_file_is_cancelled(booking, at):
    given = file_of(booking).walk("VEVENT")
    actions.cancel(booking, at=at + SECOND, actor=booking.practitioner)
    delivery.drain()
    ended = {str(part.walk("VEVENT")[0]["uid"]): part.walk("VEVENT")[0] for part in parts_to(booking.practitioner)}
    assert {str(event["uid"]) for event in given} == set(ended)
    assert all(ended[str(event["uid"])]["sequence"] > event["sequence"] for event in given)


def test_place_when_it_ends_before_anything_was_given_for_a_diary_then_nobody_is_disinvited(booking, at):
    actions.cancel(booking, at=at + SECOND, actor=booking.practitioner)
    delivery.drain()
    assert parts_to(booking.practitioner) == []
    assert {status for kind, status in states(booking) if kind == "date_cancelled"} == {"cancelled"}


def test_sweep_when_rows_of_dates_are_gone_then_writes_them(booking, session, at):
    change_dates(session, at + SECOND)
    actions.cancel(booking, at=at + 2 * SECOND, actor=booking.practitioner)
    rows = Message.objects.filter(kind="date_cancelled")
    before = sorted(rows.values_list("message_id", "due_at", "expires_at"))
    assert len(before) == 3
    rows.delete()
    assert outbox.write_missing(at=at + 3 * SECOND) == 3
    assert sorted(rows.values_list("message_id", "due_at", "expires_at")) == before
    programme.set_parts(session.pk, [wanted(session, 5)], at=at + 3 * SECOND)
    assert outbox.missing(at=at + 4 * SECOND) == []  # nobody whose place had ended had this date


@pytest.mark.parametrize("count", [1, 4])
def test_session_of_several_dates_when_cancelled_then_as_many_statements_for_any_number(
    session, at, count, django_assert_max_num_queries
):
    for _ in range(count):
        make_booking(session=session, practitioner=UserFactory(), at=at)
    with django_assert_max_num_queries(60):
        programme.cancel_session(session.pk, reason="Ill.", at=at + SECOND)
    assert Message.objects.filter(kind="date_cancelled").count() == 2 * count
