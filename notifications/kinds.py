"""The kinds of message: who is told what, when, and what a crash between sending and recording means."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from django.db.models import TextChoices

from bookings.states import Status, Verb


class Kind(TextChoices):
    """What a message is for."""

    CONFIRMATION = "confirmation", "Confirmation"
    WAITING_LIST = "waiting_list", "Waiting list"
    PLAN = "plan", "Several sessions booked"
    CHANGED = "changed", "Session changed"
    CANCELLED = "cancelled", "Cancelled"
    REMINDER_10_DAYS = "reminder_10_days", "Reminder, ten days before"
    REMINDER_1_DAY = "reminder_1_day", "Reminder, one working day before"
    REMINDER_1_HOUR = "reminder_1_hour", "Reminder, one hour before"


@dataclass(frozen=True)
class Rule:
    """What is true of every message of a kind.

    ``statuses`` are the states of the booking in which it may still go. ``calendar`` is the method of the
    invitation it carries to somebody with a place, if any. Every kind is repeated once, with the same
    Message-ID, when a worker dies between sending and recording: each is better told twice than never.
    """

    statuses: frozenset[Status]
    calendar: Literal["REQUEST", "CANCEL"] | None = None


RULES: Final[dict[Kind, Rule]] = {
    Kind.CONFIRMATION: Rule(frozenset({Status.CONFIRMED}), "REQUEST"),
    Kind.WAITING_LIST: Rule(frozenset({Status.WAITLISTED})),
    Kind.PLAN: Rule(frozenset(Status)),  # it speaks of all that one step booked, and hangs on the first of it
    Kind.CHANGED: Rule(frozenset({Status.CONFIRMED, Status.WAITLISTED}), "REQUEST"),
    Kind.CANCELLED: Rule(frozenset({Status.CANCELLED}), "CANCEL"),
    Kind.REMINDER_10_DAYS: Rule(frozenset({Status.CONFIRMED})),
    Kind.REMINDER_1_DAY: Rule(frozenset({Status.CONFIRMED})),
    Kind.REMINDER_1_HOUR: Rule(frozenset({Status.CONFIRMED})),
}

REMINDERS: Final = (Kind.REMINDER_10_DAYS, Kind.REMINDER_1_DAY, Kind.REMINDER_1_HOUR)

# Which messages tell of which change; what is not here is told to nobody.
TELLS_OF: Final[dict[Verb, tuple[Kind, ...]]] = {
    Verb.BOOKED: (Kind.CONFIRMATION,),
    Verb.QUEUED: (Kind.WAITING_LIST,),
    Verb.PROMOTED: (Kind.CONFIRMATION,),
    Verb.ACCEPTED: (Kind.CONFIRMATION,),
    Verb.APPROVED: (Kind.CONFIRMATION,),
    Verb.APPROVED_BY_SILENCE: (Kind.CONFIRMATION,),
    Verb.TOOK_OVER: (Kind.CONFIRMATION,),
    Verb.REVISED: (Kind.CHANGED,),
    Verb.CANCELLED: (Kind.CANCELLED,),
    Verb.SESSION_CANCELLED: (Kind.CANCELLED,),
}

# A reminder this close to the start is worse than none.
REMINDER_EXPIRES_BEFORE_START: Final = timedelta(minutes=30)
