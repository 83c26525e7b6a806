"""Asking a line manager, and what follows from their answer or their silence."""

from datetime import datetime

from django.db import transaction

from bookings import errors, policies
from bookings.actions.history import change_of, record
from bookings.actions.places import end_booking, free_place, move_on
from bookings.actions.turns import one_by_one
from bookings.actions.waiting_list import promote
from bookings.models import Answer, Approval, Booking
from bookings.policy import Policy
from bookings.states import Status, Verb
from events.contention import once_more
from events.models import Session


def ask_manager(booking: Booking, policy: Policy, *, at: datetime) -> None:
    """Note that the line manager named on a booking is asked, and until when they have to answer."""
    expires_at = policies.manager_answers_by(booking.session, policy, at=at)
    name, email = booking.manager_name, booking.manager_email
    Approval.written.add(booking=booking, manager_name=name, manager_email=email, asked_at=at, expires_at=expires_at)


@once_more
def answer_approval(approval: Approval, *, agrees: bool, at: datetime, reason: str = "") -> Approval:
    """Write a line manager's answer: the booking holds, or it ends and its place goes to the next.

    The first answer stands. Raises AlreadyAnswered for any other, once the time is over, or when the booking no
    longer waits for it; ValidationError for a reason that cannot be used; and Busy.
    """
    with transaction.atomic():
        session = Session.objects.select_related("venue", "week").locked(approval.booking.session_id)
        approval = Approval.objects.select_for_update(no_key=True, of=("self",)).get(pk=approval.pk)
        booking = Booking.objects.select_for_update(no_key=True, of=("self",)).get(pk=approval.booking_id)
        booking.session = session
        if approval.answer or booking.status != Status.AWAITING_APPROVAL or at >= approval.expires_at:
            raise errors.AlreadyAnswered
        verb = Verb.APPROVED if agrees else Verb.REFUSED
        approval.reason = reason
        approval.clean_fields(exclude={"booking", "manager_name", "manager_email", "asked_at", "expires_at"})
        _settle(approval, booking, session, verb, at=at)
    return approval


def lapse_approvals(*, at: datetime) -> int:
    """Let the questions that nobody answered in time end as the policy says; return how many bookings changed.

    Each is a transaction of its own, so that one that is busy stops no other. Safe to run twice.
    """
    due = Approval.objects.filter(answer="", expires_at__lte=at).order_by("booking__session", "pk")
    return one_by_one(_lapse, due.values_list("pk", flat=True), at=at)


@once_more
def _lapse(pk: int, *, at: datetime) -> bool:
    """End one question that nobody answered in time; say whether a booking changed."""
    with transaction.atomic():
        session_id = Approval.objects.values_list("booking__session", flat=True).get(pk=pk)
        session = Session.objects.select_related("venue", "week").locked(session_id)
        approval = Approval.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
        booking = Booking.objects.select_for_update(no_key=True, of=("self",)).get(pk=approval.booking_id)
        booking.session = session
        if approval.answer:
            return False
        if booking.status != Status.AWAITING_APPROVAL:
            _write_answer(approval, Answer.WITHDRAWN, at=at)
            return False
        holds = Policy.of(booking.policy).manager_silence == "approved"
        _settle(approval, booking, session, Verb.APPROVED_BY_SILENCE if holds else Verb.REFUSED_BY_SILENCE, at=at)
    return True


ANSWERS = {Verb.APPROVED: Answer.YES, Verb.REFUSED: Answer.NO}
ENDS = {Verb.REFUSED: Status.DECLINED, Verb.REFUSED_BY_SILENCE: Status.EXPIRED}


def _settle(approval: Approval, booking: Booking, session: Session, verb: Verb, *, at: datetime) -> None:
    """Write an answer or a silence and what follows; session, question and booking are locked."""
    _write_answer(approval, ANSWERS.get(verb, Answer.LAPSED), at=at)
    end = ENDS.get(verb)
    if end is None:
        move_on(booking, Status.CONFIRMED, at=at)
    else:
        end_booking(booking, end, at=at)
    by = approval.manager_email if verb in ANSWERS else ""
    change = change_of(
        booking, verb, from_status=Status.AWAITING_APPROVAL, at=at, actor=None, by=by, reason=approval.reason
    )
    record(session, [change], at=at)
    if end is not None:
        free_place(session, Status.AWAITING_APPROVAL)
        promote(session, at=at)


def _write_answer(approval: Approval, answer: Answer, *, at: datetime) -> None:
    """Store what became of the question."""
    approval.answer, approval.answered_at = answer, at
    Approval.written.filter(pk=approval.pk).update(answer=answer, answered_at=at, reason=approval.reason)
