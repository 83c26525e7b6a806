"""What the worker does while Redis is away: it loses no place for tasks, and looks for Redis every few seconds."""

import re
from types import SimpleNamespace

import pytest
import redis
from kombu.transport import redis as kombu_redis

from config.celery import app
from config.consumer import LONGEST_PAUSE_SECONDS, Consumer
from config.redis_broker import QoS


class Enough(BaseException):
    """Nobody waits any longer."""


def acquire_away(_client=None):
    raise redis.ConnectionError("away")


@pytest.fixture(params=["ack", "reject", "reject and queue again"])
def give_up(request):
    """A way in which the worker has done with a message."""
    return {
        "ack": lambda qos: qos.ack("tag"),
        "reject": lambda qos: qos.reject("tag"),
        "reject and queue again": lambda qos: qos.reject("tag", requeue=True),
    }[request.param]


def full(kind):
    """Return what keeps count of delivered messages, with its only place taken and Redis away."""
    errors = (redis.ConnectionError,)
    channel = SimpleNamespace(conn_or_acquire=acquire_away, connection_errors=errors, do_restore=False, unacked_key="")
    qos = kind(channel, prefetch_count=1)
    qos._quick_append("tag", SimpleNamespace())
    assert not qos.can_consume()
    return qos


def test_message_when_redis_is_away_at_its_end_then_its_place_is_free_and_the_error_is_told(give_up):
    qos = full(QoS)
    with pytest.raises(redis.ConnectionError):
        give_up(qos)
    assert qos.can_consume()


def test_message_in_kombu_when_redis_is_away_at_its_end_then_its_place_is_lost(give_up):
    """The control: once this fails, kombu gives the place back itself and ours can go."""
    qos = full(kombu_redis.QoS)
    with pytest.raises(redis.ConnectionError):
        give_up(qos)
    assert not qos.can_consume()


@pytest.mark.parametrize(
    ("address", "secure"), [("redis://:secret@127.0.0.1/1", False), ("rediss://:secret@127.0.0.1/1", True)]
)
def test_connection_when_the_address_is_of_a_redis_then_gives_places_back_and_is_as_secure_as_it_says(address, secure):
    connection = app.connection_for_read(address)
    assert connection.get_transport_cls().Channel.QoS is QoS
    assert bool(connection.ssl) is secure


def test_consumer_when_the_broker_is_away_then_looks_for_it_every_few_seconds(monkeypatch, caplog):
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        if sum(slept) > 60:
            raise Enough

    monkeypatch.setattr("kombu.utils.functional.sleep", sleep)
    assert app.conf.worker_consumer == "config.consumer:Consumer"
    consumer = object.__new__(Consumer)
    consumer.app = app
    with pytest.raises(Enough):
        consumer.ensure_connected(app.connection_for_read("redis://127.0.0.1:1/0"))
    pauses = [float(seconds) for seconds in re.findall(r"Trying again in ([\d.]+) second", caplog.text)]
    assert len(pauses) > 60 / LONGEST_PAUSE_SECONDS
    assert max(pauses) == LONGEST_PAUSE_SECONDS
