"""What may be decided about bookings, and that each booking keeps what held on its day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bookings import actions
from bookings.models import PartnershipPolicy, SessionPolicy, policy_of
from bookings.policies import cancel_free_until
from bookings.policy import KEYS, Policy, faults_of
from bookings.working_days import after_working_hours, working_days_after, working_days_before
from events.actions import publish_session
from events.models import SessionHost
from tests.bookings.desk import set_policy, set_session_policy
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, UserFactory, VenueFactory, make_booking

pytestmark = pytest.mark.django_db
LONDON = SessionFactory.build(topic=None, week=None).tzinfo
TEXTS = {"text", "address"}


@pytest.mark.parametrize("name", KEYS)
def test_every_key_then_its_default_is_one_of_its_values_and_it_has_words(name):
    key = KEYS[name]

    assert key.why_not(key.default) == ""
    assert key.label
    assert key.group


@pytest.mark.parametrize("name", [name for name, key in KEYS.items() if not key.fixed])
@pytest.mark.parametrize("value", [None, -1, 1.5, Decimal(3), True, {}, "x\x00y" * 400, [["a"]]])
def test_every_key_when_the_value_cannot_be_meant_then_said(name, value):
    faults = faults_of({name: value})

    assert list(faults) == [name]
    assert faults[name].endswith(".")


def test_keys_that_there_are_not_then_said():
    assert faults_of({"colour": "green"}) == {"colour": "There is no such key."}
    assert faults_of({"terms_version": 3}) == {"terms_version": "This is found out at each booking, and set by nobody."}
    assert faults_of([1]) == {"": "A policy is made of keys with their values."}
    assert faults_of({}) == {}


@pytest.mark.parametrize("text", ["2027-02-30", "24.12.2027", "", "2027-1-1"])
def test_closure_that_is_no_date_then_said(text):
    assert "is no date" in faults_of({"closures": [text]})["closures"]


def test_version_when_it_cannot_be_used_then_refused_by_the_model():
    for row in (
        PartnershipPolicy(partnership=PartnershipFactory(), version=1, values={"offer_hours": 0}),
        SessionPolicy(session=SessionFactory(), values={"offer_hours": 0}),
    ):
        with pytest.raises(ValidationError, match="Hours an offer holds: Enter a whole number from 1 to 240"):
            row.full_clean()


def test_damaged_row_then_booking_goes_on_by_what_lies_below_and_the_log_says_so(caplog):
    set_policy(cancel_working_days="soon", offer_hours=6, colour="green")

    booking = make_booking()

    assert booking.policy["cancel_working_days"] == 3
    assert booking.policy["offer_hours"] == 6
    assert "unusable value for cancel_working_days" in caplog.text


def test_layers_then_the_session_lies_over_the_partnership_that_leads_and_that_over_the_defaults(hampshire, island):
    session = SessionFactory(host=hampshire)
    SessionHost.objects.create(session=session, partnership=island)
    set_policy(island, offer_hours=99, daily_limit=3)
    set_policy(hampshire, offer_hours=12)
    set_policy(hampshire, offer_hours=10, offer_hours_close=2)
    set_session_policy(session, offer_hours=5)

    policy = policy_of(session)

    assert (policy.offer_hours, policy.offer_hours_close, policy.daily_limit) == (5, 2, Policy().daily_limit)


def test_booking_then_keeps_what_held_on_its_day():
    set_policy(cancel_working_days=5)
    booking = make_booking()
    set_policy(cancel_working_days=1)

    booking.refresh_from_db()

    assert booking.policy["cancel_working_days"] == 5
    assert booking.cancel_free_until == datetime(2027, 6, 15, 22, 59, tzinfo=UTC)
    assert len(str(booking.policy)) < 2500


def test_closure_then_the_deadline_is_a_day_earlier_and_without_it_it_is_not():
    session = SessionFactory()

    assert cancel_free_until(session, Policy()) == datetime(2027, 6, 17, 22, 59, tzinfo=UTC)
    assert cancel_free_until(session, Policy(closures=("2027-06-18",))) == datetime(2027, 6, 16, 22, 59, tzinfo=UTC)


def test_cancelling_after_the_policys_deadline_then_late_and_still_possible():
    set_policy(cancel_working_days=5, closures=["2027-06-16"])
    booking = make_booking()
    assert booking.cancel_free_until == datetime(2027, 6, 14, 22, 59, tzinfo=UTC)

    assert actions.cancel(booking, at=booking.cancel_free_until + timedelta(minutes=1)).cancelled_late


def test_working_days_after_and_before_are_each_others_undoing():
    day, closed = date(2026, 12, 23), {date(2026, 12, 24)}

    assert working_days_after(day, 1, closed) == date(2026, 12, 29)  # Christmas, Boxing Day and its substitute
    assert working_days_before(date(2026, 12, 29), 1, closed) == day


@pytest.mark.parametrize(
    ("at", "hours", "until"),
    [
        (datetime(2027, 5, 7, 7, 0, tzinfo=UTC), 8, datetime(2027, 5, 7, 16, 0, tzinfo=UTC)),  # before opening
        (datetime(2027, 5, 7, 15, 0, tzinfo=UTC), 2, datetime(2027, 5, 10, 9, 0, tzinfo=UTC)),  # over a weekend
        (datetime(2027, 5, 8, 12, 0, tzinfo=UTC), 1, datetime(2027, 5, 10, 9, 0, tzinfo=UTC)),  # on a Saturday
        (datetime(2026, 10, 23, 15, 0, tzinfo=UTC), 2, datetime(2026, 10, 26, 10, 0, tzinfo=UTC)),  # clocks go back
    ],
)
def test_working_hours_then_nights_and_weekends_do_not_count(at, hours, until):
    assert after_working_hours(at, hours, LONDON) == until


@pytest.mark.parametrize(
    ("fields", "values", "closes_at"),
    [
        ({}, {}, None),
        ({}, {"closes_online_minutes": 60}, START - timedelta(hours=1)),
        ({"format": "in_person"}, {"closes_in_person_working_days": 2}, datetime(2027, 6, 18, 22, 59, tzinfo=UTC)),
        ({"booking_closes_at": START - timedelta(days=1)}, {"closes_online_minutes": 60}, START - timedelta(days=1)),
        ({"booking_required": False}, {"closes_online_minutes": 60}, None),
    ],
)
def test_session_when_published_then_booking_closes_as_the_policy_says_where_nobody_said(fields, values, closes_at):
    set_policy(**values)
    venue = {"venue": VenueFactory()} if fields.get("format") == "in_person" else {}
    session = SessionFactory(state="draft", **fields, **venue)

    publish_session(session.pk, at=NOW)

    session.refresh_from_db()
    assert session.booking_closes_at == closes_at


def test_late_cancellation_when_charged_then_in_the_ledger_once_by_the_policy_of_the_day_of_booking():
    set_policy(late_cancel_charge=5000)
    late, in_time, by_organiser = make_booking(), make_booking(), make_booking()
    set_policy(late_cancel_charge=0)
    at = late.cancel_free_until + timedelta(minutes=1)

    actions.cancel(late, at=at)
    actions.cancel(in_time, at=NOW)
    actions.cancel(by_organiser, at=at, actor=UserFactory())

    charge = late.charges.get()
    assert (charge.pence, charge.reason, charge.organisation_name) == (5000, "late_cancellation", "Example School")
    assert not in_time.charges.exists()
    assert not by_organiser.charges.exists()


def test_absence_when_noted_twice_then_one_charge():
    set_policy(absence_charge=2500)
    booking = make_booking()

    actions.charge_absence(booking, at=NOW)
    actions.charge_absence(booking, at=NOW)

    assert booking.charges.get().pence == 2500
