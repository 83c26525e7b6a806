"""Who joins online: let in, noted, and forgotten."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest

from bookings import policies
from bookings.actions.attendance import arrived
from bookings.actions.keeping import by_term
from bookings.models import Arrival, Booking, MarkedBy
from events.contention import once_more
from events.models import Session
from events.models.session_part import not_over, part_at


@once_more
def join(booking: Booking, *, at: datetime) -> str:
    """Let somebody in who joins online; return the address of the meeting as it is now.

    It is noted when they joined first and last and how often, and the register fills itself. Joining again, or
    from two places at once, is the same arrival. The session's row is locked. ``at`` is aware. Raises why they
    cannot join (`policies.why_not_join`), and Busy when the row could not be had.
    """
    with transaction.atomic():
        session = Session.objects.locked(booking.session_id)
        booking = Booking.objects.get(pk=booking.pk)
        booking.session = session
        if refusal := policies.why_not_join(booking, session, part=part_at(session, at=at), at=at):
            raise refusal
        last = Greatest(F("last_at"), Value(at, output_field=DateTimeField()))
        if not Arrival.written.filter(booking=booking).update(last_at=last, times=F("times") + 1):
            Arrival.written.add(booking=booking, first_at=at, last_at=at)
        arrived(booking, at=at, source=MarkedBy.JOIN_PAGE)
        link: str = session.joining_link
        return link


def forget_old_arrivals(*, at: datetime) -> int:
    """Delete who joined when, as long after the session as each booking's policy says; return how many."""
    count = 0
    for days, rows in by_term(Arrival.written.all(), "keep_joins_days"):
        count += rows.filter(~not_over("booking__session__", at=at - timedelta(days=days))).delete()[0]
    return count
