"""Connections of their own that hold rows, and threads that wait for them; for PostgreSQL."""

import threading
import time
from contextlib import contextmanager

from django.db import connection


@contextmanager
def held(row):
    """Somebody else holds a row, as a booking holds its session, for the length of the block."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"SELECT 1 FROM {row._meta.db_table} WHERE id = %s FOR NO KEY UPDATE", [row.pk])
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()


class InThread(threading.Thread):
    """A verb in a thread of its own, with its own connection; what it returned or raised is kept."""

    def __init__(self, verb):
        super().__init__(daemon=True)
        self.verb, self.answer, self.error, self.pid = verb, None, None, 0

    def run(self):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (self.pid,) = cursor.fetchone()
            self.answer = self.verb()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def start_and_wait_until_blocked(self):
        """Start, and return once the thread waits for a lock that somebody holds."""
        self.start()
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", [self.pid])
                if cursor.fetchone():
                    return
            self.join(0.01)
            assert self.is_alive(), f"it did not wait: {self.answer!r}, {self.error!r}"
        raise AssertionError("it did not wait for a lock")

    def finish(self):
        """Wait for the end; return what came of it, or raise it."""
        self.join(30)
        assert not self.is_alive()
        if self.error:
            raise self.error
        return self.answer
