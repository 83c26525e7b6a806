"""Break Redis again and again under load, each kind as often as asked, and say how soon the worker worked on.

``python -m tests.faults.broker_breaks [--tries 20] [--kinds killed restarted flushed away] [--within 15]``

Prints a line for each kind, and ends with 1 when a task was not done in time. Each kind has a Redis, a worker with two
processes and a scheduler of its own, and all kinds run side by side; twenty tries take half an hour, because Redis is
away for a minute in each of one kind. The load: sweeps every half second, and a stream of tasks that keeps both
processes busy, so that the break comes while tasks run. ``WITHOUT=place`` leaves out what is tried (see ``held``).
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from celery import Celery
from kombu import Connection
from kombu.exceptions import KombuError
from redis import RedisError

from tests.faults import mailings
from tests.faults.mailings import Mailing, RedisServer
from tests.faults.sites import ROOT

CHILDREN = 2
WORK_SECONDS = 0.4
BACKLOG = 4
START_SECONDS = 120
AWAY_SECONDS = 60.0
APP = "tests.faults.held"


def killed(redis: RedisServer) -> None:
    """Redis dies with all it holds and is back after a second."""
    redis.kill()
    time.sleep(1)
    redis.start()


def restarted(redis: RedisServer) -> None:
    """Redis is stopped as an operator does it, and started at once."""
    redis.process.terminate()
    redis.process.wait(timeout=20)
    redis.start()


def flushed(redis: RedisServer) -> None:
    """Redis stays and forgets everything."""
    redis.forget()


def away(redis: RedisServer) -> None:
    """Redis is away for a minute."""
    redis.kill()
    time.sleep(AWAY_SECONDS)
    redis.start()


KINDS: dict[str, Callable[[RedisServer], None]] = {
    "killed": killed,
    "restarted": restarted,
    "flushed": flushed,
    "away": away,
}


@dataclass
class Result:
    """What came of one kind: how soon a task was done after each break that the worker got over, and the misses."""

    kind: str
    took: list[float] = field(default_factory=list)
    missed: int = 0

    def __str__(self) -> str:
        tries = len(self.took) + self.missed
        times = (
            f"{statistics.median(self.took):.1f} s at the median, {max(self.took):.1f} s at most" if self.took else "-"
        )
        return f"{self.kind:<10} {len(self.took)} of {tries} got over; a task done after {times}"


class Load:
    """A few tasks that always wait, so that every process of the worker is busy."""

    def __init__(self, redis: RedisServer) -> None:
        self._redis = redis
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        with Celery(set_as_current=False) as app:
            while not self._over.wait(0.1):
                with suppress(KombuError, RedisError, OSError):  # Redis is away
                    self._top_up(app)

    def _top_up(self, app: Celery) -> None:
        with Connection(self._redis.url, transport_options={"socket_timeout": 1}) as line:
            waiting = line.default_channel.queue_declare(queue="celery").message_count
            for _ in range(BACKLOG - waiting):
                app.send_task("work", args=[WORK_SECONDS], connection=line, retry=False)


def is_done(mailing: Mailing, name: str, *, seconds: float) -> float | None:
    """Queue a task; return how soon it was done, or None when it was not in time."""
    done = mailing.folder / name
    mailing.send("note", str(done))
    with suppress(AssertionError):
        return mailings.wait_until(done.exists, name, seconds=seconds)
    return None


def start_worker(mailing: Mailing, nth: int) -> subprocess.Popen[bytes]:
    """Return a worker that has done a task."""
    words = {"WITHOUT": os.environ.get("WITHOUT", ""), "WORKER_SILENT_SECONDS": "3600"}
    worker = mailing.worker(children=CHILDREN, app=APP, **words)
    if is_done(mailing, f"started-{nth}", seconds=START_SECONDS) is None:
        raise SystemExit(f"The worker does not start.\n{mailing.logs()}")
    return worker


def break_often(kind: str, tries: int, within: float, database: Path) -> Result:
    """Break Redis as often as asked; a worker that falls silent is replaced for the next try."""
    result = Result(kind)
    folder = Path(tempfile.mkdtemp(prefix=f"breaks-{kind}-"))
    shutil.copy(database, folder / "site.sqlite3")
    with mailings.mailing(folder, f"sqlite:///{folder / 'site.sqlite3'}", 1) as mailing:
        worker = start_worker(mailing, 0)
        mailing.beat()
        with Load(mailing.redis):
            for nth in range(1, tries + 1):
                time.sleep(1 + nth % 7 / 10)  # not at the same moment of a sweep each time
                KINDS[kind](mailing.redis)
                took = is_done(mailing, f"done-{nth}", seconds=within)
                if took is not None and worker.poll() is None:
                    result.took.append(took)
                    continue
                result.missed += 1
                sys.stderr.write(f"{kind}, try {nth}: no task was done within {within} seconds\n")
                mailings.kill(worker)
                worker = start_worker(mailing, nth)
    shutil.rmtree(folder)
    return result


def prepare(folder: Path) -> Path:
    """Return an SQLite database that has every table."""
    database = folder / "site.sqlite3"
    words = {
        "DATABASE_URL": f"sqlite:///{database}",
        "DATA_FOLDER": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env={**os.environ, **words}, check=True)
    return database


def main() -> int:
    """Run the kinds side by side; return 1 when one try was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.broker_breaks", description=__doc__)
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--within", type=float, default=15.0, help="seconds from Redis being back to a task being done")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(wanted.kinds)) as together:
        database = prepare(Path(folder))
        running = [together.submit(break_often, kind, wanted.tries, wanted.within, database) for kind in wanted.kinds]
        missed = 0
        for one in as_completed(running):
            missed += one.result().missed
            sys.stdout.write(f"{one.result()}\n")
            sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
