"""These tests drive a browser."""

import sqlite3

import pytest
from django.db import connection

from tests.browser import context, new_context, page, site

__all__ = ["context", "new_context", "page", "site"]


@pytest.fixture(scope="session")
def made_once():
    """Make rows that take long once in this process, and copy the whole database from then on."""
    kept = {}

    def made(name, make):
        if name in kept:
            kept[name].backup(connection.connection)
            return
        make()
        if connection.vendor == "sqlite":
            kept[name] = sqlite3.connect(":memory:")
            connection.connection.backup(kept[name])

    yield made
    for copy in kept.values():
        copy.close()
