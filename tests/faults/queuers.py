"""A crowd on one folder queue: processes that write messages and processes that take them.

Run as a program it is one of them: `python -m tests.faults.queuers write|read TRANSPORT FOLDER NAME`. A writer
prints each number it has sent, a reader each that it took; what kombu raises is printed in its place.
"""

import subprocess
import sys
import time
from pathlib import Path
from queue import Empty

from kombu import Connection, Exchange, Producer, Queue

from tests.faults.sites import ROOT

MESSAGES = 60  # of each writer
LONG = "x" * 200_000  # takes a while to write, so that a reader may see half of it
QUEUE = Queue("crowd", Exchange("crowd"), routing_key="crowd")


def connect(transport: str, folder: Path) -> Connection:
    """Return a connection to the queue in a folder."""
    for name in ("queue", "control", "taken"):
        (folder / name).mkdir(exist_ok=True)
    options = {"data_folder_in": folder / "queue", "data_folder_out": folder / "queue"}
    options |= {"control_folder": folder / "control", "unreadable_folder": folder / "unreadable"}
    options |= {"store_processed": True, "processed_folder": folder / "taken"}
    return Connection("filesystem://localhost/", transport=transport, transport_options=options)


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def write(connection: Connection, _folder: Path, name: str) -> None:
    """Send every number; the queue is declared by each writer, as the site's processes do."""
    producer = Producer(connection.default_channel)
    for number in range(MESSAGES):
        body = {"id": f"{name}-{number}", "long": LONG if number % 3 == 0 else ""}
        try:
            producer.publish(body, exchange=QUEUE.exchange, routing_key="crowd", declare=[QUEUE])
        except Exception as error:
            say(f"{type(error).__name__}: {error}")
        else:
            say(body["id"])


def read(connection: Connection, folder: Path, _name: str) -> None:
    """Take messages until the writers are done and nothing is left."""
    channel = connection.default_channel
    while True:
        is_over = (folder / "over").exists()
        try:
            payload = channel._get("crowd")
        except Empty:
            if is_over:
                return
            time.sleep(0.001)
        except Exception as error:
            say(f"{type(error).__name__}: {error}")
        else:
            say(channel.Message(payload, channel=channel).decode()["id"])


def crowd(transport: str, folder: Path, *, writers: int, readers: int) -> tuple[list[str], list[str]]:
    """Let a crowd loose on a folder; return the lines of the writers and those of the readers."""

    def start(verb: str, name: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.faults.queuers", verb, transport, str(folder), name]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    reading = [start("read", str(n)) for n in range(readers)]
    writing = [start("write", str(n)) for n in range(writers)]
    try:
        sent = [line for one in writing for line in one.communicate(timeout=240)[0].splitlines()]
    finally:
        (folder / "over").touch()
        taken = [line for one in reading for line in one.communicate(timeout=240)[0].splitlines()]
    return sent, taken


if __name__ == "__main__":
    verb, transport, where, name = sys.argv[1:]
    with connect(transport, Path(where)) as opened:
        {"write": write, "read": read}[verb](opened, Path(where), name)
