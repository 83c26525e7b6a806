"""Read the mailbox that answers to invitations come to, once and now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.mailbox import MailboxAway, fetch
from notifications.replies import look_at_waiting


class Command(BaseCommand):
    """What the scheduler has done every minute; to try the mailbox, or to catch up."""

    help = __doc__

    def handle(self, *_: Any, **__: Any) -> None:
        """Store and look at what is unread; raises CommandError without a mailbox, and where it cannot be reached."""
        if not settings.REPLY_MAILBOX:
            raise CommandError("REPLY_MAILBOX_URL names no mailbox.")
        at = timezone.now()
        try:
            read = fetch(settings.REPLY_MAILBOX, at=at)
        except MailboxAway as error:
            raise CommandError(f"The mailbox cannot be read. {error}") from error
        self.stdout.write(f"Mails read: {read}. Looked at again: {look_at_waiting(at=at)}.")
