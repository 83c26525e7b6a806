"""A booking as an iTIP request, update or cancellation."""

from typing import Literal

from bookings.models import Booking


def invitation(booking: Booking, method: Literal["REQUEST", "CANCEL"]) -> bytes:
    """Return the calendar object that is sent to a booking's person."""
    raise ValueError(f"{method} for {booking.ical_uid} cannot be built yet")
