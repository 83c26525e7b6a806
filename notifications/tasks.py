"""What the worker runs: each task a few lines, without arguments, safe to run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from events.models import Session
from notifications import delivery, outbox, reminder_rows

logger = logging.getLogger(__name__)


@shared_task
def drain() -> None:
    """Send what is due."""
    sent = delivery.drain()
    if sent:
        logger.info("messages sent: %s", sent)


@shared_task
def sweep() -> None:
    """Write the message rows that should be there and are not, and bring reminders in line with their rules."""
    at = timezone.now()
    if missing := outbox.write_missing(at=at):
        logger.error("message rows were missing and have been written: %s", missing)
    if changed := reminder_rows.align(Session.objects.filter(starts_at__gt=at), at=at):
        logger.info("reminders brought in line with their rules: %s", changed)
