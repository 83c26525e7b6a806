"""Doing the same to many rows, each in a transaction of its own."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from events.errors import Busy

logger = logging.getLogger(__name__)


class Step(Protocol):
    """What is done to one row, by its key; returns how much of it there was to do."""

    def __call__(self, key: int, /, *, at: datetime) -> int:
        """Do it."""
        ...


def one_by_one(step: Step, keys: Iterable[int], *, at: datetime) -> int:
    """Do something to each row and return how much was done; one that is busy is left for the next time."""
    done = 0
    for key in keys:
        try:
            done += step(key, at=at)
        except Busy:
            logger.warning("%s of %s was busy and waits for the next time", getattr(step, "__name__", ""), key)
    return done
