"""Is the process up, can it serve, and does everything behind it work.

Booking needs the database and nothing else, so only the database decides whether the site can serve. The
broker, the worker, the scheduler and the outbox are told beside it, and alarm somebody at ``/health/status``.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final, Literal

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Now
from redis.backoff import NoBackoff
from redis.retry import Retry

from events.actions import standing_calendar_faults
from notifications import holding
from notifications.models import Heartbeat, Message

logger = logging.getLogger(__name__)

State = Literal["ok", "failing"]

HEARTBEAT_AGE: Final = timedelta(seconds=60)  # six beats
WAITING_AGE: Final = timedelta(minutes=5)
UNSENT_WITHIN: Final = timedelta(days=1)
BROKER_SECONDS: Final = 1.0
ASKED: Final = ("worker", "scheduler", "oldest_message", "unsent_messages", "outbox", "calendars")  # of the database


@dataclass(frozen=True)
class Health:
    """What works and what does not.

    ``oldest_message`` is about the message that has waited longest past its time, ``unsent_messages`` about
    those that nobody will send unless somebody asks for it, ``outbox`` about whether it is held, ``calendars``
    about sessions and bookings that had to be left out of one.
    """

    database: State
    migrations: State
    broker: State
    worker: State
    scheduler: State
    oldest_message: State
    unsent_messages: State
    outbox: State
    calendars: State

    @property
    def can_serve(self) -> bool:
        """Say whether people can use the site."""
        return self.database == self.migrations == "ok"

    @property
    def is_whole(self) -> bool:
        """Say whether everything works."""
        return set(asdict(self).values()) == {"ok"}


def examine() -> Health:
    """Look at everything; takes no longer than the database does, and a second for a broker that hangs."""
    broker = _state(broker_answers())
    try:
        return _ask_database(broker)
    except Error as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        return _without_database("failing", broker)


def _ask_database(broker: State) -> Health:
    """Return what the rows say; raises Error where the database does not answer, or not in time."""
    missing = missing_migrations()
    if missing:
        logger.warning("migrations are missing: %s", ", ".join(sorted(missing)))
        return _without_database("ok", broker)
    alive = live_processes()
    return Health(
        database="ok",
        migrations="ok",
        broker=broker,
        worker=_state(Heartbeat.Process.WORKER in alive),
        scheduler=_state(Heartbeat.Process.SCHEDULER in alive),
        oldest_message=_state(longest_wait() < WAITING_AGE),
        unsent_messages=_state(not unsent_messages()),
        outbox=_state(not holding.state().is_held),
        calendars=_state(not standing_calendar_faults().exists()),
    )


def _without_database(database: State, broker: State) -> Health:
    """Return how things are while nothing can be asked of the database."""
    unknown: dict[str, State] = dict.fromkeys(ASKED, "failing")
    return Health(database=database, migrations="failing", broker=broker, **unknown)


def missing_migrations() -> set[str]:
    """Return the migrations that this code needs and the database has not seen, as ``app.name``."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {f"{app}.{name}" for app, name in _last_migrations() if (app, name) not in applied}


@cache
def _last_migrations() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app, read from the files once per process."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def live_processes() -> set[str]:
    """Return the processes whose last heartbeat is recent, by the database's clock."""
    recent = Heartbeat.objects.filter(beat_at__gt=Now() - HEARTBEAT_AGE)
    return set(recent.values_list("process", flat=True))


def longest_wait() -> timedelta:
    """Return how long ago the oldest message that still waits was due; zero when none is late."""
    late = Message.objects.filter(status=Message.Status.PENDING, due_at__lte=Now()).order_by("due_at", "id")
    clock = ExpressionWrapper(Now(), output_field=DateTimeField())
    oldest = late.values_list("due_at", clock).first()  # by the index of what waits: one row, however many there are
    return oldest[1] - oldest[0] if oldest else timedelta()


def unsent_messages() -> bool:
    """Say whether a message that was due within the last day failed, or perhaps went and perhaps did not."""
    ended = Message.objects.filter(status__in=[Message.Status.FAILED, Message.Status.UNKNOWN])
    return ended.filter(due_at__gt=Now() - UNSENT_WITHIN).exists()


def broker_answers() -> bool:
    """Say whether the broker can take a task; one that hangs is given a second."""
    if not settings.REDIS_URL:
        return all(folder.is_dir() for folder in _broker_folders())
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=BROKER_SECONDS,
        socket_connect_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except redis.RedisError as error:
        logger.warning("the broker does not answer: %s", type(error).__name__)
        return False
    finally:
        client.close()


def _broker_folders() -> list[Any]:
    return [settings.VAR / "broker" / "queue", settings.VAR / "broker" / "control"]


def _state(works: bool) -> State:  # noqa: FBT001 - the one fact it is about
    return "ok" if works else "failing"
