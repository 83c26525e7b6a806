"""What to do when two transactions stand in each other's way, and how to know that the database is gone."""

import functools
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import psycopg
from django.db import IntegrityError, InterfaceError, OperationalError

from events.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")

# PostgreSQL's codes for a lock that was not had in time, and for a deadlock that it broke; and for a room or a
# trainer that somebody else took while we looked.
LOCK_STATES: Final = frozenset({"55P03", "40P01"})
EXCLUDED: Final = "23P01"
# The classes of a connection that broke, and of a server that is being shut down or started, or takes nobody more.
LOST_STATES: Final = ("08", "57P", "53300")


def is_lock_failure(error: OperationalError) -> bool:
    """Say whether the database gave up waiting for a lock; the same request may succeed at once."""
    return getattr(error.__cause__, "sqlstate", None) in LOCK_STATES or "database is locked" in str(error)


def is_away(error: BaseException | None) -> bool:
    """Say whether the database was lost or cannot be reached; what was being done may or may not have been kept."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(LOST_STATES)


def is_passing(error: OperationalError | IntegrityError) -> bool:
    """Say whether another try may end otherwise: with success, or with a sentence about what is in the way."""
    if isinstance(error, OperationalError):
        return is_lock_failure(error)
    return getattr(error.__cause__, "sqlstate", None) == EXCLUDED


def once_more(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a verb again when a lock was not had, or a room or trainer was taken meanwhile; then raise Busy.

    Each try is all or nothing.
    """

    @functools.wraps(verb)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return verb(*args, **kwargs)
        except (OperationalError, IntegrityError) as error:
            if not is_passing(error):
                raise
        try:
            return verb(*args, **kwargs)
        except (OperationalError, IntegrityError) as error:
            if is_passing(error):
                raise Busy(Busy.__doc__) from error
            raise

    return attempt
