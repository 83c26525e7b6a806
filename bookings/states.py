"""The states of a booking, and which may follow which."""

from typing import Final

from django.db.models import TextChoices


class Status(TextChoices):
    """Where a booking stands; the label is what people read."""

    AWAITING_APPROVAL = "awaiting_approval", "Waiting for approval"
    CONFIRMED = "confirmed", "Confirmed"
    WAITLISTED = "waitlisted", "Waiting list"
    OFFERED = "offered", "Place offered"
    CANCELLED = "cancelled", "Cancelled"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    SUBSTITUTED = "substituted", "Given to a colleague"


class Verb(TextChoices):
    """What was done to a booking."""

    BOOKED = "booked", "Booked"
    QUEUED = "queued", "Joined the waiting list"
    PROMOTED = "promoted", "Got a place from the waiting list"
    REVISED = "revised", "The session changed"
    CANCELLED = "cancelled", "Cancelled"
    SESSION_CANCELLED = "session_cancelled", "The session was cancelled"


# A live booking: a person has at most one of them per session.
LIVE: Final = frozenset({Status.AWAITING_APPROVAL, Status.CONFIRMED, Status.WAITLISTED, Status.OFFERED})
# These count as places taken.
HOLDING: Final = frozenset({Status.AWAITING_APPROVAL, Status.CONFIRMED, Status.OFFERED})

# From (None: not there yet) and verb to the state that follows. What is not here is not allowed.
MOVES: Final[dict[tuple[Status | None, Verb], Status]] = {
    (None, Verb.BOOKED): Status.CONFIRMED,
    (None, Verb.QUEUED): Status.WAITLISTED,
    (Status.WAITLISTED, Verb.PROMOTED): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.REVISED): Status.CONFIRMED,
    (Status.WAITLISTED, Verb.REVISED): Status.WAITLISTED,
    (Status.CONFIRMED, Verb.CANCELLED): Status.CANCELLED,
    (Status.WAITLISTED, Verb.CANCELLED): Status.CANCELLED,
    (Status.CONFIRMED, Verb.SESSION_CANCELLED): Status.CANCELLED,
    (Status.WAITLISTED, Verb.SESSION_CANCELLED): Status.CANCELLED,
}


def after(status: Status | None, verb: Verb) -> Status:
    """Return the state that follows; raises ValueError for a move that the table does not allow."""
    try:
        return MOVES[status, verb]
    except KeyError:
        raise ValueError(f"a booking that is {status or 'not there'} cannot be {verb}") from None
