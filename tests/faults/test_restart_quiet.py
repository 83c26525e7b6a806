"""PostgreSQL is restarted, or away for a while: the first request after it is answered, and so are all others."""

import pytest
from django.db import OperationalError
from psycopg_pool.base import AttemptWithBackoff

from config.postgresql import base
from tests.faults.clusters import cluster
from tests.wrappers import wrappers

__all__ = ["cluster", "wrappers"]

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

POOLED = 8  # as many as a process of the web server keeps


def ask(wrapper):
    """Send a statement that needs no table."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()[0]


def test_pool_when_postgres_was_restarted_while_all_its_connections_rested_then_the_first_to_ask_is_answered(
    cluster, wrappers, monkeypatch
):
    monkeypatch.setattr(base, "RESTED_SECONDS", 0)  # on a quiet machine the restart takes less than a second
    asking = wrappers(cluster.url, POOLED)
    broken = {wrapper.connection for wrapper in asking if ask(wrapper)}
    for wrapper in asking:
        wrapper.close()
    assert len(broken) == POOLED

    cluster.stop_hard()
    cluster.start()

    for wrapper in asking:
        assert ask(wrapper) == 1
        assert wrapper.connection not in broken


def test_pool_when_postgres_was_away_while_somebody_asked_then_the_first_to_ask_after_it_is_answered(
    cluster, wrappers, monkeypatch
):
    monkeypatch.setattr(AttemptWithBackoff, "DELAY_BACKOFF", 60)  # the second pause is as long as after a minute away
    monkeypatch.setattr(base, "RESTED_SECONDS", 0)
    first, second = wrappers(cluster.url, 2)
    first.settings_dict["OPTIONS"]["pool"]["timeout"] = 5
    assert ask(first) == 1
    first.close()

    cluster.stop_hard()
    with pytest.raises(OperationalError, match="couldn't get a connection"):
        ask(first)
    cluster.start()

    assert ask(second) == 1
