"""Handing free places to those who wait."""

from datetime import datetime

from bookings import limits, policies
from bookings.actions.history import change_of, record
from bookings.actions.places import move_on
from bookings.eligibility import areas_of
from bookings.limits import Wanted
from bookings.models import Booking, BookingChange, Terms, terms_of
from bookings.policy import Policy
from bookings.states import Status, Verb
from events.models import Session


def promote(session: Session, *, at: datetime) -> None:
    """Give or offer every free place to the first who waits and may have it, and store the session's counters.

    The caller holds the session's row lock and has changed ``places_taken``, ``waiting`` or ``capacity`` on
    the object; the queue goes by priority and number, never by a clock. Whoever is passed over, because the place
    is kept for others, has that in their history. After booking has closed nobody is promoted.
    """
    changes: list[BookingChange] = []
    free = session.waiting if session.capacity is None else session.capacity - session.places_taken
    if free > 0 and session.waiting and policies.may_promote(session, at=at):
        terms = terms_of([session])[session.pk]
        chosen, passed = _first_in_line(session, terms, free, at=at)
        changes = [_give_place(booking, session, terms.policy, at=at) for booking in chosen]
        changes += [_pass_over(booking, reason, at=at) for booking, reason in passed]
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
    freed = [booking.pk for booking in waiting if not areas or areas & areas_of(booking.practitioner)]
    if freed:
        Booking.written.filter(pk__in=freed).update(priority=0)


def _first_in_line(
    session: Session, terms: Terms, free: int, *, at: datetime
) -> tuple[list[Booking], list[tuple[Booking, str]]]:
    """Return who gets the free places, and whom they pass over and why."""
    queue = Booking.objects.filter(session=session, status=Status.WAITLISTED).order_by("priority", "queue_number")
    if not limits.are_in_force(session, terms, at=at):
        return list(queue[:free]), []
    counted = limits.limits_of(session, terms, at=at)
    chosen: list[Booking] = []
    blocked: list[tuple[Booking, str]] = []
    passed: list[tuple[Booking, str]] = []
    for booking in queue:
        if len(chosen) == free:
            break
        wanted = Wanted.of(booking)
        if refusal := counted.why_not(wanted):
            blocked.append((booking, refusal.sentence))
        else:
            counted.add(wanted)
            chosen.append(booking)
            passed = list(blocked)
    return chosen, passed


def _give_place(booking: Booking, session: Session, policy: Policy, *, at: datetime) -> BookingChange:
    """Turn a place in the queue into a place, or into one that is offered for a time."""
    booking.session = session
    if policies.gives_at_once(session, policy, at=at):
        move_on(booking, Status.CONFIRMED, at=at)
        verb = Verb.PROMOTED
    else:
        until = policies.offer_until(session, policy, at=at)
        move_on(booking, Status.OFFERED, at=at, offer_expires_at=until)
        verb = Verb.OFFERED
    return change_of(booking, verb, from_status=Status.WAITLISTED, at=at, actor=None)


def _pass_over(booking: Booking, reason: str, *, at: datetime) -> BookingChange:
    """Note that somebody behind in the queue got the place."""
    return change_of(booking, Verb.PASSED_OVER, from_status=Status.WAITLISTED, at=at, actor=None, reason=reason)
