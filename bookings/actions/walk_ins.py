"""People who turn up without a place: put on the register, and taken off it when that was a mistake."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from bookings import errors, policies
from bookings.actions.attendance import arrived, is_closed
from bookings.actions.history import change_of, record
from bookings.actions.places import end_booking, free_place, insert, lock_person
from bookings.actions.waiting_list import promote
from bookings.models import Attendance, Booking, BookingChange, MarkedBy, PartAttendance, terms_of
from bookings.reach import person_at_the_door
from bookings.states import Status, Verb
from events.contention import once_more
from events.models import Session
from people.models import User


@once_more
def walk_in(
    session: Session, details: Mapping[str, str], *, actor: User, at: datetime, source: str = MarkedBy.REGISTER
) -> Booking:
    """Put somebody on the register who turned up, by ``name`` and ``email``, and mark them; return their booking.

    Whoever has a place is found and marked; so sending the form twice adds nobody. Others come beside those who
    booked: they take no place that is counted, and whoever waited waits no longer. The caller has seen that the
    actor keeps the register. Raises RegisterNotOpen, RegisterClosed, SessionCancelled, PermissionDenied for a
    closed account and ValidationError for no name; then nobody is made.
    """
    with transaction.atomic():
        person = person_at_the_door(session, details)
        return _put_on(session, person, actor=actor, at=at, source=source)


@once_more
def come_in(session: Session, person: User, *, at: datetime, source: str) -> Booking:
    """Put somebody on the register who says so themselves, and mark them; see `walk_in`."""
    with transaction.atomic():
        return _put_on(session, person, actor=person, at=at, source=source)


@once_more
def take_off(booking: Booking, *, actor: User, at: datetime) -> None:
    """Take somebody off the register who was put on it by mistake; twice is once.

    Raises NotWalkedIn for whoever booked, and what marking raises.
    """
    with transaction.atomic():
        session = Session.objects.select_related("venue", "week").locked(booking.session_id)
        booking = Booking.objects.select_for_update(no_key=True, of=("self",)).get(pk=booking.pk)
        if booking.status == Status.CANCELLED:
            return
        if refusal := policies.why_not_mark(session, is_closed=is_closed(session), at=at):
            raise refusal
        if booking.takes_place:
            raise errors.NotWalkedIn
        Attendance.written.filter(booking=booking).delete()
        PartAttendance.written.filter(booking=booking).delete()
        end_booking(booking, Status.CANCELLED, at=at)
        record(session, [change_of(booking, Verb.TAKEN_OFF, from_status=Status.CONFIRMED, at=at, actor=actor)], at=at)


def _put_on(session: Session, person: User, *, actor: User, at: datetime, source: str) -> Booking:
    """Find or insert the booking of whoever is at the door, and mark them; person first, then session."""
    lock_person(person)
    session = Session.objects.select_related("venue", "week").locked(session.pk)
    if refusal := policies.why_not_mark(session, is_closed=is_closed(session), at=at):
        raise refusal
    booking: Booking | None = Booking.objects.live().filter(session=session, practitioner=person).first()
    if booking is None or booking.status != Status.CONFIRMED:
        changes = [_end(session, booking, actor=actor, at=at)] if booking else []
        terms = terms_of([session], at=at)[session.pk]
        source_of = Booking.Source.WALK_IN
        booking = insert(session, person, terms, status=Status.CONFIRMED, created_at=at, source=source_of)
        changes.append(change_of(booking, Verb.WALKED_IN, from_status=None, at=at, actor=actor))
        record(session, changes, at=at)
        promote(session, at=at)
    booking.session = session
    arrived(booking, at=at, source=source, actor=actor)
    return booking


def _end(session: Session, booking: Booking, *, actor: User, at: datetime) -> BookingChange:
    """End the booking of somebody who waited for a place or an answer, and came; `promote` stores the counters."""
    before = Status(booking.status)
    booking.session = session
    end_booking(booking, Status.CANCELLED, at=at)
    free_place(session, before)
    return change_of(booking, Verb.CAME_ANYWAY, from_status=before, at=at, actor=actor)
