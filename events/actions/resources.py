"""Counting what is opened and downloaded."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import F

from events.models import Resource, ResourceCount
from events.wall_time import LONDON

logger = logging.getLogger(__name__)


def count_open(resource: Resource, *, at: datetime) -> None:
    """Count that somebody followed a resource's link; a count that cannot be written is logged and given up."""
    _count(resource, "opens", at=at)


def count_download(resource: Resource, *, at: datetime) -> None:
    """Count that somebody was sent a resource's file; a count that cannot be written is logged and given up."""
    _count(resource, "downloads", at=at)


def _count(resource: Resource, what: str, *, at: datetime) -> None:
    """Add one to a day's number: one statement, and on the first of a day two more."""
    rows = ResourceCount.objects.filter(resource=resource, day=at.astimezone(LONDON).date())
    try:
        with transaction.atomic():
            if not rows.update(**{what: F(what) + 1}):
                first = ResourceCount(resource=resource, day=at.astimezone(LONDON).date())
                ResourceCount.objects.bulk_create([first], ignore_conflicts=True)
                rows.update(**{what: F(what) + 1})
    except DatabaseError:
        logger.warning("that resource %s was used could not be counted", resource.slug, exc_info=True)
