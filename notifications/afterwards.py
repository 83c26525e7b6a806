"""The rows of what follows a session: written when its register is closed, and true as long as it says so."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from bookings import afterwards as questions
from bookings.links import feedback_path
from bookings.models import (
    AbsenceReason,
    Attendance,
    Booking,
    EvaluationResponse,
    Presence,
    RegisterClosing,
    Stage,
    policy_of,
    terms_of,
)
from bookings.policy import Policy
from bookings.working_days import OPENS, after_working_hours, working_days_after
from events.models import Session
from events.wall_time import instant
from notifications import question_reminders
from notifications.kinds import ABSENCES, AFTERWARDS, Kind
from notifications.message_names import message_id, start_words
from notifications.models import Message
from notifications.reminders import WORTH_SAYING

CLOSED_LATE: Final = timedelta(hours=1)
STAGES: Final = {Kind.THANK_YOU: Stage.POST, Kind.QUESTIONS_REMINDER: Stage.POST, Kind.FOLLOW_UP: Stage.IMPACT}
CAME_KINDS: Final = tuple(kind for kind in AFTERWARDS if kind not in ABSENCES)
REGISTER_OPEN: Final = "The register is open."
REGISTER_DIFFERS: Final = "The register does not say so any more."
TOLD_OTHERWISE: Final = "They were written to before, when the register said otherwise."
Times = dict[Kind, datetime]


def follow_closed(session: Session, *, at: datetime) -> None:
    """Write what people are to be sent now that a register is closed: thanks and questions, or what an absence asks.

    Nothing of it falls due before the time in which the register can be opened again has passed, and nothing is
    written once the policy's days after the session are over. What was withdrawn because the register was open, or
    said something else, waits again, and what still waits takes the new hour. The same number of statements for any
    number of people, and one more for each hour at which what was there before falls due now.
    """
    policy = policy_of(session)
    if not questions.is_followed_up(session, policy, closed_at=at):
        return
    places = Booking.objects.confirmed().filter(session=session, attendance__isnull=False)
    rows = [row for one in places.select_related("attendance") for row in _rows_of(session, one, closed_at=at)]
    thanks = [row for row in rows if row.kind == Kind.THANK_YOU]
    _write([*rows, *question_reminders.rows_of(session, thanks, policy, at=at)])


def _rows_of(session: Session, booking: Booking, *, closed_at: datetime) -> Iterator[Message]:
    """Yield the rows about somebody by what the register says, by the policy that their booking keeps.

    Nothing follows where somebody is excused.
    """
    attendance = booking.attendance
    if attendance.came:
        times = thanks_times(session, booking, closed_at=closed_at)
    elif attendance.state == Presence.DID_NOT_ATTEND:
        times = absence_times(session, Policy.of(booking.policy), closed_at=closed_at)
    else:
        times = {}
    for kind, due_at in times.items():
        if kind != Kind.ABSENCE_TOLD or booking.manager_email:
            yield _row(session, booking, kind, due_at)


def thanks_times(session: Session, booking: Booking, *, closed_at: datetime) -> Times:
    """Return when whoever came is thanked, and when they are asked what it changed, in working hours.

    The thanks come as soon as the register's closing holds, or some days after the session in the morning. Where the
    register is closed more than an hour after that, they come in the next working hour.
    """
    policy, zone = Policy.of(booking.policy), session.tzinfo
    closed = policy.closed_days
    holds_at = closed_at + questions.HELD_AFTER_CLOSING
    thanks = thanks_at(session.over_at, zone, policy)
    is_late = closed_at > thanks + CLOSED_LATE
    thanks = after_working_hours(holds_at, 0, zone, closed) if is_late else max(thanks, holds_at)
    opens_at = questions.opens_at(Stage.IMPACT, booking, session)
    return {Kind.THANK_YOU: thanks, Kind.FOLLOW_UP: after_working_hours(max(opens_at, holds_at), 0, zone, closed)}


def thanks_at(over_at: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """Return from when people are thanked: once the session is over, or some days later in the morning."""
    days = policy.questions_after_days
    day = over_at.astimezone(zone).date() + timedelta(days=days)
    return after_working_hours(instant(day, OPENS, zone), 0, zone, policy.closed_days) if days else over_at


def _write(rows: Sequence[Message]) -> None:
    """Insert rows; let those that wait, or that the register had withdrawn, wait for their new hour."""
    if not rows:
        return
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    withdrawn = Q(status=Message.Status.CANCELLED, error__in=[REGISTER_OPEN, REGISTER_DIFFERS])
    movable = Message.objects.filter(Q(status=Message.Status.PENDING) | withdrawn)
    hours = movable.values_list("message_id", "status", "due_at", "expires_at")
    stored = {name: stands for name, *stands in hours.filter(message_id__in=[row.message_id for row in rows])}
    wanted = {row.message_id: [Message.Status.PENDING, *_hours_of(row)] for row in rows}
    moved = [row for row in rows if stored.get(row.message_id, wanted[row.message_id]) != wanted[row.message_id]]
    for (due_at, expires_at), group in groupby(sorted(moved, key=_hours_of), key=_hours_of):
        those = movable.filter(message_id__in=[row.message_id for row in group])
        those.update(status=Message.Status.PENDING, error="", due_at=due_at, expires_at=expires_at)


def _hours_of(row: Message) -> tuple[datetime, datetime]:
    """Return when a row is due, and when it is worthless."""
    return row.due_at, row.expires_at


def absence_times(session: Session, policy: Policy, *, closed_at: datetime) -> Times:
    """Return when whoever did not attend, and then their manager, is written to: in working hours, on working days.

    The days are counted from the session's last on its own clock. Where a register is closed later than that, the
    person is written to as soon as the closing holds, and the manager as many working days after the person as the
    policy has between.
    """
    if policy.absence_asks == "nobody":
        return {}
    zone, closed = session.tzinfo, policy.closed_days
    holds_at = closed_at + questions.HELD_AFTER_CLOSING
    last_day = session.over_at.astimezone(zone).date()
    first, second = policy.absence_person_working_days, policy.absence_manager_working_days

    def at_work(day: date) -> datetime:
        """Return the first working moment of a day at which the closing holds."""
        return after_working_hours(max(instant(day, OPENS, zone), holds_at), 0, zone, closed)

    to_person = at_work(working_days_after(last_day, first, closed))
    if policy.absence_asks == "person":
        return {Kind.ABSENCE: to_person}
    since_person = working_days_after(to_person.astimezone(zone).date(), max(second - first, 1), closed)
    to_manager = at_work(max(since_person, working_days_after(last_day, second, closed)))
    return {Kind.ABSENCE: to_person, Kind.ABSENCE_TOLD: to_manager}


def _row(session: Session, booking: Booking, kind: Kind, due_at: datetime) -> Message:
    """Return a row, unsaved."""
    occurrence = f"after {start_words(session)}"
    return Message(
        booking=booking,
        kind=kind,
        occurrence=occurrence,
        message_id=message_id(booking, f"{kind} {occurrence}"),
        due_at=due_at,
        expires_at=due_at + WORTH_SAYING,
    )


def why_untrue(message: Message, booking: Booking) -> str:
    """Return why what follows a session is not to go; empty while its register says what it speaks of."""
    if message.occurrence.partition(" ")[2] != start_words(booking.session):
        return "The session did not take place at that time."
    if not RegisterClosing.objects.filter(session=booking.session_id, reopened_at__isnull=True).exists():
        return REGISTER_OPEN
    attendance = Attendance.objects.filter(booking=booking).first()
    of_absence = message.kind in ABSENCES
    says = attendance is not None and (attendance.state == Presence.DID_NOT_ATTEND if of_absence else attendance.came)
    if not says:
        return REGISTER_DIFFERS
    otherwise = CAME_KINDS if of_absence else (Kind.ABSENCE,)
    if Message.objects.filter(booking=booking, kind__in=otherwise, risky__gt=0).exists():
        return TOLD_OTHERWISE
    return _why_known(message, booking)


def _why_known(message: Message, booking: Booking) -> str:
    """Return why a message would ask what has been said or is asked by another."""
    if message.kind == Kind.QUESTIONS_REMINDER:
        if has_answered(booking, Stage.POST):
            return "They have said already how it was."
        return question_reminders.why_untrue(message, booking)
    if message.kind == Kind.FOLLOW_UP:
        return "They have said already what it changed." if has_answered(booking, Stage.IMPACT) else ""
    is_said = message.kind == Kind.ABSENCE_TOLD and AbsenceReason.objects.filter(booking=booking).exists()
    return "It is known already what kept them." if is_said else ""


def has_answered(booking: Booking, stage: str) -> bool:
    """Say whether somebody has answered the questions of a stage."""
    return bool(EvaluationResponse.objects.filter(booking=booking, stage=stage).exists())


def questions_of(message: Message, booking: Booking) -> str:
    """Return the path of the questions that a message asks for; empty where none are asked or they are answered."""
    stage = STAGES.get(Kind(message.kind), "")
    return feedback_path(booking, stage) if stage and not has_answered(booking, stage) else ""


def missing(*, at: datetime, since: timedelta) -> list[Message]:
    """Return the rows that the registers call for which were closed within a span of time, unsaved."""
    closings = RegisterClosing.objects.filter(closed_at__gt=at - since, reopened_at__isnull=True)
    closed = {one.session_id: one for one in closings.select_related("session")}
    terms = terms_of(one.session for one in closed.values())
    followed = [
        pk
        for pk, one in closed.items()
        if questions.is_followed_up(one.session, terms[pk].policy, closed_at=one.closed_at)
    ]
    places = Booking.objects.confirmed().filter(session__in=followed, attendance__isnull=False)
    return [
        row
        for booking in (places.select_related("attendance") if followed else ())
        for row in _rows_of(closed[booking.session_id].session, booking, closed_at=closed[booking.session_id].closed_at)
    ]
