"""May this be booked, may this be cancelled: facts and an instant in, a refusal or nothing out."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from bookings import door_errors, errors
from bookings.models import CAME, Booking, BookingChange, Presence
from bookings.policy import Policy
from bookings.states import LIVE, Status, Verb
from bookings.working_days import (
    CLOSES,
    OPENS,
    after_working_hours,
    free_until,
    working_days_after,
    working_days_before,
)
from events.errors import Refusal
from events.models import Session
from events.models.session_part import Part
from events.wall_time import instant

GRACE_AFTER_A_MOVE: Final = timedelta(hours=24)
NEEDS_KEPT: Final = timedelta(days=30)  # after the session's end, at most: a policy may say fewer days
DECLINE_UNDO: Final = timedelta(minutes=30)
CHECK_IN_OPENS: Final = timedelta(hours=1)  # before the start
HANDOVER_HOLDS: Final = timedelta(days=7)
MANAGER_NAMED: Final = frozenset({"told", "asked"})  # where a line manager is written to


def why_not_book(session: Session, *, at: datetime) -> Refusal | None:
    """A published session takes bookings from its opening until its closing."""
    if session.state == Session.State.CANCELLED:
        return errors.SessionCancelled()
    if not session.booking_required:
        return errors.BookingNotNeeded()
    if session.state == Session.State.DRAFT or (session.booking_opens_at and at < session.booking_opens_at):
        return errors.BookingNotOpen()
    if at >= session.closes_at or at >= session.starts_at:
        return errors.BookingClosed()
    return None


def why_not_queue(session: Session, *, wanted: bool) -> Refusal | None:
    """A full session takes people on its waiting list, if it has one and they want to wait."""
    if wanted and session.has_waiting_list:
        return None
    if session.has_waiting_list:
        return errors.SessionFull("This session is full. You can join its waiting list instead.")
    return errors.SessionFull()


def may_promote(session: Session, *, at: datetime) -> bool:
    """Say whether a free place may go to somebody who waits: until booking closes, never after."""
    return session.state == Session.State.PUBLISHED and at < session.closes_at and at < session.starts_at


def why_not_offer(booking: Booking, *, at: datetime) -> Refusal | None:
    """An offered place can be taken until the offer runs out; one that was taken has nothing left to answer."""
    if booking.status != Status.OFFERED or booking.offer_expires_at is None:
        return errors.OfferGone()
    if at >= booking.offer_expires_at:
        return errors.OfferGone("This offer has run out, and the place is not held for you any more.")
    return None


def offer_until(session: Session, policy: Policy, *, at: datetime) -> datetime:
    """Return until when a place that comes free at an instant is offered to the first in line.

    A day, or a few hours close to the session, as the policy says, in hours of the clock or of the working day;
    never past the close of booking.
    """
    zone, closed = session.tzinfo, policy.closed_days
    close_from = working_days_before(session.local_start.date(), policy.offer_close_working_days, closed)
    hours = policy.offer_hours if at.astimezone(zone).date() < close_from else policy.offer_hours_close
    in_working_hours = policy.offer_clock == "working"
    until = after_working_hours(at, hours, zone, closed) if in_working_hours else at + timedelta(hours=hours)
    return min(until, session.closes_at, session.starts_at)


def gives_at_once(session: Session, policy: Policy, *, at: datetime) -> bool:
    """Say whether a free place goes to the first in line unasked: by policy, and never once cancelling is late."""
    return policy.waiting_list == "automatic" and not is_late(cancel_free_until(session, policy), at=at)


def asks_manager(policy: Policy, source: str) -> bool:
    """Say whether a booking waits for a line manager: where one books for oneself; others answer for it themselves."""
    return policy.manager == "asked" and source == Booking.Source.SELF


def asks_manager_to_accept(booking: Booking, policy: Policy, *, at: datetime) -> bool:
    """Say whether whoever accepts an offered place has to name a line manager first: nobody is asked that twice."""
    said_none = Policy.of(booking.policy).manager == "asked"  # they were asked, and named nobody
    is_open = why_not_offer(booking, at=at) is None
    return is_open and asks_manager(policy, booking.source) and not booking.manager_email and not said_none


def manager_answers_by(session: Session, policy: Policy, *, at: datetime) -> datetime:
    """Return until when a line manager has to answer: an evening some working days on, not past the close."""
    day = working_days_after(
        at.astimezone(session.tzinfo).date(), policy.manager_answer_working_days, policy.closed_days
    )
    evening = instant(day, CLOSES, session.tzinfo)
    return min(evening, session.starts_at, max(session.closes_at, at + timedelta(hours=1)))


def why_not_substitute(booking: Booking, session: Session, policy: Policy, *, at: datetime) -> Refusal | None:
    """A place can be given to a colleague until the start, or as long before it as the policy says."""
    if booking.status != Status.CONFIRMED or not booking.takes_place:
        return errors.NotSubstitutable("Only a place you have can be given to a colleague.")
    if at >= session.starts_at - timedelta(hours=policy.substitute_until_hours):
        return errors.NotSubstitutable()
    return None


def places_kept_until(session: Session, policy: Policy) -> datetime:
    """Return when the places that are kept for organisations, sectors and areas are open to all."""
    day = working_days_before(session.local_start.date(), policy.release_working_days, policy.closed_days)
    return instant(day, OPENS, session.tzinfo)


def closes_by_policy(session: Session, policy: Policy) -> datetime | None:
    """Return when booking closes where nobody has set it otherwise; None: with the start."""
    if session.format == Session.Format.ONLINE:
        minutes = policy.closes_online_minutes
        return session.starts_at - timedelta(minutes=minutes) if minutes else None
    days = policy.closes_in_person_working_days
    return free_until(session.starts_at, session.tzinfo, days, policy.closed_days) if days else None


def why_not_cancel(booking: Booking, session: Session, *, at: datetime) -> Refusal | None:
    """A live booking can be given up until the session begins, late or not."""
    if booking.status not in LIVE:
        return errors.BookingEnded()
    return errors.BookingNotCancellable() if at >= session.starts_at else None


def why_not_say_coming(booking: Booking, session: Session, *, at: datetime) -> Refusal | None:
    """Somebody with a place can say that they are still coming until the session begins."""
    if refusal := _why_no_place(booking, session):
        return refusal
    return errors.SessionOver("This session has begun.") if at >= session.starts_at else None


def said_coming_at(changes: Iterable[BookingChange], session: Session) -> datetime | None:
    """Return when it was said, by a booking's history, that the person still comes to the session at its start."""
    said = (one.at for one in changes if one.verb == Verb.STILL_COMING and one.details.get("for") == start_of(session))
    return next(said, None)


