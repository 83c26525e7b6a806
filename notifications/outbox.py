"""Writing the rows of messages: in the transaction of the change they tell, and again by the sweep."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from bookings.models import Booking, BookingChange, Handover, terms_of
from bookings.policy import Policy
from bookings.querysets import BookingQuerySet
from bookings.states import LIVE, Status, Verb
from events.models import Session
from notifications import afterwards, later_dates, question_reminders
from notifications.kinds import ASKED_WHILE, LONG_OFFER, OF_SEVERAL, OFFER_LAPSES_SOON, TELLS_OF, Kind
from notifications.later_dates import LaterDate
from notifications.message_names import id_of, message_id
from notifications.models import Message
from notifications.reminder_rows import follow_moved, rows_of, rows_of_changes
from people.models import User

COLLEAGUE_VERBS: Final = (Verb.COLLEAGUE_ASKED, Verb.COLLEAGUE_ENDED, Verb.COLLEAGUE_LAPSED, Verb.COLLEAGUE_WITHDRAWN)
DECLINE_VERBS: Final = (Verb.CALENDAR_DECLINED, Verb.CALENDAR_KEPT)
WAITING: Final = Q(status=Message.Status.PENDING)
TOLD_WITHIN: Final = timedelta(days=2)


def tell(session: Session, changes: Sequence[BookingChange], *, at: datetime) -> None:
    """Write what people are to be told of changes of one session: one insert, however many they are.

    A booking that moved or ended first loses its reminders of what is no longer so.
    """
    _withdraw(session, changes, at=at)
    questions = _questions_of(changes)
    rows = [row for change in changes for row in _messages_of(session, change, questions)]
    rows += rows_of_changes(session, changes, at=at)
    Message.objects.bulk_create(rows, ignore_conflicts=any(change.from_status for change in changes))


def tell_of_plan(plan: UUID, practitioner: User) -> None:
    """Write the summary of what one step booked, if that is more than one session; a second one is not written."""
    made = Booking.objects.filter(plan=plan, practitioner=practitioner)
    Message.objects.bulk_create(_summaries(made), ignore_conflicts=True)


def _summaries(bookings: BookingQuerySet) -> list[Message]:
    """Return the rows of the summaries of these bookings, one for each step that booked several for a person."""
    in_order = bookings.select_related("session").order_by("plan", "practitioner", "pk")
    steps = [list(group) for _, group in groupby(in_order, key=_step_of)]
    return [_summary_of(made) for made in steps if len(made) > 1]


def _step_of(booking: Booking) -> tuple[Any, int]:
    """Return in which step a booking was made, and for whom."""
    return booking.plan, booking.practitioner_id


def _summary_of(made: Sequence[Booking]) -> Message:
    """Return the row of a step's summary; it hangs on the first booking, and is told by the step from all others."""
    first = made[0]
    occurrence = f"plan {first.plan.hex if first.plan else ''}"
    return Message(
        booking=first,
        kind=Kind.PLAN,
        occurrence=occurrence,
        message_id=id_of(f"{first.practitioner_id} {occurrence}"),
        due_at=first.created_at,
        expires_at=max(first.created_at + TOLD_WITHIN, *(booking.session.over_at for booking in made)),
    )


def _messages_of(session: Session, change: BookingChange, questions: dict[int, Handover]) -> list[Message]:
    """Return the rows of the messages that tell of a change, each to somebody else or at another time."""
    rows = []
    for place, kind in enumerate(TELLS_OF.get(Verb(change.verb), ())):
        if kind == Kind.DATE_CANCELLED:
            rows += [_row_of_date(change, one) for one in later_dates.gone_with(change)]
            continue
        if not _is_told(kind, change):
            continue
        ends = _end_of(kind, change, questions)
        soon = ends - OFFER_LAPSES_SOON if ends and kind == Kind.OFFER_LAPSING else change.at
        row = Message(
            booking=change.booking,
            change=change,
            kind=kind,
            occurrence=f"change {change.pk}",
            message_id=message_id(change.booking, f"change {change.pk}{f' {kind}' if place else ''}"),
            due_at=soon,
            expires_at=ends or max(session.over_at, change.at + TOLD_WITHIN),
        )
        rows.append(row)
    return rows


def _row_of_date(change: BookingChange, date: LaterDate) -> Message:
    """Return the row of the message that takes a later date out of the person's diary."""
    occurrence = f"change {change.pk} {date.uid.hex[:16]}"
    return Message(
        booking=change.booking,
        change=change,
        kind=Kind.DATE_CANCELLED,
        occurrence=occurrence,
        message_id=message_id(change.booking, occurrence),
        due_at=change.at,
        expires_at=max(date.ends_at, change.at + TOLD_WITHIN),
        entry=date.as_json(),
    )


def _is_told(kind: Kind, change: BookingChange) -> bool:
    """Say whether a change calls for a message: a manager is told by policy, a long offer brought to mind.

    What a manager has answered or been told holds for a time: they hear of another.
    """
    booking = change.booking
    if _is_known(kind, change):
        return False
    if kind == Kind.APPROVAL_ASKED:
        return change.to_status == Status.AWAITING_APPROVAL
    if kind == Kind.OFFER_DECLINED:
        return change.actor_id not in {None, booking.practitioner_id}
    if kind == Kind.MANAGER_TOLD:
        concerns_place = Status.CONFIRMED in {change.from_status, change.to_status}
        return concerns_place and bool(booking.manager_email) and Policy.of(booking.policy).manager == "told"
    if kind == Kind.OFFER_LAPSING:
        return booking.offer_expires_at is not None and booking.offer_expires_at - change.at >= LONG_OFFER
    return True


