"""How long is known what mails said: subjects and faults go, and that a mail was sent stays to be counted."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from bookings.actions.keeping import AT_ONCE, by_term
from bookings.afterwards import months_after
from notifications.models import InboundReply, Message, ProviderEvent

Status = Message.Status
ENDED: Final = (Status.SENT, Status.FAILED, Status.CANCELLED, Status.EXPIRED, Status.UNKNOWN)
SAYS: Final = ~Q(subject="") | ~Q(error="") | ~Q(domain="")


def forget_old_messages(*, at: datetime) -> int:
    """Empty what mails said and what went wrong, as long after they were due as each booking's policy says.

    The row stays with its kind, its days and what became of it: figures are counted from it, and without it the mail
    would be sent again. What waits to be sent is left alone. Of messages about no booking the site's own term holds.
    Returns of how many mails something was emptied.
    """
    count = 0
    for months, rows in by_term(Message.objects.filter(SAYS, status__in=ENDED), "keep_messages_months"):
        until = months_after(at, -months)
        count += _emptied(rows.filter(due_at__lte=until), subject="", error="", domain="")
    told = ProviderEvent.objects.exclude(words="")
    for months, events in by_term(told, "keep_messages_months", through="message__booking__"):
        _emptied(events.filter(at__lte=months_after(at, -months)), words="")
    return count


def _emptied(rows: QuerySet[Any], **empty: str) -> int:
    """Empty columns of some rows, so many at a time; return of how many rows. Emptied rows are no longer among them."""
    count = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        changed: int = rows.model._default_manager.filter(pk__in=keys).update(**empty)
        count += changed
    return count


def forget_messages_of(bookings: list[int]) -> None:
    """Delete what was sent about some bookings and what came back; the caller deletes the bookings with it."""
    Message.objects.filter(told_with__booking__in=bookings).update(told_with=None)
    InboundReply.objects.filter(booking__in=bookings).delete()
    Message.objects.filter(booking__in=bookings).delete()
