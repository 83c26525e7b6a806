"""The rows of what follows a session: written by what its register says, and true as long as it says so."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from bookings import afterwards as questions
from bookings.links import feedback_path
from bookings.models import (
    CAME,
    AbsenceReason,
    Attendance,
    AttendanceMark,
    Booking,
    EvaluationResponse,
    MarkedBy,
    Presence,
    RegisterClosing,
    Stage,
)
from bookings.policy import Policy
from bookings.working_days import OPENS, after_working_hours, working_days_after
from events.models import Session
from events.wall_time import instant
from notifications import question_reminders
from notifications.kinds import ABSENCES, Kind
from notifications.message_names import message_id, start_words
from notifications.models import Message
from notifications.reminders import WORTH_SAYING

MARKED_LATE: Final = timedelta(hours=1)
STAGES: Final = {Kind.THANK_YOU: Stage.POST, Kind.QUESTIONS_REMINDER: Stage.POST, Kind.FOLLOW_UP: Stage.IMPACT}
REGISTER_DIFFERS: Final = "The register does not say so any more."
Times = dict[Kind, datetime]


def follow_closed(session: Session, *, at: datetime) -> None:
    """Write what people who did not attend, and their managers, are to be sent, now that a register is closed.

    What was withdrawn because a register was open, or said something else, waits again. Three statements.
    """
    absent = Booking.objects.confirmed().filter(session=session, attendance__state=Presence.DID_NOT_ATTEND)
    _write([row for booking in absent for row in _of_absent(session, booking, closed_at=at)])


def follow_marks(session: Session, marks: Sequence[AttendanceMark], *, at: datetime) -> None:
    """Write the thanks to those who came, and what they are asked later; two statements, or three for corrections.

    It hangs on the mark, and not on the register's being closed, so that it can be there at the end.
    """
    rows = [row for one in marks if one.to_state in CAME for row in _of_came(session, one.booking, marked_at=at)]
    rows += question_reminders.rows_of(session, [row for row in rows if row.kind == Kind.THANK_YOU], at=at)
    _write(rows, reopens=any(one.from_state or one.source == MarkedBy.REGISTER for one in marks))


def _of_came(session: Session, booking: Booking, *, marked_at: datetime) -> Iterator[Message]:
    """Return the rows about somebody who came, by the policy that their booking keeps."""
    for kind, due_at in thanks_times(session, booking, marked_at=marked_at).items():
        yield _row(session, booking, kind, due_at)


def thanks_times(session: Session, booking: Booking, *, marked_at: datetime) -> Times:
    """Return when whoever came is thanked, and when they are asked what it changed, in working hours.

    The thanks come with the end of the session, or some days later in the morning. Whoever is marked after that gets
    them then, or in the next working hour.
    """
    policy, zone = Policy.of(booking.policy), session.tzinfo
    closed = policy.closed_days
    thanks = thanks_at(session.over_at, zone, policy)
    if marked_at > thanks + MARKED_LATE:
        thanks = after_working_hours(marked_at, 0, zone, closed)
    opens_at = questions.opens_at(Stage.IMPACT, booking, session)
    return {Kind.THANK_YOU: thanks, Kind.FOLLOW_UP: after_working_hours(max(opens_at, marked_at), 0, zone, closed)}


def thanks_at(over_at: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """Return when whoever is marked in time is thanked: once it is over, or some days later in the morning."""
    days = policy.questions_after_days
    day = over_at.astimezone(zone).date() + timedelta(days=days)
    return after_working_hours(instant(day, OPENS, zone), 0, zone, policy.closed_days) if days else over_at


def _write(rows: Sequence[Message], *, reopens: bool = True) -> None:
    """Insert rows, and let those that were withdrawn wait again with their new hour."""
    if not rows:
        return
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    withdrawn = Message.objects.filter(status=Message.Status.CANCELLED, error=REGISTER_DIFFERS)
    known = withdrawn.filter(message_id__in=[row.message_id for row in rows]) if reopens else withdrawn.none()
    names = set(known.values_list("message_id", flat=True))
    again = sorted((row for row in rows if row.message_id in names), key=_hours_of)
    for (due_at, expires_at), group in groupby(again, key=_hours_of):
        those = withdrawn.filter(message_id__in=[row.message_id for row in group])
        those.update(status=Message.Status.PENDING, error="", due_at=due_at, expires_at=expires_at)


def _hours_of(row: Message) -> tuple[datetime, datetime]:
    """Return when a row is due, and when it is worthless."""
    return row.due_at, row.expires_at


def _of_absent(session: Session, booking: Booking, *, closed_at: datetime) -> Iterator[Message]:
    """Return the rows about somebody who did not attend, by the policy that their booking keeps."""
    times = absence_times(session, Policy.of(booking.policy), closed_at=closed_at)
    for kind, due_at in times.items():
        if kind == Kind.ABSENCE or booking.manager_email:
            yield _row(session, booking, kind, due_at)


def absence_times(session: Session, policy: Policy, *, closed_at: datetime) -> Times:
    """Return when whoever did not attend, and then their manager, is written to: in working hours, on working days.

    The days are counted from the session's last on its own clock. Where a register is closed later than that, the
    person is written to at once, and the manager as many working days after the person as the policy has between.
    """
    if policy.absence_asks == "nobody":
        return {}
    zone, closed = session.tzinfo, policy.closed_days
    last_day = session.over_at.astimezone(zone).date()
    first, second = policy.absence_person_working_days, policy.absence_manager_working_days

    def at_work(day: date) -> datetime:
        """Return the first working moment of a day that is not before the closing."""
        return after_working_hours(max(instant(day, OPENS, zone), closed_at), 0, zone, closed)

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
    attendance = Attendance.objects.filter(booking=booking).first()
    if message.kind not in ABSENCES:
        return _why_not_of_came(message, booking, attendance)
    is_closed = RegisterClosing.objects.filter(session=booking.session_id, reopened_at__isnull=True).exists()
    is_absent = attendance is not None and attendance.state == Presence.DID_NOT_ATTEND
    if not (is_closed and is_absent):
        return REGISTER_DIFFERS
    is_said = message.kind == Kind.ABSENCE_TOLD and AbsenceReason.objects.filter(booking=booking).exists()
    return "It is known already what kept them." if is_said else ""


def _why_not_of_came(message: Message, booking: Booking, attendance: Attendance | None) -> str:
    """Return why somebody is not thanked, or not asked how a session was or what it changed."""
    if attendance is None or not attendance.came:
        return REGISTER_DIFFERS
    if message.kind == Kind.THANK_YOU:
        return ""
    if message.kind == Kind.QUESTIONS_REMINDER:
        if has_answered(booking, Stage.POST):
            return "They have said already how it was."
        return question_reminders.why_untrue(message, booking)
    return "They have said already what it changed." if has_answered(booking, Stage.IMPACT) else ""


def has_answered(booking: Booking, stage: str) -> bool:
    """Say whether somebody has answered the questions of a stage."""
    return bool(EvaluationResponse.objects.filter(booking=booking, stage=stage).exists())


def questions_of(message: Message, booking: Booking) -> str:
    """Return the path of the questions that a message asks for; empty where none are asked or they are answered."""
    stage = STAGES.get(Kind(message.kind), "")
    return feedback_path(booking, stage) if stage and not has_answered(booking, stage) else ""


def missing(*, at: datetime, since: timedelta) -> list[Message]:
    """Return the rows that marks and closed registers of a span of time call for, unsaved."""
    marked = AttendanceMark.objects.filter(recorded_at__gt=at - since).order_by().values("booking")
    came = Booking.objects.confirmed().filter(pk__in=marked, attendance__state__in=CAME).select_related("session")
    rows = [row for booking in came for row in _of_came(booking.session, booking, marked_at=at)]
    closings = RegisterClosing.objects.filter(closed_at__gt=at - since, reopened_at__isnull=True)
    closed_at = dict(closings.values_list("session", "closed_at"))
    absent = Booking.objects.confirmed().filter(session__in=closed_at, attendance__state=Presence.DID_NOT_ATTEND)
    for booking in absent.select_related("session") if closed_at else ():
        rows.extend(_of_absent(booking.session, booking, closed_at=closed_at[booking.session_id]))
    return rows
