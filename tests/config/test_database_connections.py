"""Connections to PostgreSQL: without its compiler, and shared ones that have rested are tried before use."""

import psycopg
import pytest

from config.postgresql import base
from tests.wrappers import given, wrappers

__all__ = ["wrappers"]

pytestmark = pytest.mark.postgres


def shown(wrapper, name):
    with wrapper.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("pooled", [True, False], ids=["web", "worker"])
def test_connection_when_made_then_without_the_compiler_and_with_bounded_waits(wrappers, pooled):
    [wrapper] = wrappers(given(), pooled=pooled)
    assert (shown(wrapper, "jit"), shown(wrapper, "statement_timeout")) == ("off", "10s")


def test_connection_when_the_address_has_options_then_both_hold_and_its_own_win(wrappers):
    [wrapper] = wrappers(f"{given()}?options=-c%20work_mem%3D5MB%20-c%20statement_timeout%3D7s")
    assert [shown(wrapper, name) for name in ("jit", "work_mem", "statement_timeout")] == ["off", "5MB", "7s"]


def statements(monkeypatch):
    """Return the list that every statement of every connection is added to, psycopg's and Django's alike."""
    sent = []
    execute = psycopg.Cursor.execute

    def noted(self, query, *args, **kwargs):
        sent.append(str(query))
        return execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return sent


def test_shared_connection_when_used_a_moment_ago_then_one_statement_goes_and_after_a_rest_two(wrappers, monkeypatch):
    [wrapper] = wrappers(given())
    wrapper.settings_dict["OPTIONS"]["pool"]["max_size"] = 1
    shown(wrapper, "jit")
    rested = wrapper.connection
    monkeypatch.setattr(base, "RESTED_SECONDS", 3600)
    sent = statements(monkeypatch)

    wrapper.close()
    shown(wrapper, "jit")
    assert (wrapper.connection, sent) == (rested, ["SHOW jit"])

    monkeypatch.setattr(base, "RESTED_SECONDS", 0)
    wrapper.close()
    shown(wrapper, "jit")
    assert (wrapper.connection, sent) == (rested, ["SHOW jit", "", "SHOW jit"])
