"""What would help people to take part: said, changed, seen to, and forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from bookings import policies
from bookings.actions.keeping import by_term
from bookings.errors import NeedTaken
from bookings.models import AccessNeed, Booking
from bookings.states import LIVE
from events.contention import once_more
from events.models.session_part import not_over
from people.models import User


@once_more
def say_need(booking: Booking, *, text: str, at: datetime) -> None:
    """Keep what would help somebody to take part, in place of what they said before; an empty text takes it away.

    What is changed has to be seen to again, so that its tick goes. Saying the same twice does nothing. ``at`` is
    aware. Raises BookingEnded, NeedNotChangeable once the session has begun, NeedNotAsked where people meet online
    only, ValidationError for a text that cannot be used, and Busy when the booking's row, which is locked, could
    not be had.
    """
    with transaction.atomic():
        rows = Booking.objects.select_related("session").select_for_update(no_key=True, of=("self",))
        booking = rows.get(pk=booking.pk)
        if refusal := policies.why_not_say_need(booking, booking.session, text=text, at=at):
            raise refusal
        before = AccessNeed.objects.filter(booking=booking).first()
        if before is not None and before.text == text:
            return
        forget_needs_of([booking])
        if text:
            note_need(booking, text=text, at=at)


def note_need(booking: Booking, *, text: str, at: datetime) -> None:
    """Insert what would help; the booking has none yet. Raises ValidationError for a text that cannot be used."""
    AccessNeed(booking=booking, text=text, created_at=at).clean_fields(exclude={"booking"})
    AccessNeed.written.add(booking=booking, text=text, created_at=at)


def tick_need(need: AccessNeed, *, actor: User, at: datetime) -> None:
    """Note who has seen to a need and when; the first tick stays."""
    AccessNeed.written.filter(pk=need.pk, done_at__isnull=True).update(done_at=at, done_by=actor)


def untick_need(need: AccessNeed) -> None:
    """Take a tick back: the need is still to be seen to."""
    AccessNeed.written.filter(pk=need.pk).update(done_at=None, done_by=None)


def take_need(need: AccessNeed, *, actor: User, instead_of: int | None) -> None:
    """Note that somebody sees to a need from now on, in place of whoever did; taking it twice does nothing.

    ``instead_of`` is who saw to it as far as the actor knows. Raises NeedTaken where it is somebody else meanwhile,
    so that of two who take it at once the second hears of the first.
    """
    rows = AccessNeed.written.filter(Q(owner=instead_of) | Q(owner=actor), pk=need.pk)
    if not rows.update(owner=actor):
        raise NeedTaken


def give_back_need(need: AccessNeed, *, actor: User) -> None:
    """Note that somebody no longer sees to a need; one that is another's stays so."""
    AccessNeed.written.filter(pk=need.pk, owner=actor).update(owner=None)


def forget_needs_of(bookings: Sequence[Booking]) -> None:
    """Delete what would have helped people who no longer come; the caller ends their bookings."""
    AccessNeed.written.filter(booking__in=bookings).delete()


def forget_old_needs(*, at: datetime) -> int:
    """Delete needs as long after the session as each booking's policy says, and of bookings that ended.

    Returns how many. Thirty days are the most that any policy can say, because that is what people are promised.
    """
    count: int = AccessNeed.written.exclude(booking__status__in=sorted(LIVE)).delete()[0]
    for days, rows in by_term(AccessNeed.written.all(), "keep_needs_days"):
        count += rows.filter(~not_over("booking__session__", at=at - timedelta(days=days))).delete()[0]
    return count
