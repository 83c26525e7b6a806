"""Redis, PostgreSQL and the scheduler away, doubled or restarted while mail goes out: nothing lost, nothing twice."""

import json
import subprocess
import sys
import time

import pytest

from notifications.models import Heartbeat, Message
from tests.faults import mailings, recipients
from tests.faults.at_once import database_url
from tests.faults.clusters import cluster
from tests.faults.mailings import OPEN, figures, wait_until
from tests.faults.sites import ROOT
from tests.faults.smtp_sink import running_sink

__all__ = ["cluster"]

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

READERS, BACKED_UP = 40, 12


@pytest.fixture
def sink():
    with running_sink() as sink:
        sink.delay = 0.02
        yield sink


def settled():
    return not Message.objects.filter(kind="confirmation", status__in=OPEN).exists()


def names(count=READERS, word="reader"):
    return [f"{word}{n}" for n in range(count)]


@pytest.mark.django_db(transaction=True)
def test_schedulers_two_or_none_and_redis_forgetful_or_away_then_everybody_is_told_once(tmp_path, sink):
    with mailings.mailing(tmp_path, database_url(), sink.port) as mailing:
        mailing.worker(children=2)
        beats = [mailing.beat(1), mailing.beat(2)]
        took = {}

        recipients.book(names(word="two-beats"))
        took["two beats"] = wait_until(settled, mailing.logs())

        for beat in beats:
            mailings.kill(beat)
        wait_until(mailing.redis.is_idle, mailing.logs())
        recipients.book(names(5, word="no-beat"))
        nobody_looks = mailing.redis.is_idle()
        waiting = Message.objects.filter(kind="confirmation", status="pending").count()
        mailing.nudge()
        took["no beat, a nudge"] = wait_until(settled, mailing.logs())
        recipients.book(names(word="beat-again"))
        beat = mailing.beat(3)
        took["beat again"] = wait_until(settled, mailing.logs())

        recipients.book(names(word="flushed"))
        mailing.redis.forget()
        took["flushed"] = wait_until(settled, mailing.logs())

        mailing.redis.kill()
        recipients.book(names(word="redis-away"))
        wait_until(lambda: mailing.count_said("Connection to broker lost"), mailing.logs())
        mailing.redis.start()
        took["restarted"] = wait_until(settled, mailing.logs())
        mailings.kill(beat)
        wait_until(mailing.redis.is_idle, mailing.logs())  # so nothing more goes

        assert Heartbeat.objects.filter(process="worker").exists()
        found = figures(sink.arrivals, recipients.rows())
        found.show("schedulers and Redis", seconds={name: round(seconds, 1) for name, seconds in took.items()})
    assert (nobody_looks, waiting) == (True, 5)  # without a scheduler, so the nudge did it
    assert (found.told, found.copies) == (4 * READERS + 5, 4 * READERS + 5)
    assert (found.lost, found.open_after_calm) == (0, 0)


def elsewhere(mailing, *words):
    """Work on a database that is not the tests' own; return its rows, and what the commands said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.recipients", *words],
        cwd=ROOT,
        env=mailing.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(row) for row in json.loads(done.stdout.splitlines()[-1])], done.stderr


def test_postgres_restarted_hard_twice_while_mail_goes_out_then_none_is_lost_and_no_more_than_two_go(
    cluster, tmp_path, sink
):
    sink.delay = 0.1
    with mailings.mailing(tmp_path, cluster.url, sink.port) as mailing:
        elsewhere(mailing, "migrate", "createcachetable", "fill", str(READERS), "restarted")
        mailing.worker(children=2)
        mailing.beat()
        for least in (5, 20):
            wait_until(lambda least=least: len(sink.arrivals) >= least, mailing.logs())
            cluster.stop_hard()
            cluster.start()
        began = time.monotonic()
        wait_until(lambda: not any(status in OPEN for _, status in elsewhere(mailing)[0]), mailing.logs())
        took = time.monotonic() - began
        found = figures(sink.arrivals, elsewhere(mailing)[0])
        found.show("PostgreSQL restarted hard twice", seconds_until_settled=round(took, 1))
    # Two workers hold two messages at each stop, so as many may have gone without being recorded.
    assert found.extra <= 4
    assert found.most_of_one <= 2
    assert found.told == READERS - found.ends.get("unknown", 0)
    assert (found.lost, found.open_after_calm) == (0, 0)


def test_backup_when_restored_then_nothing_goes_until_somebody_releases_it(cluster, tmp_path, sink):
    backup = str(cluster.folder / "backup")
    with mailings.mailing(tmp_path, cluster.url, sink.port) as mailing:
        elsewhere(mailing, "migrate", "createcachetable", "drain", "fill", str(BACKED_UP), "before")
        cluster.program("pg_dump", "-Fc", "-f", backup)
        elsewhere(mailing, "drain")  # after the backup
        assert len(sink.arrivals) == BACKED_UP
        for name in ("restored", "control"):
            cluster.program("createdb", name)
            cluster.program("pg_restore", "-d", name, backup)

        mailing.environment["DATABASE_URL"] = cluster.url.replace("/postgres", "/restored")
        waiting, said = elsewhere(mailing, "drain")
        assert "the outbox is held: This database is a restored copy" in said
        assert {status for _, status in waiting} == {"pending"}
        rows, said = elsewhere(mailing, "release", "fill", "3", "after", "drain")
        assert f"set aside as perhaps sent: {BACKED_UP}" in said
        found = figures(sink.arrivals, rows)
        found.show("backup restored")
        assert (found.copies, found.extra, found.ends) == (BACKED_UP + 3, 0, {"unknown": BACKED_UP, "sent": 3})

        mailing.environment["DATABASE_URL"] = cluster.url.replace("/postgres", "/control")
        rows, _ = elsewhere(mailing, "forget-home", "drain")
        found = figures(sink.arrivals, rows)
        found.show("backup restored, control that does not know its home")
        assert found.extra == BACKED_UP
