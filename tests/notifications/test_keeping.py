"""What mails said goes when its time is over; that they were sent stays."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings.models import Booking
from bookings.reports import Asked
from notifications import keeping
from notifications.message_report import message_log
from notifications.models import Message, ProviderEvent
from people.models import Partnership
from tests.factories import NOW, UserFactory, make_booking

pytestmark = pytest.mark.django_db
YEAR = datetime(2028, 5, 4, NOW.hour, NOW.minute, NOW.second, NOW.microsecond, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LOUD = {"subject": "Your place", "error": "550 pat@example.org is unknown", "domain": "example.org"}


def sent(booking=None, **values):
    """A message that went out now."""
    message = Message.objects.filter(booking=booking or make_booking()).earliest("pk")
    values = {"status": "sent", "sent_at": NOW, "due_at": NOW, **LOUD, **values}
    Message.objects.filter(pk=message.pk).update(**values)
    return message


def said(message):
    message.refresh_from_db()
    return message.subject, message.error, message.domain


def test_mail_when_its_time_is_over_then_says_nothing_more_and_is_counted_as_before(monkeypatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    old = [sent() for _ in range(5)]
    young = sent(due_at=NOW + SECOND)
    waiting = sent(status="pending", sent_at=None)
    asked = Asked(list(Partnership.objects.all()), YEAR, "kind")
    before = list(message_log(asked).rows)

    assert keeping.forget_old_messages(at=YEAR - SECOND) == 0
    assert keeping.forget_old_messages(at=YEAR) == 5
    assert keeping.forget_old_messages(at=YEAR) == 0

    assert {said(one) for one in old} == {("", "", "")}
    assert said(young) == said(waiting) == tuple(LOUD.values())
    assert list(message_log(asked).rows) == before != []


def test_mail_then_each_booking_s_policy_holds_and_of_others_the_site_s():
    soon, later = make_booking(), make_booking()
    Booking.written.filter(pk=soon.pk).update(policy={"keep_messages_months": 1})
    first, second = sent(soon), sent(later)
    third = sent()
    Message.objects.filter(pk=third.pk).update(booking=None, change=None, reader=UserFactory())

    assert keeping.forget_old_messages(at=NOW + timedelta(days=31)) == 1
    assert said(first) == ("", "", "")
    assert said(second) == said(third) == tuple(LOUD.values())
    assert keeping.forget_old_messages(at=YEAR) == 2


def test_words_of_a_provider_when_their_time_is_over_then_go_and_what_it_told_stays():
    message = sent()
    for n, at in enumerate((NOW, NOW + SECOND)):
        ProviderEvent.objects.create(message=message, kind="bounced", at=at, words="pat@example.org?", key=f"{n}")

    keeping.forget_old_messages(at=YEAR)

    assert list(ProviderEvent.objects.values_list("kind", "words")) == [
        ("bounced", ""),
        ("bounced", "pat@example.org?"),
    ]
