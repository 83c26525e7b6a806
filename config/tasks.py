"""Housekeeping: what the site no longer needs is deleted once a day."""

import logging

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from bookings.actions import (
    forget_old_arrivals,
    forget_old_audit,
    forget_old_needs,
    forget_old_reasons,
    forget_old_reports,
    forget_old_tries,
    forget_waiting,
    forget_who_answered,
)
from config.api.idempotency import forget_old_keys
from notifications.keeping import forget_old_messages
from notifications.replies import forget_old_replies
from people.actions import follow_lapsed_grants

logger = logging.getLogger(__name__)


@shared_task
def tidy_up() -> None:
    """Forget answers that nobody may ask for again, what helped people, who joined when and why not, and who said what.

    The admin's doors are closed to those whose role has ended.
    """
    now = timezone.now()
    forgotten = forget_old_keys(at=now)
    followed = follow_lapsed_grants(at=now)
    needs = forget_old_needs(at=now)
    arrivals = forget_old_arrivals(at=now)
    replies = forget_old_replies(at=now)
    reasons = forget_old_reasons(at=now)
    tries, reports = forget_old_tries(at=now), forget_old_reports(at=now)
    named = forget_who_answered(at=now)
    waited, mails, noted = forget_waiting(at=now), forget_old_messages(at=now), forget_old_audit(at=now)
    call_command("clearsessions")
    logger.info(
        "idempotency keys forgotten: %s; ways into the admin put right: %s; needs deleted: %s; arrivals deleted: %s; "
        "inbound replies deleted: %s; reasons of absence deleted: %s; names taken off answers: %s",
        forgotten,
        followed,
        needs,
        arrivals,
        replies,
        reasons,
        named,
    )
    logger.info("waits without a place deleted: %s; mails emptied: %s; of the log deleted: %s", waited, mails, noted)
    logger.info("tries at checking in deleted: %s; reports cleared of whom nobody placed: %s", tries, reports)
