"""The database's clock: one for all workers, so that none of them sends too early or takes another's message."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

APART: Final = timedelta(seconds=120)


class ClocksApart(RuntimeError):
    """This machine's clock and the database's differ by more than two minutes; nothing is sent until they agree."""


def database_now() -> datetime:
    """Return the database's time, aware, in UTC; SQLite has no other clock than the machine's."""
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now.astimezone(UTC)


def refuse_clocks_apart(*, at: datetime) -> None:
    """Raise ClocksApart if this machine's clock is far from the database's."""
    if abs(datetime.now(UTC) - at) > APART:
        raise ClocksApart(ClocksApart.__doc__)
