"""Saying again that one comes, from a reminder."""

from datetime import datetime

from django.db import transaction

from bookings import policies
from bookings.actions.history import change_of, record
from bookings.actions.offers import locked_with_session
from bookings.actions.replies import keep_if_declined
from bookings.models import Booking
from bookings.states import Status, Verb
from events.contention import once_more


@once_more
def say_coming(booking: Booking, *, at: datetime) -> Booking:
    """Note that somebody with a place is still coming to the session at its present start; twice is as once.

    Whoever had declined in their calendar takes that back.

    Raises NoPlaceYet, BookingEnded or SessionCancelled for a booking without a place, SessionOver once the session
    has begun, and Busy.
    """
    with transaction.atomic():
        session, booking = locked_with_session(booking)
        if refusal := policies.why_not_say_coming(booking, session, at=at):
            raise refusal
        keep_if_declined(session, booking, at=at, actor=booking.practitioner)
        if policies.said_coming_at(booking.changes.filter(verb=Verb.STILL_COMING), session) is None:
            said = change_of(
                booking,
                Verb.STILL_COMING,
                from_status=Status.CONFIRMED,
                at=at,
                actor=booking.practitioner,
                details={"for": policies.start_of(session)},
            )
            record(session, [said], at=at)
    return booking