def start_of(session: Session) -> str:
    """Return a session's start as the history of a booking keeps it."""
    return session.starts_at.astimezone(UTC).isoformat()


def why_not_mark(session: Session, *, is_closed: bool, at: datetime) -> Refusal | None:
    """A register is marked from the morning of the session's day on, until it is closed."""
    if session.state == Session.State.CANCELLED:
        return errors.SessionCancelled()
    day = at.astimezone(session.tzinfo).date()
    if session.state != Session.State.PUBLISHED or day < session.local_start.date():
        return errors.RegisterNotOpen()
    return errors.RegisterClosed() if is_closed else None


def why_not_mark_part(part: Part, *, at: datetime) -> Refusal | None:
    """The register of one of several dates is marked from the morning of its day on."""
    is_time = part.number == 1 or part.local_day <= at.astimezone(part.tzinfo).date()
    return None if is_time else errors.RegisterNotOpen()


def presence_in_all(states: Collection[str], *, total: int) -> Presence | None:
    """Return what the marks of several dates come to, of ``total``; None where nothing is marked.

    Whoever came to all of them attended, late if never otherwise; whoever came to some attended in part. Whoever came
    to none is excused where every mark says so.
    """
    came = [state for state in states if state in CAME]
    if len(came) == total and Presence.LEFT_EARLY not in came:
        return Presence.PRESENT if Presence.PRESENT in came else Presence.LATE
    if came:
        return Presence.LEFT_EARLY
    if not states:
        return None
    return Presence.EXCUSED if set(states) == {Presence.EXCUSED} else Presence.DID_NOT_ATTEND


