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
    ASKED = "asked", "Booked, the line manager is asked"
    TOOK_OVER = "took_over", "Took a colleague's place"
    PROMOTED = "promoted", "Got a place from the waiting list"
    OFFERED = "offered", "Was offered a place from the waiting list"
    PASSED_OVER = "passed_over", "Was passed over on the waiting list"
    ACCEPTED = "accepted", "Accepted the place"
    ACCEPTED_TO_ASK = "accepted_to_ask", "Accepted the place, the line manager is asked"
    DECLINED = "declined", "Declined the place"
    LAPSED = "lapsed", "The offer ran out"
    APPROVED = "approved", "The line manager agreed"
    REFUSED = "refused", "The line manager did not agree"
    APPROVED_BY_SILENCE = "approved_by_silence", "The line manager did not answer, so it holds"
    REFUSED_BY_SILENCE = "refused_by_silence", "The line manager did not answer, so it ended"
    COLLEAGUE_ASKED = "colleague_asked", "Offered the place to a colleague"
    COLLEAGUE_ENDED = "colleague_ended", "The colleague does not take the place"
    COLLEAGUE_LAPSED = "colleague_lapsed", "The colleague did not answer in time"
    COLLEAGUE_WITHDRAWN = "colleague_withdrawn", "The colleague is no longer asked"
    SUBSTITUTED = "substituted", "Gave the place to a colleague"
    STILL_COMING = "still_coming", "Said they are still coming"
    REPLACED = "replaced", "Has a colleague's place instead"
    CALENDAR_DECLINED = "calendar_declined", "Declined the invitation in their calendar"
    CALENDAR_KEPT = "calendar_kept", "Keeps the place although it was declined"
    REVISED = "revised", "The session changed"
    ENTRY_CHOSEN = "entry_chosen", "The diary entry was brought up to date"
    CANCELLED = "cancelled", "Cancelled"
    SESSION_CANCELLED = "session_cancelled", "The session was cancelled"
    WALKED_IN = "walked_in", "Joined without a booking"
    CAME_ANYWAY = "came_anyway", "Came without having a place"
    TAKEN_OFF = "taken_off", "Was on the register by mistake"


# A live booking: a person has at most one of them per session.
LIVE: Final = frozenset({Status.AWAITING_APPROVAL, Status.CONFIRMED, Status.WAITLISTED, Status.OFFERED})
# These count as places taken.
HOLDING: Final = frozenset({Status.AWAITING_APPROVAL, Status.CONFIRMED, Status.OFFERED})

# From (None: not there yet) and verb to the state that follows. What is not here is not allowed.
MOVES: Final[dict[tuple[Status | None, Verb], Status]] = {
    (None, Verb.BOOKED): Status.CONFIRMED,
    (None, Verb.QUEUED): Status.WAITLISTED,
    (None, Verb.ASKED): Status.AWAITING_APPROVAL,
    (None, Verb.TOOK_OVER): Status.CONFIRMED,
    (None, Verb.WALKED_IN): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.TAKEN_OFF): Status.CANCELLED,
    **{(status, Verb.CAME_ANYWAY): Status.CANCELLED for status in Status if status in LIVE - {Status.CONFIRMED}},
    (Status.WAITLISTED, Verb.PROMOTED): Status.CONFIRMED,
    (Status.WAITLISTED, Verb.OFFERED): Status.OFFERED,
    (Status.WAITLISTED, Verb.PASSED_OVER): Status.WAITLISTED,
    (Status.WAITLISTED, Verb.REPLACED): Status.CANCELLED,
    (Status.OFFERED, Verb.ACCEPTED): Status.CONFIRMED,
    (Status.OFFERED, Verb.ACCEPTED_TO_ASK): Status.AWAITING_APPROVAL,
    (Status.OFFERED, Verb.DECLINED): Status.DECLINED,
    (Status.OFFERED, Verb.LAPSED): Status.EXPIRED,
    (Status.AWAITING_APPROVAL, Verb.APPROVED): Status.CONFIRMED,
    (Status.AWAITING_APPROVAL, Verb.REFUSED): Status.DECLINED,
    (Status.AWAITING_APPROVAL, Verb.APPROVED_BY_SILENCE): Status.CONFIRMED,
    (Status.AWAITING_APPROVAL, Verb.REFUSED_BY_SILENCE): Status.EXPIRED,
    (Status.CONFIRMED, Verb.COLLEAGUE_ASKED): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.COLLEAGUE_ENDED): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.COLLEAGUE_LAPSED): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.COLLEAGUE_WITHDRAWN): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.SUBSTITUTED): Status.SUBSTITUTED,
    (Status.CONFIRMED, Verb.STILL_COMING): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.CALENDAR_DECLINED): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.CALENDAR_KEPT): Status.CONFIRMED,
    (Status.CONFIRMED, Verb.ENTRY_CHOSEN): Status.CONFIRMED,
    **{(status, Verb.REVISED): status for status in Status if status in LIVE},
    **{(status, Verb.CANCELLED): Status.CANCELLED for status in Status if status in LIVE},
    **{(status, Verb.SESSION_CANCELLED): Status.CANCELLED for status in Status if status in LIVE},
}


def after(status: Status | None, verb: Verb) -> Status:
    """Return the state that follows; raises ValueError for a move that the table does not allow."""
    try:
        return MOVES[status, verb]
    except KeyError:
        raise ValueError(f"a booking that is {status or 'not there'} cannot be {verb}") from None
