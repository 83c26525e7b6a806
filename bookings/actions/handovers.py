"""Giving one's place to a colleague: asked and answered, or at once by an organiser or an agency lead."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from bookings import eligibility, errors, limits, policies
from bookings.actions.access import forget_needs_of
from bookings.actions.history import change_of, record
from bookings.actions.offers import locked_with_session
from bookings.actions.places import end_booking, insert, lock_person
from bookings.actions.turns import one_by_one
from bookings.actions.waiting_list import promote
from bookings.limits import Wanted
from bookings.models import Answer, Booking, BookingChange, Handover, Terms, terms_of
from bookings.policy import Policy
from bookings.states import Status, Verb
from events.contention import once_more
from events.models import Session
from people import mail_caps
from people.addresses import address_key
from people.models import User
from people.text import normal_email

SPENT: Final = {
    mail_caps.Kind.COLLEAGUE_TO: errors.ColleagueAskedOften,
    mail_caps.Kind.COLLEAGUE_FOR: errors.AskedManyColleagues,
}


@once_more
def ask_colleague(booking: Booking, *, email: str, at: datetime, actor: User | None = None) -> Handover:
    """Ask a colleague by address whether they take a place; another who was asked before is asked no more.

    Asking the same address again does nothing. Whether the colleague has a place already is not looked at: who asks
    must not learn it, and the colleague reads it where they answer. Raises NotSubstitutable, ValidationError for an
    address that cannot be used, ColleagueAskedOften, AskedManyColleagues, and Busy.
    """
    with transaction.atomic():
        session, booking = locked_with_session(booking)
        if refusal := policies.why_not_substitute(booking, session, Policy.of(booking.policy), at=at):
            raise refusal
        email = normal_email(email)
        if address_key(email) == address_key(booking.email):
            raise errors.NotSubstitutable("This is your own address. Give your colleague's.")
        before: Handover | None = booking.handovers.filter(answer="").first()
        if before and before.colleague_email == email and at < before.expires_at:
            return before
        Handover(colleague_email=email).clean_fields(exclude={"booking", "asked_at", "expires_at"})
        if full := mail_caps.take_colleague(email, sender=booking.practitioner_id, at=at):
            raise SPENT[full]
        if before:
            _answer(before, Answer.WITHDRAWN, at=at)
        last = session.starts_at - timedelta(hours=Policy.of(booking.policy).substitute_until_hours)
        expires_at = min(last, at + policies.HANDOVER_HOLDS)
        values = {"booking": booking, "colleague_email": email, "asked_at": at, "expires_at": expires_at}
        handover: Handover = Handover.written.add(**values)
        _note(session, booking, Verb.COLLEAGUE_ASKED, at=at, actor=actor, handover=handover)
    return handover


@once_more
def answer_handover(handover: Handover, *, takes: bool, at: datetime, practitioner: User | None = None) -> Booking:
    """Write a colleague's answer; ``practitioner`` is the colleague, of the address that was asked, if they take it.

    Returns the new booking, or the first person's where the colleague declines. Raises AlreadyAnswered, also once
    the first person has no place any more, what `substitute` raises, and ValueError for a yes of nobody.
    """
    if takes and practitioner is None:
        raise ValueError("say who takes the place")
    with transaction.atomic():
        if takes and practitioner is not None:
            lock_person(practitioner)
        session, booking = locked_with_session(handover.booking)
        handover = Handover.objects.select_for_update(no_key=True, of=("self",)).get(pk=handover.pk)
        if handover.answer or at >= handover.expires_at or booking.status != Status.CONFIRMED:
            raise errors.AlreadyAnswered
        _answer(handover, Answer.YES if takes else Answer.NO, at=at)
        if not takes or practitioner is None:
            _note(session, booking, Verb.COLLEAGUE_ENDED, at=at, actor=None, handover=handover)
            return booking
        return _swap(session, booking, practitioner, actor=practitioner, at=at)


@once_more
def withdraw_handover(booking: Booking, *, at: datetime, actor: User | None = None) -> None:
    """Ask the colleague no more; the place stays one's own. Nothing happens where nobody is asked."""
    with transaction.atomic():
        session, booking = locked_with_session(booking)
        for handover in booking.handovers.filter(answer=""):
            _end_question(session, booking, handover, Verb.COLLEAGUE_WITHDRAWN, at=at, actor=actor)


def lapse_handovers(*, at: datetime) -> int:
    """End the questions that no colleague answered in time, and say so to who asked; return how many ended.

    Each is a transaction of its own, so that one that is busy stops no other. Safe to run twice.
    """
    due = Handover.objects.filter(answer="", expires_at__lte=at).order_by("booking__session", "pk")
    return one_by_one(_lapse, due.values_list("pk", flat=True), at=at)


