"""Handing free places to those who wait."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bookings import eligibility, limits, policies
from bookings.actions.history import change_of, record
from bookings.actions.places import move_on
from bookings.limits import Limits, Wanted
from bookings.models import Booking, BookingChange, Terms, terms_of
from bookings.policy import Policy
from bookings.states import Status, Verb
from events.models import Session


def promote(session: Session, *, at: datetime) -> None:
    """Give or offer every free place to the first who waits and may have it, and store the session's counters.

    The caller holds the session's row lock and has changed ``places_taken``, ``waiting`` or ``capacity`` on
    the object; the queue goes by priority and number, never by a clock. Whoever is passed over, because the place
    is kept for others, has each reason in their history once. After booking has closed nobody is promoted.
    """
    changes: list[BookingChange] = []
    free = session.waiting if session.capacity is None else session.capacity - session.places_taken
    if free > 0 and session.waiting and policies.may_promote(session, at=at):
        terms = terms_of([session])[session.pk]
        chosen, passed = _first_in_line(session, terms, free, at=at)
        elsewhere = _with_another_sitting(session, chosen) if terms.one_sitting else set()
        changes = [_give_place(booking, session, terms.policy, elsewhere=elsewhere, at=at) for booking in chosen]
        changes += _pass_over(passed, at=at)
        session.waiting -= len(chosen)
        session.places_taken += len(chosen)
    Session.objects.filter(pk=session.pk).update(places_taken=session.places_taken, waiting=session.waiting)
    record(session, changes, at=at)


def follow_wider_rules(session: Session) -> None:
    """Let those who wait behind the session's areas come forward where it is for them too now.

    Nobody who waits falls back when a rule becomes narrower. The caller holds the session's row lock.
    """
    if not session.waiting:
        return
    behind = Booking.objects.filter(session=session, status=Status.WAITLISTED, priority__gt=0)
    waiting = behind.select_related("practitioner__organisation").prefetch_related(
        "practitioner__areas", "practitioner__organisation__areas"
    )
    areas = {*session.areas.values_list("pk", flat=True)} if waiting else set()
    freed = [booking.pk for booking in waiting if not areas or areas & eligibility.areas_of(booking.practitioner)]
    if freed:
        Booking.written.filter(pk__in=freed).update(priority=0)


def record_passed_over(session: Session, counted: Limits, *, at: datetime) -> None:
    """Note why those who wait are passed over by somebody who is about to have a free place that is not for them.

    The caller holds the session's row lock, and has let `promote` give what those who wait may have.
    """
    if session.waiting:
        queue = Booking.objects.filter(session=session, status=Status.WAITLISTED).order_by("priority", "queue_number")
        record(session, _pass_over([(row, _reason(counted, row)) for row in queue], at=at), at=at)


def _first_in_line(
    session: Session, terms: Terms, free: int, *, at: datetime
) -> tuple[list[Booking], list[tuple[Booking, str]]]:
    """Return who gets the free places, and whom they pass over and why."""
    queue = Booking.objects.filter(session=session, status=Status.WAITLISTED).order_by("priority", "queue_number")
    if not terms.is_restricted and not limits.are_in_force(session, terms, at=at):
        return list(queue[:free]), []
    counted = limits.limits_of(session, terms, at=at)
    chosen: list[Booking] = []
    others: list[tuple[Booking, str]] = []
    for booking in queue:
        wanted = Wanted.of(booking)
        if len(chosen) < free and counted.why_not(wanted) is None:
            counted.add(wanted)
            chosen.append(booking)
        else:
            others.append((booking, _reason(counted, booking)))
    last = max((booking.queue_number or 0 for booking in chosen), default=0)
    return chosen, [(booking, reason) for booking, reason in others if (booking.queue_number or 0) < last]


def _reason(counted: Limits, booking: Booking) -> str:
    """Return why somebody who waits is passed over: a limit, or else that others come first."""
    refusal = counted.why_not(Wanted.of(booking))
    return refusal.sentence if refusal else limits.AREA_AHEAD


def _with_another_sitting(session: Session, chosen: Sequence[Booking]) -> set[int]:
    """Return which of these people have a place on another sitting of the topic by now."""
    people = [booking.practitioner_id for booking in chosen]
    return {booking.practitioner_id for booking in eligibility.other_sittings(session, people)}


def _give_place(
    booking: Booking, session: Session, policy: Policy, *, elsewhere: Collection[int], at: datetime
) -> BookingChange:
    """Turn a place in the queue into a place, or into one that is offered for a time.

    It is offered too where something must be answered before: by a manager who is asked, or by somebody who has
    another sitting, of which there can be one only.
    """
    booking.session = session
    has_none = not booking.manager_email and Policy.of(booking.policy).manager == "asked"  # they were asked
    asks = policies.asks_manager(policy, booking.source) and not has_none
    is_sure = not asks and booking.practitioner_id not in elsewhere
    if is_sure and policies.gives_at_once(session, policy, at=at):
        move_on(booking, Status.CONFIRMED, at=at)
        verb = Verb.PROMOTED
    else:
        until = policies.offer_until(session, policy, at=at)
        move_on(booking, Status.OFFERED, at=at, offer_expires_at=until)
        verb = Verb.OFFERED
    return change_of(booking, verb, from_status=Status.WAITLISTED, at=at, actor=None)


def _pass_over(passed: Sequence[tuple[Booking, str]], *, at: datetime) -> list[BookingChange]:
    """Return the notes that somebody behind got the place, and why; a reason that is noted already is not repeated."""
    if not passed:
        return []
    notes = BookingChange.objects.filter(verb=Verb.PASSED_OVER, booking__in=[booking.pk for booking, _ in passed])
    known = set(notes.values_list("booking", "reason"))
    return [
        change_of(booking, Verb.PASSED_OVER, from_status=Status.WAITLISTED, at=at, actor=None, reason=reason)
        for booking, reason in passed
        if (booking.pk, reason) not in known
    ]
