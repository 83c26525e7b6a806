"""What needs an organiser today comes by mail on working mornings, once, and only where there is something."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import Session
from events.wall_time import instant
from notifications import delivery, desk_mail, invariants, messages
from notifications.models import Message, SwitchedOff
from people.models import RoleGrant
from tests.factories import PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.notifications.mails import html_of, read, words_of

pytestmark = pytest.mark.django_db
DAY = date(2027, 6, 21)  # the Monday before the session
DAWN = instant(DAY, time(6))
MORNING = datetime(2027, 6, 21, 6, 30, tzinfo=UTC)  # half past seven in London


def grant(partnership=None, email="organiser@example.org", **values):
    person = UserFactory(email=email, name="Olu Organiser")
    RoleGrant.objects.create(user=person, role="organiser", partnership=partnership or PartnershipFactory(), **values)
    return person


def mornings():
    return list(
        Message.objects.filter(kind="desk_today").order_by("due_at", "pk").values_list("reader__email", "due_at")
    )


def test_morning_then_every_organiser_has_one_mail_of_what_the_desk_shows():
    person = grant()
    session = SessionFactory()
    make_booking(session=session)
    assert desk_mail.write_mornings(at=DAWN) == 1
    assert desk_mail.write_mornings(at=DAWN + timedelta(hours=1)) == 0
    row = Message.objects.get(kind="desk_today")
    assert (row.reader, row.booking, row.due_at) == (person, None, MORNING)
    mail = read(row)
    assert (mail["To"], mail["Subject"]) == ("organiser@example.org", "1 thing needs you today, Monday 21 June 2027")
    for text in (words_of(mail), html_of(mail)):
        assert "Joining links that are missing" in text
        assert "Sharing information with confidence, Tue 22 June, 09:30" in text
        assert f"/organise/sessions/{session.pk}/change/" in text
        assert "/me/messages/" in text
    assert "Hello Olu," in words_of(mail)
    assert invariants.faults(at=DAWN) == []


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 10, 23, 5, 0, tzinfo=UTC), datetime(2026, 10, 23, 6, 30, tzinfo=UTC)),  # summer time
        (datetime(2026, 10, 25, 7, 0, tzinfo=UTC), None),  # the Sunday on which clocks go back
        (datetime(2026, 10, 26, 6, 0, tzinfo=UTC), datetime(2026, 10, 26, 7, 30, tzinfo=UTC)),
        (datetime(2027, 3, 25, 6, 0, tzinfo=UTC), datetime(2027, 3, 25, 7, 30, tzinfo=UTC)),
        (datetime(2027, 3, 29, 6, 0, tzinfo=UTC), None),  # Easter Monday, the day after clocks went forward
        (datetime(2027, 3, 30, 5, 0, tzinfo=UTC), datetime(2027, 3, 30, 6, 30, tzinfo=UTC)),
        (datetime(2027, 6, 21, 3, 30, tzinfo=UTC), None),  # still night
        (datetime(2027, 6, 21, 9, 0, tzinfo=UTC), datetime(2027, 6, 21, 9, 0, tzinfo=UTC)),  # nothing ran before
        (datetime(2027, 6, 21, 16, 30, tzinfo=UTC), None),  # the day is over
    ],
)
def test_morning_then_on_working_days_at_half_past_seven_by_the_clock(at, due):
    grant()
    desk_mail.write_mornings(at=at)
    assert [one for _, one in mornings()] == ([due] if due else [])


def test_who_organises_not_or_no_more_then_gets_none():
    SessionFactory()
    grant(email="former@example.org", expires_at=DAWN - timedelta(days=1))
    closed = grant(email="closed@example.org")
    closed.is_active = False
    closed.save()
    UserFactory()
    assert desk_mail.write_mornings(at=DAWN) == 0


@pytest.mark.parametrize("what", ["nothing", "closed", "no more", "off"])
def test_mail_when_it_is_not_wanted_or_true_any_more_then_says_nothing(what):
    person = grant()
    make_booking(session=SessionFactory())
    desk_mail.write_mornings(at=DAWN)
    match what:
        case "nothing":
            Session.objects.update(joining_link="https://meet.example.org/1")
        case "closed":
            type(person).objects.update(is_active=False)
        case "no more":
            RoleGrant.objects.all().delete()
        case "off":
            SwitchedOff.objects.create(person=person, kind="desk_today")
    with pytest.raises(messages.NoLongerTrue):
        messages.build(Message.objects.get(kind="desk_today"))


def test_mail_then_shows_only_the_sessions_of_ones_own_partnerships():
    grant(PartnershipFactory(slug="isle-of-wight", name="Isle of Wight"))
    make_booking(session=SessionFactory())
    desk_mail.write_mornings(at=DAWN)
    with pytest.raises(messages.NoLongerTrue, match="Nothing needs them"):
        messages.build(Message.objects.get(kind="desk_today"))


def test_drain_then_it_is_sent_and_stands_in_ones_own_log(sink, now, client):
    person = grant()
    make_booking(session=SessionFactory(starts_at=now + timedelta(days=1), capacity=9), at=now)
    Message.objects.all().delete()
    with time_machine.travel(now, tick=True):
        Message.objects.create(
            reader=person,
            kind="desk_today",
            occurrence="day",
            message_id="<desk@example.org>",
            due_at=timezone.now() - timedelta(seconds=1),
            expires_at=now + timedelta(hours=1),
        )
    assert delivery.drain() == 1
    assert len(sink.received) == 1
    client.force_login(person)
    page = client.get("/me/messages/").content.decode()
    assert "1 thing needs you today" in page
    assert "What needs organisers today" in page


def test_message_when_about_nothing_or_about_two_then_the_database_refuses():
    booking = make_booking()
    row = Message.objects.filter(booking=booking).first()
    for values in ({"booking": None}, {"reader": booking.practitioner}):
        with pytest.raises(IntegrityError, match="message_about_a_booking_or_to_a_reader"), transaction.atomic():
            Message.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(ValueError, match="no single booking"):
        _ = Message(kind="desk_today").about
