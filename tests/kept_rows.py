"""Rows that take long to make, made once for all tests of a module."""

from contextlib import contextmanager
from unittest import mock

from django.db import connections, transaction


@contextmanager
def taken_back(blocker):
    """Keep what is written inside until the end, and take it back then; each test takes back its own by itself.

    The rows live in a transaction that is never ended, so that the end of a test must not close its connection. Every
    test of the module that runs after the first that asks for them sees them.
    """
    kept_open = mock.patch.object(connections["default"], "close")
    with blocker.unblock(), kept_open, transaction.atomic():
        yield
        transaction.set_rollback(True)
