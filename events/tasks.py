"""What the worker runs: each task a few lines, without arguments, safe to run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from events import actions

logger = logging.getLogger(__name__)


@shared_task
def carry_out_due() -> None:
    """Carry out the planned changes whose time has come."""
    if ended := actions.carry_out_due(at=timezone.now()):
        logger.info("planned changes carried out or refused: %s", ended)