def why_not_check_in(session: Session, *, is_closed: bool, at: datetime, part: Part | None = None) -> Refusal | None:
    """People check in by themselves from an hour before a date until its end, while the register is open."""
    if refusal := why_not_mark(session, is_closed=is_closed, at=at):
        return door_errors.CheckInClosed() if isinstance(refusal, errors.RegisterNotOpen) else refusal
    one = part or session
    is_time = one.starts_at - CHECK_IN_OPENS <= at < one.ends_at
    return None if is_time else door_errors.CheckInClosed()


def why_not_close(session: Session, *, at: datetime) -> Refusal | None:
    """A register is closed once the session is over."""
    if session.state == Session.State.CANCELLED:
        return errors.SessionCancelled()
    if session.state != Session.State.PUBLISHED or at < session.over_at:
        return errors.RegisterNotOpen("This session is not over yet. Its register can be closed from its end on.")
    return None


def late_minutes(session: Session, mode: str, policy: Policy) -> int:
    """Return from how many minutes after the start somebody is late, by how they take part."""
    is_online = session.format == Session.Format.ONLINE or mode == Booking.Mode.ONLINE
    return policy.late_online_minutes if is_online else policy.late_in_person_minutes


def is_late(deadline: datetime, *, at: datetime) -> bool:
    """Say whether cancelling at an instant is too late to be in time; the deadline's whole minute is in time."""
    return at >= deadline + timedelta(minutes=1)


def cancel_free_until(session: Session, policy: Policy) -> datetime:
    """Return until when cancelling is in time; after it people still can, and it is recorded as late."""
    return free_until(session.starts_at, session.tzinfo, policy.cancel_working_days, policy.closed_days)


def free_until_when_moved(session: Session, policy: Policy, *, at: datetime) -> datetime:
    """Return until when cancelling is in time after a move at an instant: a day at least, but not past the start."""
    return min(session.starts_at, max(cancel_free_until(session, policy), at + GRACE_AFTER_A_MOVE))


def asks_for_needs(session: Session) -> bool:
    """Say whether people are asked what would help them to take part: where they can come to a place."""
    return session.format != Session.Format.ONLINE


def why_not_say_need(booking: Booking, session: Session, *, text: str, at: datetime) -> Refusal | None:
    """What would help is said and changed until the session begins, and can be taken away wherever it was said."""
    if booking.status not in LIVE:
        return errors.BookingEnded()
    if at >= session.starts_at:
        return errors.NeedNotChangeable()
    return errors.NeedNotAsked() if text and not asks_for_needs(session) else None


def way_in_opens_at(booking: Booking, session: Session | Part) -> datetime:
    """Return from when a person can join a session or date online: before its start, as the booking keeps it."""
    return session.starts_at - timedelta(minutes=Policy.of(booking.policy).join_link_minutes)


def way_in_forgotten_at(booking: Booking, session: Session) -> datetime:
    """Return from when a way in is as unknown as if there had never been one: some days after the session."""
    return session.over_at + timedelta(days=Policy.of(booking.policy).keep_joins_days)


def why_not_join(booking: Booking, session: Session, *, part: Part | None = None, at: datetime) -> Refusal | None:
    """Somebody with a place joins online from when the way in opens until the end, once it is known where.

    ``part`` is which of several dates it is about, else the first.
    """
    if refusal := _why_no_place(booking, session):
        return refusal
    one = part or session
    if at >= one.ends_at:
        return errors.SessionOver()
    if not booking.joins_online:
        return errors.MeetsAtVenue()
    if at < way_in_opens_at(booking, one):
        return errors.WayInNotOpen()
    return None if session.joining_link else errors.WayInUnknown()


def _why_no_place(booking: Booking, session: Session) -> Refusal | None:
    """A place on a session that takes place is what a confirmed booking gives."""
    if session.state == Session.State.CANCELLED:
        return errors.SessionCancelled()
    if booking.status not in LIVE:
        return errors.BookingEnded()
    has_place = booking.status == Status.CONFIRMED and session.state == Session.State.PUBLISHED
    return None if has_place else errors.NoPlaceYet()
