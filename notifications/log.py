"""What became of each message, in words: for the people it went to, and for the organisers of its session."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from events.dates import moment_words
from events.presenters import Tag
from events.wall_time import LONDON
from notifications.kinds import RULES, Kind
from notifications.models import Message, ProviderEvent
from notifications.readers import address_of
from people.models import User

Status, Event = Message.Status, ProviderEvent.Kind

# The state as people read it, and its tone.
WORDS: Final[dict[str, tuple[str, str]]] = {
    Status.PENDING: ("Waiting to be sent", "quiet"),
    Status.CLAIMED: ("Being sent", "quiet"),
    Status.SENDING: ("Being sent", "quiet"),
    Status.SENT: ("Sent", "good"),
    Status.FAILED: ("Not sent: refused", "stop"),
    Status.CANCELLED: ("Not sent: no longer true", "quiet"),
    Status.EXPIRED: ("Not sent: too late", "attention"),
    Status.UNKNOWN: ("Perhaps sent", "attention"),
}
# What a provider told later outweighs that it was sent; the worst of it counts.
TOLD: Final[dict[str, tuple[str, str]]] = {
    Event.COMPLAINED: ("Reported as unwanted", "stop"),
    Event.BOUNCED: ("Came back", "stop"),
    Event.DELIVERED: ("Delivered", "good"),
    Event.DEFERRED: ("Delayed on the way", "attention"),
}
MAY_GO_AGAIN: Final = (Status.FAILED, Status.UNKNOWN)
TO_PERSON: Final = [kind for kind, rule in RULES.items() if rule.to == "person"]
TO_MANAGER: Final = [kind for kind, rule in RULES.items() if rule.to == "manager"]


def log(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Return messages with all that a line says, the latest first: four queries, however many there are."""
    with_facts = rows.select_related("booking__session", "change", "reader").prefetch_related(
        "booking__handovers", "provider_events"
    )
    return with_facts.order_by("-due_at", "-pk")


def to_person(person: User) -> QuerySet[Message]:
    """Return what somebody was or will be sent: about their own bookings, and as a line manager once it has gone."""
    own = Q(booking__practitioner=person, kind__in=TO_PERSON)
    as_manager = Q(booking__manager_email=person.email, kind__in=TO_MANAGER, sent_at__isnull=False)
    return Message.objects.filter(own | as_manager | Q(reader=person))


@dataclass(frozen=True)
class MessageLine:
    """One message in words. Needs its booking with session and handovers, and its change."""

    message: Message

    @property
    def kind(self) -> str:
        """Return what it is for."""
        return str(Kind(self.message.kind).label)

    @property
    def subject(self) -> str:
        """Return its subject, or before it has one the session it is about."""
        booking = self.message.booking
        return self.message.subject or (booking.session.title if booking else self.kind)

    @property
    def recipient(self) -> str:
        """Return the address it goes to."""
        return address_of(self.message)

    @property
    def state(self) -> Tag:
        """Return what became of it, in a few words."""
        told = self._told
        return Tag(*TOLD[told.kind]) if told else Tag(*WORDS[self.message.status])

    @property
    def when(self) -> str:
        """Return when it was sent, or when it is or was due."""
        zone = self.message.booking.session.tzinfo if self.message.booking else LONDON
        if self.message.sent_at:
            return moment_words(self.message.sent_at, zone)
        return f"Due {moment_words(self.message.due_at, zone)}"

    @property
    def answer(self) -> str:
        """Return what the mail server said, or why it was not sent; empty as long as nobody said anything."""
        told = self._told
        return told.words if told and told.words else self.message.error

    @property
    def _told(self) -> ProviderEvent | None:
        """Return the worst that the provider told of a message that was sent, and of equals the last."""
        told = list(self.message.provider_events.all()) if self.message.status == Status.SENT else []
        return min(reversed(told), key=lambda event: list(TOLD).index(event.kind), default=None)

    @property
    def may_go_again(self) -> bool:
        """Say whether it can be sent again."""
        return self.message.status in MAY_GO_AGAIN
