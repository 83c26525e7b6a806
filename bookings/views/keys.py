"""One-time keys of the booking form: a form sent twice is one booking, even after that booking was cancelled."""

from typing import Final

from django.http import HttpRequest

from bookings.models import Booking
from people.signin import signed_in

KEPT_IN_SESSION: Final = "booking_keys"
MOST_KEPT: Final = 20
LONGEST: Final = 64


def booking_of_key(request: HttpRequest) -> Booking | None:
    """Return the booking that the form's key led to before; None for a new key."""
    pk = request.session.get(KEPT_IN_SESSION, {}).get(_key(request))
    found: Booking | None = Booking.objects.filter(pk=pk, practitioner=signed_in(request)).first() if pk else None
    return found


def remember_key(request: HttpRequest, booking: Booking) -> None:
    """Keep what the form's key led to, as long as the person stays signed in; the oldest keys make room."""
    if key := _key(request):
        kept = {**request.session.get(KEPT_IN_SESSION, {}), key: booking.pk}
        request.session[KEPT_IN_SESSION] = dict(list(kept.items())[-MOST_KEPT:])


def _key(request: HttpRequest) -> str:
    """Return the form's key."""
    return request.POST.get("key", "")[:LONGEST]
