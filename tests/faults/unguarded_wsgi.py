"""The site without its guard, for the control: everybody has seen a place a moment ago, and the grasp asks no more."""

from config.wsgi import application

__all__ = ["application"]

from django.db.models import Q

from bookings.actions import booking
from events.models import Session

booking.PLACE_IS_FREE = Q(pk__gt=0)
Session.places_left = property(lambda _: 1)
