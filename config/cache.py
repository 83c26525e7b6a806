"""A cache whose loss is not the site's loss."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis as cache; while it is away, every read misses and every write is lost, and the log says so."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or the default when it is not or Redis is away."""
        try:
            return super().get(key, default, version)
        except RedisError as error:
            logger.warning("cache not readable: %s", type(error).__name__)
            return default

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Keep a value if Redis is there."""
        try:
            super().set(key, value, *args, **kwargs)
        except RedisError as error:
            logger.warning("cache not writable: %s", type(error).__name__)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Keep a value that is not there yet; say True when Redis is away, so that nobody waits for it."""
        try:
            return super().add(key, value, *args, **kwargs)
        except RedisError as error:
            logger.warning("cache not writable: %s", type(error).__name__)
            return True

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value if Redis is there."""
        try:
            return super().delete(key, version)
        except RedisError as error:
            logger.warning("cache not writable: %s", type(error).__name__)
            return False
