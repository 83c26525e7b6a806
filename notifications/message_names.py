"""How messages and what they speak of are named: the same however often they are built, and telling nothing."""

import hashlib

from django.conf import settings

from bookings.models import Booking
from events.models import Session


def start_words(session: Session) -> str:
    """Return the start that a reminder speaks of, in UTC to the second."""
    return f"{session.starts_at:%Y-%m-%dT%H:%M:%SZ}"


def message_id(booking: Booking, occurrence: str) -> str:
    """Return a Message-ID that the same message has however often it is built; it tells nothing about anybody."""
    return id_of(f"{booking.ical_uid} {occurrence}")


def id_of(name: str) -> str:
    """Return the Message-ID that stands for a name and does not show it."""
    return f"<{hashlib.sha256(name.encode()).hexdigest()[:24]}@{settings.REPLY_DOMAIN}>"
