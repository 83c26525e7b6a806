"""Many reminders due at once, two workers, a mail server that takes 20 ms each: everybody once, and how fast."""

import smtplib
import threading
import time

import pytest
from django.utils import timezone

from bookings import actions
from bookings.models import Booking
from notifications import holding, messages
from notifications.models import Message
from tests import services
from tests.faults import mailings, recipients
from tests.faults.at_once import database_url
from tests.faults.mailings import OPEN, figures, wait_until
from tests.faults.patience import PATIENCE
from tests.faults.smtp_sink import running_sink

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

COUNT = services.size(200, night=2000)
WORKERS, SECONDS_EACH, SAMPLE = 2, 0.02, services.size(40, night=200)
OVERTAKEN_BY = 3 * WORKERS  # what each worker has in hand, and the one in ten that goes by age


def bare_rate(port, content, *, lines):
    """Return how many mails a second bare smtplib sends over so many connections, in threads of this process."""

    def send():
        with smtplib.SMTP("127.0.0.1", port) as server:
            for _ in range(SAMPLE // lines):
                server.sendmail("bench@example.org", ["reader@example.org"], content)

    threads = [threading.Thread(target=send) for _ in range(lines)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return SAMPLE / (time.monotonic() - began)


def readers(sink):
    """Return who was written to, in order."""
    return [recipient for *_, recipient in sink.arrivals]


def test_reminders_when_many_are_due_at_once_then_each_goes_exactly_once(tmp_path):
    made = recipients.remind(COUNT)
    content = messages.build(Message.objects.get(pk=made[0].pk)).content
    with running_sink() as sink, mailings.mailing(tmp_path, database_url(), sink.port) as mailing:
        sink.keeps_mails, sink.delay = False, SECONDS_EACH
        mailing.environment["OUTBOX_LEASE_SECONDS"] = "60"
        bare = {f"{lines} line(s)": round(bare_rate(sink.port, content, lines=lines), 1) for lines in (1, WORKERS)}
        sink.arrivals.clear()
        holding.hold(reason="Until all workers are there.", by=None, at=timezone.now())
        for _ in range(WORKERS):
            mailing.worker()
        mailing.beat()
        wait_until(lambda: mailing.count_said(" ready.") >= WORKERS, "both workers are ready")
        cpu = mailing.cpu_seconds()
        holding.release(by=None, at=timezone.now(), set_aside=False)
        mailing.nudge()
        rows = Message.objects.filter(pk__in=[message.pk for message in made])
        wait_until(lambda: len(sink.arrivals) > COUNT / 4, mailing.logs(), seconds=5 * PATIENCE)
        actions.cancel(Booking.objects.get(email="first@example.org"), at=timezone.now())
        began, behind = time.monotonic(), len(sink.arrivals)
        wait_until(lambda: readers(sink)[behind:].count("first@example.org"), mailing.logs())
        cancelled_after = time.monotonic() - began
        overtaken_by = readers(sink)[behind:].index("first@example.org")
        wait_until(lambda: not rows.filter(status__in=OPEN).exists(), mailing.logs(), seconds=5 * PATIENCE)
        cpu = mailing.cpu_seconds() - cpu
        took = max(when for when, *_ in sink.arrivals) - min(when for when, *_ in sink.arrivals)
        time.sleep(1.5)  # three sweeps: nothing more goes
        found = figures(sink.arrivals, list(rows.values_list("message_id", "status")))
    found.show(
        f"{COUNT} reminders, {WORKERS} workers, {SECONDS_EACH * 1000:.0f} ms each at the server",
        seconds=round(took, 1),
        a_second=round(COUNT / took, 1),
        bare_smtplib_a_second=bare,
        cpu_ms_each=round(cpu / COUNT * 1000, 1),
        lines=sink.connections,
        cancelled_told_after_seconds=round(cancelled_after, 2),
        cancelled_told_behind=overtaken_by,
    )
    assert overtaken_by <= OVERTAKEN_BY
    assert (found.told, found.copies, found.most_of_one) == (COUNT, COUNT, 1)
    assert found.ends == {"sent": COUNT}
    assert len(sink.arrivals) == COUNT + 1  # the cancelling too
