"""The kinds of message: who is told what, when, and what a crash between sending and recording means."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from django.db.models import TextChoices

from bookings.states import LIVE, Status, Verb


class Kind(TextChoices):
    """What a message is for."""

    CONFIRMATION = "confirmation", "Confirmation"
    WAITING_LIST = "waiting_list", "Waiting list"
    PLAN = "plan", "Several sessions booked"
    CHANGED = "changed", "Session changed"
    DIARY = "diary", "Diary entry under another title"
    CANCELLED = "cancelled", "Cancelled"
    DATE_CANCELLED = "date_cancelled", "Further date out of the diary"
    PLACE_OFFERED = "place_offered", "Place offered"
    OFFER_LAPSING = "offer_lapsing", "Offer about to run out"
    OFFER_LAPSED = "offer_lapsed", "Offer ran out"
    OFFER_DECLINED = "offer_declined", "Offer declined for somebody"
    APPROVAL_PENDING = "approval_pending", "Waiting for the line manager"
    APPROVAL_ASKED = "approval_asked", "Line manager asked"
    NOT_APPROVED = "not_approved", "Line manager did not agree"
    MANAGER_TOLD = "manager_told", "Line manager told"
    SUBSTITUTE_ASKED = "substitute_asked", "Colleague asked"
    HANDOVER_ENDED = "handover_ended", "Colleague does not come"
    GIVEN_AWAY = "given_away", "Place given to a colleague"
    DECLINE_ASKED = "decline_asked", "Declined in the calendar"
    REMINDER = "reminder", "Reminder"
    REMINDER_SOON = "reminder_soon", "Reminder shortly before"
    JOINING = "joining", "Joining instructions"
    WEEK_AHEAD = "week_ahead", "Several sessions in a week"
    THANK_YOU = "thank_you", "Thank you, and feedback"
    QUESTIONS_REMINDER = "questions_reminder", "Reminder to say how it was"
    FOLLOW_UP = "follow_up", "What a session has changed"
    DESK_TODAY = "desk_today", "What needs organisers today"
    ABSENCE = "absence", "Did not attend"
    ABSENCE_TOLD = "absence_told", "Line manager told of an absence"
    BULK = "bulk", "Message from the organisers"
    NEWS = "news", "News from the organisers"


Reader = Literal["person", "manager", "colleague", "organiser"]
Urgency = Literal["urgent", "normal", "bulk"]


@dataclass(frozen=True)
class Rule:
    """What is true of every message of a kind.

    ``when`` says in words when it is written. ``statuses`` are the states of the booking in which it may still go.
    ``calendar`` is the method of the invitation it carries to somebody with a place, if any. ``to`` is who reads it:
    whoever booked, or somebody who has no account, and then it carries no invitation. ``urgency`` says what goes
    first when much is due: urgent before normal before bulk. ``may_stop``: a person may switch it off. ``copies``
    is how many may go where workers die between sending and recording: the second has the same Message-ID.
    """

    when: str

    statuses: frozenset[Status]
    calendar: Literal["REQUEST", "CANCEL"] | None = None
    to: Reader = "person"
    urgency: Urgency = "normal"
    may_stop: bool = False
    copies: Literal[1, 2] = 2


RULES: Final[dict[Kind, Rule]] = {
    Kind.CONFIRMATION: Rule("with the place", frozenset({Status.CONFIRMED}), "REQUEST"),
    Kind.WAITING_LIST: Rule("on joining the waiting list", frozenset({Status.WAITLISTED})),
    Kind.PLAN: Rule(
        "when one step booked several sessions", frozenset(Status)
    ),  # it speaks of all that one step booked, and hangs on the first of it
    Kind.CHANGED: Rule("when time, place or title change", LIVE, "REQUEST", urgency="urgent"),
    Kind.DIARY: Rule(
        "when the person asks for diary entries with or without titles, for each place to come",
        frozenset({Status.CONFIRMED}),
        "REQUEST",
    ),
    Kind.CANCELLED: Rule(
        "when the booking or the session is cancelled", frozenset({Status.CANCELLED}), "CANCEL", urgency="urgent"
    ),
    Kind.DATE_CANCELLED: Rule(
        "for each further date of a session, when the place, the session or that date is cancelled",
        frozenset({Status.CONFIRMED, Status.CANCELLED, Status.SUBSTITUTED}),
        "CANCEL",
        urgency="urgent",
    ),
    Kind.PLACE_OFFERED: Rule(
        "when a place is held for somebody who waits", frozenset({Status.OFFERED}), urgency="urgent"
    ),
    Kind.OFFER_LAPSING: Rule(
        "two hours before an offer ends that held for eight or more", frozenset({Status.OFFERED}), urgency="urgent"
    ),
    Kind.OFFER_LAPSED: Rule("when an offer was not answered", frozenset({Status.EXPIRED})),
    Kind.OFFER_DECLINED: Rule("when somebody else declined an offer for the person", frozenset({Status.DECLINED})),
    Kind.APPROVAL_PENDING: Rule("when the line manager is asked", frozenset({Status.AWAITING_APPROVAL})),
    Kind.APPROVAL_ASKED: Rule(
        "when a booking waits for the line manager", frozenset({Status.AWAITING_APPROVAL}), to="manager"
    ),
    Kind.NOT_APPROVED: Rule(
        "when the line manager said no, or nothing where that means no", frozenset({Status.DECLINED, Status.EXPIRED})
    ),
    Kind.MANAGER_TOLD: Rule(
        "when a place is given, moved or gone, where the policy says so",
        frozenset({Status.CONFIRMED, Status.CANCELLED, Status.SUBSTITUTED}),
        to="manager",
    ),
    Kind.SUBSTITUTE_ASKED: Rule(
        "when a place is to be given to a colleague", frozenset({Status.CONFIRMED}), to="colleague"
    ),
    Kind.HANDOVER_ENDED: Rule("when the colleague said no or nothing", frozenset({Status.CONFIRMED})),
    Kind.DECLINE_ASKED: Rule(
        "when the person's calendar declines the invitation", frozenset({Status.CONFIRMED}), urgency="urgent"
    ),
    Kind.GIVEN_AWAY: Rule("when the colleague has the place", frozenset({Status.SUBSTITUTED}), "CANCEL"),
    Kind.REMINDER: Rule(
        "before the start, as its rules say: unless decided otherwise ten days and one working day before",
        frozenset({Status.CONFIRMED}),
        may_stop=True,
    ),
    Kind.REMINDER_SOON: Rule(
        "up to three hours before the start, as its rules say: unless decided otherwise one hour before",
        frozenset({Status.CONFIRMED}),
        urgency="urgent",
        may_stop=True,
    ),
    Kind.JOINING: Rule(
        "a week before the start unless decided otherwise, and again when the instructions change; whoever books later "
        "finds them in the confirmation",
        frozenset({Status.CONFIRMED}),
    ),
    Kind.WEEK_AHEAD: Rule(
        "instead of the first reminder of each, to somebody with several sessions in one week, when the first is due",
        frozenset(Status),  # it speaks of all of them, and hangs on the first
        may_stop=True,
    ),
    Kind.THANK_YOU: Rule(
        "ten minutes after the register is closed, some days after the session if decided so, to those of whom it says "
        "that they came",
        frozenset({Status.CONFIRMED}),
        may_stop=True,
    ),
    Kind.QUESTIONS_REMINDER: Rule(
        "after the end, as its rules say, to those who were thanked and have not said yet how it was; unless decided "
        "otherwise never",
        frozenset({Status.CONFIRMED}),
        urgency="bulk",
        may_stop=True,
    ),
    Kind.FOLLOW_UP: Rule(
        "in working hours, eight weeks later unless decided otherwise, to those of whom the closed register says that "
        "they came and who have not said yet",
        frozenset({Status.CONFIRMED}),
        urgency="bulk",
        may_stop=True,
    ),
    Kind.DESK_TODAY: Rule(
        "at half past seven on working days, if anything needs them: what their desk shows",
        frozenset(),  # it is about no single booking
        to="organiser",
        may_stop=True,
    ),
    Kind.ABSENCE: Rule(
        "in working hours, one working day after a session unless decided otherwise, once its register is closed and "
        "says that they did not attend",
        frozenset({Status.CONFIRMED}),
    ),
    Kind.ABSENCE_TOLD: Rule(
        "in working hours, three working days after a session unless decided otherwise and later than to the person, "
        "while the closed register still says that they did not attend",
        frozenset({Status.CONFIRMED}),
        to="manager",
    ),
    Kind.BULK: Rule("ten minutes after organisers wrote to people of a session about it", LIVE, urgency="bulk"),
    Kind.NEWS: Rule(
        "ten minutes after organisers wrote to people of a session about something else",
        LIVE,
        urgency="bulk",
        may_stop=True,
    ),
}

# What goes first when much is due: the lower the earlier.
RANKS: Final[dict[Urgency, int]] = {"urgent": 0, "normal": 1, "bulk": 2}


def rank_of(kind: str) -> int:
    """Return how early messages of a kind go when much is due; of a kind that is not known any more, in the middle."""
    return RANKS[RULES[Kind(kind)].urgency if kind in RULES else "normal"]


# These speak of several bookings, and find out for themselves which of them still stand.
OF_SEVERAL: Final = (Kind.PLAN, Kind.WEEK_AHEAD)

# What follows a session hangs on what its register says.
ABSENCES: Final = (Kind.ABSENCE, Kind.ABSENCE_TOLD)
AFTERWARDS: Final = (Kind.THANK_YOU, Kind.QUESTIONS_REMINDER, Kind.FOLLOW_UP, *ABSENCES)

REMINDERS: Final = (Kind.REMINDER, Kind.REMINDER_SOON)
# These are written with a place, and follow its start and its rules.
AHEAD_OF_START: Final = (*REMINDERS, Kind.JOINING)
# These say how to take part, once it is time for that.
INSTRUCTING: Final = (Kind.JOINING, Kind.CONFIRMATION, Kind.CHANGED)

# Which messages tell of which change; what is not here is told to nobody. `later_dates` says of which dates.
TELLS_OF: Final[dict[Verb, tuple[Kind, ...]]] = {
    Verb.BOOKED: (Kind.CONFIRMATION, Kind.MANAGER_TOLD),
    Verb.QUEUED: (Kind.WAITING_LIST,),
    Verb.ASKED: (Kind.APPROVAL_PENDING, Kind.APPROVAL_ASKED),
    Verb.TOOK_OVER: (Kind.CONFIRMATION, Kind.MANAGER_TOLD),
    Verb.PROMOTED: (Kind.CONFIRMATION, Kind.MANAGER_TOLD),
    Verb.OFFERED: (Kind.PLACE_OFFERED, Kind.OFFER_LAPSING),
    Verb.ACCEPTED: (Kind.CONFIRMATION, Kind.MANAGER_TOLD),
    Verb.ACCEPTED_TO_ASK: (Kind.APPROVAL_PENDING, Kind.APPROVAL_ASKED),
    Verb.LAPSED: (Kind.OFFER_LAPSED,),
    Verb.DECLINED: (Kind.OFFER_DECLINED,),
    Verb.APPROVED: (Kind.CONFIRMATION,),
    Verb.REFUSED: (Kind.NOT_APPROVED,),
    Verb.APPROVED_BY_SILENCE: (Kind.CONFIRMATION,),
    Verb.REFUSED_BY_SILENCE: (Kind.NOT_APPROVED,),
    Verb.COLLEAGUE_ASKED: (Kind.SUBSTITUTE_ASKED,),
    Verb.COLLEAGUE_ENDED: (Kind.HANDOVER_ENDED,),
    Verb.COLLEAGUE_LAPSED: (Kind.HANDOVER_ENDED,),
    Verb.SUBSTITUTED: (Kind.GIVEN_AWAY, Kind.MANAGER_TOLD, Kind.DATE_CANCELLED),
    Verb.CALENDAR_DECLINED: (Kind.DECLINE_ASKED,),
    Verb.CALENDAR_KEPT: (Kind.CONFIRMATION,),
    Verb.REVISED: (Kind.CHANGED, Kind.APPROVAL_ASKED, Kind.MANAGER_TOLD, Kind.DATE_CANCELLED),
    Verb.ENTRY_CHOSEN: (Kind.DIARY,),
    Verb.CANCELLED: (Kind.CANCELLED, Kind.MANAGER_TOLD, Kind.DATE_CANCELLED),
    Verb.SESSION_CANCELLED: (Kind.CANCELLED, Kind.MANAGER_TOLD, Kind.DATE_CANCELLED),
}

# What is asked only while the booking stands so; it is withdrawn with the answer.
ASKED_WHILE: Final[dict[Status, tuple[Kind, ...]]] = {
    Status.OFFERED: (Kind.PLACE_OFFERED, Kind.OFFER_LAPSING),
    Status.AWAITING_APPROVAL: (Kind.APPROVAL_PENDING, Kind.APPROVAL_ASKED),
}

# A reminder this close to the start is worse than none.
REMINDER_EXPIRES_BEFORE_START: Final = timedelta(minutes=30)

# An offer that holds this long is brought to mind this long before it ends.
LONG_OFFER: Final = timedelta(hours=8)
OFFER_LAPSES_SOON: Final = timedelta(hours=2)
