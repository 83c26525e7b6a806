"""What a line manager may be called and reached under, what they read of charges, and when a waiting list ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bookings import actions
from bookings.models import Booking
from events import actions as event_actions
from notifications.models import Message
from notifications.readers import NoLongerTrue
from tests.bookings.desk import set_policy
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued
from tests.notifications.mails import html_of, let_go, mail_of, words_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
MANAGER = ("Mo Manager", "mo@example.org")
NO_NAMES = ["Mo\r\nBcc: eve@example.org", "Mo\nManager", "Mo\u2028Manager", "M" * 201]
NO_ADDRESSES = ["mo@example.org\r\nBcc: eve@example.org", "mo@example.org, eve@example.org", "mo"]
UNUSABLE = [*((name, "mo@example.org") for name in NO_NAMES), *(("Mo", address) for address in NO_ADDRESSES)]


def book(manager, session=None):
    return actions.book(session or SessionFactory(), practitioner=UserFactory(), at=NOW, manager=manager)


@pytest.mark.parametrize("manager", UNUSABLE)
@pytest.mark.parametrize("policy", ["asked", "told"])
def test_manager_when_no_mail_can_carry_name_or_address_then_refused_and_nothing_is_written(manager, policy):
    set_policy(manager=policy)
    with pytest.raises(ValidationError):
        book(manager)

    assert not Booking.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("manager", UNUSABLE)
def test_manager_when_an_offer_is_accepted_with_what_no_mail_can_carry_then_it_stays_offered(manager):
    set_policy(manager="asked")
    session = SessionFactory(capacity=1)
    first = book(("", ""), session)
    session.refresh_from_db()
    second = book(("", ""), session)
    actions.cancel(first, at=LATER)
    with pytest.raises(ValidationError):
        actions.accept(second, at=LATER, manager=manager)

    assert Booking.objects.get(pk=second.pk).status == "offered"
    assert actions.accept(second, at=LATER, manager=MANAGER).status == "awaiting_approval"


def test_manager_when_told_of_a_place_then_told_of_its_new_time_once_the_first_mail_went():
    set_policy(manager="told")
    booking, unread, late = book(MANAGER), book(MANAGER), book(MANAGER)
    for one in (booking, late):
        let_go(one, "manager_told")
    Message.objects.filter(booking=late, kind="manager_told").update(sent_at=LATER + timedelta(minutes=1))
    for one in (booking, unread, late):
        moved = {"starts_at": START + timedelta(hours=2), "ends_at": START + timedelta(hours=3)}
        event_actions.reschedule_session(one.session_id, at=LATER, **moved)

    mail = mail_of(booking, "manager_told")
    assert mail["To"] == "mo@example.org"
    assert mail["Subject"].startswith("Moved: ")
    assert "has been moved. This is when it takes place now." in words_of(mail)
    for one in (unread, late):  # whoever hears of the place after the move reads the new time there
        with pytest.raises(NoLongerTrue, match="knows of no other time"):
            mail_of(one, "manager_told")


@pytest.mark.parametrize(("policy", "kind"), [("asked", "approval_asked"), ("told", "manager_told")])
def test_manager_when_the_policy_charges_then_reads_what_not_coming_costs(policy, kind):
    set_policy(manager=policy, late_cancel_charge=2550, absence_charge=5000)
    mail = mail_of(book(MANAGER), kind)

    assert "Cancelling late is charged: £25.50. Not attending is charged: £50." in words_of(mail)
    assert "Not attending is charged: £50." in html_of(mail)


@pytest.mark.parametrize(("policy", "kind"), [("asked", "approval_asked"), ("told", "manager_told")])
def test_manager_when_the_policy_charges_nothing_then_reads_of_no_charge(policy, kind):
    set_policy(manager=policy)

    assert "charged" not in words_of(mail_of(book(MANAGER), kind))


@pytest.mark.parametrize("waiting_list", ["offer", "automatic"])
def test_waiting_list_when_joined_then_told_that_it_ends_when_booking_closes(waiting_list):
    set_policy(waiting_list=waiting_list)
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    words = words_of(mail_of(make_queued(session=session), "waiting_list"))

    assert "Once booking has closed, no more places are passed on." in words
