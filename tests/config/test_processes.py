"""Several processes as one: each death is seen, and nothing is left behind."""

import os
import signal
import sys
import time

import pytest

from config import processes
from config.processes import Supervisor, how

SLEEP = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
DEAF = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    time.sleep(600)
print('deaf', flush=True)
time.sleep(600)
"""
STUBBORN = [sys.executable, "-c", DEAF]
DIE = [sys.executable, "-c", "raise SystemExit(3)"]


class Lines(list):
    """What the supervisor said."""

    def wait_for(self, words, seconds=20.0):
        """Return once a line holds the words; fails after some seconds."""
        until = time.monotonic() + seconds
        while not any(words in line for line in list(self)):
            assert time.monotonic() < until, f"{words!r} was never said: {self}"
            time.sleep(0.02)


@pytest.fixture
def said():
    return Lines()


@pytest.fixture
def supervisor(said):
    supervisor = Supervisor(said.append)
    yield supervisor
    supervisor.stop()


def members_of(group):
    """Return whether any process of a group is there, a dead one that nobody fetched left out."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def watch(supervisor):
    return supervisor.watch(is_ready=lambda: False, announce=lambda: None)


def test_watch_when_a_process_dies_then_names_it_stops_the_rest_and_returns_1(supervisor, said, tmp_path):
    supervisor.start("web", SLEEP, folder=tmp_path, environment={})
    supervisor.start("worker", DIE, folder=tmp_path, environment={})
    groups = [child.process.pid for child in supervisor._children]
    assert watch(supervisor) == 1
    assert "worker has ended with exit code 3; stopping the rest" in said
    assert not any(map(members_of, groups))


def test_watch_when_a_signal_comes_then_returns_0(supervisor, said, tmp_path):
    supervisor.start("web", SLEEP, folder=tmp_path, environment={})
    said.wait_for("here")
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
    try:
        supervisor.listen_for_signals()
        os.kill(os.getpid(), signal.SIGTERM)
        assert watch(supervisor) == 0
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), before, strict=True):
            signal.signal(number, handler)
    assert supervisor._children[0].ended == -signal.SIGTERM


def test_stop_when_a_process_will_not_end_then_kills_it_and_its_children(supervisor, said, tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)
    supervisor.start("web", STUBBORN, folder=tmp_path, environment={})
    said.wait_for("deaf")
    group = supervisor._children[0].process.pid
    supervisor.stop()
    assert "web did not end by itself and is killed" in said
    assert supervisor._children[0].ended == -signal.SIGKILL
    until = time.monotonic() + 5
    while members_of(group) and time.monotonic() < until:
        time.sleep(0.02)  # whoever adopts the orphan fetches it
    assert not members_of(group)


def test_watch_when_ready_then_announces_once(supervisor, said, tmp_path):
    looks = iter([False, True, True])
    supervisor.start("web", SLEEP, folder=tmp_path, environment={})

    def is_ready():
        return next(looks)

    def announce():
        said.append("ready")
        supervisor._children[0].process.kill()

    assert supervisor.watch(is_ready=is_ready, announce=announce) == 1
    assert said.count("ready") == 1
    assert "web has ended by signal 9 (SIGKILL); stopping the rest" in said


def test_line_when_printed_by_a_process_then_shown_with_its_name(supervisor, said, tmp_path):
    odd = [sys.executable, "-c", r"import sys; sys.stdout.buffer.write(b'caf\xe9\n')"]
    supervisor.start("web", odd, folder=tmp_path, environment={})
    watch(supervisor)
    assert "web       | caf\ufffd" in said


def test_environment_when_given_then_added_to_ours(supervisor, said, tmp_path):
    show = [sys.executable, "-c", "import os; print(os.environ['PORT'], 'PATH' in os.environ, os.getcwd())"]
    supervisor.start("web", show, folder=tmp_path, environment={"PORT": "8123"})
    watch(supervisor)
    assert f"web       | 8123 True {tmp_path}" in said


@pytest.mark.parametrize(
    ("code", "words"), [(0, "with exit code 0"), (3, "with exit code 3"), (-15, "by signal 15 (SIGTERM)")]
)
def test_end_when_told_then_in_words(code, words):
    assert how(code) == words
