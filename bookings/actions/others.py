"""Booking for others: whom one may book is settled in the same transaction, and somebody new is made in it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from bookings.actions.booking import Bid, settle
from bookings.actions.handovers import substitute
from bookings.models import Booking
from bookings.reach import practitioner_for
from events.contention import once_more
from events.models import Session
from people.models import User


@once_more
def book_for(  # noqa: PLR0913 - each says something of its own
    session: Session,
    details: Mapping[str, str],
    *,
    actor: User,
    at: datetime,
    join_waiting_list: bool = True,
    mode: str = "",
    manager: tuple[str, str] | None = None,
    overrides: str = "",
    only_as_lead: bool = False,
) -> Booking:
    """Book a place for somebody within one's reach, by address; see `practitioner_for` for what ``details`` hold.

    ``overrides`` is an organiser's reason to book somebody whom the rules refuse. Raises PermissionDenied beyond
    one's reach, ValidationError for details that cannot be used, and what `book` raises; then nobody is made.
    """
    with transaction.atomic():
        person, source = practitioner_for(session, details, actor=actor, at=at, only_as_lead=only_as_lead)
        bid = Bid(person, actor, source, at, mode=mode, manager=manager, overrides=overrides)
        return settle(session, bid, join_waiting_list=join_waiting_list)


@once_more
def substitute_for(
    booking: Booking, details: Mapping[str, str], *, actor: User, at: datetime, only_as_lead: bool = False
) -> Booking:
    """Give somebody's place to a colleague within one's reach, by address; return the new booking.

    Raises what `practitioner_for` and `substitute` raise; then nothing is written and nobody is made.
    """
    with transaction.atomic():
        person, source = practitioner_for(booking.session, details, actor=actor, at=at, only_as_lead=only_as_lead)
        return substitute(booking, practitioner=person, actor=actor, at=at, source=source)
