"""Book a place or a place in the queue, and give it up again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from bookings import policies
from bookings.actions.access import forget_needs_of, note_need
from bookings.actions.history import change_of, record
from bookings.actions.waiting_list import promote
from bookings.errors import AlreadyBooked
from bookings.models import Booking
from bookings.states import HOLDING, LIVE, Status, Verb
from events.contention import once_more
from events.models import Session
from people.models import User

PLACE_IS_FREE = Q(capacity__isnull=True) | Q(places_taken__lt=F("capacity"))


@dataclass(frozen=True)
class Bid:
    """Who is to have a place, who asks and as what, when, what would help them, and in which step with others."""

    practitioner: User
    actor: User | None
    source: Booking.Source
    at: datetime
    need: str = ""
    plan: UUID | None = None


@once_more
def book(  # noqa: PLR0913 - each says something of its own
    session: Session,
    *,
    practitioner: User,
    at: datetime,
    actor: User | None = None,
    source: Booking.Source = Booking.Source.SELF,
    join_waiting_list: bool = True,
    need: str = "",
) -> Booking:
    """Give a person a place on a session, or a place in its queue when it is full.

    The booking is inserted first and the place taken last, by one conditional update, so that the session's
    row is held as briefly as can be and a second try of the same person always meets the first. What cannot be
    settled that way (full, or somebody waits) is settled with the row locked.

    ``need`` is what would help the person to take part; it is kept beside the booking, where people meet.
    ``at`` is aware. Raises AlreadyBooked, SessionFull, BookingNotOpen, BookingClosed, SessionCancelled,
    BookingNotNeeded, and Busy when the row could not be had. Nothing is written then.
    """
    need = need if policies.asks_for_needs(session) else ""
    return settle(session, Bid(practitioner, actor, source, at, need), join_waiting_list=join_waiting_list)


def settle(session: Session, bid: Bid, *, join_waiting_list: bool) -> Booking:
    """Try once what `book` promises; inside a larger transaction it is a savepoint, and nothing else of it is lost."""
    if refusal := policies.why_not_book(session, at=bid.at):
        raise _existing(session, bid.practitioner) or refusal
    try:
        return _take_place(session, bid) or _settle_locked(session, bid, join_waiting_list=join_waiting_list)
    except IntegrityError as error:
        if refusal := _existing(session, bid.practitioner):
            raise refusal from error
        raise


@once_more
def cancel(booking: Booking, *, at: datetime, actor: User | None = None, reason: str = "") -> Booking:
    """Give up a place or a place in the queue; a place goes to the first who waits, in the same transaction.

    Returns the booking as it then stands; cancelling one that is cancelled does nothing. Raises
    BookingNotCancellable once the session has begun, BookingEnded for one that ended in another way.
    """
    with transaction.atomic():
        session = Session.objects.select_related("venue", "week").locked(booking.session_id)
        booking = Booking.objects.select_for_update(no_key=True, of=("self",)).get(pk=booking.pk)
        booking.session = session
        if booking.status == Status.CANCELLED:
            return booking
        if refusal := policies.why_not_cancel(booking, session, at=at):
            raise refusal
        before = Status(booking.status)
        _end(booking, at=at, by_person=actor in {None, booking.practitioner})
        forget_needs_of([booking])
        change = change_of(booking, Verb.CANCELLED, from_status=before, at=at, actor=actor, reason=reason)
        record(session, [change], at=at)
        if before in HOLDING:
            session.places_taken -= 1
        else:
            session.waiting -= 1
        promote(session, at=at)
    return booking


def _take_place(session: Session, bid: Bid) -> Booking | None:
    """Insert first, take the place last; None when there is none to take without looking closer."""
    if session.places_left == 0 or session.waiting:
        return None
    with transaction.atomic():
        booking = _insert(session, bid, Status.CONFIRMED)
        record(session, [change_of(booking, Verb.BOOKED, from_status=None, at=bid.at, actor=bid.actor)], at=bid.at)
        open_still = Session.objects.filter(
            PLACE_IS_FREE, pk=session.pk, state=Session.State.PUBLISHED, waiting=0, starts_at=session.starts_at
        )
        taken = open_still.update(places_taken=F("places_taken") + 1)
        if not taken:
            transaction.set_rollback(True)
    return booking if taken else None


def _settle_locked(session: Session, bid: Bid, *, join_waiting_list: bool) -> Booking:
    """Look again with the session's row locked: a place if there is one, else the end of the queue."""
    with transaction.atomic():
        session = Session.objects.select_related("venue", "week").locked(session.pk)
        if refusal := _existing(session, bid.practitioner) or policies.why_not_book(session, at=bid.at):
            raise refusal
        has_place = session.capacity is None or session.places_taken < session.capacity
        if has_place and not session.waiting:
            booking = _insert(session, bid, Status.CONFIRMED)
            verb = Verb.BOOKED
            session.places_taken += 1
        else:
            if refusal := policies.why_not_queue(session, wanted=join_waiting_list):
                raise refusal
            session.queue_tail += 1
            session.waiting += 1
            booking = _insert(session, bid, Status.WAITLISTED, queue=session.queue_tail)
            verb = Verb.QUEUED
        record(session, [change_of(booking, verb, from_status=None, at=bid.at, actor=bid.actor)], at=bid.at)
        Session.objects.filter(pk=session.pk).update(
            places_taken=session.places_taken, waiting=session.waiting, queue_tail=session.queue_tail
        )
    return booking


def _insert(session: Session, bid: Bid, status: Status, *, queue: int | None = None) -> Booking:
    """Insert a booking with what is true of the person now, and what would help them.

    Raises IntegrityError when they have a live one.
    """
    practitioner = bid.practitioner
    organisation = practitioner.organisation
    booking: Booking = Booking.written.add(
        session=session,
        practitioner=practitioner,
        status=status,
        queue_number=queue,
        source=bid.source,
        created_at=bid.at,
        cancel_free_until=policies.cancel_free_until(session),
        email=practitioner.email,
        name=practitioner.get_full_name(),
        organisation_name=practitioner.organisation_name,
        organisation=organisation,
        sector_id=organisation.sector_id if organisation else None,
        job_role=practitioner.job_role,
        plan=bid.plan,
        ical_stamp=bid.at,
    )
    if bid.need:
        note_need(booking, text=bid.need, at=bid.at)
    return booking


def _end(booking: Booking, *, at: datetime, by_person: bool) -> None:
    """Write a booking's end; the diary entry of somebody who had a place gets its next number.

    It counts as late when the person gives a place up after the deadline, and never when somebody else takes it.
    """
    is_late = policies.is_late(booking.cancel_free_until, at=at)
    booking.cancelled_late = by_person and booking.status == Status.CONFIRMED and is_late
    booking.ical_sequence += booking.status == Status.CONFIRMED
    booking.ical_stamp = max(booking.ical_stamp, at)
    booking.status, booking.cancelled_at, booking.queue_number = Status.CANCELLED, at, None
    Booking.written.filter(pk=booking.pk).update(
        status=booking.status,
        cancelled_at=at,
        cancelled_late=booking.cancelled_late,
        queue_number=None,
        ical_sequence=booking.ical_sequence,
        ical_stamp=booking.ical_stamp,
    )


def _existing(session: Session, practitioner: User) -> AlreadyBooked | None:
    """Return the refusal that names the person's live booking, if there is one."""
    booking = Booking.objects.filter(session=session, practitioner=practitioner, status__in=LIVE).first()
    return AlreadyBooked(booking) if booking else None
