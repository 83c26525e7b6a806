"""A mail server for tests: takes mail on loopback, and answers as it is told to."""

import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Sink:
    """What arrived under which envelopes, and how to answer.

    ``answers`` maps a verb (or ``.`` for the end of a mail) to replies in turn."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    arrived: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    holds: bool = False
    connections: int = 0

    def answer(self, verb: str, usual: str) -> str:
        """Return the next reply for a verb; ``HANG UP`` closes the line without one."""
        replies = self.answers.get(verb)
        return replies.pop(0) if replies else usual


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink: Sink = self.server.sink
        sink.connections += 1
        self.say("220 sink.example.org")
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
                if not self.say(sink.answer("DATA", "354 go on")).startswith("354"):
                    continue
                is_open = False
                sink.envelopes.append((named["MAIL"], named["RCPT"]))
                self.take_mail(sink)
                if self.say(sink.answer(".", "250 taken")) == "HANG UP":
                    return None
            else:
                said = self.say(sink.answer(verb, "250 fine"))
                if said == "HANG UP":
                    return None
                if verb in named:
                    named[verb] = line.decode().partition("<")[2].rpartition(">")[0]
                is_open = (is_open or (verb == "MAIL" and said.startswith("2"))) and verb not in {
                    "RSET",
                    "EHLO",
                    "HELO",
                }
        return None

    def take_mail(self, sink: Sink) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        sink.received.append(message_from_bytes(b"".join(lines), _class=EmailMessage, policy=default))
        sink.arrived.set()
        if sink.holds:
            sink.go_on.wait(timeout=60)

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
