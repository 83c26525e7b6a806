"""Bookings, what became of each, and the addresses of people's own calendars."""

from bookings.models.access import AccessNeed
from bookings.models.booking import Booking, BookingChange
from bookings.models.feed import FeedToken

__all__ = ["AccessNeed", "Booking", "BookingChange", "FeedToken"]
