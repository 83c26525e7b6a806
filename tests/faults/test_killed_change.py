"""A worker killed while it carries out a planned change: everything is done, and nothing of it is there."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings.models import BookingChange
from events import actions
from events.models import PlannedChange, ProgrammeRevision
from notifications.models import Message
from tests.events.locks import held
from tests.factories import SessionFactory, UserFactory, make_booking
from tests.faults.at_once import database_url
from tests.faults.patience import PATIENCE
from tests.faults.workers import ROOT

pytestmark = [pytest.mark.postgres, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
TASK = "import django; django.setup(); from events.tasks import carry_out_due; print(); input(); carry_out_due()"


@pytest.fixture
def change():
    """A change of a session that somebody has booked, due now."""
    now = timezone.now()
    session = SessionFactory(starts_at=now + timedelta(days=14))
    make_booking(session=session, at=now)
    return actions.plan_change(
        session.pk,
        kind=PlannedChange.Kind.REVISE,
        actor=UserFactory(),
        at=now,
        pause=timedelta(0),
        changes={"title": "Another title"},
        reason="The hall is closed.",
    )


@contextmanager
def ready_worker():
    """A process of its own, on the database of the test, that is about to run the task; killed hard at the end."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "PYTHONUNBUFFERED": "1",
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", TASK], cwd=ROOT, env=env, **pipes) as worker:
        try:
            assert worker.stdout.readline()
            yield worker
        finally:
            worker.kill()


def go(worker):
    """Let it run the task."""
    worker.stdin.write(b"\n")
    worker.stdin.flush()


def wait_until(question, *, least=1):
    """Ask the database again and again, until it counts at least so many."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        with connection.cursor() as cursor:
            cursor.execute(question)
            (count,) = cursor.fetchone()
        if count >= least if least else count == 0:
            return
        time.sleep(0.01)
    raise AssertionError(f"not within {PATIENCE} seconds: {question}")


OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
BLOCKED = f"{OTHERS} AND wait_event_type = 'Lock'"


def told():
    return BookingChange.objects.filter(verb="revised").count(), Message.objects.filter(kind="changed").count()


def test_killed_before_the_commit_then_nothing_is_done_and_the_next_worker_does_it_once(change):
    with ready_worker() as worker, held(ProgrammeRevision.objects.get()):
        go(worker)  # the revision is raised last of all, so everything else is written once it waits for that
        wait_until(BLOCKED)
        worker.kill()
        worker.wait(timeout=PATIENCE)
    wait_until(OTHERS, least=0)
    change.refresh_from_db()
    change.session.refresh_from_db()
    assert (change.state, change.session.sequence, told()) == ("waiting", 0, (0, 0))

    for _ in range(2):
        with ready_worker() as worker:
            go(worker)
            assert worker.wait(timeout=PATIENCE) == 0

    change.refresh_from_db()
    change.session.refresh_from_db()
    assert (change.state, change.session.title, change.session.sequence) == ("done", "Another title", 1)
    assert told() == (1, 1)
