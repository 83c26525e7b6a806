"""The whole site as `make run` starts it, under a light load for an hour: does everything keep running?

It runs on SQLite and the folder queue, in a folder of its own. People book, cancel and look at pages, a few times
a second; it stops by itself and writes what it saw. It ends with 1 when a process was started again, an answer was
a server's fault or missing, a mail was not sent, or a message of the queue could not be read.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench import server
from bench.client import Connection, request

NAMES: Final = ("web", "worker", "scheduler")
READY: Final = "Practice Weeks is ready"
FAULTS: Final = 500
SETTLE_SECONDS: Final = 120.0
COUNT: Final = """
    SELECT status, count(*) FROM notifications_message
    WHERE status != 'pending' OR due_at <= datetime('now') GROUP BY status
"""


@dataclass
class Seen:
    """What happened so far."""

    answers: Counter[str] = field(default_factory=Counter)  # by kind and status; status 0 where nothing came back
    ends: Counter[str] = field(default_factory=Counter)  # by process
    slowest: float = 0.0

    @property
    def faults(self) -> int:
        """Return how many requests got no answer, or one that is the server's fault."""
        return sum(count for name, count in self.answers.items() if not 0 < int(name.split()[-1]) < FAULTS)


class Site:
    """`manage.py up` in a process of its own; what it says is kept in a file and read for the ends of processes."""

    def __init__(self, settings: dict[str, str], port: int, seen: Seen) -> None:
        self.log = Path(settings["DATA_FOLDER"]) / "up.log"
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=server.ROOT,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.is_ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(seen,), daemon=True)
        self._reader.start()

    @property
    def runs(self) -> bool:
        """Say whether it has not ended."""
        return self.process.poll() is None

    def stop(self) -> int:
        """End it as Ctrl-C does; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self._reader.join(timeout=5)
        return code

    def _read(self, seen: Seen) -> None:
        with self.log.open("w", buffering=1) as log:
            for line in self.process.stdout or ():
                log.write(line)
                if READY in line:
                    self.is_ready.set()
                for name in NAMES:
                    seen.ends[name] += line.startswith(f"{name} has ended")


class Visitor:
    """Asks one thing after the other over a connection that is opened again when it breaks."""

    def __init__(self, port: int, seen: Seen) -> None:
        self._port, self._seen = port, seen
        self._connection: Connection | None = None

    def ask(self, kind: str, wanted: bytes) -> bytes:
        """Send a request, count its answer, and return the body; empty where nothing came back."""
        began = time.monotonic()
        try:
            self._connection = self._connection or Connection(self._port)
            status, _, body = self._connection.ask(wanted)
        except (OSError, ValueError):
            self._connection, status, body = None, 0, b""
        self._seen.slowest = max(self._seen.slowest, time.monotonic() - began)
        self._seen.answers[f"{kind} {status}"] += 1
        return body


def main() -> None:
    """Run it all, print the summary, and write it where it was asked for."""
    options = _options()
    seen = Seen()
    with server.environment() as made:
        settings = {**made, "REDIS_URL": ""}
        rows = server.ask("bench.rows", settings, "0")
        port = server.free_port()
        site = Site(settings, port, seen)
        try:
            if not site.is_ready.wait(server.START_SECONDS * 4):
                raise SystemExit(f"The site did not start:\n{site.log.read_text()}")
            began = time.monotonic()
            load(site, Visitor(port, seen), rows, seconds=options.minutes * 60, pause=1 / options.rate)
            minutes = (time.monotonic() - began) / 60
            messages = settled(Path(settings["DATA_FOLDER"]) / "bench.sqlite3")
        finally:
            code = site.stop()
        unreadable = len(list((Path(settings["DATA_FOLDER"]) / "broker").glob("unreadable/*")))
    found = {
        "minutes": round(minutes, 1),
        "requests": seen.answers.total(),
        "answers": dict(sorted(seen.answers.items())),
        "faults of the server": seen.faults,
        "slowest answer, seconds": round(seen.slowest, 2),
        "ends of processes": {name: seen.ends[name] for name in NAMES},
        "exit code of the site": code,
        "messages": messages,
        "unreadable files of the queue": unreadable,
    }
    text = json.dumps(found, indent=2)
    print(text)
    if options.summary:
        options.summary.write_text(f"{text}\n")
    left = {state: count for state, count in messages.items() if state not in {"sent", "cancelled"} and count}
    is_whole = not (seen.faults or seen.ends.total() or code or unreadable or left) and messages
    raise SystemExit(0 if is_whole else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=4, help="requests a second at most")
    parser.add_argument("--summary", type=Path, help="where the figures are written, as JSON")
    return parser.parse_args()


def load(site: Site, visitor: Visitor, rows: dict[str, Any], *, seconds: float, pause: float) -> None:
    """Ask a few times a second until the time is over or the site has ended."""
    steps = _steps(visitor, rows, random.Random(1))  # noqa: S311 - the same load every time
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and site.runs:
        began = time.monotonic()
        next(steps)
        time.sleep(max(0.0, began + pause - time.monotonic()))


def _steps(visitor: Visitor, rows: dict[str, Any], chance: random.Random) -> Iterator[None]:
    """Book, look at a page, cancel two bookings of three, and look at a page, for ever."""
    pairs = itertools.cycle((token, session) for session in rows["spread"] for token in rows["tokens"])
    pages = ("/", "/sessions/", rows["week"], "/calendar/all.ics", "/health/ready")
    for token, session in pairs:
        body = visitor.ask("book", _post("bookings/", token, {"session": session}))
        yield
        visitor.ask("page", request(chance.choice(pages)))
        yield
        booking = json.loads(body or b"{}").get("id")
        if booking and chance.random() < 2 / 3:
            visitor.ask("cancel", _post(f"bookings/{booking}/cancel/", token, {}))
            yield


def _post(path: str, token: str, body: dict[str, Any]) -> bytes:
    headers = {"Authorization": f"Bearer {token}"}
    return request(f"/api/v1/{path}", method="POST", headers=headers, body=json.dumps(body).encode())


def settled(database: Path) -> dict[str, int]:
    """Return how many messages are in which state once none is due any more; those of later days are left out."""
    until = time.monotonic() + SETTLE_SECONDS
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as rows:
        while (counted := dict(rows.execute(COUNT).fetchall())).get("pending") and time.monotonic() < until:
            time.sleep(1)
    return counted


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)  # SQLite, whatever this machine has
    main()
