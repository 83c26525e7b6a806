"""The whole site with one command, as somebody at a terminal sees it: it starts, tells, dies together, ends."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc"),
]


class Site:
    """`manage.py up` on a port and a folder of its own, on SQLite and the embedded broker."""

    def __init__(self, folder, port):
        self.folder, self.port, self.lines = folder, port, []
        kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "SITE_URL", "EMAIL_URL"}}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=ROOT,
            env={**kept, "DJANGO_SETTINGS_MODULE": "config.settings.local", "DATA_FOLDER": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        """Keep every line."""
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line)

    def wait_for(self, words, seconds=90):
        """Return once a line holds the words."""
        until = time.monotonic() + seconds
        while not any(words in line for line in list(self.lines)):
            assert self.process.poll() is None, f"it ended: {''.join(self.lines)}"
            assert time.monotonic() < until, f"{words!r} was never said: {''.join(self.lines)}"
            time.sleep(0.05)

    def end(self, seconds=25):
        """Wait for the end; return the exit code and everything that was said."""
        code = self.process.wait(timeout=seconds)
        self.reader.join(timeout=5)
        return code, "".join(self.lines)

    def members(self):
        """Return the processes that belong to it, by the folder they were given: id and command."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if f"DATA_FOLDER={self.folder}\0".encode() in (entry / "environ").read_bytes():
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if command:
                        found[int(entry.name)] = command
            except OSError:
                continue  # it has ended since it was listed, or is somebody else's
        return found

    def main_of(self, word):
        """Return the first process whose command holds a word: the main one, which is older than its children."""
        return min(pid for pid, command in self.members().items() if word in command)


@pytest.fixture
def start(tmp_path):
    """Start a site; whatever it leaves is killed after the test, by id."""
    sites = []

    def start(folder="var", port=None):
        if port is None:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
        site = Site(tmp_path / folder, port)
        sites.append(site)
        return site

    yield start
    for site in sites:
        for pid in site.members():
            os.kill(pid, signal.SIGKILL)
        site.process.wait()
        site.reader.join(timeout=5)


def rows(site):
    """Return what a second start must not change: each week, and how many sessions and people there are."""
    with sqlite3.connect(site.folder / "practice-weeks.sqlite3") as database:
        weeks = database.execute("SELECT id, slug FROM events_practiceweek ORDER BY id").fetchall()
        sessions = database.execute("SELECT id, starts_at FROM events_session ORDER BY id").fetchall()
        return weeks, sessions, database.execute("SELECT count(*) FROM people_user").fetchone()


def test_up_when_started_then_tells_all_ends_on_a_signal_and_keeps_its_data(start):
    first = start()
    first.wait_for("Practice Weeks is ready")
    first.wait_for("ready.")  # the worker
    said = "".join(first.lines)
    assert f"http://localhost:{first.port}" in said
    assert "practitioner@example.org" in said
    assert f"http://localhost:{first.port}/dev/mail/" in said
    with urllib.request.urlopen(f"http://localhost:{first.port}/", timeout=10) as page:
        assert page.status == 200

    again = start(port=first.port)
    code, words = again.end()
    assert (code, f"Port {first.port} is taken" in words) == (1, True)
    code, words = start().end()
    assert (code, "is running from" in words) == (1, True)

    began = time.monotonic()
    first.process.send_signal(signal.SIGINT)
    code, _ = first.end()
    assert (code, first.members()) == (0, {})
    assert time.monotonic() - began < 12
    kept = rows(first)
    assert len(kept[0]) >= 3

    second = start(port=first.port)
    second.wait_for("Practice Weeks is ready")
    second.process.send_signal(signal.SIGTERM)
    code, _ = second.end()
    assert (code, second.members(), rows(second)) == (0, {}, kept)


@pytest.mark.parametrize(("name", "word"), [("web", "gunicorn"), ("worker", " worker "), ("scheduler", " beat ")])
def test_up_when_a_process_dies_then_names_it_and_stops_the_rest_with_1(start, name, word):
    site = start()
    site.wait_for("Practice Weeks is ready")
    os.kill(site.main_of(word), signal.SIGKILL)
    code, said = site.end()
    assert f"{name} has ended by signal 9 (SIGKILL); stopping the rest" in said
    assert code == 1
    left = site.members()
    until = time.monotonic() + 5
    while left and time.monotonic() < until:
        time.sleep(0.05)
        left = site.members()
    assert left == {}


def test_up_when_the_port_is_taken_then_says_so_before_anything_is_written(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        site = start(port=other.getsockname()[1])
        code, said = site.end()
    assert code == 1
    assert f"Port {site.port} is taken by another program" in said
    assert "Traceback" not in said
    assert not (site.folder / "practice-weeks.sqlite3").exists()


def test_up_when_the_port_is_no_port_then_says_so(start):
    code, said = start(port=70000).end()
    assert (code, "70000 is not a port" in said, "Traceback" in said) == (1, True, False)
