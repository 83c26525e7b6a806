"""Several processes as one: each that dies is started again, but not for ever, and nothing is left behind."""

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
DIE = [sys.executable, "-c", "print('dying', flush=True); raise SystemExit(3)"]
ONCE = """
import pathlib, sys, time
died = pathlib.Path(sys.argv[1])
if not died.exists():
    died.touch()
    raise SystemExit(4)
print('alive', flush=True)
time.sleep(600)
"""


class Lines(list):
    """What the supervisor said."""

    def wait_for(self, words, seconds=20.0):
        """Return once a line holds the words; fails after some seconds."""
        until = time.monotonic() + seconds
        while not any(words in line for line in list(self)):
            assert time.monotonic() < until, f"{words!r} was never said: {self}"
            time.sleep(0.02)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(processes, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(processes, "LOOK_SECONDS", 0.02)


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


def wait_until_gone(group):
    """Return once no process of a group is there; fails after some seconds."""
    until = time.monotonic() + 5
    while members_of(group) and time.monotonic() < until:
        time.sleep(0.02)  # whoever adopts the orphan fetches it
    assert not members_of(group)


def watch(supervisor):
    return supervisor.watch(is_ready=lambda: False, announce=lambda: None)


def test_watch_when_a_process_dies_again_and_again_then_starts_it_three_times_stops_all_and_returns_1(
    supervisor, said, tmp_path
):
    supervisor.start("web", SLEEP, folder=tmp_path, environment={})
    supervisor.start("worker", DIE, folder=tmp_path, environment={})
    groups = [child.process.pid for child in supervisor._children]
    assert watch(supervisor) == 1
    assert [line for line in said if line.startswith("worker has ended")] == [
        *["worker has ended with exit code 3; starting it again in 0 s"] * 3,
        "worker has ended with exit code 3, after 3 new starts; stopping everything. Its lines above say why.",
    ]
    assert said.count("worker    | dying") == 4
    assert not any(map(members_of, groups))


def test_watch_when_a_process_dies_once_then_starts_it_again_and_lets_the_rest_run(supervisor, said, tmp_path):
    once = [sys.executable, "-c", ONCE, str(tmp_path / "died")]
    supervisor.start("web", SLEEP, folder=tmp_path, environment={})
    supervisor.start("worker", once, folder=tmp_path, environment={})
    web = supervisor._children[0].process.pid
    assert supervisor.watch(is_ready=lambda: "worker    | alive" in said, announce=supervisor._asked.set) == 0
    assert "worker has ended with exit code 4; starting it again in 0 s" in said
    assert supervisor._children[0].process.pid == web


def test_watch_when_a_process_that_died_left_children_then_they_end_before_it_starts_again(supervisor, said, tmp_path):
    supervisor.start("web", STUBBORN, folder=tmp_path, environment={})
    said.wait_for("deaf")
    child = supervisor._children[0]
    group = child.process.pid
    child.process.kill()
    child.process.wait()
    assert members_of(group)
    assert supervisor._keep_running(child)
    wait_until_gone(group)


def test_plan_when_the_process_ran_for_long_then_its_new_starts_count_anew(supervisor, tmp_path):
    supervisor.start("web", DIE, folder=tmp_path, environment={})
    child = supervisor._children[0]
    assert [child.plan_new_start() for _ in range(4)] == [0.0, 0.0, 0.0, None]
    child._started_at -= processes.STEADY_SECONDS
    assert child.plan_new_start() == 0.0


def test_plan_when_the_pause_is_not_over_then_waits(supervisor, said, tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "PAUSES", (600.0,))
    supervisor.start("web", DIE, folder=tmp_path, environment={})
    child = supervisor._children[0]
    child.process.wait()
    assert supervisor._keep_running(child)
    assert supervisor._keep_running(child)
    assert said.count("web has ended with exit code 3; starting it again in 600 s") == 1
    assert child.ended == 3


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
    wait_until_gone(group)


def test_watch_when_ready_then_announces_once(supervisor, said, tmp_path, monkeypatch):
    looks = iter([False, True, True])
    supervisor.start("web", SLEEP, folder=tmp_path, environment={})

    def is_ready():
        return next(looks)

    def announce():
        said.append("ready")
        monkeypatch.setattr(processes, "PAUSES", ())
        supervisor._children[0].process.kill()

    assert supervisor.watch(is_ready=is_ready, announce=announce) == 1
    assert said.count("ready") == 1
    assert any(line.startswith("web has ended by signal 9 (SIGKILL), after 0 new starts") for line in said)


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
