"""What the tests of calendars' answers set up: an answer as it is noted once it is known to be genuine."""

from datetime import timedelta
from itertools import count

from bookings import actions
from bookings.models import Booking
from tests.factories import NOW

NUMBERS = count(1)


def reply(booking, partstat="declined", *, minutes=1, sequence=None, at=None, digest=None):
    """Note an answer that a calendar gave some minutes after NOW, to the entry as it is unless said otherwise."""
    booking = Booking.objects.get(pk=booking.pk)
    stamp = NOW + timedelta(minutes=minutes)
    return actions.note_reply(
        booking,
        partstat=partstat,
        sequence=booking.ical_sequence if sequence is None else sequence,
        stamp=stamp,
        digest=digest or f"{next(NUMBERS):064}",
        at=at or stamp,
    )
