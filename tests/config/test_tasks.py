"""What is deleted once a day, and what stays."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session as SignIn
from django.utils import timezone

from bookings import actions
from bookings.models import AuditEvent, Booking, EvaluationResponse
from config.tasks import tidy_up
from notifications.models import Message
from people.actions import grant_role
from people.models import IdempotencyKey, RetentionRun, RoleGrant, User
from tests.bookings.feedback import give
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db


def test_tidy_up_when_run_then_deletes_what_is_over_and_nothing_else():
    now, owner = timezone.now(), UserFactory()
    for key, hours in (("old", 25), ("new", 23)):
        IdempotencyKey.objects.create(
            owner=owner, key=key, request_digest="0" * 64, created_at=now - timedelta(hours=hours)
        )
    SignIn.objects.create(session_key="over", session_data="", expire_date=now - timedelta(seconds=1))
    SignIn.objects.create(session_key="live", session_data="", expire_date=now + timedelta(days=1))
    tidy_up()
    tidy_up()
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]
    assert list(SignIn.objects.values_list("session_key", flat=True)) == ["live"]


def test_tidy_up_when_a_role_has_run_out_then_its_holder_is_let_out_and_others_stay():
    now, partnership = timezone.now(), PartnershipFactory()
    lapsed, live, new = (UserFactory(email=f"{name}@example.org") for name in ("lapsed", "live", "new"))
    for person in (lapsed, live):
        grant_role(person, "organiser", partnership=partnership, at=now)
    RoleGrant.objects.filter(user=lapsed).update(expires_at=now)
    RoleGrant.objects.create(user=new, role="organiser", partnership=partnership)

    tidy_up()

    assert set(User.objects.filter(is_staff=True)) == {live, new}
    assert set(User.objects.filter(groups__name="Organisers")) == {live, new}


def test_tidy_up_when_answers_are_a_year_old_then_nobody_knows_whose_they_are():
    booking = make_booking()
    give(booking)
    for days, known in ((365, True), (367, False)):
        with time_machine.travel(START + timedelta(days=days), tick=False):
            tidy_up()
        assert EvaluationResponse.objects.filter(booking=booking).exists() is known
    assert EvaluationResponse.objects.count() == 1


def test_tidy_up_then_waits_mails_and_the_log_go_in_their_time():
    booking = make_booking(session=SessionFactory(capacity=1))
    waited = make_queued(session=booking.session)
    Message.objects.filter(booking=booking).update(subject="Your place", status="expired")
    for at in (datetime(2020, 1, 1, tzinfo=UTC), NOW):  # PostgreSQL lets nothing go that is young by its own clock
        actions.note(booking.practitioner, "read", "register", at=at)
    for months, left in ((1, (2, True)), (9, (1, True)), (18, (1, False))):
        with time_machine.travel(START + timedelta(days=months * 31), tick=False):
            tidy_up()
        assert (Booking.objects.count(), Message.objects.exclude(subject="").exists()) == left
    assert not Booking.objects.filter(pk=waited.pk).exists()
    assert AuditEvent.objects.get().at == NOW
    noted = set(RetentionRun.objects.values_list("what", flat=True))
    assert {"waits without a place", "subjects of mails", "the log of who read what"} <= noted
