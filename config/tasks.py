"""Housekeeping: what the site no longer needs is deleted once a day; and a task that shows that tasks are done."""

import logging
from typing import Final

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
from people.actions import follow_lapsed_grants, note_retention
from people.mail_caps import forget_old_counts

logger = logging.getLogger(__name__)

# What is forgotten in which order, by the words in which the register of data protection speaks of it.
KEPT_LONG_ENOUGH: Final = {
    "answers to programs": forget_old_keys,
    "access and dietary needs": forget_old_needs,
    "who joined online": forget_old_arrivals,
    "answers from calendars": forget_old_replies,
    "reasons of absence": forget_old_reasons,
    "tries at checking in": forget_old_tries,
    "counts of mails that people had sent": forget_old_counts,
    "people of attendance reports whom nobody placed": forget_old_reports,
    "names on answers to questions": forget_who_answered,
    "waits without a place": forget_waiting,
    "subjects of mails": forget_old_messages,
    "the log of who read what": forget_old_audit,
}


@shared_task
def do_nothing() -> None:
    """Go from the scheduler to the worker and end: each task that ends writes the worker's heartbeat."""


@shared_task
def tidy_up() -> None:
    """Forget what was kept long enough, note how much it was, and close the admin to those whose role has ended.

    Where one of these fails, the log says so, and the others are done nevertheless.
    """
    now = timezone.now()
    for what, forget in KEPT_LONG_ENOUGH.items():
        try:
            rows = forget(at=now)
        except Exception:
            logger.exception("%s: what was kept long enough could not be forgotten", what)
            continue
        if rows:
            note_retention(what, rows, at=now)
            logger.info("%s, kept long enough: %s", what, rows)
    if followed := follow_lapsed_grants(at=now):
        logger.info("ways into the admin put right: %s", followed)
    call_command("clearsessions")
