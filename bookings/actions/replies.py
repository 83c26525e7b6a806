"""What calendars answer to invitations: kept, and asked about where it is no, before anybody loses a place.

That an answer is genuine is found out before it comes here (`notifications.replies`).
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from bookings import errors, policies
from bookings.actions.booking import cancel_locked
from bookings.actions.history import change_of, record
from bookings.actions.offers import locked_with_session
from bookings.actions.turns import one_by_one
from bookings.models import Booking, CalendarReply
from bookings.policy import Policy
from bookings.states import LIVE, Status, Verb
from events.contention import once_more
from events.errors import Refusal
from events.models import Session
from people.models import User

Partstat = CalendarReply.Partstat
Answer = CalendarReply.Answer
MOST_REPLIES: Final = 50
REASON: Final = "Declined in the calendar, and not taken back after a notice."


@once_more
def note_reply(  # noqa: PLR0913 - an answer has this many sides
    booking: Booking, *, partstat: str, sequence: int, stamp: datetime, digest: str, at: datetime
) -> CalendarReply:
    """Keep what somebody's calendar answered to the invitation; whoever declines a place to come is asked.

    Declining changes nothing about the place. Accepting after declining takes that back. ``stamp`` is aware, by the
    calendar's clock; ``sequence`` is the entry's number that was answered. Raises ReplyRepeated for one that is
    known, ReplyOutdated for one that answers an earlier entry or is older than one that is known, BookingEnded or
    NoPlaceYet where there is no place, TooManyReplies, and Busy. Nothing is written then.
    """
    with transaction.atomic():
        session, booking = locked_with_session(booking)
        if refusal := _why_not(booking, sequence=sequence, stamp=stamp, digest=digest):
            raise refusal
        open_one = _open_question(booking)
        if open_one is not None and open_one.sequence < booking.ical_sequence:
            _answer(open_one, Answer.OUTDATED, at=at)
            open_one = None
        declines = partstat == Partstat.DECLINED
        asks = declines and open_one is None and policies.why_not_cancel(booking, session, at=at) is None
        not_asked = declines and not asks
        row: CalendarReply = CalendarReply.written.add(
            booking=booking,
            partstat=partstat,
            sequence=sequence,
            stamp=stamp,
            digest=digest,
            received_at=at,
            releases=asks and Policy.of(booking.policy).calendar_decline == "release",
            answer=Answer.NOT_ASKED if not_asked else Answer.OPEN,
            answered_at=at if not_asked else None,
        )
        if asks:
            _note(session, booking, Verb.CALENDAR_DECLINED, row, at=at, by=booking.email)
        elif open_one is not None and not declines:
            _answer(open_one, Answer.KEPT, at=at)
            _note(session, booking, Verb.CALENDAR_KEPT, open_one, at=at, by=booking.email, in_calendar=True)
    return row


def _why_not(booking: Booking, *, sequence: int, stamp: datetime, digest: str) -> Refusal | None:
    """Return why an answer tells nothing."""
    rows = CalendarReply.objects.filter(booking=booking)
    if rows.filter(stamp=stamp).exists() or CalendarReply.objects.filter(digest=digest).exists():
        return errors.ReplyRepeated()
    if booking.status not in LIVE:
        return errors.BookingEnded()
    if booking.status != Status.CONFIRMED:
        return errors.NoPlaceYet()
    if sequence < booking.ical_sequence or rows.filter(stamp__gt=stamp).exists():
        return errors.ReplyOutdated()
    return errors.TooManyReplies() if rows.count() >= MOST_REPLIES else None


@once_more
def keep_declined(reply: CalendarReply, *, at: datetime, actor: User | None = None) -> Booking:
    """Keep a place that was declined in a calendar; the entry is sent once more. Keeping twice does nothing.

    Raises BookingEnded where the place is gone, and Busy.
    """
    with transaction.atomic():
        session, booking = locked_with_session(reply.booking)
        if booking.status != Status.CONFIRMED:
            raise errors.BookingEnded
        keep_if_declined(session, booking, at=at, actor=actor)
    return booking


def keep_if_declined(session: Session, booking: Booking, *, at: datetime, actor: User | None) -> None:
    """Keep a place, if it was declined and that was not explained; the caller holds the rows of both."""
    if question := _open_question(booking):
        _answer(question, Answer.KEPT, at=at)
        booking.ical_stamp = max(booking.ical_stamp, at)  # the entry comes back only as a newer one
        Booking.written.filter(pk=booking.pk).update(ical_stamp=booking.ical_stamp)
        _note(session, booking, Verb.CALENDAR_KEPT, question, at=at, actor=actor)


@once_more
def give_up_declined(reply: CalendarReply, *, at: datetime, actor: User | None = None) -> Booking:
    """Give up a place that was declined in a calendar; it goes to the first who waits. Twice is as once.

    Where declining alone would have released it, when it was declined decides whether that was late. Raises
    AlreadyAnswered where the place was kept meanwhile, BookingNotCancellable once the session has begun, BookingEnded
    for one that ended in another way, and Busy.
    """
    with transaction.atomic():
        session, booking = locked_with_session(reply.booking)
        if booking.status == Status.CANCELLED:
            return booking
        if refusal := policies.why_not_cancel(booking, session, at=at):
            raise refusal
        question = _open_question(booking)
        if question is None:
            raise errors.AlreadyAnswered
        _answer(question, Answer.GIVEN_UP, at=at)
        said_at = question.received_at if question.releases else at
        cancel_locked(session, booking, at=at, said_at=said_at, actor=actor)
    return booking


def told_of_decline(reply: CalendarReply, *, told_at: datetime) -> bool:
    """Let the time in which a place can still be kept run from when the person was told; say whether it runs now.

    It does not where nothing is released, and where the session begins before it would be over.
    """
    release_at = told_at + policies.DECLINE_UNDO
    rows = CalendarReply.written.filter(pk=reply.pk, releases=True, release_at__isnull=True, answer=Answer.OPEN)
    return bool(rows.filter(booking__session__starts_at__gt=release_at).update(release_at=release_at))


def release_declined(*, at: datetime) -> int:
    """Give up the places that were declined, and not kept in time by people who were told; return how many.

    Each is a transaction of its own, so that one that is busy stops no other. Safe to run twice.
    """
    due = CalendarReply.objects.filter(answer=Answer.OPEN, release_at__lte=at)
    return one_by_one(_release, due.values_list("pk", flat=True), at=at)


@once_more
def _release(key: int, *, at: datetime) -> int:
    """Give up one place, unless the answer was to an entry that has changed since."""
    with transaction.atomic():
        reply = CalendarReply.objects.select_related("booking").get(pk=key)
        session, booking = locked_with_session(reply.booking)
        reply = CalendarReply.objects.select_for_update(no_key=True, of=("self",)).get(pk=key)
        if reply.answer or booking.status != Status.CONFIRMED:
            return 0
        if reply.sequence < booking.ical_sequence:
            _answer(reply, Answer.OUTDATED, at=at)
            return 0
        if policies.why_not_cancel(booking, session, at=at):
            _answer(reply, Answer.NOT_ASKED, at=at)
            return 0
        _answer(reply, Answer.RELEASED, at=at)
        cancel_locked(session, booking, at=at, said_at=reply.received_at, actor=None, reason=REASON)
    return 1


def _open_question(booking: Booking) -> CalendarReply | None:
    """Return the answer of a calendar that whoever declined has still to explain; the booking's row is held."""
    rows = CalendarReply.objects.filter(booking=booking, partstat=Partstat.DECLINED, answer=Answer.OPEN)
    found: CalendarReply | None = rows.first()
    return found


def _answer(reply: CalendarReply, answer: str, *, at: datetime) -> None:
    """Store what became of asking."""
    CalendarReply.written.filter(pk=reply.pk).update(answer=answer, answered_at=at)


def _note(  # noqa: PLR0913 - a row of history has this many sides
    session: Session,
    booking: Booking,
    verb: Verb,
    reply: CalendarReply,
    *,
    at: datetime,
    actor: User | None = None,
    by: str = "",
    in_calendar: bool = False,
) -> None:
    """Write into the booking's history that it was declined, or is kept nevertheless."""
    details = {"reply": reply.pk, **({"in_calendar": True} if in_calendar else {})}
    change = change_of(booking, verb, from_status=Status.CONFIRMED, at=at, actor=actor, by=by, details=details)
    record(session, [change], at=at)