@once_more
def _lapse(pk: int, *, at: datetime) -> bool:
    """End one question that nobody answered in time; say whether it was still open."""
    with transaction.atomic():
        session, booking = locked_with_session(Handover.objects.select_related("booking").get(pk=pk).booking)
        handover = Handover.objects.filter(pk=pk, answer="").first()
        if handover is None:
            return False
        _end_question(session, booking, handover, Verb.COLLEAGUE_LAPSED, at=at, actor=None)
    return True


def _end_question(  # noqa: PLR0913 - the end of a question has this many sides
    session: Session, booking: Booking, handover: Handover, verb: Verb, *, at: datetime, actor: User | None
) -> None:
    """Close a question that nobody answered; what became of a place that is gone needs no word of it."""
    has_place = booking.status == Status.CONFIRMED
    lapsed = has_place and verb == Verb.COLLEAGUE_LAPSED
    _answer(handover, Answer.LAPSED if lapsed else Answer.WITHDRAWN, at=at)
    if has_place:
        _note(session, booking, verb, at=at, actor=actor, handover=handover)


@once_more
def substitute(booking: Booking, *, practitioner: User, actor: User, at: datetime, source: str) -> Booking:
    """Give somebody's place to a colleague at once, for an organiser or an agency lead; return the new booking.

    The place never becomes free on the way. Where a limit has room afterwards that it had not before, those who wait
    get what is free. Raises NotSubstitutable, AlreadyBooked, what refuses the colleague by
    the session's rules, and Busy; then nothing is written.
    """
    with transaction.atomic():
        lock_person(practitioner)
        session, booking = locked_with_session(booking)
        for handover in booking.handovers.filter(answer=""):
            _answer(handover, Answer.WITHDRAWN, at=at)
        return _swap(session, booking, practitioner, actor=actor, at=at, source=source)


def _swap(  # noqa: PLR0913 - a swap has this many sides
    session: Session,
    booking: Booking,
    practitioner: User,
    *,
    actor: User,
    at: datetime,
    source: str = Booking.Source.COLLEAGUE,
) -> Booking:
    """End one booking and begin the other; person, session and booking are locked."""
    terms = terms_of([session], at=at)[session.pk]
    near = eligibility.bookings_near(session, practitioner)
    waits = next((b for b in near if b.session_id == session.pk and b.status == Status.WAITLISTED), None)
    others = [b for b in near if b is not waits]
    if refusal := policies.why_not_substitute(booking, session, Policy.of(booking.policy), at=at):
        raise refusal
    if refusal := eligibility.existing(session, others) or eligibility.why_not_person(
        session, practitioner, terms, near=others, at=at
    ):
        raise refusal
    _refuse_beyond_limits(session, booking, practitioner, terms, at=at)
    changes: list[BookingChange] = []
    if waits is not None:
        waits.session = session
        end_booking(waits, Status.CANCELLED, at=at)
        session.waiting -= 1
        changes.append(change_of(waits, Verb.REPLACED, from_status=Status.WAITLISTED, at=at, actor=actor))
    end_booking(booking, Status.SUBSTITUTED, at=at)
    forget_needs_of([booking])
    new = insert(
        session,
        practitioner,
        terms,
        status=Status.CONFIRMED,
        created_at=at,
        source=source,
        mode=booking.mode,
        substitute_for=booking,
    )
    changes.append(change_of(booking, Verb.SUBSTITUTED, from_status=Status.CONFIRMED, at=at, actor=actor))
    changes.append(change_of(new, Verb.TOOK_OVER, from_status=None, at=at, actor=actor))
    record(session, changes, at=at)
    promote(session, at=at)
    return new


def _refuse_beyond_limits(
    session: Session, booking: Booking, practitioner: User, terms: Terms, *, at: datetime
) -> None:
    """Raise why the place, kept for people like the first, may not go to this colleague."""
    counted = limits.limits_of(session, terms, at=at)
    counted.add(Wanted.of(booking), -1)
    organisation = practitioner.organisation
    is_outsider = terms.is_restricted and eligibility.is_outsider(session, practitioner)
    wanted = Wanted(
        organisation.pk if organisation else None,
        organisation.sector_id if organisation else None,
        booking.mode,
        int(is_outsider),
    )
    if refusal := counted.why_not(wanted):
        raise refusal


def _note(  # noqa: PLR0913 - a row of history has this many sides
    session: Session, booking: Booking, verb: Verb, *, at: datetime, actor: User | None, handover: Handover
) -> None:
    """Write into the booking's history whom the place was offered to, or how that ended."""
    by = handover.colleague_email if verb == Verb.COLLEAGUE_ENDED else ""
    change = change_of(
        booking,
        verb,
        from_status=Status.CONFIRMED,
        at=at,
        actor=actor,
        by=by,
        details={"handover": handover.pk},
    )
    record(session, [change], at=at)


def _answer(handover: Handover, answer: Answer, *, at: datetime) -> None:
    """Store what became of the question."""
    Handover.written.filter(pk=handover.pk).update(answer=answer, answered_at=at)
