"""What the worker runs for bookings: each task without arguments, safe to run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from bookings import actions

logger = logging.getLogger(__name__)


@shared_task
def pass_on() -> None:
    """End what nobody answered in time, and hand on what came free: offers, questions to others, kept places."""
    at = timezone.now()
    questions = actions.lapse_approvals(at=at)
    colleagues = actions.lapse_handovers(at=at)
    offers = actions.lapse_offers(at=at)
    released = actions.release_places(at=at)
    declined = actions.release_declined(at=at)
    if questions or colleagues or offers or released or declined:
        logger.info(
            "questions to managers ended: %s; to colleagues: %s; offers ended: %s; sessions with places released: %s; "
            "declined places released: %s",
            questions,
            colleagues,
            offers,
            released,
            declined,
        )


@shared_task
def issue_certificates() -> None:
    """Issue the certificates that came due as sessions ended."""
    if issued := actions.issue_certificates(at=timezone.now()):
        logger.info("certificates issued: %s", issued)
