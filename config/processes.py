"""Running several processes as one: their lines, their deaths, their new starts and their end."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import IO, Final

STOP_SECONDS: Final = 10.0  # how long a process may take to end in peace
LOOK_SECONDS: Final = 0.2
PAUSES: Final = (1.0, 3.0, 9.0)  # seconds before a process that died starts again; after as many starts all ends
STEADY_SECONDS: Final = 600.0  # a process that ran as long has its new starts again


class Child:
    """A process in a session of its own, so that a Ctrl-C in the terminal reaches only its supervisor."""

    def __init__(self, name: str, command: list[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        self.name, self._command, self._folder = name, command, folder
        self._environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        self._new_starts = 0
        self.due_at: float | None = None  # when it starts again, by the monotonic clock; None while it is started
        self.start()

    def start(self) -> None:
        """Start the process."""
        self.due_at, self._started_at = None, time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    @property
    def ended(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self.process.poll()

    def plan_new_start(self) -> float | None:
        """Return how many seconds after its death the process starts again; None when it has died too often."""
        now = time.monotonic()
        if now - self._started_at >= STEADY_SECONDS:
            self._new_starts = 0
        if self._new_starts >= len(PAUSES):
            return None
        pause = PAUSES[self._new_starts]
        self._new_starts += 1
        self.due_at = now + pause
        return pause

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the main process, which tells its own children."""
        if self.ended is None:
            self.process.terminate()

    def make_stop(self) -> None:
        """Kill whatever is left of the process and its children; nothing is, where it waits for a new start."""
        if self.due_at is not None:
            return
        with contextlib.suppress(ProcessLookupError):  # nothing was left
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Starts processes, starts each again that dies, and stops all when one dies too often or a signal comes."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: list[Child] = []
        self._pumps: list[threading.Thread] = []
        self._asked = threading.Event()

    def start(self, name: str, command: list[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        """Start a process whose lines are shown with its name in front."""
        child = Child(name, command, folder=folder, environment=environment)
        self._children.append(child)
        self._listen_to(child)

    def listen_for_signals(self) -> None:
        """Take SIGINT, SIGTERM and a closed terminal as the wish to stop; call this before the first process starts."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def watch(self, *, is_ready: Callable[[], bool], announce: Callable[[], None]) -> int:
        """Announce once that all is ready, and keep all running until a signal comes or a process died too often.

        Returns 0 after a signal, 1 after a process that cannot be kept running. All are stopped then.
        """
        keeps_running, announced = True, False
        while keeps_running and not self._asked.wait(LOOK_SECONDS):
            if not announced and is_ready():
                announce()
                announced = True
            for child in self._children:
                keeps_running &= self._keep_running(child)
        self.stop()
        return 0 if keeps_running else 1

    def _keep_running(self, child: Child) -> bool:
        """Start a process again that died, after a pause; say False when it died too often."""
        if child.due_at is not None:
            if time.monotonic() >= child.due_at:
                child.start()
                self._listen_to(child)
            return True
        if child.ended is None:
            return True
        child.make_stop()  # its own children may be left, and hold its port
        if (pause := child.plan_new_start()) is None:
            self._say(
                f"{child.name} has ended {how(child.ended)}, after {len(PAUSES)} new starts; stopping everything. "
                f"Its lines above say why."
            )
            return False
        self._say(f"{child.name} has ended {how(child.ended)}; starting it again in {pause:g} s")
        return True

    def _listen_to(self, child: Child) -> None:
        """Pass on what a process prints, from a thread that ends with it."""
        if child.process.stdout is not None:
            pump = threading.Thread(target=self._pass_on, args=(child.name, child.process.stdout), daemon=True)
            pump.start()
            self._pumps = [one for one in self._pumps if one.is_alive()] + [pump]

    def stop(self) -> None:
        """Ask every process to end, and kill what is still there after ten seconds."""
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(child.ended is None for child in self._children):
            time.sleep(0.05)
        for child in self._children:
            if child.ended is None:
                self._say(f"{child.name} did not end by itself and is killed")
            child.make_stop()
        for pump in self._pumps:
            pump.join(timeout=1)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()

    def _pass_on(self, name: str, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                self._say(f"{name:<9} | {line.rstrip()}")


def how(code: int | None) -> str:
    """Return how a process ended, in words."""
    if code is not None and code < 0:
        return f"by signal {-code} ({signal.Signals(-code).name})"
    return f"with exit code {code}"


def web_command(port: int) -> list[str]:
    """Return the command of the web server, as `config.web_server` sets it up, for this machine only."""
    return [
        *(sys.executable, "-m", "gunicorn", "--config", "python:config.web_server"),
        *("--bind", f"127.0.0.1:{port}", "config.wsgi"),
    ]


def worker_command() -> list[str]:
    """Return the command of the worker: two processes are plenty for sending mail."""
    return [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "config", "worker", "--concurrency", "2"),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def scheduler_command() -> list[str]:
    """Return the command of the scheduler; it keeps no file with its process id, because `up` holds a lock."""
    return [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "config", "beat"),
        *("--loglevel", "INFO", "--pidfile", ""),
    ]
