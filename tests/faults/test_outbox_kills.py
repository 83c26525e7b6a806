"""A worker killed at each step of a message's way, or stopped past its lease: no third copy, nothing is lost.

Real workers, a real scheduler, Redis, the database of the tests, and a mail server of ours.
"""

import os
import signal

import pytest

from notifications.models import Message
from tests.faults import mailings, recipients
from tests.faults.at_once import database_url
from tests.faults.mailings import OPEN, figures, wait_until
from tests.faults.smtp_sink import running_sink

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

READERS = 10


@pytest.fixture(scope="module")
def sink():
    with running_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def mailing(django_db_setup, tmp_path_factory, sink):
    """A worker and a scheduler for all tests of this file; whoever is killed is replaced."""
    with mailings.mailing(tmp_path_factory.mktemp("mailing"), database_url(), sink.port) as made:
        made.first = made.worker()
        made.beat()
        yield made


@pytest.fixture(autouse=True)
def _empty(sink):
    sink.arrivals.clear()
    sink.holds_at = ""
    sink.go_on.clear()
    sink.arrived.clear()
    yield
    sink.go_on.set()


def all_settled():
    return not Message.objects.filter(kind="confirmation", status__in=OPEN).exists()


@pytest.mark.parametrize(
    ("step", "extra"),
    [("claimed", 0), ("built", 0), ("offered", 0), ("fenced", 0), ("handed over", 1), ("recorded", 0)],
)
def test_worker_when_killed_at_a_step_then_everybody_is_told_and_only_after_the_dot_one_twice(
    mailing, sink, step, extra
):
    mailing.kill_file.write_text(step)
    recipients.book([f"reader{n}" for n in range(READERS)])
    mailing.nudge()
    wait_until(lambda: not mailing.kill_file.exists(), "it dies")
    took = wait_until(all_settled, mailing.logs())
    found = figures(sink.arrivals, recipients.rows())
    found.show(f"killed when {step}", seconds_until_all_are_told=round(took, 1))
    assert (found.told, found.extra, found.lost, found.open_after_calm) == (READERS, extra, 0, 0)
    assert found.most_of_one <= 2
    risky = list(Message.objects.filter(kind="confirmation").values_list("risky", flat=True))
    # A worker that died between the fence and the dot has told nobody, and still counts as one who may have.
    assert max(risky) == (2 if step in {"fenced", "handed over"} else 1)
    assert {message.lost for message in Message.objects.filter(kind="confirmation")} <= {0, 1}


def test_control_when_nobody_is_killed_then_each_is_told_once(mailing, sink):
    recipients.book([f"reader{n}" for n in range(READERS)])
    mailing.nudge()
    wait_until(all_settled, "all are told")
    found = figures(sink.arrivals, recipients.rows())
    found.show("nobody killed")
    assert (found.told, found.copies, found.lost) == (READERS, READERS, 0)


@pytest.mark.parametrize(("verb", "copies", "risky"), [("RCPT", 1, 1), (".", 2, 2)])
def test_worker_when_stopped_past_its_lease_then_its_late_result_counts_for_nothing(mailing, sink, verb, copies, risky):
    (message,) = recipients.book(["reader"])
    sink.holds_at = verb
    mailing.nudge()
    assert sink.arrived.wait(mailings.PATIENCE)
    os.killpg(mailing.first.pid, signal.SIGSTOP)
    try:
        sink.holds_at = ""
        sink.go_on.set()  # the answer waits for the worker that is stopped
        other = mailing.worker()
        wait_until(all_settled, mailing.logs())
        message.refresh_from_db()
        assert (message.status, message.risky) == ("sent", risky)
        sent_at = message.sent_at
    finally:
        os.killpg(mailing.first.pid, signal.SIGCONT)
    mailings.kill(other)
    after = recipients.book(["next"])[0]  # told by the worker that goes on, once it is done with the other
    mailing.nudge()
    wait_until(all_settled, "the worker that went on works")
    found = figures(sink.arrivals, recipients.rows())
    found.show(f"stopped past its lease at {verb}")
    message.refresh_from_db()
    after.refresh_from_db()
    assert (message.status, message.risky, message.sent_at, after.status) == ("sent", risky, sent_at, "sent")
    assert (found.copies, found.lost, found.open_after_calm) == (copies + 1, 0, 0)
