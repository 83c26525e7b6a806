"""A cache whose loss is not the site's loss."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

T = TypeVar("T")


class ForgivingRedisCache(RedisCache):
    """Redis as cache; while it is away, every read misses and every write is lost, and the log says so.

    After a failure nobody asks again for some seconds, so that a Redis that hangs costs the site one short
    wait and not one for every read of every page.
    """

    QUIET_SECONDS: ClassVar[float] = 5.0
    _quiet_until: ClassVar[float] = 0.0  # of the process, because each thread has a cache object of its own

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or the default when it is not or Redis is away."""
        return self._ask(lambda: RedisCache.get(self, key, default, version), default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Return what is kept; nothing when Redis is away."""
        nothing: dict[Any, Any] = {}
        return self._ask(lambda: RedisCache.get_many(self, keys, version), nothing)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Say whether a value is kept; no when Redis is away."""
        return self._ask(lambda: RedisCache.has_key(self, key, version), instead=False)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Keep a value if Redis is there."""
        self._ask(lambda: RedisCache.set(self, key, value, *args, **kwargs), None)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Keep values if Redis is there; return the keys that could not be kept."""
        return self._ask(lambda: RedisCache.set_many(self, data, *args, **kwargs), list(data))

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Keep a value that is not there yet; say True when Redis is away, so that nobody waits for it."""
        return self._ask(lambda: RedisCache.add(self, key, value, *args, **kwargs), instead=True)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count up and return the number; ``delta`` when Redis is away. Raises ValueError where nothing is kept."""
        return self._ask(lambda: RedisCache.incr(self, key, delta, version), delta)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        """Keep a value for longer; say False when it is not there or Redis is away."""
        return self._ask(lambda: RedisCache.touch(self, key, *args, **kwargs), instead=False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value if Redis is there."""
        return self._ask(lambda: RedisCache.delete(self, key, version), instead=False)

    def _ask(self, question: Callable[[], T], instead: T) -> T:
        """Return Redis's answer, or what stands for it while Redis is away."""
        if time.monotonic() < ForgivingRedisCache._quiet_until:
            return instead
        try:
            return question()
        except RedisError as error:
            ForgivingRedisCache._quiet_until = time.monotonic() + self.QUIET_SECONDS
            logger.warning("the cache is away: %s", type(error).__name__)
            return instead
