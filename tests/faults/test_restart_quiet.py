"""PostgreSQL is restarted while nobody asks: the first request after it is answered, and so are all others."""

import pytest

from tests.faults.clusters import cluster
from tests.wrappers import wrappers

__all__ = ["cluster", "wrappers"]

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

POOLED = 8  # as many as a process of the web server keeps


def test_pool_when_postgres_was_restarted_while_all_its_connections_rested_then_the_first_to_ask_is_answered(
    cluster, wrappers
):
    asking = wrappers(cluster.url, POOLED)
    for wrapper in asking:
        wrapper.ensure_connection()
    broken = {wrapper.connection for wrapper in asking}
    for wrapper in asking:
        wrapper.close()
    assert len(broken) == POOLED

    cluster.stop_hard()
    cluster.start()

    for wrapper in asking:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
        assert wrapper.connection not in broken
