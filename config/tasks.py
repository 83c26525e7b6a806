"""Housekeeping: what the site no longer needs is deleted once a day."""

import logging

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from config.api.idempotency import forget_old_keys
from people.actions import follow_lapsed_grants

logger = logging.getLogger(__name__)


@shared_task
def tidy_up() -> None:
    """Forget answers that nobody may ask for again, sign-ins that have ended, and the admin's doors for ended roles."""
    now = timezone.now()
    forgotten = forget_old_keys(at=now)
    followed = follow_lapsed_grants(at=now)
    call_command("clearsessions")
    logger.info("idempotency keys forgotten: %s; ways into the admin put right: %s", forgotten, followed)
