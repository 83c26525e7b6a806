"""A Redis that is away costs the site nothing but its cache."""

import socket
import time

import pytest

from config.cache import ForgivingRedisCache

NOWHERE = "redis://127.0.0.1:1/0"
SHORT = {"OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}}


@pytest.fixture(autouse=True)
def _not_quiet(monkeypatch):
    monkeypatch.setattr(ForgivingRedisCache, "_quiet_until", 0.0)


@pytest.fixture
def away():
    return ForgivingRedisCache(NOWHERE, SHORT)


def test_cache_when_redis_is_away_then_every_question_has_an_answer(away, monkeypatch):
    monkeypatch.setattr(ForgivingRedisCache, "QUIET_SECONDS", 0.0)
    assert away.get("key") is None
    assert away.get("key", "instead") == "instead"
    assert away.get_many(["key"]) == {}
    assert away.set("key", 1) is None
    assert away.set_many({"key": 1}) == ["key"]
    assert away.add("key", 1) is True
    assert away.incr("key") == 1
    assert away.touch("key") is False
    assert away.delete("key") is False
    assert "key" not in away


def test_cache_when_redis_was_away_just_now_then_is_not_asked_again(away, caplog, monkeypatch):
    away.get("key")
    away.get("key")
    assert caplog.text.count("the cache is away") == 1
    monkeypatch.setattr(ForgivingRedisCache, "_quiet_until", time.monotonic())
    away.get("key")
    assert caplog.text.count("the cache is away") == 2


def test_cache_when_redis_hangs_then_many_reads_wait_once():
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections and never says a word
        cache = ForgivingRedisCache(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0", SHORT)
        began = time.monotonic()
        assert [cache.get("key", n) for n in range(20)] == list(range(20))
        took = time.monotonic() - began
    assert 0.5 <= took < 2


@pytest.mark.redis
def test_cache_when_redis_is_there_then_keeps_and_forgets(settings):
    cache = ForgivingRedisCache(settings.REDIS_URL, {**SHORT, "KEY_PREFIX": "test-cache"})
    cache.delete("key")
    assert cache.add("key", "value", 30) is True
    assert cache.add("key", "other", 30) is False
    assert (cache.get("key"), "key" in cache) == ("value", True)
    assert cache.delete("key") is True
    assert cache.get("key") is None
