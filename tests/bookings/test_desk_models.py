"""Rows about questions, charges and policies that contradict themselves are refused by the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bookings.models import (
    Approval,
    Arrival,
    Attendance,
    Charge,
    Handover,
    PartnershipPolicy,
    RegisterClosing,
    SessionPolicy,
    WeekPolicy,
)
from tests.bookings.desk import set_policy
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = pytest.mark.django_db


def approval(**values):
    Approval.written.add(booking=make_booking(), manager_email="mo@example.org", asked_at=NOW, expires_at=NOW, **values)


def handover(booking=None, **values):
    times = {"asked_at": NOW, "expires_at": NOW}
    Handover.written.add(booking=booking or make_booking(), colleague_email="a@example.org", **times, **values)


def charge(booking=None, **values):
    row = {"partnership": PartnershipFactory(), "reason": "absence", "pence": 100, "made_at": NOW, **values}
    Charge.written.add(booking=booking or make_booking(), **row)


def asked_twice():
    booking = make_booking()
    handover(booking)
    handover(booking)


def charged_twice():
    booking = make_booking()
    charge(booking)
    charge(booking)


def closed(session=None, **values):
    RegisterClosing.written.add(session=session or SessionFactory(), closed_at=NOW, **values)


def closed_twice():
    session = SessionFactory()
    closed(session)
    closed(session)


def marked_as_nothing():
    Attendance.written.add(booking=make_booking(), state="perhaps", source="register", marked_at=NOW)


def decided_twice():
    set_policy()
    PartnershipPolicy.objects.create(partnership=PartnershipFactory(), version=1)


def arrival(**values):
    return Arrival.written.add(booking=make_booking(), **{"first_at": NOW, "last_at": NOW} | values)


def decided_twice_for_a_week():
    of = {"partnership": PartnershipFactory(), "week": SessionFactory().week}
    WeekPolicy.objects.create(**of)
    WeekPolicy.objects.create(**of)


BREACHES = [
    ("approval_answered_at_if_answered", lambda: approval(answer="yes")),
    ("approval_answered_at_if_answered", lambda: approval(answered_at=NOW)),
    ("handover_answered_at_if_answered", lambda: handover(answer="no")),
    ("handover_answered_at_if_answered", lambda: handover(answered_at=NOW)),
    ("handover_one_open_per_booking|bookings_handover.booking_id", asked_twice),
    ("charge_once_per_booking_and_reason|bookings_charge.booking_id", charged_twice),
    ("charge_of_something", lambda: charge(pence=0)),
    ("charge_waived_with_a_reason", lambda: charge(waived_at=NOW, waived_by=UserFactory())),
    ("charge_waived_with_a_reason", lambda: charge(waiver_reason="Ferry")),
    ("arrival_last_not_before_first", lambda: arrival(last_at=NOW - timedelta(seconds=1))),
    ("arrival_once_at_least", lambda: arrival(times=0)),
    ("attendance_state_known", marked_as_nothing),
    ("register_closed_once|bookings_registerclosing.session_id", closed_twice),
    ("register_reopened_with_a_reason", lambda: closed(reopened_at=NOW)),
    ("register_reopened_with_a_reason", lambda: closed(reason="Ferry")),
    ("partnership_policy_version_once|bookings_partnershippolicy.partnership_id", decided_twice),
    ("week_policy_once|bookings_weekpolicy.partnership_id", decided_twice_for_a_week),
]


@pytest.mark.parametrize(("name", "write"), BREACHES)
def test_the_database_refuses_what_contradicts_itself(name, write):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def test_every_constraint_has_a_row_that_breaks_it():
    broken = {name.split("|")[0] for name, _ in BREACHES}
    models = (
        Approval,
        Arrival,
        Attendance,
        Charge,
        Handover,
        PartnershipPolicy,
        RegisterClosing,
        SessionPolicy,
        WeekPolicy,
    )

    assert {c.name for model in models for c in model._meta.constraints} == broken
