"""What the worker runs for the programme: each task without arguments, safe to run twice."""

import logging
from zlib import crc32

from celery import shared_task
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from events import actions
from events.errors import Busy, Refusal
from events.models import PracticeWeek

logger = logging.getLogger(__name__)
HOUR = 3600


@shared_task
def carry_out_due() -> None:
    """Carry out the planned changes whose time has come."""
    if ended := actions.carry_out_due(at=timezone.now()):
        logger.info("planned changes carried out or refused: %s", ended)


@shared_task
def publish_due() -> None:
    """Publish the drafts whose hour has come; one that cannot be published waits, and does not stop the others."""
    at = timezone.now()
    for week in PracticeWeek.objects.due(at=at):
        try:
            if actions.publish_due_week(week.pk, at=at):
                logger.info("week %s was published at its hour", week.slug)
        except (Refusal, ValidationError, Busy) as error:
            _say_refused(week, error)


def _say_refused(week: PracticeWeek, error: Exception) -> None:
    """Log why a week stays a draft: once an hour for one reason, because it is tried again every minute."""
    sentence = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    if cache.add(f"publish-refused-{week.pk}-{crc32(sentence.encode())}", 1, HOUR):
        logger.error("week %s could not be published at its hour: %s", week.slug, sentence)
