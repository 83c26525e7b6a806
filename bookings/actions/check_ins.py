"""Checking in with the code that a room shows: tries are counted exactly, and the register fills itself."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from bookings import check_in_codes, door_errors, errors, policies
from bookings.actions.attendance import arrived, is_closed, mark, state_on_arrival
from bookings.actions.marks import Mark, said_of
from bookings.actions.walk_ins import come_in
from bookings.models import CAME, Booking, CheckInTries, MarkedBy
from bookings.states import Status
from events.contention import once_more
from events.models import Session
from events.models.session_part import part_at, part_of_day
from people.models import User

MOST_TRIES: Final = 10
WINDOW: Final = timedelta(minutes=10)


def check_in(  # noqa: PLR0913 - each says something of its own
    session: Session, person: User, *, at: datetime, code: str = "", picture: str = "", without_booking: bool = False
) -> Booking:
    """Mark somebody as come who typed the code that the room shows, or opened its picture; return their booking.

    Whoever has no place comes in beside those who booked, if they say that they want to. What the register says
    of them already stands. Each code that is judged counts, right or wrong, and of ``MOST_TRIES`` within
    ``WINDOW`` none more is judged, however many are sent at once. Raises CheckInClosed, RegisterClosed and the
    like, CodeOfOtherSession, CodeWrong, TooManyTries, MailboxNotConfirmed and NotBooked.
    """
    part = part_at(session, at=at)
    if refusal := policies.why_not_check_in(session, is_closed=is_closed(session), at=at, part=part):
        raise refusal
    if picture:
        shown = check_in_codes.session_of_picture(picture, at=at)
        if shown != session.pk:
            raise door_errors.CodeOfOtherSession if shown else door_errors.CodeWrong
    else:
        _count_try(person, at=at)
        if not check_in_codes.is_code(session.pk, code, at=at):
            raise door_errors.CodeWrong
    return _let_in(session, person, at=at, without_booking=without_booking)


def greet(booking: Booking, *, at: datetime, actor: User) -> bool:
    """Mark somebody as come whose own code an organiser scanned; say whether that changed anything.

    Whoever is marked as come stays so; whoever was marked as absent has come after all. Raises why the register
    cannot be marked, and NotOnRegister without a place.
    """
    part = part_of_day(booking.session, at=at)
    row = said_of(booking, part)
    if row is not None and row.state in CAME and booking.status == Status.CONFIRMED:
        return False
    seen = Mark(booking.pk, state_on_arrival(part, booking, at=at), at, part=part.number)
    return bool(mark(booking.session, [seen], at=at, actor=actor, source=MarkedBy.CODE))


def forget_old_tries(*, at: datetime) -> int:
    """Delete what was counted more than a day ago; return of how many people."""
    return int(CheckInTries.written.filter(since__lte=at - timedelta(days=1)).delete()[0])


def _let_in(session: Session, person: User, *, at: datetime, without_booking: bool) -> Booking:
    """Mark whoever has a place, or let them in without."""
    booking: Booking | None = Booking.objects.confirmed().filter(session=session, practitioner=person).first()
    if booking is not None:
        arrived(booking, at=at, source=MarkedBy.CODE, actor=person)
        return booking
    if not without_booking:
        raise door_errors.NotBooked
    if person.must_confirm_mailbox:
        raise errors.MailboxNotConfirmed
    return come_in(session, person, at=at, source=MarkedBy.CODE)


@once_more
def _count_try(person: User, *, at: datetime) -> None:
    """Count a try before it is judged; raises TooManyTries where it must not be.

    Each step is one statement that the database decides under the row's lock, so that tries at once are as many
    as one after the other.
    """
    tries = CheckInTries.written.filter(person=person)
    for _ in range(2):
        if tries.filter(since__gt=at - WINDOW, count__lt=MOST_TRIES).update(count=F("count") + 1):
            return
        if tries.filter(since__lte=at - WINDOW).update(since=at, count=1):
            return
        try:
            with transaction.atomic():
                CheckInTries.written.add(person=person, since=at)
        except IntegrityError:
            continue  # somebody was quicker, or all tries are spent: look once more
        return
    raise door_errors.TooManyTries
