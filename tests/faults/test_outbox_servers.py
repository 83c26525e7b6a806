"""A mail server that is away, slow, refuses for now or for good, or hangs up: what becomes of each message then."""

import time

import pytest

from notifications.models import Message
from tests.faults import mailings, recipients
from tests.faults.at_once import database_url
from tests.faults.mailings import OPEN, figures, wait_until
from tests.faults.sites import free_port
from tests.faults.smtp_sink import running_sink

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

# How the server answers each reader in turn; then the end of the message, how many copies, and how many were risked.
READERS = {
    "good": ({}, "sent", 1, 1),
    "later-at-rcpt": ({"RCPT": ["451 later", "450 later"]}, "sent", 1, 1),
    "later-at-data": ({"DATA": ["451 later"]}, "sent", 1, 1),
    "later-after-the-dot": ({".": ["451 later", "452 later"]}, "sent", 1, 1),
    "closing-at-rcpt": ({"RCPT": ["421 closing"]}, "sent", 1, 1),
    "closing-after-the-dot": ({".": ["421 closing"]}, "sent", 1, 1),
    "nobody": ({"RCPT": ["550 5.1.1 nobody"]}, "failed", 0, 0),
    "full-after-the-dot": ({".": ["552 too much"]}, "failed", 0, 0),
    "no-after-the-dot": ({".": ["554 no"]}, "failed", 0, 0),
    "slow": ({".": ["SLOW 1.5"]}, "sent", 1, 1),
    "silent-at-rcpt": ({"RCPT": ["SLOW 5"]}, "sent", 1, 1),
    "silent-after-the-dot": ({".": ["SLOW 5"]}, "sent", 2, 2),
    "hangs-up-at-rcpt": ({"RCPT": ["HANG UP"]}, "sent", 1, 1),
    "hangs-up-after-the-dot": ({".": ["HANG UP"]}, "sent", 2, 2),
    "hangs-up-twice": ({".": ["HANG UP", "HANG UP"]}, "unknown", 2, 2),
}


def settled():
    return not Message.objects.filter(kind="confirmation", status__in=OPEN).exists()


@pytest.fixture
def mailing(tmp_path):
    """A worker with two children and a scheduler; the mail server's port is there, and nobody listens on it yet."""
    port = free_port()
    with mailings.mailing(tmp_path, database_url(), port) as made:
        made.port = port
        made.environment["OUTBOX_SMTP_SECONDS"] = "3"
        made.environment["OUTBOX_LEASE_SECONDS"] = "10"
        made.worker(children=2)
        made.beat()
        yield made


def test_server_when_away_and_then_as_bad_as_can_be_then_each_message_ends_as_it_should(mailing):
    messages = recipients.book(list(READERS))
    good = recipients.book([f"good{n}" for n in range(20)])
    # Away: the heartbeat says that the worker is there, and nothing is claimed.
    wait_until(lambda: mailing.count_said("the mail server is not there"), "somebody looks")
    assert not Message.objects.filter(kind="confirmation").exclude(status="pending", tries=0, risky=0).exists()

    with running_sink(mailing.port) as sink:
        for name, (answers, *_) in READERS.items():
            for verb, replies in answers.items():
                sink.answers_to[f"{name}@example.org", verb] = list(replies)
        began = time.monotonic()
        wait_until(settled, mailing.logs())
        took = time.monotonic() - began
        time.sleep(1.5)  # three sweeps: nothing more goes
        arrivals = list(sink.arrivals)

    ends = {}
    for message, name in zip(messages, READERS, strict=True):
        message.refresh_from_db()
        copies = sum(message_id == message.message_id for _, message_id, _ in arrivals)
        ends[name] = (message.status, copies, message.risky)
    found = figures(arrivals, recipients.rows())
    found.show("a bad mail server", seconds_until_all_ended=round(took, 1), ends_by_reader=ends)
    assert ends == {name: (end, copies, risky) for name, (_, end, copies, risky) in READERS.items()}
    assert {Message.objects.get(pk=one.pk).status for one in good} == {"sent"}
    assert (found.lost, found.open_after_calm, found.most_of_one, found.extra) == (0, 0, 2, 3)
    tries = dict(zip(READERS, (Message.objects.get(pk=one.pk).tries for one in messages), strict=True))
    assert tries["nobody"] == tries["full-after-the-dot"] == 1