def _is_known(kind: Kind, change: BookingChange) -> bool:
    """Say whether a reader knows what a change would tell: no other time, or a place kept in their own calendar."""
    if change.verb == Verb.CALENDAR_KEPT:
        return "in_calendar" in change.details
    return change.verb == Verb.REVISED and kind != Kind.CHANGED and "starts_at" not in change.details


def _end_of(kind: Kind, change: BookingChange, questions: dict[int, Handover]) -> datetime | None:
    """Return until when a question can be answered; after it the message is worthless. None: it is no question."""
    match kind:
        case Kind.PLACE_OFFERED | Kind.OFFER_LAPSING:
            return change.booking.offer_expires_at
        case Kind.APPROVAL_PENDING | Kind.APPROVAL_ASKED:
            return change.booking.approval.expires_at
        case Kind.SUBSTITUTE_ASKED:
            return questions[change.details["handover"]].expires_at
        case Kind.DECLINE_ASKED:
            return change.booking.session.starts_at
        case _:
            return None


def _questions_of(changes: Iterable[BookingChange]) -> dict[int, Handover]:
    """Return by id what colleagues were asked in these changes."""
    asked = [change.details["handover"] for change in changes if change.verb == Verb.COLLEAGUE_ASKED]
    return Handover.objects.in_bulk(asked) if asked else {}


def _withdraw(session: Session, changes: Sequence[BookingChange], *, at: datetime) -> None:
    """Cancel waiting messages that a change made untrue; reopen the reminders of a start that holds again.

    What tells of several bookings stays: it finds out for itself when none of them is left. So does what takes a date
    out of a diary: it is no less out of it now.
    """
    ended = [change.booking_id for change in changes if change.to_status not in LIVE]
    moved = [change.booking_id for change in changes if "starts_at" in change.details]
    if ended:
        of_ended = Message.objects.filter(WAITING, booking__in=ended).exclude(
            kind__in=[*OF_SEVERAL, Kind.DATE_CANCELLED]
        )
        of_ended.update(status=Message.Status.CANCELLED)
    _withdraw_questions(changes)
    if moved:
        asked = Message.objects.filter(WAITING, booking__in=moved, kind=Kind.APPROVAL_ASKED)
        asked.update(status=Message.Status.CANCELLED)  # the one that tells the new time asks as well
        follow_moved(session, moved, at=at)


def _withdraw_questions(changes: Sequence[BookingChange]) -> None:
    """Cancel waiting messages that ask what has been answered, or is now asked of somebody else."""
    for status, kinds in ASKED_WHILE.items():
        answered = [c.booking_id for c in changes if c.from_status == status and c.to_status in LIVE - {status}]
        if answered:
            of_answered = Message.objects.filter(WAITING, booking__in=answered, kind__in=kinds)
            of_answered.update(status=Message.Status.CANCELLED)
    asked = [c.booking_id for c in changes if c.verb in COLLEAGUE_VERBS]
    if asked:
        of_asked = Message.objects.filter(WAITING, booking__in=asked, kind=Kind.SUBSTITUTE_ASKED)
        of_asked.update(status=Message.Status.CANCELLED)
    declined = [c.booking_id for c in changes if c.verb in DECLINE_VERBS]
    if declined:
        of_declined = Message.objects.filter(WAITING, booking__in=declined, kind=Kind.DECLINE_ASKED)
        of_declined.update(status=Message.Status.CANCELLED)


def write_missing(*, at: datetime) -> int:
    """Write every row that should be there and is not; return how many, which ought to be none."""
    rows = missing(at=at)
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def missing(*, at: datetime) -> list[Message]:
    """Return every row that should be there and is not, unsaved.

    Looks at the changes and the steps of the last two days, at all places on sessions to come, and at who came to
    those after which reminders of the questions are to come. A row that is there, in whatever state, is left alone.
    """
    recent = BookingChange.objects.filter(at__gt=at - TOLD_WITHIN, verb__in=list(TELLS_OF))
    changes = list(recent.select_related("booking__session", "booking__approval"))
    questions = _questions_of(changes)
    places = Booking.objects.confirmed().filter(session__starts_at__gt=at, session__state=Session.State.PUBLISHED)
    wanted = [row for change in changes for row in _messages_of(change.booking.session, change, questions)]
    wanted.extend(_reminders(places.select_related("session"), at=at))
    wanted.extend(_summaries(Booking.objects.filter(plan__isnull=False, created_at__gt=at - TOLD_WITHIN)))
    wanted.extend(afterwards.missing(at=at, since=TOLD_WITHIN))
    wanted.extend(question_reminders.missing(at=at))
    return _without_known(wanted)


def _reminders(places: BookingQuerySet, *, at: datetime) -> Iterator[Message]:
    """Return the rows of all reminders of some places that lie ahead."""
    terms = terms_of({booking.session_id: booking.session for booking in places}.values())
    for booking in places:
        yield from rows_of(booking.session, booking, terms[booking.session_id].policy, at=at)


def _without_known(rows: Iterable[Message]) -> list[Message]:
    """Return the rows whose Message-ID is not in the outbox yet."""
    rows = list(rows)
    known: set[str] = set()
    ids = [row.message_id for row in rows]
    for first in range(0, len(ids), 500):
        chunk = ids[first : first + 500]
        known.update(Message.objects.filter(message_id__in=chunk).values_list("message_id", flat=True))
    return [row for row in rows if row.message_id not in known]
