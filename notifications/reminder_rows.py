"""The rows of reminders: written with a place, moved with a start, and brought in line with rules that changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from bookings.models import Booking, BookingChange, policy_of, terms_of
from bookings.policy import Policy
from bookings.states import Status
from events.models import Session
from notifications.kinds import AHEAD_OF_START, Kind
from notifications.message_names import message_id, start_words
from notifications.models import Message
from notifications.reminders import Reminder, joining, reminders

RULES_CHANGED: Final = "The rules call for no such reminder any more."


def rows_of(session: Session, booking: Booking, policy: Policy, *, at: datetime) -> list[Message]:
    """Return the rows of the reminders of a place, and of its joining instructions, that lie ahead, unsaved."""
    return [_row(session, booking, one) for one in _all(session, policy, at=at)]


def _row(session: Session, booking: Booking, reminder: Reminder) -> Message:
    """Return the row of a reminder."""
    occurrence = occurrence_of(session, reminder.rule.code)
    return Message(
        booking=booking,
        kind=reminder.kind,
        occurrence=occurrence,
        message_id=message_id(booking, f"{reminder.kind} {occurrence}"),
        due_at=reminder.due_at,
        expires_at=reminder.expires_at,
    )


def occurrence_of(session: Session, code: str) -> str:
    """Return what a reminder speaks of: its rule and the start."""
    return f"{code} {start_words(session)}"


def rows_of_changes(session: Session, changes: Sequence[BookingChange], *, at: datetime) -> list[Message]:
    """Return the rows of the reminders of places that were given or moved with a session, unsaved.

    A booking that was made a moment ago has the rules with it; for all others they are asked for, in one query.
    """
    given = [change for change in changes if _gives_start(change)]
    if not given:
        return []
    is_new = not any(change.from_status for change in given)
    policy = Policy.of(given[0].booking.policy) if is_new else policy_of(session)
    return [row for change in given for row in rows_of(session, change.booking, policy, at=at)]


def _gives_start(change: BookingChange) -> bool:
    """Say whether somebody has a place since a change, or has it at another time."""
    is_new = change.from_status != Status.CONFIRMED or "starts_at" in change.details
    return change.to_status == Status.CONFIRMED and is_new


def why_untrue(message: Message, session: Session) -> str:
    """Return why a reminder is not to go any more; empty while the session and its rules call for it."""
    code, _, start = message.occurrence.partition(" ")
    if session.state != Session.State.PUBLISHED or start != start_words(session):
        return "The session does not take place at that time any more."
    if message.kind == Kind.JOINING:
        return ""
    return "" if code in {rule.code for rule in policy_of(session).reminder_rules} else RULES_CHANGED


def ahead_words(message: Message) -> str:
    """Return how long before the start a reminder shortly before it comes, in words: ``one hour``; else nothing."""
    if message.kind != Kind.REMINDER_SOON:
        return ""
    hours = message.occurrence.partition("h")[0].removeprefix("-")
    return "one hour" if hours == "1" else f"{hours} hours"


def follow_moved(session: Session, moved: Collection[int], *, at: datetime) -> None:
    """Withdraw the reminders of bookings whose session has moved, and reopen those of a start that holds again."""
    start = start_words(session)
    of_moved = Message.objects.filter(booking__in=moved, kind__in=AHEAD_OF_START, told_with__isnull=True)
    of_old = of_moved.filter(status=Message.Status.PENDING).exclude(occurrence__endswith=f" {start}")
    of_old.update(status=Message.Status.CANCELLED)
    of_new = of_moved.filter(status=Message.Status.CANCELLED, occurrence__endswith=f" {start}", due_at__gt=at)
    of_new.exclude(error=RULES_CHANGED).update(status=Message.Status.PENDING, error="")


def align(sessions: Iterable[Session], *, at: datetime) -> int:
    """Bring the reminders of published sessions to come in line with their rules; return how many rows changed.

    What is due by no rule any more is withdrawn, what a rule calls for again is reopened, a new hour is taken over,
    and what is missing is written. What is due or was sent is left alone, so that nobody is reminded twice. Up to
    five statements and one for each rule a session.
    """
    ahead = [one for one in sessions if one.state == Session.State.PUBLISHED and one.starts_at > at]
    terms = terms_of(ahead)
    return sum(_align(session, terms[session.pk].policy, at=at) for session in ahead)


def _align(session: Session, policy: Policy, *, at: datetime) -> int:
    """Bring the reminders of one session in line."""
    wanted = {occurrence_of(session, one.rule.code): one for one in _all(session, policy, at=None)}
    waiting = Q(status=Message.Status.PENDING, tries=0, due_at__gt=at)
    rows = Message.objects.filter(
        booking__session=session, kind__in=AHEAD_OF_START, occurrence__endswith=f" {start_words(session)}"
    )
    withdrawn = rows.filter(waiting).exclude(occurrence__in=wanted).exclude(occurrence__startswith="join-")
    changed = withdrawn.update(status=Message.Status.CANCELLED, error=RULES_CHANGED)
    for occurrence, one in wanted.items():
        if one.due_at <= at:
            continue
        times = {"due_at": one.due_at, "expires_at": one.expires_at}
        of_rule = rows.filter(occurrence=occurrence)
        again = of_rule.filter(status=Message.Status.CANCELLED, error=RULES_CHANGED, booking__status="confirmed")
        changed += again.update(status=Message.Status.PENDING, error="", **times)
        changed += of_rule.filter(waiting).exclude(due_at=one.due_at, expires_at=one.expires_at).update(**times)
    return changed + _write_new(session, policy, at=at)


def _write_new(session: Session, policy: Policy, *, at: datetime) -> int:
    """Write the reminders that no place has a row of; return how many."""
    ahead = _all(session, policy, at=at)
    places = list(Booking.objects.confirmed().filter(session=session)) if ahead else []
    found = Message.objects.filter(booking__session=session, kind__in=AHEAD_OF_START).values_list(
        "booking", "occurrence"
    )
    known = set(found) if places else set()
    rows = [_row(session, place, one) for place in places for one in ahead]
    new = [row for row in rows if (row.booking_id, row.occurrence) not in known]
    Message.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)


def _all(session: Session, policy: Policy, *, at: datetime | None) -> list[Reminder]:
    """Return the reminders of a session, and its joining instructions."""
    start, zone = session.starts_at, session.tzinfo
    return [*reminders(start, zone, policy, at=at), *joining(start, zone, policy, at=at)]
