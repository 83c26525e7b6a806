"""What must hold of messages at any time: read, and said in sentences where it does not."""

from collections.abc import Iterator
from datetime import datetime

from bookings.states import LIVE, Verb
from notifications import outbox
from notifications.kinds import RULES, TELLS_OF, Kind
from notifications.models import Message


def faults(*, at: datetime) -> list[str]:
    """Return every fault that is found, in sentences that name rows by number and nobody by name.

    What was told of older changes than the sweep looks at is not judged: it was told by the rules of its day.
    """
    return [*_of_changes(at=at), *_of_messages()]


def _of_changes(*, at: datetime) -> Iterator[str]:
    """Find what people should be told and are not, and what is told of a change that does not call for it."""
    for row in outbox.missing(at=at):
        yield f"booking {row.booking_id} is not told what it should be: {row.kind} of {row.occurrence}"
    recent = Message.objects.filter(change__at__gt=at - outbox.TOLD_WITHIN).order_by("pk")
    for pk, kind, verb in recent.values_list("pk", "kind", "change__verb"):
        if kind not in TELLS_OF.get(Verb(verb), ()):
            yield f"message {pk} tells as {kind} of a booking that was {verb}"


def _of_messages() -> Iterator[str]:
    """Find messages about somebody else's booking, and those that wait to say what is no longer so."""
    columns = ("pk", "kind", "status", "booking", "booking__status", "change__booking")
    for pk, kind, status, booking, state, of_change in Message.objects.order_by("pk").values_list(*columns).iterator():
        if kind not in RULES:
            yield f"message {pk} is of no known kind"
        elif of_change not in {None, booking}:
            yield f"message {pk} is about booking {booking}, and tells of a change of booking {of_change}"
        elif booking and status == Message.Status.PENDING and state not in LIVE | RULES[Kind(kind)].statuses:
            yield f"message {pk} ({kind}) waits, and booking {booking} is {state}"
