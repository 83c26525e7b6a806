"""The whole site, started with its one command on a port and in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.faults.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"DATABASE_URL", "REDIS_URL", "SITE_URL", "EMAIL_URL"}


class Site:
    """`manage.py up` on a port and a folder of its own, on SQLite and the embedded broker."""

    def __init__(self, folder, port=None, **environment):
        self.folder, self.port, self.lines = folder, port or free_port(), []
        kept = {k: v for k, v in os.environ.items() if k not in NOT_OURS}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port)],
            cwd=ROOT,
            env={**kept, "DJANGO_SETTINGS_MODULE": "config.settings.local", "DATA_FOLDER": str(folder), **environment},
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

    def wait_for(self, words, seconds=PATIENCE):
        """Return once a line holds the words."""
        until = time.monotonic() + seconds
        while not any(words in line for line in list(self.lines)):
            assert self.process.poll() is None, f"it ended: {''.join(self.lines)}"
            assert time.monotonic() < until, f"{words!r} was never said: {''.join(self.lines)}"
            time.sleep(0.05)

    def end(self, seconds=PATIENCE):
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

    def main_of(self, word, seconds=60):
        """Return the oldest process whose command holds a word, once there is one: its children are younger."""
        until = time.monotonic() + seconds
        while not (found := [pid for pid, command in self.members().items() if word in command]):
            assert time.monotonic() < until, f"there is no{word}: {''.join(self.lines)}"
            time.sleep(0.05)
        return min(found)

    def kill(self):
        """Kill whatever is left of it, by id."""
        for pid in self.members():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.reader.join(timeout=5)


def free_port():
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
