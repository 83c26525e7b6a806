"""Housekeeping: what the site no longer needs is deleted once a day."""

import logging

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from config.api.idempotency import forget_old_keys

logger = logging.getLogger(__name__)


@shared_task
def tidy_up() -> None:
    """Forget answers that nobody may ask for again, and sign-ins that have ended."""
    forgotten = forget_old_keys(at=timezone.now())
    call_command("clearsessions")
    logger.info("idempotency keys forgotten: %s", forgotten)
