"""How marks are written into a register, of one date or of several. The caller holds the session's row lock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Max

from bookings import errors, policies, signals
from bookings.models import Attendance, AttendanceMark, Booking, MarkedBy, PartAttendance
from events.models import Session
from events.models.session_part import Part, parts_of
from people.models import User

Seen = Attendance | PartAttendance


@dataclass(frozen=True)
class Mark:
    """What was seen of one booking, by id, and when; ``part`` of which date. An empty state takes the mark back.

    ``restores`` is the earlier mark that an undo brings back: its source and its actor stand beside the state again.
    """

    booking_id: int
    state: str
    at: datetime
    minutes: int | None = None
    part: int = 1
    restores: AttendanceMark | None = None


@dataclass(frozen=True)
class _Place:
    """Somebody's line in a register, with what it says and when somebody last looked."""

    booking: Booking
    before: Seen | None
    noted_at: datetime | None

    @property
    def seen_at(self) -> datetime | None:
        """Return when somebody last looked, also where they took a mark back; None where nobody has."""
        times = [self.noted_at, self.before.marked_at if self.before else None]
        return max(filter(None, times), default=None)


def write(
    session: Session, marks: Iterable[Mark], *, actor: User | None, source: str, at: datetime
) -> list[AttendanceMark]:
    """Write the marks that say something new, and what several dates come to; return what changed.

    A report that says what is there adds its minutes and leaves whose mark it is. It speaks of the whole date, so no
    mark seen later holds it off: the caller leaves out what a hand has marked. Raises NotOnRegister, and
    RegisterNotOpen or ValidationError for a date whose day has not come or that there is not.
    """
    newest = {(one.booking_id, one.part): one for one in sorted(marks, key=lambda one: one.at)}
    parts = parts_of(session)
    _refuse_dates(parts, {part for _, part in newest}, at=at)
    found = _several(session, newest) if len(parts) > 1 else _single(session, newest)
    if absent := {pk for pk, part in newest if (pk, part) not in found}:
        raise errors.NotOnRegister(absent)
    rows: list[Seen] = []
    changes, gone = [], []
    for key, given in newest.items():
        place = found[key]
        before = place.before
        one = _after_all(given, place) if source == MarkedBy.REPORT else given
        if not _says_something(place, one):
            continue
        if one.state:
            keeps = before is not None and before.state == one.state and source == MarkedBy.REPORT
            by = (one.restores.source, one.restores.actor) if one.restores else (source, actor)
            by = (before.source, before.marked_by) if before is not None and keeps else by
            values = {"state": one.state, "source": by[0], "marked_at": one.at, "marked_by": by[1]}
            values |= {"booking": place.booking, "minutes": _minutes(before, one)}
            rows.append(PartAttendance(**values, part=one.part) if len(parts) > 1 else Attendance(**values))
        else:
            gone.append(key)
        if before is None or before.state != one.state:
            changes.append(_note(place.booking, before, one, actor=actor, source=source, at=at))
    if len(parts) > 1:
        _store_parts(rows, gone, found, total=len(parts))
    else:
        _store(rows, gone)
    AttendanceMark.written.bulk_create(changes)
    if changes:
        signals.attendance_changed.send(Attendance, session=session, marks=changes, at=at)
    return changes


def roll_up(bookings: Iterable[Booking], *, total: int) -> None:
    """Let `Attendance` say what the dates of each booking come to; the one that was seen last says who marked it."""
    of_booking: dict[int, list[PartAttendance]] = {booking.pk: [] for booking in bookings}
    seen = PartAttendance.objects.filter(booking__in=of_booking, part__lte=total).select_related("marked_by")
    for row in seen.order_by("marked_at", "part"):
        of_booking[row.booking_id].append(row)
    whole = []
    for pk, dates in of_booking.items():
        state = policies.presence_in_all([row.state for row in dates], total=total)
        if state is not None:
            last = dates[-1]
            values = {"source": last.source, "marked_at": last.marked_at, "marked_by": last.marked_by}
            whole.append(Attendance(booking_id=pk, state=state, minutes=None, **values))
    _store(whole, [(pk, 1) for pk, dates in of_booking.items() if not dates])


def said_of(booking: Booking, part: Part) -> Seen | None:
    """Return what the register of a date says of somebody; None where it says nothing."""
    if part.total == 1:
        return Attendance.objects.filter(booking=booking).first()
    return PartAttendance.objects.filter(booking=booking, part=part.number).first()


