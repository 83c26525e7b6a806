"""What the worker runs: each task a few lines, without arguments, safe to run twice."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from events.models import Session
from notifications import (
    claims,
    declines,
    delivery,
    desk_mail,
    instructions,
    mailbox,
    outbox,
    question_reminders,
    reminder_rows,
    replies,
)
from notifications.clock import database_now

logger = logging.getLogger(__name__)

MUCH = 50  # messages due at once for which a second worker is woken


@shared_task
def drain() -> None:
    """Send what is due; wake a second worker where it is much, and ask again for what is left."""
    if len(claims.due(at=database_now())[: MUCH + 1].values_list("pk")) > MUCH:
        wake()
    sent = delivery.drain()
    declines.start_releases()
    if sent:
        logger.info("messages sent: %s", sent)
        if claims.due(at=database_now()).exists():
            wake()


def wake() -> None:
    """Queue one drain of the outbox; a broker that is not there is logged, and the sweep comes instead."""
    try:
        drain.apply_async(retry=False, expires=60)
    except (OperationalError, OSError) as error:
        logger.warning("the worker was not nudged: %s", type(error).__name__)


@shared_task
def read_replies() -> None:
    """Read the mailbox that answers come to, and look at what waits; a mailbox that is away is read the next time."""
    at = timezone.now()
    if settings.REPLY_MAILBOX:
        try:
            read = mailbox.fetch(settings.REPLY_MAILBOX, at=at)
        except mailbox.MailboxAway as error:
            logger.warning("the mailbox for replies cannot be read: %s", error)
        else:
            if read:
                logger.info("replies read: %s", read)
    replies.look_at_waiting(at=at)


@shared_task
def sweep() -> None:
    """Write the message rows that should be there and are not, and bring reminders in line with their rules."""
    at = timezone.now()
    if missing := outbox.write_missing(at=at):
        logger.error("message rows were missing and have been written: %s", missing)
    changed = reminder_rows.align(Session.objects.filter(starts_at__gt=at), at=at)
    if changed := changed + question_reminders.align(Session.objects.all(), at=at):
        logger.info("reminders brought in line with their rules: %s", changed)
    if again := instructions.say_again(Session.objects.all(), at=at):
        logger.info("joining instructions to be sent again: %s", again)
    if mornings := desk_mail.write_mornings(at=at):
        logger.info("mails of the morning to organisers: %s", mornings)
