"""The site without its guard, for the control: the last place is taken by whoever saw it free a moment ago."""

import time

from config.wsgi import application

__all__ = ["application"]

from django.db.models import Q

from bookings.actions import booking

hold = booking._Desk._hold


def hold_slowly(self, session):
    """Leave time between the look and the grasp."""
    time.sleep(0.02)
    return hold(self, session)


booking.PLACE_IS_FREE = Q(pk__gt=0)
booking._Desk._hold = hold_slowly
