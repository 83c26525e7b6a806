"""Reading a meeting's report into the register: whom it names is marked, and the others wait to be settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bookings import door_errors, errors, policies
from bookings.actions.attendance import is_closed, mark
from bookings.actions.marks import Mark, Seen
from bookings.actions.walk_ins import walk_in
from bookings.attendance_files import Candidate, Person, Report, match
from bookings.models import AttendanceReport, Booking, MarkedBy, PartAttendance, Presence, policy_of
from bookings.policy import Policy
from events.contention import once_more
from events.models import Session
from events.models.session_part import Part, part_of, part_of_day
from people.models import User


@once_more
def read_in(session: Session, report: Report, *, actor: User, at: datetime) -> tuple[AttendanceReport, int | None]:
    """Mark those whom a report names, and keep the others to be settled; return the report and how many marks are new.

    People are found by their address on the booking or in their account, then by name. What a hand has marked
    stays, and gets the minutes. The same report again is the one that is there, marks nothing, and then the
    number is None. Raises
    RegisterNotOpen, RegisterClosed, SessionCancelled, and NobodyOfReport where nobody of it is on the register.
    """
    with transaction.atomic():
        session = Session.objects.locked(session.pk)
        if refusal := policies.why_not_mark(session, is_closed=is_closed(session), at=at):
            raise refusal
        before = AttendanceReport.objects.filter(session=session, digest=report.digest).first()
        if before is not None:
            return before, None
        places = list(_places(session))
        candidates = [Candidate(one.pk, one.name, (one.email, one.practitioner.email)) for one in places]
        part = part_of_day(session, at=at)
        found, others = match(report, candidates, starts_at=part.starts_at, ends_at=part.ends_at)
        if not found and places:
            raise door_errors.NobodyOfReport
        policy = policy_of(session)
        said = _said(places, part)
        named = [one for one in places if one.pk in found]
        marks = [_mark(part, one, said.get(one.pk), found[one.pk], policy, at=at) for one in named]
        made = mark(session, [one for one in marks if one], at=at, actor=actor, source=MarkedBy.REPORT)
        kept: AttendanceReport = AttendanceReport.written.add(
            session=session,
            digest=report.digest,
            part=part.number,
            read_at=at,
            read_by=actor,
            placed=len(found),
            unplaced=[_as_json(number, one) for number, one in enumerate(others)],
        )
        return kept, len(made)


def place(  # noqa: PLR0913 - each says something of its own
    report: AttendanceReport, number: int, *, booking: int | None, as_walk_in: bool = False, actor: User, at: datetime
) -> None:
    """Settle somebody of a report whom nobody could place: they are a booking, came without one, or are left out.

    Whoever is settled already stays so. Raises NotOnRegister for a booking without a place, what `walk_in`
    raises, and why the register cannot be marked; then nothing is written.
    """
    if as_walk_in and (entry := _entry(report, number)):  # first, because a person's row is locked before a session's
        details = {"name": entry["name"], "email": entry["address"]}
        booking = walk_in(report.session, details, actor=actor, at=at, source=MarkedBy.REPORT).pk
    _settle(report, number, booking=booking, actor=actor, at=at)


@once_more
def _settle(report: AttendanceReport, number: int, *, booking: int | None, actor: User, at: datetime) -> None:
    """Mark the booking that somebody of a report is, if any, and take them off the list."""
    with transaction.atomic():
        session = Session.objects.locked(report.session_id)
        report = AttendanceReport.objects.get(pk=report.pk)
        entry = _entry(report, number)
        if entry is None:
            return
        if refusal := policies.why_not_mark(session, is_closed=is_closed(session), at=at):
            raise refusal
        if booking is not None:
            row = _places(session).filter(pk=booking).first()
            if row is None:
                raise errors.NotOnRegister([booking])
            part = part_of(session, report.part) or part_of_day(session, at=at)
            said = _said([row], part).get(row.pk)
            seen = _mark(part, row, said, _of_json(entry), policy_of(session), at=at)
            mark(session, [seen] if seen else [], at=at, actor=actor, source=MarkedBy.REPORT)
        rest = [one for one in report.unplaced if one["number"] != number]
        placed = report.placed + (booking is not None)
        AttendanceReport.written.filter(pk=report.pk).update(unplaced=rest, placed=placed)


def forget_old_reports(*, at: datetime) -> int:
    """Forget whom reports named that nobody placed, as long after the session as its policy keeps who joined.

    Returns of how many reports.
    """
    count = 0
    for report in AttendanceReport.objects.exclude(unplaced=[]).select_related("session"):
        if report.session.over_at <= at - timedelta(days=policy_of(report.session).keep_joins_days):
            count += AttendanceReport.written.filter(pk=report.pk).update(unplaced=[])
    return count


def presence_of(part: Part, mode: str, person: Person, policy: Policy) -> Presence:
    """Return what the register says of somebody by a report: whether they were late, or left before it was enough.

    Whoever was there for the share that counts as attending, 80 per cent unless decided otherwise, left in time.
    How much the rest is worth is for certificates and figures to say, by the minutes.
    """
    late_from = part.starts_at + timedelta(minutes=policies.late_minutes(part.session, mode, policy))
    is_late = person.first is not None and person.first >= late_from
    share = 100 * timedelta(minutes=person.minutes) / part.length
    stayed = person.last is not None and person.last >= part.ends_at - timedelta(minutes=1)
    if share >= policy.attendance_percent or (is_late and stayed):
        return Presence.LATE if is_late else Presence.PRESENT
    return Presence.LEFT_EARLY


def _mark(  # noqa: PLR0913 - a mark has this many sides
    part: Part, booking: Booking, before: Seen | None, person: Person, policy: Policy, *, at: datetime
) -> Mark | None:
    """Return what to mark of a booking, seen at the date's end; None where it is there already.

    A mark by hand or by a code keeps its state. One that was taken back is no mark.
    """
    by_hand = before is not None and before.source in {MarkedBy.REGISTER, MarkedBy.CODE}
    state = before.state if before and by_hand else presence_of(part, booking.mode, person, policy)
    if before is not None and (before.state, before.minutes) == (state, person.minutes):
        return None
    return Mark(booking.pk, state, min(part.ends_at, at), person.minutes, part=part.number)


def _said(places: Sequence[Booking], part: Part) -> Mapping[int, Seen | None]:
    """Return by booking what the register of a date says; the one of a session of one date came with the booking."""
    if part.total == 1:
        return {one.pk: getattr(one, "attendance", None) for one in places}
    return {row.booking_id: row for row in PartAttendance.objects.filter(booking__in=places, part=part.number)}


def _entry(report: AttendanceReport, number: int) -> dict[str, Any] | None:
    """Return somebody who waits to be settled; None for nobody, or somebody who is."""
    return next((one for one in report.unplaced if one["number"] == number), None)


def _places(session: Session) -> Any:
    """Return everybody with a place, with their account."""
    return Booking.objects.confirmed().filter(session=session).select_related("attendance", "practitioner")


def _as_json(number: int, person: Person) -> dict[str, Any]:
    """Return somebody of a report as they wait to be settled."""
    return {
        "number": number,
        "name": person.name[:200],
        "address": person.address[:254],
        "role": person.role[:80],
        "minutes": person.minutes,
        "first": person.first and person.first.isoformat(),
        "last": person.last and person.last.isoformat(),
    }


def _of_json(entry: Mapping[str, Any]) -> Person:
    """Return somebody who waited to be settled."""
    first, last = (datetime.fromisoformat(entry[name]) if entry[name] else None for name in ("first", "last"))
    return Person(entry["name"], entry["address"], entry["role"], entry["minutes"], first, last)
