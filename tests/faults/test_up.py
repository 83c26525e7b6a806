"""The whole site with one command, as somebody at a terminal sees it: it starts, tells, dies together, ends."""

import os
import signal
import socket
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings

from config.management.commands.up import answers
from tests.faults.patience import PATIENCE
from tests.faults.sites import Site

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc"),
]


@pytest.fixture
def start(tmp_path):
    """Start a site; whatever it leaves is killed after the test."""
    sites = []

    def start(folder="var", port=None, **variables):
        sites.append(Site(tmp_path / folder, port, **variables))
        return sites[-1]

    yield start
    for site in sites:
        site.kill()


@pytest.fixture
def empty_postgres():
    """Give the address of a new database on the server of this run, and drop it afterwards."""
    server = settings.DATABASES["default"]
    name = f"up_{os.getpid()}"
    who = {"host": server["HOST"], "port": server["PORT"] or None, "user": server["USER"]}
    with psycopg.connect(dbname="postgres", password=server["PASSWORD"], autocommit=True, **who) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        login = f"{server['USER']}:{quote(server['PASSWORD'], safe='')}" if server["PASSWORD"] else server["USER"]
        yield f"postgres://{login}@{server['HOST']}:{server['PORT'] or 5432}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def status_of(site, path):
    """Return the code that an address answers with."""
    try:
        with urllib.request.urlopen(f"http://localhost:{site.port}{path}", timeout=10) as page:
            return page.status
    except urllib.error.HTTPError as answer:
        return answer.code


def wait_until_whole(site, seconds=PATIENCE):
    """Return once broker, worker, scheduler and outbox are all well."""
    until = time.monotonic() + seconds
    while (code := status_of(site, "/health/status")) != 200:
        assert time.monotonic() < until, f"still {code}: {''.join(site.lines)}"
        time.sleep(0.2)


def wait_until_answers(site, seconds=60):
    """Return once the web server answers."""
    until = time.monotonic() + seconds
    while not answers(site.port):
        assert time.monotonic() < until, f"no answer: {''.join(site.lines)}"
        time.sleep(0.2)


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
    assert status_of(first, "/") == 200
    wait_until_whole(first)

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


@pytest.mark.nightly
def test_up_when_processes_die_then_starts_them_again_and_stops_all_with_1_when_one_dies_too_often(start):
    site = start()
    site.wait_for("Practice Weeks is ready")
    mains = {"web": "gunicorn", "scheduler": " beat ", "worker": " worker "}
    for name, word in mains.items():
        os.kill(site.main_of(word), signal.SIGKILL)
        site.wait_for(f"{name} has ended by signal 9 (SIGKILL); starting it again in 1 s")
    for pause in (3, 9):
        os.kill(site.main_of(" worker "), signal.SIGKILL)
        site.wait_for(f"worker has ended by signal 9 (SIGKILL); starting it again in {pause} s")
    last = site.main_of(" worker ")
    assert site.main_of("gunicorn")
    assert site.main_of(" beat ")
    wait_until_answers(site)
    os.kill(last, signal.SIGKILL)
    code, said = site.end()
    assert "worker has ended by signal 9 (SIGKILL), after 3 new starts; stopping everything" in said
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


@pytest.mark.nightly
@pytest.mark.postgres
@pytest.mark.redis
def test_up_when_on_postgres_and_redis_then_everything_works_and_ends(start, empty_postgres):
    site = start(DATABASE_URL=empty_postgres, REDIS_URL=settings.REDIS_URL, OUTBOX_SWEEP_SECONDS="1")
    site.wait_for("Practice Weeks is ready")
    wait_until_whole(site)
    assert status_of(site, "/") == 200
    assert not (site.folder / "practice-weeks.sqlite3").exists()
    site.process.send_signal(signal.SIGTERM)
    code, _ = site.end()
    assert (code, site.members()) == (0, {})
