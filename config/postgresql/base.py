"""Django's PostgreSQL for processes whose threads share connections: one that has rested is tried before it is used.

Django lets the pool try every connection, which is a second round trip for every request, and lets it pause after
each that is broken: after a restart of the server eight broken ones are a wait past the pool's limit, and a 503.
"""

import time
from typing import Any, Final

import psycopg
from django.db.backends.postgresql import base

RESTED_SECONDS: Final = 1.0  # one that was in use so lately is taken to work


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of the pool, which has answered where it had rested."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection of the pool; those that do not answer go back, and the pool makes others."""
        connection = super().get_new_connection(conn_params)
        while self.pool and not works(connection):
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection

    def _close(self) -> None:
        """Give the connection back, and note when."""
        if self.connection is not None:
            self.connection.rested_since = time.monotonic()
        super()._close()  # type: ignore[misc]  # not in the stubs


def works(connection: Any) -> bool:
    """Say whether a connection was in use a moment ago, or answers."""
    if time.monotonic() - getattr(connection, "rested_since", float("-inf")) < RESTED_SECONDS:
        return True
    try:
        connection.execute("")
    except psycopg.Error:
        return False
    return True
