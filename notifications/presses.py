"""What a reminder lets its reader do with one press, without signing in."""

from datetime import datetime

from django.conf import settings

from bookings import policies
from bookings.links import CANCEL, COMING, GIVE, path_of
from bookings.models import Booking
from bookings.policy import Policy


def presses_of(booking: Booking, *, at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the presses about a place as (words, address); giving it away as long as the policy allows it at then."""
    purposes = [("I'm still coming", COMING), ("I cannot come: cancel my booking", CANCEL)]
    if policies.why_not_substitute(booking, booking.session, Policy.of(booking.policy), at=at) is None:
        purposes.append(("Give my place to a colleague", GIVE))
    return tuple((words, f"{settings.SITE_URL}{path_of(purpose, booking)}") for words, purpose in purposes)
