"""Who holds a message: each step is one conditional write, so that two workers never hold the same one."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from notifications import pace
from notifications.holding import is_held
from notifications.models import Message

Status = Message.Status
MOST_LOST: Final = 5
MOST_COPIES: Final = 2
PAUSES: Final = (1, 5, 20, 60)  # times OUTBOX_PAUSE_SECONDS, after the first, second, third and each further try
KEPT_TRYING: Final = timedelta(days=2)  # a message that somebody asked to send again
FREE: Final = {"token": None, "lease_until": None}


def recover(*, at: datetime) -> None:
    """Settle what dead workers held, and close what came too late.

    Before sending began nothing was at risk: the message waits again, unless it has cost five workers. After
    it, the message goes once more under the same Message-ID; after a second unknown end nobody may send it.
    """
    held_too_long = Message.objects.filter(lease_until__lte=at)
    claimed, sending = (held_too_long.filter(status=status) for status in (Status.CLAIMED, Status.SENDING))
    claimed.filter(lost__gte=MOST_LOST - 1).update(
        status=Status.FAILED, lost=F("lost") + 1, error="A worker died on it five times.", **FREE
    )
    claimed.update(status=Status.PENDING, lost=F("lost") + 1, **FREE)
    sending.filter(risky__gte=MOST_COPIES).update(status=Status.UNKNOWN, **FREE)
    sending.update(status=Status.PENDING, **FREE)
    Message.objects.filter(status=Status.PENDING, expires_at__lte=at).update(status=Status.EXPIRED)


def due(*, at: datetime) -> QuerySet[Message]:
    """Return what may be taken now, in no order: nothing while the outbox is held."""
    waiting = Message.objects.filter(~is_held(), status=Status.PENDING, due_at__lte=at, expires_at__gt=at)
    return waiting.exclude(domain__in=pace.full(at=at)) if pace.is_limited() else waiting


def claim(*, at: datetime, by_age: bool = False) -> Message | None:
    """Take a message for the length of a lease; None when none is due, or all is held.

    What is urgent goes first, and of what is equally urgent that which has been due longest; with ``by_age`` that
    alone counts, so that some of what is not urgent goes even where urgent mail never ends.
    """
    with transaction.atomic():
        free = due(at=at).select_for_update(skip_locked=True, of=("self",))
        message = free.order_by(*([] if by_age else ["rank"]), "due_at", "pk").first()
        if message is None:
            return None
        message.status, message.token, message.tries = Status.CLAIMED, uuid.uuid4(), message.tries + 1
        message.lease_until = at + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        message.save(update_fields=["status", "token", "lease_until", "tries"])
    return message


def begin_sending(message: Message, *, sequence: int | None, at: datetime, subject: str = "", says: str = "") -> bool:
    """Record that a copy is about to go; False when the lease has run out and somebody else may hold the message."""
    held = Message.objects.filter(pk=message.pk, token=message.token, status=Status.CLAIMED, lease_until__gt=at)
    begun = held.update(
        status=Status.SENDING, risky=F("risky") + 1, sequence=sequence, subject=subject[:500], says=says
    )
    if begun:
        message.status, message.risky = Status.SENDING, message.risky + 1
    return bool(begun)


def end(message: Message, status: Message.Status, *, at: datetime, error: str = "", certain: bool = True) -> bool:
    """Record how a held message ended; ``certain`` says that no copy of this try is out, unless it was sent.

    Only a try that was counted by `begin_sending` is taken off the count again: copies of earlier ones stay.

    False when the message is no longer this worker's: its late result is not written.
    """
    held = Message.objects.filter(pk=message.pk, token=message.token)
    was_counted = message.status == Status.SENDING and status != Status.SENT
    written = held.update(
        status=status,
        error=error[:500],
        sent_at=at if status == Status.SENT else None,
        risky=F("risky") - (1 if certain and was_counted else 0),
        **FREE,
    )
    return bool(written)


def send_again(messages: QuerySet[Message], *, at: datetime) -> int:
    """Let messages that failed or perhaps went wait once more, because somebody asks for it; return how many.

    Whoever asks accepts another copy, so the count of copies begins anew.
    """
    ended = messages.filter(status__in=[Status.FAILED, Status.UNKNOWN])
    return ended.update(status=Status.PENDING, risky=0, lost=0, due_at=at, expires_at=at + KEPT_TRYING)


def wait_for_domain(message: Message, domain: str, *, at: datetime) -> bool:
    """Let a held message wait until its reader's domain has had less; it is no try."""
    held = Message.objects.filter(pk=message.pk, token=message.token)
    held.update(domain=domain[:255], tries=F("tries") - 1)
    return end(message, Status.PENDING, at=at, error=f"Waits: {domain} has had its share for now.")


def put_back(message: Message, *, at: datetime, error: str = "", certain: bool = True) -> bool:
    """Let a held message wait again after a pause that grows with its tries."""
    factor = PAUSES[min(message.tries, len(PAUSES)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads the load
    due_at = at + timedelta(seconds=settings.OUTBOX_PAUSE_SECONDS * factor)
    Message.objects.filter(pk=message.pk, token=message.token).update(due_at=due_at)
    return end(message, Status.PENDING, at=at, error=error, certain=certain)
