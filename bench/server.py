"""The server under measurement: its database, its processes, and the CPU they use."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg

from config.processes import web_command

ROOT: Final = Path(__file__).resolve().parents[1]
START_SECONDS: Final = 30
OK: Final = 200
DATABASE: Final = "practice_weeks_bench"


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Give the settings of a server on an empty database of its own, which is gone afterwards.

    PostgreSQL where DATABASE_URL names one, on that server; else SQLite in a folder for the time being.
    """
    wanted = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, contextlib.ExitStack() as stack:
        address = f"sqlite:///{folder}/bench.sqlite3"
        if wanted.startswith("postgres"):
            address = stack.enter_context(_postgres(wanted))
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DEBUG": "false",
            "DATA_FOLDER": folder,
            "DATABASE_URL": address,
            "EMAIL_URL": "inbox:",
            "PYTHONWARNINGS": "ignore:No directory at",  # static files are not collected for this
        }


@contextlib.contextmanager
def _postgres(address: str) -> Iterator[str]:
    """Make a database on a server, give its address, and drop it."""
    parts = urlsplit(address)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        drop = f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"
        server.execute(drop)
        server.execute(f"CREATE DATABASE {DATABASE}")
        try:
            yield urlunsplit(parts._replace(path=f"/{DATABASE}"))
        finally:
            server.execute(drop)


def ask(module: str, settings: dict[str, str], *arguments: str, given: Any = None) -> Any:
    """Run a module of the benchmarks with the server's settings; return the JSON it prints."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=settings,
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@contextlib.contextmanager
def running(settings: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Start the web server as `manage.py up` does; give its port and the id of its main process."""
    port = free_port()
    log = Path(settings["DATA_FOLDER"]) / "server.log"
    with log.open("w") as lines:
        process = subprocess.Popen(web_command(port), cwd=ROOT, env=settings, stdout=lines, stderr=lines)  # noqa: S603
    try:
        _wait(port, process, log)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=40)


def cpu_seconds(main: int) -> float:
    """Return the processor time that a process and its children have used, as Linux counts it."""
    return sum(_ticks(pid) for pid in [main, *_children(main)]) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server takes connections; ends the run with the server's own words when it does not."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit(f"The server did not start:\n{log.read_text()}")
