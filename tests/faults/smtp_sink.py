"""A mail server for tests: takes mail on loopback, and answers as it is told to."""

import re
import socketserver
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.faults.patience import PATIENCE


@dataclass
class Sink:
    """What arrived under which envelopes, and how to answer.

    ``answers`` maps a verb (or ``.`` for the end of a mail) to replies in turn; ``answers_to`` does for one recipient
    alone, and goes before. ``HANG UP`` closes the line, ``HANG`` says nothing until `go_on`, ``SLOW 2`` says the usual
    after so many seconds. ``holds_at`` names where to wait for `go_on`. ``delay`` is how long each mail takes.
    """

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    arrived: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    answers_to: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    arrivals: list[tuple[float, str, str]] = field(default_factory=list)  # when, Message-ID, recipient: not refused
    holds_at: str = ""
    delay: float = 0.0
    greeting: str = "220 sink.example.org"
    keeps_mails: bool = True
    connections: int = 0

    @property
    def holds(self) -> bool:
        """Say whether it waits after each mail."""
        return self.holds_at == "."

    @holds.setter
    def holds(self, wanted: bool) -> None:
        self.holds_at = "." if wanted else ""

    def answer(self, verb: str, usual: str, recipient: str = "") -> str:
        """Return the next reply for a verb."""
        replies = self.answers_to.get((recipient, verb)) or self.answers.get(verb)
        said = replies.pop(0) if replies else usual
        if said == "HANG":
            self.arrived.set()
            self.go_on.wait(timeout=PATIENCE)
            return "HANG UP"
        if said.startswith("SLOW "):
            time.sleep(float(said.split()[1]))
            return usual
        return said

    def hold(self, verb: str) -> None:
        """Wait here if that is wanted."""
        if verb == self.holds_at:
            self.arrived.set()
            self.go_on.wait(timeout=PATIENCE)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink: Sink = self.server.sink
        sink.connections += 1
        if not self.say(sink.greeting).startswith("220"):
            return None
        named = {"MAIL": "", "RCPT": ""}  # who stands on the envelope
        is_open = False  # between MAIL and the end of that mail
        while line := self.rfile.readline():
            verb = line.decode().strip().split(" ")[0].split(":")[0].upper()
            if verb == "QUIT":
                return self.say("221 bye")
            if verb == "MAIL" and is_open:
                self.say("503 nested MAIL command")
                continue
            if verb == "DATA":
                said = self.say(sink.answer("DATA", "354 go on", named["RCPT"]))
                if said.startswith("354"):
                    is_open = False
                    said = self.say(self.end_of_mail(sink, named))
                if said == "HANG UP":
                    return None
            else:
                to = line.decode().partition("<")[2].rpartition(">")[0]
                if verb in named:
                    named[verb] = to
                sink.hold(verb)
                said = self.say(sink.answer(verb, "250 fine", to))
                if said == "HANG UP":
                    return None
                is_open = (is_open or (verb == "MAIL" and said.startswith("2"))) and verb not in {
                    "RSET",
                    "EHLO",
                    "HELO",
                }
        return None

    def end_of_mail(self, sink: Sink, named: dict[str, str]) -> str:
        """Take a mail and return the answer to it."""
        sink.envelopes.append((named["MAIL"], named["RCPT"]))
        message_id = self.take_mail(sink)
        said = sink.answer(".", "250 taken", named["RCPT"])
        if said[0] not in "45":
            sink.arrivals.append((time.monotonic(), message_id, named["RCPT"]))
        return said

    def take_mail(self, sink: Sink) -> str:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        content = b"".join(lines)
        named = re.search(rb"^Message-ID:\s*(\S+)", content, re.MULTILINE)
        if sink.keeps_mails:
            sink.received.append(message_from_bytes(content, _class=EmailMessage, policy=default))
        sink.arrived.set()
        time.sleep(sink.delay)
        if sink.holds:
            sink.go_on.wait(timeout=PATIENCE)
        return named[1].decode() if named else ""

    def say(self, words: str) -> str:
        if words != "HANG UP":
            try:
                self.wfile.write(words.encode() + b"\r\n")
            except OSError:
                return "HANG UP"
        return words


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


class running_sink:  # noqa: N801 - reads as a verb in a with statement
    """A sink that listens as long as the block lasts."""

    def __init__(self, port: int = 0) -> None:
        self.server = _Server(("127.0.0.1", port), _Talk)
        self.server.sink = Sink(port=self.server.server_address[1])
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Sink:
        self.thread.start()
        return self.server.sink

    def __exit__(self, *_: object) -> None:
        self.server.sink.go_on.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(timeout=5)
