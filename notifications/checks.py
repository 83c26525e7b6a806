"""What is said when the site is deployed with a sender that receivers will not trust."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags

from people.addresses import domain_of


@checks.register(Tags.security, deploy=True)
def sender_is_on_our_domain(**_: Any) -> list[CheckMessage]:
    """Warn where the site writes from a domain that does not belong with the one that replies go to."""
    sender, ours = domain_of(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]), settings.REPLY_DOMAIN.lower()
    if sender and (sender == ours or sender.endswith(f".{ours}") or ours.endswith(f".{sender}")):
        return []
    return [
        checks.Warning(
            f"DEFAULT_FROM_EMAIL is not on a domain of ours: it is on {sender or 'none'}, replies go to {ours}.",
            hint="Let it end in the domain of REPLY_DOMAIN, and see `manage.py check_mail`.",
            id="notifications.W001",
        )
    ]


@checks.register(Tags.security, deploy=True)
def something_proves_answers(**_: Any) -> list[CheckMessage]:
    """Warn where answers are read, and nothing could ever show that one is genuine."""
    if not (settings.REPLY_MAILBOX or settings.MAIL_PROVIDER) or settings.REPLY_TAGS or settings.REPLY_AUTHSERV_ID:
        return []
    return [
        checks.Warning(
            "Answers to invitations are read, and none of them can count.",
            hint="Set REPLY_TAGS, or REPLY_AUTHSERV_ID to the name of the mail server that takes our mail.",
            id="notifications.W002",
        )
    ]
