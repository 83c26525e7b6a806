"""A mailbox for tests: just enough of IMAP (RFC 3501), on loopback, and it can be told to fail."""

import re
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    """What the mailbox holds and saw. ``fails`` names a command that breaks the line."""

    port: int = 0
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    fails: str = ""
    gone: set[int] = field(default_factory=set)

    def add(self, raw):
        self.mails[len(self.mails) + 1] = raw

    @property
    def settings(self):
        """As config.env reads an address of it."""
        access = {"user": "replies", "password": 'pass "word"', "folder": "INBOX"}
        return {"host": "127.0.0.1", "port": self.port, "security": "none", **access}


class Session(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self):
        self.say("* OK here")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            verb = " ".join(command.split()[: 2 if command.startswith("UID") else 1])
            self.box.said.append(command)
            if verb == self.box.fails:
                return
            self.answer(tag, verb, command)
            if verb == "LOGOUT":
                return

    @property
    def box(self):
        return self.server.box

    def answer(self, tag, verb, command):
        match verb:
            case "CAPABILITY":
                self.say("* CAPABILITY IMAP4rev1")
            case "LOGIN" if command != 'LOGIN replies "pass \\"word\\""':
                return self.say(f"{tag} NO who is that")
            case "SELECT" if command != 'SELECT "INBOX"':
                return self.say(f"{tag} NO no such folder")
            case "SELECT":
                self.say(f"* {len(self.box.mails)} EXISTS")
            case "UID SEARCH":
                self.say(" ".join(["* SEARCH", *map(str, sorted(set(self.box.mails) - self.box.seen))]))
            case "UID FETCH":
                self.fetch(command)
            case "UID STORE":
                self.box.seen.add(int(command.split()[2]))
        return self.say(f"{tag} OK done")

    def fetch(self, command):
        number = int(command.split()[2])
        most = int(re.search(r"<0\.(\d+)>", command)[1])
        if number in self.box.gone:
            return
        raw = self.box.mails[number]
        sent = raw[:most]
        self.say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(raw)} BODY[]<0> {{{len(sent)}}}")
        self.wfile.write(sent)
        self.say(")")

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def running_mailbox():
    with Server(("127.0.0.1", 0), Session) as server:
        server.box = Box(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
