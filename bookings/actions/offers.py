"""Answering an offered place, and passing on what nobody answered."""

from datetime import datetime

from django.db import transaction

from bookings import eligibility, errors, policies
from bookings.actions.approvals import ask_manager
from bookings.actions.history import change_of, record
from bookings.actions.places import end_booking, free_place, line_manager, lock_person, move_on
from bookings.actions.turns import one_by_one
from bookings.actions.waiting_list import promote
from bookings.models import Approval, Booking, BookingChange, terms_of
from bookings.states import Status, Verb
from events.contention import once_more
from events.models import Session
from people.models import User


@once_more
def accept(
    booking: Booking, *, at: datetime, actor: User | None = None, manager: tuple[str, str] | None = None
) -> Booking:
    """Take an offered place; where a line manager is asked, the booking then waits for them.

    Returns the booking as it then stands; accepting one that is confirmed or waits for the manager does nothing.
    Raises OfferGone once the offer has run out or was answered otherwise, ManagerNotNamed, OtherSittingBooked where
    one sitting is the most and the person has another by now, ValidationError for a manager whom no mail can reach,
    and Busy.
    """
    with transaction.atomic():
        lock_person(booking.practitioner)
        session, booking = locked_with_session(booking)
        if booking.status in {Status.CONFIRMED, Status.AWAITING_APPROVAL}:
            return booking
        if refusal := policies.why_not_offer(booking, at=at):
            raise refusal
        terms = terms_of([session])[session.pk]
        policy = terms.policy
        if terms.one_sitting and (others := eligibility.other_sittings(session, [booking.practitioner_id])):
            raise errors.OtherSittingBooked(others[0])
        if policies.asks_manager(policy, booking.source):
            if manager is None and policies.asks_manager_to_accept(booking, policy, at=at):
                raise errors.ManagerNotNamed
            name, email = line_manager(*(manager or (booking.manager_name, booking.manager_email)))
            Booking.written.filter(pk=booking.pk).update(manager_name=name, manager_email=email)
            booking.manager_name, booking.manager_email = name, email
        waits = policies.asks_manager(policy, booking.source) and bool(booking.manager_email)
        move_on(booking, Status.AWAITING_APPROVAL if waits else Status.CONFIRMED, at=at)
        if waits:
            ask_manager(booking, policy, at=at)
        verb = Verb.ACCEPTED_TO_ASK if waits else Verb.ACCEPTED
        record(session, [change_of(booking, verb, from_status=Status.OFFERED, at=at, actor=actor)], at=at)
    return booking


@once_more
def decline(booking: Booking, *, at: datetime, actor: User | None = None) -> Booking:
    """Give an offered place back; it is offered to the next in the same transaction. Declining twice does nothing.

    Raises OfferGone once it was answered otherwise or has been passed on, and Busy.
    """
    with transaction.atomic():
        session, booking = locked_with_session(booking)
        if booking.status == Status.DECLINED:
            return booking
        if refusal := policies.why_not_offer(booking, at=at):
            raise refusal
        end_booking(booking, Status.DECLINED, at=at)
        record(session, [change_of(booking, Verb.DECLINED, from_status=Status.OFFERED, at=at, actor=actor)], at=at)
        free_place(session, Status.OFFERED)
        promote(session, at=at)
    return booking


def lapse_offers(*, at: datetime) -> int:
    """End the offers that have run out and offer their places to the next; return how many ended.

    Each session is a transaction of its own, so that one that is busy stops no other. Safe to run twice.
    """
    due = Booking.objects.filter(status=Status.OFFERED, offer_expires_at__lte=at)
    return one_by_one(_lapse, due.order_by("session").values_list("session", flat=True).distinct(), at=at)


@once_more
def _lapse(session_id: int, *, at: datetime) -> int:
    """End the offers of one session that have run out."""
    with transaction.atomic():
        session = Session.objects.select_related("venue", "week").locked(session_id)
        due = Booking.objects.filter(session=session, status=Status.OFFERED, offer_expires_at__lte=at)
        changes: list[BookingChange] = []
        for booking in due.select_for_update(no_key=True, of=("self",)).order_by("pk"):
            booking.session = session
            end_booking(booking, Status.EXPIRED, at=at)
            free_place(session, Status.OFFERED)
            changes.append(change_of(booking, Verb.LAPSED, from_status=Status.OFFERED, at=at, actor=None))
        record(session, changes, at=at)
        promote(session, at=at)
    return len(changes)


def follow_changed_places(session: Session, *, at: datetime) -> None:
    """Hand on what is free after a change of capacity, start or close; the caller holds the session's row lock.

    No offer outlasts booking, and no question to a manager the start; what is cut short so lapses as any other.
    """
    ends = min(session.closes_at, session.starts_at)
    Booking.written.filter(session=session, offer_expires_at__gt=ends).update(offer_expires_at=ends)
    asked = Approval.written.filter(booking__session=session, answer="", expires_at__gt=session.starts_at)
    asked.update(expires_at=session.starts_at)
    promote(session, at=at)


def release_places(*, at: datetime) -> int:
    """Hand places that were kept, and are now open to all, to those who wait; return on how many sessions.

    Sessions with a free place and somebody who waits are few: only those that keep places have both.
    """
    waiting = Session.objects.told_of_changes(at=at).filter(waiting__gt=0)
    some = [pk for pk, left in waiting.values_list("pk", "capacity") if left is None]
    with_places = [s.pk for s in waiting.filter(capacity__isnull=False) if s.capacity > s.places_taken]
    return one_by_one(_release, sorted([*some, *with_places]), at=at)


@once_more
def _release(session_id: int, *, at: datetime) -> bool:
    """Look through one session's queue; say whether anybody got or was offered a place."""
    with transaction.atomic():
        session = Session.objects.select_related("venue", "week").locked(session_id)
        before = session.waiting
        promote(session, at=at)
    return bool(session.waiting < before)


def locked_with_session(booking: Booking) -> tuple[Session, Booking]:
    """Lock a booking's session, then the booking, and return both as they stand; the booking holds the session."""
    session: Session = Session.objects.select_related("venue", "week").locked(booking.session_id)
    booking = Booking.objects.select_for_update(no_key=True, of=("self",)).get(pk=booking.pk)
    booking.session = session
    return session, booking
