"""Holding the outbox and letting it go: by command, on a page, and by itself in a restored database."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.db.models.functions import Now
from django.test import Client

from notifications import claims, delivery, holding
from notifications.models import Heartbeat, Message, OutboxState
from people.actions import grant_role
from people.models import RoleGrant
from tests.factories import PartnershipFactory, UserFactory
from tests.pages import words

pytestmark = pytest.mark.django_db
PAGE, RELEASE = "/organise/outbox/", "/organise/outbox/release/"


@pytest.fixture
def administrator(now):
    person = UserFactory(email="administrator@example.org", name="Ada Min")
    grant_role(person, "administrator", at=now - timedelta(days=1))
    PartnershipFactory()
    client = Client()
    client.force_login(person)
    client.person = person
    return client


def status_of(message):
    message.refresh_from_db()
    return message.status


def held(now, **values):
    return holding.hold(**{"reason": "A look first.", "by": None, "at": now, **values})


def test_held_then_nothing_is_claimed_or_sent_and_after_the_release_it_goes(sink, booked, now):
    message = booked()
    assert held(now)
    assert (delivery.drain(), claims.claim(at=now), status_of(message), message.tries) == (0, None, "pending", 0)
    assert holding.release(by=None, at=now, set_aside=False) == 0
    assert (delivery.drain(), status_of(message)) == (1, "sent")


def test_held_in_the_middle_of_a_drain_then_the_next_message_stays(sink, booked, now):
    first, second = booked(), booked()
    taken = claims.claim(at=now)
    held(now)
    assert taken == first
    assert claims.claim(at=now) is None
    assert status_of(second) == "pending"


def test_held_then_what_comes_too_late_is_closed_all_the_same(booked, now):
    message = booked()
    held(now)
    Message.objects.filter(pk=message.pk).update(expires_at=now - timedelta(seconds=1))
    delivery.drain()
    assert status_of(message) == "expired"


def test_held_and_released_twice_then_the_first_counts(now):
    person = UserFactory()
    assert held(now, by=person)
    assert not held(now, reason="Another.")
    state = holding.state()
    assert (state.reason, state.held_by, state.is_held) == ("A look first.", person, True)
    assert holding.release(by=person, at=now, set_aside=True) == 0
    assert holding.release(by=person, at=now, set_aside=True) is None
    state = holding.state()
    assert (state.reason, state.is_held, state.released_by, state.released_at) == ("", False, person, now)


def test_set_aside_then_only_what_was_due_when_it_was_held_is_perhaps_sent(sink, booked, now):
    before, since = booked(), booked()
    Message.objects.filter(pk=before.pk).update(due_at=now - timedelta(hours=2))
    held(now - timedelta(hours=1))
    assert holding.release(by=None, at=now, set_aside=True) == 1
    assert delivery.drain() == 1
    assert (status_of(before), status_of(since)) == ("unknown", "sent")
    assert before.error == holding.SET_ASIDE
    claims.send_again(Message.objects.filter(pk=before.pk), at=now - timedelta(seconds=1))
    assert (delivery.drain(), status_of(before)) == (1, "sent")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("outbox_state_is_one_row", {"id": 2}),
        ("outbox_held_for_a_reason", {"reason": "None."}),
        ("outbox_held_for_a_reason", {"held_at": Now()}),
    ],
)
def test_the_database_refuses_a_state_that_contradicts_itself(name, values):
    with pytest.raises(IntegrityError, match=name):
        OutboxState.objects.create(**values)


@pytest.mark.postgres
def test_restored_copy_then_it_holds_itself_once_and_sends_after_the_release(sink, booked, now):
    message = booked()
    assert delivery.drain() == 1
    home = OutboxState.objects.get().home
    assert home.count("/") == 2
    other = booked()
    OutboxState.objects.update(home=f"1{home}")  # what stands in a backup of another database
    assert (delivery.drain(), status_of(message), status_of(other)) == (0, "sent", "pending")
    state = holding.state()
    assert (state.reason, state.held_by, state.home) == (holding.RESTORED, None, home)
    holding.release(by=None, at=now + timedelta(minutes=1), set_aside=False)
    assert (delivery.drain(), status_of(other)) == (1, "sent")
    assert not holding.state().is_held


@pytest.mark.postgres
def test_home_when_the_server_does_not_tell_its_name_then_database_and_table_stand_for_it():
    whole = holding.home_of_this_database()
    with connection.cursor() as cursor:
        cursor.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        cursor.execute("CREATE ROLE plain_probe")
        cursor.execute("SET LOCAL ROLE plain_probe")
        assert holding.home_of_this_database() == f"unnamed/{whole.partition('/')[2]}"
        cursor.execute("RESET ROLE")
    assert holding.home_of_this_database() == whole


@pytest.mark.postgres
def test_control_where_the_home_is_not_looked_at_then_the_copy_sends(sink, booked, monkeypatch):
    booked()
    OutboxState.objects.create(home="1/2/3")
    monkeypatch.setattr(holding, "hold_if_restored", lambda **_: None)
    assert delivery.drain() == 1


def test_command_then_shows_holds_and_releases(booked, capsys, now):
    message = booked()
    call_command("outbox", "hold", "--reason", "Restored a backup.")
    call_command("drain")
    assert "the outbox is held: Restored a backup." in capsys.readouterr().out
    with pytest.raises(CommandError, match="held already"):
        call_command("outbox", "hold")
    call_command("outbox")
    shown = capsys.readouterr().out
    assert "held since" in shown
    assert "due now: 1" in shown
    call_command("outbox", "release", "--set-aside")
    assert "set aside as perhaps sent: 1" in capsys.readouterr().out
    assert status_of(message) == "unknown"
    with pytest.raises(CommandError, match="not held"):
        call_command("outbox", "release")


def test_page_when_asked_then_every_state_is_counted_and_what_ended_badly_can_go_again(administrator, booked, now):
    message, refused = booked(email="pat@example.org"), booked(email="lee@example.org")
    Message.objects.filter(pk=message.pk).update(status="unknown", risky=2)
    Message.objects.filter(pk=refused.pk).update(status="failed", error="550 no such user")
    page = words(administrator.get(PAGE))
    for said in ("Waiting", "Being built", "Being sent", "Sent", "Refused 1", "Perhaps sent 1", "Too late 0"):
        assert said in page
    assert "550 no such user" in page
    assert page.count("Send again") == 2
    administrator.post(f"/organise/messages/{message.pk}/again/", {"back": PAGE})
    assert status_of(message) == "pending"


def test_page_when_held_and_released_then_says_by_whom_and_why(administrator, booked):
    message = booked()
    assert administrator.get(RELEASE).status_code == 405
    assert "Error" in words(administrator.post(PAGE, {"reason": ""}))
    page = words(administrator.post(PAGE, {"reason": "Restored a backup."}, follow=True))
    assert "Restored a backup." in page
    assert "by Ada Min" in page
    assert delivery.drain() == 0
    assert "held the outbox already" in words(administrator.post(PAGE, {"reason": "Again."}, follow=True))
    page = words(administrator.post(RELEASE, {"set_aside": "yes"}, follow=True))
    assert "Set aside as perhaps sent: 1." in page
    assert status_of(message) == "unknown"
    assert "was not held" in words(administrator.post(RELEASE, follow=True))


def test_page_when_others_ask_then_is_not_there(now):
    organiser = UserFactory()
    RoleGrant.objects.create(user=organiser, role="organiser", partnership=PartnershipFactory())
    for person in (organiser, UserFactory()):
        client = Client()
        client.force_login(person)
        assert [client.get(PAGE).status_code, client.post(PAGE).status_code] == [404, 404]
        assert client.post(RELEASE).status_code == 404
        assert "/organise/outbox/" not in client.get("/organise/addresses/").content.decode()
    assert Client().get(PAGE).status_code == 302
    assert not holding.state().is_held


def test_addresses_page_then_leads_administrators_to_the_outbox(administrator):
    assert PAGE in administrator.get("/organise/addresses/").content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_page_when_few_or_many_then_as_many_queries(administrator, booked, count, django_assert_num_queries):
    for _ in range(count):
        booked()
    Message.objects.filter(kind="confirmation").update(status="failed")
    with django_assert_num_queries(14):
        administrator.get(PAGE)


def test_health_and_metrics_then_say_that_it_is_held(settings, client, now):
    settings.INTERNAL_IPS = ["127.0.0.1"]
    for process in Heartbeat.Process.values:
        Heartbeat.objects.create(process=process, beat_at=Now())
    assert client.get("/health/ready").json()["outbox"] == "ok"
    assert "practice_weeks_outbox_held 0" in client.get("/metrics").content.decode()
    held(now)
    assert client.get("/health/ready").json()["outbox"] == "failing"
    assert client.get("/health/ready").status_code == 200
    assert client.get("/health/status").status_code == 503
    assert "practice_weeks_outbox_held 1" in client.get("/metrics").content.decode()