def _refuse_dates(parts: list[Part], wanted: set[int], *, at: datetime) -> None:
    """Refuse marks of dates that there are not, or whose day is still to come."""
    by_number = {part.number: part for part in parts}
    if unknown := wanted - by_number.keys():
        raise ValidationError(f"This session has no part {min(unknown)}.")
    for number in sorted(wanted):
        if refusal := policies.why_not_mark_part(by_number[number], at=at):
            raise refusal


def _single(session: Session, newest: dict[tuple[int, int], Mark]) -> dict[tuple[int, int], _Place]:
    """Return the lines of a session of one date: one query."""
    keys = {pk for pk, _ in newest}
    places = Booking.objects.confirmed().filter(session=session, pk__in=keys).select_related("attendance__marked_by")
    return {
        (booking.pk, 1): _Place(booking, getattr(booking, "attendance", None), vars(booking)["noted_at"])
        for booking in places.annotate(noted_at=Max("attendance_marks__marked_at"))
    }


def _several(session: Session, newest: dict[tuple[int, int], Mark]) -> dict[tuple[int, int], _Place]:
    """Return the lines of a session of several dates, one for each date that is asked for: three queries."""
    keys = {pk for pk, _ in newest}
    places = {one.pk: one for one in Booking.objects.confirmed().filter(session=session, pk__in=keys)}
    rows = PartAttendance.objects.filter(booking__in=places).select_related("marked_by")
    said = {(row.booking_id, row.part): row for row in rows}
    noted = {
        (row["booking"], row["part"]): row["at"]
        for row in AttendanceMark.objects.order_by()
        .filter(booking__in=places)
        .values("booking", "part")
        .annotate(at=Max("marked_at"))
    }
    return {key: _Place(places[key[0]], said.get(key), noted.get(key)) for key in newest if key[0] in places}


def _store(rows: Iterable[Seen], gone: Iterable[tuple[int, int]]) -> None:
    """Write what the register says of people, and take away what was taken back."""
    Attendance.written.filter(booking__in=[pk for pk, _ in gone]).delete()
    Attendance.written.bulk_create(
        list(rows),
        update_conflicts=True,
        unique_fields=["booking"],
        update_fields=["state", "source", "marked_at", "marked_by", "minutes"],
    )


def _store_parts(
    rows: list[Seen], gone: Iterable[tuple[int, int]], found: dict[tuple[int, int], _Place], *, total: int
) -> None:
    """Write what the register of each date says, and what they come to."""
    for pk, part in gone:
        PartAttendance.written.filter(booking=pk, part=part).delete()
    PartAttendance.written.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["booking", "part"],
        update_fields=["state", "source", "marked_at", "marked_by", "minutes"],
    )
    touched = {row.booking_id for row in rows} | {pk for pk, _ in gone}
    roll_up([place.booking for (pk, _), place in found.items() if pk in touched], total=total)


def _after_all(one: Mark, place: _Place) -> Mark:
    """Return a report's mark as seen after all that was noted of its person and date."""
    return replace(one, at=max(one.at, place.seen_at or one.at))


def _says_something(place: _Place, one: Mark) -> bool:
    """Say whether a mark is written: where nothing was seen after it, and it is not what is there to the minute.

    What is there is written anew when it was seen later, and so is that a mark was taken back.
    """
    before, seen_at = place.before, place.seen_at
    if seen_at is None:
        return True
    is_same = one.state == (before.state if before else "") and one.minutes in {None, before and before.minutes}
    return one.at > seen_at or (one.at == seen_at and not is_same)


def _minutes(before: Seen | None, one: Mark) -> int | None:
    """Return the minutes that stand beside a mark: those it brings, or those that were counted of the same."""
    is_same = before is not None and before.state == one.state
    return before.minutes if before is not None and is_same and one.minutes is None else one.minutes


def _note(  # noqa: PLR0913 - a mark has this many sides
    booking: Booking, before: Seen | None, one: Mark, *, actor: User | None, source: str, at: datetime
) -> AttendanceMark:
    """Return the row of history of a mark."""
    return AttendanceMark(
        booking=booking,
        part=one.part,
        from_state=before.state if before else "",
        to_state=one.state,
        source=source,
        actor=actor,
        marked_at=one.at,
        recorded_at=at,
    )
