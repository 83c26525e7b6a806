"""Writing to the people of a session: who that is, letting it go after a time, and taking it back until then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bookings.models import Booking
from bookings.models.attendance import CAME
from bookings.states import LIVE, Status
from events.contention import once_more
from events.errors import Refusal
from events.models import Session
from notifications.choices import is_switched_off, who_switched_off
from notifications.kinds import Kind
from notifications.message_names import message_id
from notifications.models import BulkMessage, Message
from people.addresses import has_no_address
from people.models import User

TIME_TO_UNDO: Final = timedelta(minutes=10)
KEPT_TRYING: Final = timedelta(days=2)
BELONGING: Final[dict[str, Q]] = {
    "confirmed": Q(status=Status.CONFIRMED),
    "waiting": Q(status__in=sorted(LIVE - {Status.CONFIRMED})),
    "attended": Q(status=Status.CONFIRMED, attendance__state__in=sorted(CAME)),
    "absent": Q(status=Status.CONFIRMED, attendance__isnull=False) & ~Q(attendance__state__in=sorted(CAME)),
}


class NobodyToTell(Refusal):
    """There is nobody to write to: nobody is in these groups, or nobody whom mail reaches and who wants it."""

    code = "nobody_to_tell"


class OthersThanSeen(Refusal):
    """Since you saw the preview it would go to more or fewer people. Look at it again."""

    code = "others_than_seen"


class UnderWay(Refusal):
    """It is under way, and cannot be taken back any more."""

    code = "under_way"


@dataclass(frozen=True)
class Letter:
    """What is to be written, and to whom."""

    groups: Sequence[str]
    subject: str
    text: str
    is_service: bool

    @property
    def kind(self) -> Kind:
        """Return which kind of message it is."""
        return Kind.BULK if self.is_service else Kind.NEWS


def recipients(session: Session, groups: Collection[str], kind: Kind) -> list[Booking]:
    """Return the bookings of the people of some groups whom mail reaches and who want it, each once; two queries."""
    wanted = Q(pk__in=[])
    for group in groups:
        wanted |= BELONGING[group]
    rows = Booking.objects.filter(wanted, session=session).order_by("pk")
    off = who_switched_off(kind)
    return [row for row in rows if not has_no_address(row.email) and row.practitioner_id not in off]


def counts(session: Session) -> dict[str, int]:
    """Return how many people are in each group."""
    return {group: Booking.objects.filter(q, session=session).count() for group, q in BELONGING.items()}


@once_more
def write(  # noqa: PLR0913 - what, to whom, by whom, when, and what was seen
    session: Session, letter: Letter, *, key: UUID, seen: int, actor: User, at: datetime
) -> BulkMessage:
    """Write a row in the outbox for everybody in the groups, due in ten minutes; the same key again writes nothing.

    ``seen`` is how many people whoever asks was told of. Raises NobodyToTell, OthersThanSeen, ValidationError for
    words that cannot be used, and Busy; nothing is written then.
    """
    with transaction.atomic():
        Session.objects.locked(session.pk)
        if written := BulkMessage.objects.filter(key=key, session=session).first():
            return written
        people = recipients(session, letter.groups, letter.kind)
        if not people:
            raise NobodyToTell
        if len(people) != seen:
            raise OthersThanSeen
        row = BulkMessage(
            session=session,
            key=key,
            groups=list(letter.groups),
            subject=letter.subject,
            text=letter.text,
            is_service=letter.is_service,
            recipients=len(people),
            made_at=at,
            made_by=actor,
            goes_at=at + TIME_TO_UNDO,
        )
        row.full_clean(exclude=["session", "made_by"])
        row.save()
        Message.objects.bulk_create([_message(row, booking) for booking in people], batch_size=500)
    return row


def _message(row: BulkMessage, booking: Booking) -> Message:
    """Return what one person is sent."""
    occurrence = f"bulk {row.pk}"
    return Message(
        booking=booking,
        bulk=row,
        kind=row.kind,
        occurrence=occurrence,
        message_id=message_id(booking, occurrence),
        due_at=row.goes_at,
        expires_at=row.goes_at + KEPT_TRYING,
    )


@once_more
def take_back(row: BulkMessage, *, actor: User, at: datetime) -> BulkMessage:
    """Take a message back that has not begun to go; one that was taken back stays so. Raises UnderWay, and Busy."""
    with transaction.atomic():
        found = BulkMessage.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if found.undone_at:
            return found
        mine = Message.objects.filter(bulk=found)
        if at >= found.goes_at or mine.exclude(status=Message.Status.PENDING).filter(risky__gt=0).exists():
            raise UnderWay
        found.undone_at, found.undone_by = at, actor
        found.save(update_fields=["undone_at", "undone_by"])
        mine.filter(status=Message.Status.PENDING).update(status=Message.Status.CANCELLED, error=TAKEN_BACK)
    return found


TAKEN_BACK: Final = "The organisers took it back."


def why_untrue(message: Message, booking: Booking) -> str:
    """Return why a person is not to be sent it any more; empty where it is to go."""
    if message.bulk is None or message.bulk.undone_at:
        return TAKEN_BACK
    if is_switched_off(booking.practitioner_id, Kind(message.kind)):
        return "The person has switched these messages off."
    wanted = Q(pk__in=[])
    for group in message.bulk.groups:
        wanted |= BELONGING[group]
    is_there = Booking.objects.filter(wanted, pk=booking.pk).exists()
    return "" if is_there else "The person is none of those it was written to any more."
