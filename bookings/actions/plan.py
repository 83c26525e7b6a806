"""Book several sessions in one step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db import transaction

from bookings import signals
from bookings.actions.booking import Bid, settle
from bookings.errors import AlreadyBooked
from bookings.models import Booking
from events.contention import once_more
from events.errors import Refusal
from events.models import Session
from people.models import User


@dataclass(frozen=True)
class Outcome:
    """What became of one session: a booking or a refusal; both where the person had booked it before."""

    session: Session
    booking: Booking | None = None
    refusal: Refusal | None = None


@once_more
def book_all(  # noqa: PLR0913 - each says something of its own
    sessions: Iterable[Session],
    *,
    practitioner: User,
    plan: UUID,
    at: datetime,
    actor: User | None = None,
    join_waiting_list: bool = False,
    manager: tuple[str, str] | None = None,
) -> list[Outcome]:
    """Book each of several sessions as `book` does; return what became of each, in order of id.

    All of it is one transaction, so that the news of it is true as a whole; each session is a savepoint in it, so
    that a refusal of one leaves nothing behind and stops no other. The sessions are taken in order of id: two
    plans that share sessions wait for each other in turn and never in a circle.

    What is booked or queued here carries ``plan``. Harmless when repeated: a session that the person has booked
    comes back with that booking. ``manager`` is the line manager, asked or told of each session whose policy says
    so; see `Bid`. ``at`` is aware. Raises Busy when a row could not be had; nothing is written then.
    """
    bid = Bid(practitioner, actor, Booking.Source.SELF, at, plan=plan, manager=manager)
    with transaction.atomic():
        in_order = sorted(sessions, key=attrgetter("pk"))
        outcomes = [_outcome(session, bid, join_waiting_list=join_waiting_list) for session in in_order]
        if any(outcome.refusal is None for outcome in outcomes):
            signals.plan_booked.send(Booking, plan=plan, practitioner=practitioner)
    return outcomes


def _outcome(session: Session, bid: Bid, *, join_waiting_list: bool) -> Outcome:
    """Book one session and keep what came of it."""
    try:
        return Outcome(session, settle(session, bid, join_waiting_list=join_waiting_list))
    except AlreadyBooked as refusal:
        return Outcome(session, refusal.booking, refusal)
    except Refusal as refusal:
        return Outcome(session, refusal=refusal)
