"""What mail providers tell by webhook of what became of a mail: kept with the message, and held against the address.

Django-anymail brings the words of each provider into one form and checks the secret; here that form is read. Soft
failures are kept with the message alone: the provider tries again, or the next mail may well arrive.
"""

import hashlib
from datetime import datetime
from typing import Final

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from bookings.models import Booking
from notifications import undeliverable
from notifications.models import Message, ProviderEvent, Undeliverable
from notifications.readers import address_of
from people.models import User
from people.text import normal_email, validate_address

Kind = ProviderEvent.Kind
KINDS: Final = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.BOUNCED: Kind.BOUNCED,
    EventType.REJECTED: Kind.BOUNCED,
    EventType.COMPLAINED: Kind.COMPLAINED,
}
# The reasons of a provider that say something of the address, rather than of the mail, its sender or the hour.
LASTING: Final = {RejectReason.BOUNCED, RejectReason.INVALID, RejectReason.SPAM}
# How providers call what passes by itself where anymail leaves it a bounce, in their own fields.
PASSING: Final = {"softbounce", "soft_bounce", "soft_bounced", "soft", "transient", "temporary", "blocked"}
PASSING_FIELDS: Final = ("Type", "event", "type", "severity", "bounceType")


def take(event: AnymailTrackingEvent, *, esp: str, at: datetime) -> None:
    """Record what a provider tells, once however often it is told; what concerns nobody here leaves no trace."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return
    if kind == Kind.BOUNCED and not is_lasting(event):
        kind = Kind.DEFERRED
    words = undeliverable.in_one_line(event.mta_response or event.description)
    happened_at = min(event.timestamp or at, at)
    with transaction.atomic():
        message = _message_of(event.message_id)
        if message is not None:
            row = ProviderEvent(message=message, kind=kind, at=happened_at, words=words, key=_key(event, esp))
            ProviderEvent.objects.bulk_create([row], ignore_conflicts=True)
        address = _address_of(event, message)
        if address and kind in {Kind.BOUNCED, Kind.COMPLAINED}:
            reason = Undeliverable.Reason(kind.value)
            undeliverable.mark(address, reason=reason, words=words, at=happened_at)


def is_lasting(event: AnymailTrackingEvent) -> bool:
    """Say whether a mail that came back says that the next will too."""
    if event.reject_reason not in LASTING:
        return False
    told = event.esp_event if isinstance(event.esp_event, dict) else {}
    inner = told.get("bounce")
    fields = {**told, **inner} if isinstance(inner, dict) else told
    if any(str(fields.get(name, "")).lower() in PASSING for name in PASSING_FIELDS):
        return False
    if str(event.description or "").lower().startswith("transient"):
        return False
    return not undeliverable.passes_by_itself(str(event.mta_response or ""))


def _message_of(message_id: str | None) -> Message | None:
    """Return the message of an id as providers write it, with and without its brackets; None for any other mail's."""
    bare = str(message_id or "").strip().strip("<>")
    if not bare or "\x00" in bare:
        return None
    rows = Message.objects.select_related("booking", "change", "reader").prefetch_related("booking__handovers")
    return rows.filter(message_id=f"<{bare}>").first()


def _address_of(event: AnymailTrackingEvent, message: Message | None) -> str:
    """Return whose mail came back: the recipient that is named, if we know them, or whom the message went to."""
    named = normal_email(str(event.recipient or ""))
    try:
        validate_address(named)
    except ValidationError:
        named = ""
    if named and _is_known(named):
        return named
    return address_of(message) if message is not None else ""


def _is_known(address: str) -> bool:
    """Say whether somebody here has this address."""
    booked = Booking.objects.filter(Q(email=address) | Q(manager_email=address) | Q(handovers__colleague_email=address))
    return User.objects.filter(email=address).exists() or booked.exists()


def _key(event: AnymailTrackingEvent, esp: str) -> str:
    """Return what is the same each time that a provider tells the same thing."""
    parts = (esp, event.event_type, event.event_id, event.message_id, event.recipient, event.timestamp)
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()
