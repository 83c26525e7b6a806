"""The rows of reminders of the questions after a session: written with the thanks, and kept in line with the rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.db.models import Q, QuerySet

from bookings import afterwards as questions
from bookings.models import CAME, Booking, Stage, policy_of, terms_of
from bookings.policies import CHECK_IN_OPENS
from bookings.policy import Policy
from events.models import Session
from events.models.session_part import not_over
from notifications.kinds import Kind
from notifications.message_names import message_id, start_words
from notifications.models import Message
from notifications.reminder_rows import RULES_CHANGED, occurrence_of
from notifications.reminders import Reminder, after_end

# No rule reaches further: 90 days, or 60 working days with all the holidays there can be, and a weekend.
REACH: Final = timedelta(days=120)
Key = tuple[int, str]


def rows_of(session: Session, thanks: Sequence[Message], policy: Policy, *, at: datetime) -> list[Message]:
    """Return the rows that lie ahead for those to whom the rows of thanks go, unsaved.

    The thanks ask the same. A reminder that would fall due with them or before is not written.
    """
    ahead = after_end(session.over_at, session.tzinfo, policy, at=at)
    return [_row(session, one.about, each) for one in thanks for each in ahead if each.due_at > one.due_at]


def _row(session: Session, booking: Booking, reminder: Reminder) -> Message:
    """Return a row, unsaved."""
    occurrence = occurrence_of(session, reminder.rule.code)
    return Message(
        booking=booking,
        kind=reminder.kind,
        occurrence=occurrence,
        message_id=message_id(booking, f"{reminder.kind} {occurrence}"),
        due_at=reminder.due_at,
        expires_at=reminder.expires_at,
    )


def why_untrue(message: Message, booking: Booking) -> str:
    """Return why a reminder of the questions is not to go to somebody who came; empty while the rules call for it."""
    code = message.occurrence.partition(" ")[0]
    if code not in {rule.code for rule in policy_of(booking.session).question_rules}:
        return RULES_CHANGED
    if message.due_at >= questions.closes_at(Stage.POST, booking, booking.session):
        return "The questions are closed."
    waits = (Message.Status.PENDING, Message.Status.CLAIMED)
    thanks = Message.objects.filter(booking=booking, kind=Kind.THANK_YOU, status__in=waits)
    return "The thanks are still to go, and ask the same." if thanks.exists() else ""


@dataclass(frozen=True)
class Outlook:
    """What rules call for and what there is.

    ``called`` are by session what its rules speak of, ahead or past; ``wanted`` the rows that lie ahead, unsaved; and
    ``rows`` those that stand, as far as any of them may change.
    """

    called: dict[int, set[str]]
    wanted: dict[Key, Message]
    rows: dict[Key, Message]

    @property
    def new(self) -> list[Message]:
        """Return the rows that are wanted and not there."""
        return [row for key, row in self.wanted.items() if key not in self.rows]

    def withdrawn(self, *, at: datetime) -> Iterator[int]:
        """Yield the ids of the rows that wait and are called for no more."""
        for row in self.rows.values():
            if _waits(row, at=at) and row.occurrence not in self.called[row.about.session_id]:
                yield row.pk

    def moved(self, *, at: datetime) -> Iterator[Message]:
        """Yield the rows that are to wait again, or for another hour, as they should be."""
        for key, wanted in self.wanted.items():
            row = self.rows.get(key)
            if row is None:
                continue
            is_back = row.status == Message.Status.CANCELLED and row.error == RULES_CHANGED
            if is_back or (_waits(row, at=at) and _times(row) != _times(wanted)):
                wanted.pk = row.pk
                yield wanted


def _waits(row: Message, *, at: datetime) -> bool:
    """Say whether nobody has tried to send a row yet, nor should have."""
    return row.status == Message.Status.PENDING and row.tries == 0 and row.due_at > at


def _times(row: Message) -> tuple[datetime, datetime]:
    """Return when a row is due, and when it is worthless."""
    return row.due_at, row.expires_at


def align(sessions: QuerySet[Session], *, at: datetime) -> int:
    """Bring the reminders of the questions in line with the rules that hold now; return how many rows changed.

    What is due by no rule any more is withdrawn, what a rule calls for again is reopened, a new hour is taken over,
    and what is missing is written, unless it would be past. What is due or was sent is left alone. However many
    came: up to five queries, two statements for each hour that changes, and two more.
    """
    outlook = _outlook(sessions, at=at)
    untried = Message.objects.filter(status=Message.Status.PENDING, tries=0)
    gone = untried.filter(pk__in=list(outlook.withdrawn(at=at)))
    changed = gone.update(status=Message.Status.CANCELLED, error=RULES_CHANGED)
    again = Message.objects.filter(status=Message.Status.CANCELLED, error=RULES_CHANGED)
    for (due_at, expires_at), group in groupby(sorted(outlook.moved(at=at), key=_times), key=_times):
        keys = [row.pk for row in group]
        times: dict[str, Any] = {"due_at": due_at, "expires_at": expires_at}
        changed += untried.filter(pk__in=keys).update(**times)
        changed += again.filter(pk__in=keys).update(status=Message.Status.PENDING, error="", **times)
    new = outlook.new
    Message.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return changed + len(new)


def missing(*, at: datetime) -> list[Message]:
    """Return the rows that rules call for and that are not there, unsaved."""
    return _outlook(Session.objects.all(), at=at).new


def _outlook(sessions: QuerySet[Session], *, at: datetime) -> Outlook:
    """Return what rules call for after those of some sessions that people may have come to lately."""
    lately = sessions.filter(not_over(at=at - REACH), state=Session.State.PUBLISHED, starts_at__lte=at + CHECK_IN_OPENS)
    found = {session.pk: session for session in lately}
    terms = terms_of(found.values())
    every = {pk: after_end(one.over_at, one.tzinfo, terms[pk].policy, at=None) for pk, one in found.items()}
    called = {pk: {occurrence_of(found[pk], each.rule.code) for each in times} for pk, times in every.items()}
    ahead = {pk: rest for pk, times in every.items() if (rest := [each for each in times if each.due_at > at])}
    matter = Q(status=Message.Status.PENDING) | Q(booking__session__in=ahead)
    rows = Message.objects.filter(matter, kind=Kind.QUESTIONS_REMINDER, booking__session__in=found)
    known = {(row.about.pk, row.occurrence): row for row in rows.select_related("booking")} if found else {}
    return Outlook(called, _wanted(found, ahead), known)


def _wanted(sessions: dict[int, Session], ahead: dict[int, list[Reminder]]) -> dict[Key, Message]:
    """Return the rows of everybody who came to sessions of which reminders lie ahead, after their thanks.

    As long as nobody has closed the register there are no thanks, and nothing to remind of.
    """
    if not ahead:
        return {}
    of_thanks = Message.objects.filter(kind=Kind.THANK_YOU, booking__session__in=ahead)
    thanks = {(pk, occurrence): due for pk, occurrence, due in of_thanks.values_list("booking", "occurrence", "due_at")}
    came = Booking.objects.confirmed().filter(session__in=ahead, attendance__state__in=CAME)
    wanted = {}
    for booking in came:
        session = sessions[booking.session_id]
        since = thanks.get((booking.pk, f"after {start_words(session)}"))
        for each in ahead[session.pk]:
            if since and each.due_at > since:
                row = _row(session, booking, each)
                wanted[booking.pk, row.occurrence] = row
    return wanted
