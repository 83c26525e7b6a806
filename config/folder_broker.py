"""Celery's queue in a folder, for a machine without Redis: kombu's transport, made safe between processes.

kombu writes a message under the name that readers look for, and a reader that is quicker takes half of it; it
takes a message by moving it to a folder where it may stay; and it empties the table of queues before it locks it.
"""

import contextlib
import fcntl
import logging
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """A channel whose messages appear whole, are taken once, and are set aside where they cannot be read."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # kombu's own name for it
        """Add a message to a queue; raises ChannelError where it cannot be written, and then nothing is left of it."""
        name = f"{time.time_ns():020d}_{uuid.uuid4()}"
        folder = Path(self.data_folder_out)
        try:
            write_whole(folder / f"{name}.{queue}.msg", dumps(payload), aside=folder / f"{name}.part")
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {folder}: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - kombu's signature
        """Take the oldest message of a queue; raises Empty where there is none.

        Of several readers that have read the same file, the one that removes it has the message.
        """
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != f"{queue}.msg":
                continue
            try:
                payload = self._read(path)
                path.unlink()
            except FileNotFoundError:
                continue  # another reader has it
            except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
                self._set_aside(path, error)
                continue
            return payload
        raise Empty

    def get_table(self, exchange: str) -> Any:
        """Return the queues of an exchange; none where its file cannot be read, which is then set aside."""
        try:
            return super().get_table(exchange)
        except (ValueError, TypeError) as error:
            self._set_aside(self._table_file(exchange), error)
            return []

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None) -> None:
        """Add a queue to an exchange, one process after the other."""
        file = self._table_file(exchange)
        wanted = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            queues = self.get_table(exchange)
            if wanted not in queues:
                write_whole(file, dumps([wanted, *queues]), aside=file.with_suffix(".part"))

    def _delete(self, *args: Any, **kwargs: Any) -> None:
        """Take a queue out of an exchange, one process after the other."""
        with self._alone():
            super()._delete(*args, **kwargs)

    def _table_file(self, exchange: str) -> Path:
        """Return where kombu keeps the queues of an exchange; raises ChannelError for a name that is no file's."""
        return Path(self._exchange_file(exchange))  # type: ignore[attr-defined]  # not in kombu's stubs

    def _read(self, path: Path) -> Any:
        """Return what a file holds, if it is a message; raises one of several errors if it is none."""
        payload = loads(path.read_bytes())
        self.Message(payload, channel=self)
        return payload

    def _set_aside(self, path: Path, error: Exception) -> None:
        """Keep a file that cannot be read where no reader looks, and say so."""
        folder = Path(self.transport_options["unreadable_folder"])
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # another reader was quicker
            path.replace(folder / path.name)
            logger.error("%s is no message of the queue (%s) and was moved to %s", path.name, error, folder)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from changing the tables of queues."""
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with (self.control_folder / "tables.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """kombu's folder transport with our channel."""

    Channel = Channel


def write_whole(path: Path, text: str, *, aside: Path) -> None:
    """Write a file that nobody sees before all of it is there; raises OSError, and then leaves nothing."""
    try:
        aside.write_text(text)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
