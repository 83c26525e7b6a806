"""Database wrappers as the settings make them, with a pool or without, on any server."""

import os

import pytest
from django.db import ConnectionHandler

from config import env


def given():
    """Return the address that this run was given."""
    return os.environ["DATABASE_URL"]


@pytest.fixture
def wrappers(monkeypatch, django_db_blocker):
    """Return a function that gives wrappers for an address; they share a pool, unless it says not to. Call it once."""
    made = []

    def wrappers(address, count=1, *, pooled=True):
        monkeypatch.setenv("TRIED_URL", address)
        tried = env.database("TRIED_URL")
        if pooled:
            env.add_pool(tried)
        handler = ConnectionHandler({"default": tried})
        more = [handler.create_connection("default") for _ in range(count)]
        made.extend(more)
        return more

    with django_db_blocker.unblock():
        yield wrappers
        for wrapper in made:
            wrapper.close()
        for wrapper in made:
            wrapper.close_pool()
