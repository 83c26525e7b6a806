"""Cancelling and moving while the mail is on its way: nobody is told what was no longer so when it left."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from events import actions as event_actions
from notifications.models import Message
from tests.faults import mailings, recipients
from tests.faults.at_once import database_url
from tests.faults.mailings import OPEN, figures, wait_until
from tests.faults.smtp_sink import running_sink

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sink():
    with running_sink() as sink:
        yield sink


@pytest.fixture
def mailing(request, tmp_path, sink):
    """A worker and a scheduler; the parameter is a guard that the worker leaves out."""
    with mailings.mailing(tmp_path, database_url(), sink.port) as made:
        made.worker(**{"WITHOUT": request.param} if getattr(request, "param", "") else {})
        made.beat()
        yield made


def settled(**which):
    return not Message.objects.filter(**which, due_at__lte=timezone.now(), status__in=OPEN).exists()


def copies(sink, message):
    """Return when each copy of a message arrived."""
    return [when for when, message_id, _ in sink.arrivals if message_id == message.message_id]


def held(sink, mailing, verb):
    """Book somebody, and return their confirmation once it is held at a point of its way."""
    sink.holds_at = verb
    (message,) = recipients.book(["reader"])
    mailing.nudge()
    assert sink.arrived.wait(mailings.PATIENCE), mailing.logs()
    return message


def let_go(sink):
    sink.holds_at = ""
    sink.go_on.set()


@pytest.mark.parametrize("mailing", ["", "fence"], ids=["guarded", "control"], indirect=True)
def test_place_when_cancelled_between_claim_and_fence_then_it_is_not_confirmed(mailing, sink, request):
    is_guarded = request.node.callspec.params["mailing"] == ""
    message = held(sink, mailing, "RCPT")
    actions.cancel(message.booking, at=timezone.now())
    let_go(sink)
    wait_until(settled, mailing.logs())
    cancelled = Message.objects.get(kind="cancelled")
    found = figures(sink.arrivals, recipients.rows(), cancelled=[message.message_id])
    found.show(f"cancelled before the fence, {'guarded' if is_guarded else 'control without the fence'}")
    assert found.told_after_cancel == (0 if is_guarded else 1)
    message.refresh_from_db()
    assert message.status == ("cancelled" if is_guarded else "sent")
    assert (cancelled.status, len(copies(sink, cancelled))) == ("sent", 1)


def test_place_when_cancelled_after_the_fence_then_the_cancelling_is_told_after_it(mailing, sink):
    message = held(sink, mailing, ".")
    actions.cancel(message.booking, at=timezone.now())
    let_go(sink)
    wait_until(settled, mailing.logs())
    cancelled = Message.objects.get(kind="cancelled")
    found = figures(sink.arrivals, recipients.rows())
    found.show("cancelled after the fence")
    (first,), (second,) = copies(sink, message), copies(sink, cancelled)
    assert first < second
    assert (found.extra, found.lost, found.open_after_calm) == (0, 0, 0)


def test_places_when_cancelled_one_by_one_while_mail_goes_out_then_no_confirmation_follows(mailing, sink):
    sink.delay = 0.1
    messages = recipients.book([f"reader{n}" for n in range(40)])
    mailing.nudge()
    wait_until(lambda: len(sink.arrivals) >= 5, mailing.logs())
    gone = {}
    for message in reversed(messages[5:25]):
        actions.cancel(message.booking, at=timezone.now())
        gone[message.message_id] = time.monotonic()
    wait_until(settled, mailing.logs())
    # Who was past the fence may have had it in the second after; it had left when they cancelled.
    late = [one for when, one, _ in sink.arrivals if one in gone and when > gone[one] + 1]
    found = figures(sink.arrivals, recipients.rows(), cancelled=late)
    told = {message.message_id for message in messages} & {one for _, one, _ in sink.arrivals}
    found.show("20 cancelled while mail goes out", not_confirmed=len(messages) - len(told))
    assert (found.told_after_cancel, found.extra, found.lost, found.open_after_calm) == (0, 0, 0, 0)
    assert Message.objects.filter(kind="cancelled", status="sent").count() == 20
    assert len(told) < len(messages)


def test_session_when_moved_there_and_back_then_reminded_once_of_the_start_that_holds(mailing, sink):
    (message,) = recipients.book(["reader"])
    session = message.booking.session
    start, length = session.starts_at, session.ends_at - session.starts_at
    wait_until(settled, mailing.logs())
    for moved in (start + timedelta(days=1), start):
        event_actions.reschedule_session(session.pk, starts_at=moved, ends_at=moved + length, at=timezone.now())
        wait_until(settled, mailing.logs())
    reminders = Message.objects.filter(kind__startswith="reminder")
    of_start = reminders.filter(occurrence__endswith=f"{start:%Y-%m-%dT%H:%M:%SZ}")
    of_other = reminders.exclude(pk__in=of_start)
    assert of_other.exists()
    reminders.update(due_at=timezone.now())  # all of them, those of the other start too
    wait_until(settled, mailing.logs())
    time.sleep(1)
    once = [copies(sink, row) for row in of_start]
    found = figures(sink.arrivals, list(Message.objects.values_list("message_id", "status")))
    found.show("moved there and back", of_the_other_start=sum(len(copies(sink, row)) for row in of_other))
    assert [len(found) for found in once] == [1] * of_start.count()
    assert [len(copies(sink, row)) for row in of_other] == [0] * of_other.count()
    assert Message.objects.filter(kind="changed", status="sent").count() == 2
    assert (found.extra, found.lost) == (0, 0)
