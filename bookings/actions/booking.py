"""Book a place or a place in the queue, and give it up again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from bookings import eligibility, errors, limits, policies
from bookings.actions.access import forget_needs_of
from bookings.actions.approvals import ask_manager
from bookings.actions.charges import charge_late
from bookings.actions.history import change_of, record
from bookings.actions.places import end_booking, free_place, insert, line_manager, lock_person
from bookings.actions.waiting_list import promote, record_passed_over
from bookings.limits import Wanted
from bookings.models import Booking, Terms, terms_of
from bookings.states import Status, Verb
from events.contention import once_more
from events.errors import Refusal
from events.models import Session
from people.models import User

PLACE_IS_FREE = Q(capacity__isnull=True) | Q(places_taken__lt=F("capacity"))


@dataclass(frozen=True)
class Bid:
    """Who is to have a place, who asks and as what, when, and what else they say.

    ``mode`` is how they take part where there are two ways. ``manager`` is their line manager's name and address,
    both empty where they have none, and None where nobody asked. ``overrides`` says why an organiser books
    somebody whom the session's rules would refuse.
    """

    practitioner: User
    actor: User | None
    source: str
    at: datetime
    need: str = ""
    plan: UUID | None = None
    mode: str = ""
    manager: tuple[str, str] | None = None
    overrides: str = ""


@once_more
def book(  # noqa: PLR0913 - each says something of its own
    session: Session,
    *,
    practitioner: User,
    at: datetime,
    actor: User | None = None,
    source: str = Booking.Source.SELF,
    join_waiting_list: bool = True,
    need: str = "",
    mode: str = "",
    manager: tuple[str, str] | None = None,
    overrides: str = "",
) -> Booking:
    """Give a person a place on a session, or a place in its queue when there is none for them.

    The booking is inserted first and the place taken last, by one conditional update, so that the session's
    row is held as briefly as can be and a second try of the same person always meets the first. What cannot be
    settled that way (full, somebody waits, places are kept) is settled with the row locked.

    ``need`` is what would help the person to take part; it is kept beside the booking, where people meet.
    ``at`` is aware. Raises AlreadyBooked, SessionFull, OrganisationQuotaReached, NotEligible, OtherSittingBooked,
    DayFull, ModeNotChosen, ManagerNotNamed, MailboxNotConfirmed, BookingNotOpen, BookingClosed, SessionCancelled,
    BookingNotNeeded, ValidationError for a manager whom no mail can reach, and Busy when a row could not be had.
    Nothing is written then.
    """
    need = need if policies.asks_for_needs(session) else ""
    bid = Bid(practitioner, actor, source, at, need, mode=mode, manager=manager, overrides=overrides)
    return settle(session, bid, join_waiting_list=join_waiting_list)


def settle(session: Session, bid: Bid, *, join_waiting_list: bool) -> Booking:
    """Try once what `book` promises; inside a larger transaction it is a savepoint, and nothing else of it is lost.

    The person's row is locked first, always before a session's, so that two tabs of one person settle in turn.
    """
    try:
        with transaction.atomic():
            desk = _open_desk(session, bid)
            return desk.take_place(session) or desk.settle_locked(session, join_waiting_list=join_waiting_list)
    except _TakenMeanwhile:
        with transaction.atomic():
            return _open_desk(session, bid).settle_locked(session, join_waiting_list=join_waiting_list)
    except IntegrityError as error:
        mine = Booking.objects.live().filter(session=session, practitioner=bid.practitioner)
        if booking := mine.first():
            raise errors.AlreadyBooked(booking) from error
        raise


class _TakenMeanwhile(Exception):
    """The last place went between a look and the grasp for it; what was inserted is taken back."""


def _open_desk(session: Session, bid: Bid) -> "_Desk":
    """Lock the person, and return the bid with its terms; raises the first thing in its way."""
    lock_person(bid.practitioner)
    near = eligibility.bookings_near(session, bid.practitioner)
    terms = terms_of([session], at=bid.at)[session.pk]
    if refusal := _why_not(session, bid, terms, near):
        raise refusal
    is_outsider = terms.is_restricted and eligibility.is_outsider(session, bid.practitioner)
    return _Desk(bid, terms, priority=int(is_outsider and not bid.overrides))


def _why_not(session: Session, bid: Bid, terms: Terms, near: list[Booking]) -> Refusal | None:
    """Return the first thing in the way of a bid; an override lifts the rules about who, and no other."""
    if refusal := policies.why_not_book(session, at=bid.at):
        return eligibility.existing(session, near) or refusal
    if refusal := eligibility.existing(session, near):
        return refusal
    if bid.source == Booking.Source.SELF and bid.practitioner.must_confirm_mailbox:
        return errors.MailboxNotConfirmed()
    if not bid.overrides and (
        refusal := eligibility.why_not_person(session, bid.practitioner, terms, near=near, at=bid.at)
    ):
        return refusal
    if session.has_limits_by_mode and bid.mode not in Booking.Mode.values:
        return errors.ModeNotChosen()
    asks = policies.asks_manager(terms.policy, bid.source)
    return errors.ManagerNotNamed() if asks and bid.manager is None else None


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
        cancel_locked(session, booking, at=at, actor=actor, reason=reason, said_at=at)
    return booking


def cancel_locked(  # noqa: PLR0913 - who, when and why, and when they said so
    session: Session, booking: Booking, *, at: datetime, said_at: datetime, actor: User | None, reason: str = ""
) -> None:
    """End a live booking and hand its place on; the caller holds both rows and has asked whether it may.

    ``said_at`` is when the person said that they do not come, which decides whether that was late.
    """
    before = Status(booking.status)
    by_person = actor in {None, booking.practitioner}
    is_late = by_person and before == Status.CONFIRMED and policies.is_late(booking.cancel_free_until, at=said_at)
    end_booking(booking, Status.CANCELLED, at=at, cancelled_late=is_late)
    forget_needs_of([booking])
    change = change_of(booking, Verb.CANCELLED, from_status=before, at=at, actor=actor, reason=reason)
    record(session, [change], at=at)
    if is_late:
        charge_late(booking, at=at)
    if booking.takes_place:
        free_place(session, before)
    promote(session, at=at)


@dataclass(frozen=True)
class _Desk:
    """One bid with what is known of the person and the terms."""

    bid: Bid
    terms: Terms
    priority: int

    @property
    def wanted(self) -> Wanted:
        """Return what the place is wanted for."""
        organisation = self.bid.practitioner.organisation
        sector_id = organisation.sector_id if organisation else None
        return Wanted(organisation.pk if organisation else None, sector_id, self.bid.mode, self.priority)

    @property
    def waits_for_manager(self) -> bool:
        """Say whether a line manager has to agree first; whoever has none is not held up."""
        asks = policies.asks_manager(self.terms.policy, self.bid.source)
        return asks and bool(self.bid.manager and self.bid.manager[1])

    def take_place(self, session: Session) -> Booking | None:
        """Insert first, take the place last; None when there is none to take without looking closer.

        Raises _TakenMeanwhile where it was there at the look.
        """
        if session.places_left == 0 or session.waiting:
            return None
        if limits.are_in_force(session, self.terms, at=self.bid.at) and self._is_limited(session):
            return None
        booking = self._hold(session)
        open_still = Session.objects.filter(
            PLACE_IS_FREE,
            pk=session.pk,
            state=Session.State.PUBLISHED,
            waiting=0,
            starts_at=session.starts_at,
            in_person_capacity=session.in_person_capacity,  # limits that came meanwhile are looked at under the lock
            online_capacity=session.online_capacity,
        )
        unchanged = open_still.filter(sequence=session.sequence, booking_closes_at=session.booking_closes_at)
        if not unchanged.update(places_taken=F("places_taken") + 1):
            raise _TakenMeanwhile
        return booking

    def settle_locked(self, session: Session, *, join_waiting_list: bool) -> Booking:
        """Look again with the session's row locked: a place if there is one for this person, else the queue."""
        bid = self.bid
        session = Session.objects.select_related("venue", "week").locked(session.pk)
        if refusal := policies.why_not_book(session, at=bid.at):
            raise refusal
        if session.has_limits_by_mode and bid.mode not in Booking.Mode.values:
            raise errors.ModeNotChosen
        promote(session, at=bid.at)
        is_free = session.capacity is None or session.places_taken < session.capacity
        counted = limits.limits_of(session, self.terms, at=bid.at)
        refusal = errors.SessionFull() if not is_free else counted.why_not(self.wanted)
        is_kept_for_others = is_free and not isinstance(refusal, errors.SessionFull)
        if refusal is None or (is_kept_for_others and bid.overrides):
            if not bid.overrides:
                record_passed_over(session, counted, at=bid.at)
            booking = self._hold(session)
            session.places_taken += 1
        else:
            booking = self._queue(session, refusal if is_free else None, wanted=join_waiting_list)
        Session.objects.filter(pk=session.pk).update(
            places_taken=session.places_taken, waiting=session.waiting, queue_tail=session.queue_tail
        )
        return booking

    def _is_limited(self, session: Session) -> bool:
        """Say whether a limit in force could concern this person: a way to take part, an area, or a quota."""
        policy = self.terms.policy
        return session.has_limits_by_mode or policy.keeps_places or bool(self.priority)

    def _hold(self, session: Session) -> Booking:
        """Insert a booking that holds a place; the caller counts it."""
        status = Status.AWAITING_APPROVAL if self.waits_for_manager else Status.CONFIRMED
        verb = Verb.ASKED if self.waits_for_manager else Verb.BOOKED
        booking = self._insert(session, status)
        if self.waits_for_manager:
            ask_manager(booking, self.terms.policy, at=self.bid.at)
        self._record(session, booking, verb)
        return booking

    def _queue(self, session: Session, refusal: Refusal | None, *, wanted: bool) -> Booking:
        """Insert a booking at the end of the queue, or raise why there is no place: full, or free for others."""
        if no_queue := policies.why_not_queue(session, wanted=wanted):
            raise refusal or no_queue
        session.queue_tail += 1
        session.waiting += 1
        booking = self._insert(session, Status.WAITLISTED, queue=session.queue_tail)
        self._record(session, booking, Verb.QUEUED)
        return booking

    def _insert(self, session: Session, status: Status, *, queue: int | None = None) -> Booking:
        """Insert the booking; raises IntegrityError when the person has a live one."""
        tells = self.terms.policy.manager in policies.MANAGER_NAMED
        name, email = line_manager(*((self.bid.manager if tells else None) or ("", "")))
        return insert(
            session,
            self.bid.practitioner,
            self.terms,
            status=status,
            queue_number=queue,
            source=self.bid.source,
            created_at=self.bid.at,
            plan=self.bid.plan,
            mode=self.bid.mode,
            priority=self.priority,
            manager_name=name,
            manager_email=email,
            need=self.bid.need,
        )

    def _record(self, session: Session, booking: Booking, verb: Verb) -> None:
        """Write and announce how the booking began."""
        bid = self.bid
        change = change_of(booking, verb, from_status=None, at=bid.at, actor=bid.actor, reason=bid.overrides)
        record(session, [change], at=bid.at)
