"""What sends mail, whole and real: a Redis of its own, workers, schedulers, and a mail server of ours.

And what came of it: who was told, how often, and what was lost.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from celery import Celery
from kombu import Connection
from redis import Redis, RedisError

from config.consumer import LONGEST_PAUSE_SECONDS
from tests.faults.sites import ROOT, free_port

SWEEP = 0.5
LEASE = 2.0
# What a quiet machine needs at worst: the broker is looked for, a lease ends, a sweep comes. A busy one needs more.
PATIENCE = 16 * (LONGEST_PAUSE_SECONDS + LEASE + SWEEP)
OPEN = ("pending", "claimed", "sending")


class RedisServer:
    """A Redis on a port of its own that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen([*words, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        wait_until(self.answers, "Redis answers")

    def answers(self) -> bool:
        """Say whether it is there."""
        try:
            with Redis.from_url(self.url) as redis:
                return bool(redis.ping())
        except RedisError:
            return False

    def forget(self) -> None:
        """Forget every task that waits."""
        with Redis.from_url(self.url) as redis:
            redis.flushall()

    def is_idle(self) -> bool:
        """Say whether no task waits and none is under way."""
        with Redis.from_url(self.url) as redis:
            return not redis.exists("celery", "unacked")

    def kill(self) -> None:
        """kill -9; what it held is gone."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)


class Mailing:
    """Workers and schedulers on one database, each in a process group of its own."""

    def __init__(self, folder: Path, database_url: str, redis: RedisServer, *, smtp_port: int) -> None:
        self.folder, self.redis = folder, redis
        self.kill_file = folder / "kill-at"
        self.running: list[subprocess.Popen[bytes]] = []
        kept = {name: value for name, value in os.environ.items() if name not in {"EMAIL_URL", "SITE_URL"}}
        self.environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DATABASE_URL": database_url,
            "DATA_FOLDER": str(folder),
            "REDIS_URL": redis.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "SECRET_KEY": "only-for-tests",
            "OUTBOX_SWEEP_SECONDS": str(SWEEP),
            "OUTBOX_LEASE_SECONDS": str(LEASE),
            "OUTBOX_PAUSE_SECONDS": "0.3",
            "OUTBOX_SMTP_SECONDS": "20",
            "PYTHONPATH": str(ROOT),
            "KILL_FILE": str(self.kill_file),
        }

    def start(self, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a Python program beside the others."""
        log = (self.folder / f"process-{len(self.running)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env={**self.environment, **environment},
                start_new_session=True,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        return process

    def worker(
        self, *, children: int = 1, app: str = "tests.faults.mortal", **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker; the one of the usual app has children who die where the kill file says."""
        words = ("-m", "celery", "-A", app, "worker", "--without-heartbeat", "--concurrency", str(children))
        return self.start(*words, "--loglevel", "INFO", "--without-gossip", "--without-mingle", **environment)

    def beat(self, nth: int = 1) -> subprocess.Popen[bytes]:
        """Start a scheduler; each has a memory of its own."""
        memory = str(self.folder / f"schedule-{nth}")
        return self.start("-m", "celery", "-A", "config", "beat", "--pidfile", "", "--schedule", memory)

    def nudge(self) -> None:
        """Queue one drain, as a booking does once it is committed."""
        self.send("notifications.tasks.drain")

    def send(self, task: str, *words: object) -> None:
        """Queue a task."""
        with Connection(self.redis.url) as line, Celery(set_as_current=False) as app:
            app.send_task(task, args=words, connection=line)

    def logs(self) -> str:
        """Return what everybody said."""
        return "\n".join(f"--- {path.name}\n{path.read_text()[-4000:]}" for path in sorted(self.folder.glob("*.log")))

    def count_said(self, words: str) -> int:
        """Return how often anybody said so."""
        return sum(path.read_text().count(words) for path in self.folder.glob("process-*.log"))

    def cpu_seconds(self) -> float:
        """Return how much time of a processor all that was started here has used, children too; read from /proc."""
        return sum(int(fields[11]) + int(fields[12]) for fields in self._processes()) / os.sysconf("SC_CLK_TCK")

    def living(self) -> int:
        """Return how many processes are left of all that were started here, children too."""
        return sum(fields[0] != "Z" for fields in self._processes())

    def _processes(self) -> Iterator[list[str]]:
        """Yield what /proc tells of each process that was started here, from its state on."""
        groups = {str(process.pid) for process in self.running}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has ended since it was listed
                fields = stat.read_text().rpartition(")")[2].split()
                if fields[2] in groups:
                    yield fields

    def end(self) -> None:
        """Kill what is left of the processes that were started here."""
        for process in self.running:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9, the children too."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=PATIENCE)


def wait_until(question, what: str, *, seconds: float = PATIENCE) -> float:
    """Ask again and again until the answer is yes; return how long that took."""
    began = time.monotonic()
    while not question():
        assert time.monotonic() - began < seconds, f"not within {seconds} seconds: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def mailing(folder: Path, database_url: str, sink_port: int):
    """A Redis and whatever is started on it; all of it is gone afterwards."""
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server on this machine")
    with ExitStack() as ending:
        redis = RedisServer(folder)
        ending.callback(redis.kill)
        made = Mailing(folder, database_url, redis, smtp_port=sink_port)
        ending.callback(made.end)
        yield made


@dataclass(frozen=True)
class Figures:
    """What became of a mailing: ``lost`` are rows that say sent and never arrived, ``open`` those without an end."""

    told: int
    copies: int
    most_of_one: int
    extra: int
    lost: int
    told_after_cancel: int
    open_after_calm: int
    ends: dict

    def show(self, name: str, **more: object) -> None:
        """Print them in one line."""
        sys.stdout.write(f"\n{name}: {json.dumps({**asdict(self), **more})}\n")


def figures(arrivals, rows, *, cancelled=()) -> Figures:
    """Count what came of rows as (Message-ID, status); ``cancelled`` are Message-IDs that must not have arrived."""
    copies = Counter(message_id for _, message_id, _ in arrivals)
    copies = Counter({message_id: copies[message_id] for message_id, _ in rows if copies[message_id]})
    return Figures(
        told=len(copies),
        copies=copies.total(),
        most_of_one=max(copies.values(), default=0),
        extra=copies.total() - len(copies),
        lost=sum(status == "sent" and not copies[message_id] for message_id, status in rows),
        told_after_cancel=sum(copies[message_id] for message_id in cancelled),
        open_after_calm=sum(status in OPEN for _, status in rows),
        ends=dict(Counter(status for _, status in rows)),
    )
