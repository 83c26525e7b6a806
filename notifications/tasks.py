"""What the worker runs: each task a few lines, without arguments, safe to run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from notifications import delivery, outbox

logger = logging.getLogger(__name__)


@shared_task
def drain() -> None:
    """Send what is due."""
    sent = delivery.drain()
    if sent:
        logger.info("messages sent: %s", sent)


@shared_task
def sweep() -> None:
    """Write the message rows that should be there and are not."""
    if missing := outbox.write_missing(at=timezone.now()):
        logger.error("message rows were missing and have been written: %s", missing)
