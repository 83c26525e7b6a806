"""A real Celery worker on the test database, a real Redis and a mail server of ours."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.at_once import database_url
from tests.faults.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "-A", "config"]


def environment(smtp_port: int, redis_url: str) -> dict[str, str]:
    """Return what a worker needs to know; its leases end quickly."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "SECRET_KEY": "only-for-tests",
        "OUTBOX_LEASE_SECONDS": "2",
        "OUTBOX_PAUSE_SECONDS": "0.1",
    }


@contextmanager
def running_worker(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with one child, in a process group of its own; killed hard at the end if it is still there."""
    worker = subprocess.Popen(
        [*CELERY, "worker", "--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
        cwd=ROOT,
        env=env,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """kill -9, the children too."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=PATIENCE)


def nudge(env: dict[str, str]) -> None:
    """Queue one drain."""
    subprocess.run([*CELERY, "call", "notifications.tasks.drain"], cwd=ROOT, env=env, check=True, capture_output=True)
