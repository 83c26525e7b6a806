"""What people switch off under /me/messages/, and the table that says what may be."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.urls import reverse

from notifications import choices, delivery, messages
from notifications.kinds import RULES, Kind
from notifications.management.commands.message_kinds import page
from notifications.models import Message, SwitchedOff
from notifications.readers import NoLongerTrue
from people.models import RoleGrant
from tests.factories import NOW, PartnershipFactory, UserFactory, make_booking
from tests.notifications.mails import mail_of, row_of, words_of

REMINDER = Kind.REMINDER_SOON
ADDRESS = "/me/messages/"
pytestmark = pytest.mark.django_db


def test_the_page_of_what_people_are_sent_is_the_table_of_the_code():
    assert (Path(__file__).parents[2] / "docs" / "messages.md").read_text() == page()


def test_what_tells_of_a_booking_may_not_be_switched_off():
    stopped = {kind for kind, rule in RULES.items() if rule.may_stop}
    assert stopped
    assert not stopped & {Kind.CONFIRMATION, Kind.CHANGED, Kind.CANCELLED, Kind.PLACE_OFFERED}
    assert {RULES[kind].calendar for kind in stopped} == {None}


def test_choose_when_saved_twice_then_one_row_and_back_again_none():
    person = UserFactory()
    wanted = [kind for kind in choices.offered(person, at=NOW) if kind != REMINDER]
    for _ in range(2):
        choices.choose(person, wanted=wanted, at=NOW)
    assert choices.switched_off(person) == {REMINDER}
    assert SwitchedOff.objects.count() == 1
    choices.choose(person, wanted=choices.stoppable(), at=NOW)
    assert choices.switched_off(person) == set()


def test_the_database_refuses_a_kind_switched_off_twice():
    person = UserFactory()
    SwitchedOff.objects.create(person=person, kind=REMINDER)
    with pytest.raises(IntegrityError, match=r"message_kind_switched_off_once|notifications_switchedoff.person_id"):
        SwitchedOff.objects.create(person=person, kind=REMINDER)


def test_a_message_that_is_switched_off_is_not_built_and_another_persons_is():
    booking, other = make_booking(), make_booking()
    SwitchedOff.objects.create(person=booking.practitioner, kind=REMINDER)
    with pytest.raises(NoLongerTrue, match="switched these messages off"):
        messages.build(row_of(booking, REMINDER))
    assert messages.build(row_of(other, REMINDER))
    assert messages.build(row_of(booking, "confirmation"))


def test_a_message_switched_off_while_it_is_built_does_not_go(booked, sink, now, monkeypatch):
    row = booked()
    Message.objects.exclude(pk=row.pk).filter(kind=REMINDER).update(due_at=now - timedelta(seconds=1))
    Message.objects.filter(pk=row.pk).delete()
    build = messages.build

    def switched_off_meanwhile(message):
        mail = build(message)
        SwitchedOff.objects.create(person=message.booking.practitioner, kind=message.kind)
        return mail

    monkeypatch.setattr(messages, "build", switched_off_meanwhile)
    assert delivery.drain() == 0
    assert not sink.received
    assert Message.objects.get(kind=REMINDER).status == "cancelled"


def test_each_mail_that_may_be_switched_off_says_where():
    booking = make_booking()
    assert ADDRESS in words_of(mail_of(booking, REMINDER))
    assert ADDRESS not in words_of(mail_of(booking, "confirmation"))


def test_the_page_shows_every_kind_ticked_and_saves_what_is_not(client):
    person = UserFactory()
    client.force_login(person)
    answer = client.get(ADDRESS)
    offered = choices.offered(person, at=NOW)
    assert answer.content.decode().count(" checked") == len(offered)
    assert set(choices.stoppable()) - set(offered) == {Kind.DESK_TODAY}  # nobody but organisers gets it
    assert not SwitchedOff.objects.exists()
    kept = [kind.value for kind in offered if kind != REMINDER]
    assert client.post(ADDRESS, dict.fromkeys(kept, "on")).status_code == 302
    assert choices.switched_off(person) == {REMINDER}
    assert client.get(ADDRESS).content.decode().count(" checked") == len(kept)


def test_the_organisers_morning_then_is_offered_to_organisers_and_stays_as_others_left_it(client):
    person = UserFactory()
    client.force_login(person)
    label = Kind.DESK_TODAY.label
    SwitchedOff.objects.create(person=person, kind=Kind.DESK_TODAY)
    assert label not in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {Kind.DESK_TODAY: "on"})
    assert Kind.DESK_TODAY in choices.switched_off(person)
    grant = RoleGrant.objects.create(user=person, role="organiser", partnership=PartnershipFactory())
    assert label in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {Kind.DESK_TODAY: "on"})
    assert Kind.DESK_TODAY not in choices.switched_off(person)
    client.post(ADDRESS, {})
    assert choices.switched_off(person) == set(choices.stoppable())
    RoleGrant.objects.filter(pk=grant.pk).update(expires_at=NOW)
    assert Kind.DESK_TODAY not in choices.offered(person, at=NOW)


def test_the_page_asks_who_one_is(client):
    assert client.get(ADDRESS).status_code == 302
    assert reverse("my_messages") == ADDRESS
