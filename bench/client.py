"""A small HTTP client for measuring: one connection per thread, kept open, and a fixed number of threads."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Requests = Iterator[bytes]


@dataclass
class Round:
    """What one round saw: how many answers of each status, how long each took, and how long it all took."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    fault: str = ""

    @property
    def count(self) -> int:
        """Return the number of answers."""
        return len(self.times)

    def add(self, other: "Round") -> None:
        """Take in what another client saw."""
        self.times += other.times
        self.fault = self.fault or other.fault
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count


class Connection:
    """A kept connection that sends whole requests and reads whole answers."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = b""

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Return status, headers and body; raises OSError when the server hangs up."""
        self._socket.sendall(request)
        head = self._until(b"\r\n\r\n")
        status = int(head[9:12])
        length = self._length(head)
        while len(self._left) < length:
            self._left += self._more()
        body, self._left = self._left[:length], self._left[length:]
        return status, head, body

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._left:
            self._left += self._more()
        head, self._left = self._left.split(mark, 1)
        return head

    def _more(self) -> bytes:
        if chunk := self._socket.recv(65536):
            return chunk
        raise ConnectionResetError("the server hung up")

    @staticmethod
    def _length(head: bytes) -> int:
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                return int(value)
        return 0


def request(
    path: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def drive(port: int, source: Callable[[], Requests], *, clients: int, seconds: float) -> Round:
    """Let some clients ask one thing after the other for some seconds; each takes its requests from one source.

    A client whose source is used up stops early. The first fault of a connection is kept in words.
    """
    shared, lock = source(), threading.Lock()
    seen = [Round() for _ in range(clients)]
    gate = threading.Barrier(clients + 1)
    threads = [
        threading.Thread(target=_client, args=(port, shared, lock, seen[n], gate, seconds)) for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    total = Round(seconds=time.perf_counter() - began)
    for one in seen:
        total.add(one)
    return total


def _client(  # noqa: PLR0913, PLR0917 - what a thread is handed
    port: int, shared: Requests, lock: threading.Lock, seen: Round, gate: threading.Barrier, seconds: float
) -> None:
    connection = Connection(port)
    gate.wait()
    end = time.perf_counter() + seconds
    try:
        while time.perf_counter() < end:
            with lock:
                wanted = next(shared, None)
            if wanted is None:
                return
            began = time.perf_counter()
            status, _, _ = connection.ask(wanted)
            seen.times.append(time.perf_counter() - began)
            seen.statuses[status] = seen.statuses.get(status, 0) + 1
    except OSError as error:
        seen.fault = f"{type(error).__name__}: {error}"
    finally:
        connection.close()
