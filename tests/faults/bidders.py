"""People in processes of their own, who all bid for a session in the same instant."""

from django.db.models import Q

from bookings import actions
from bookings.actions import booking
from events.models import Session
from people.models import User
from tests.factories.instants import NOW
from tests.faults.at_once import at_once


def bid_at_once(session_id: int, people: list[int], *, guarded: bool = True) -> list[str]:
    """Let each person see the session free and then book it; return what each was told."""
    return at_once(_bid, [(session_id, person, guarded) for person in people])


def _bid(session_id, person_id, guarded):
    if not guarded:
        booking.PLACE_IS_FREE = Q(pk__gt=0)
    session, person = Session.objects.get(pk=session_id), User.objects.get(pk=person_id)
    return lambda: actions.book(session, practitioner=person, at=NOW).status
