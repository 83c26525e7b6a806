"""The register: who came, marked by hand or by itself; closed when it is done, and opened again with a reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from bookings import policies, signals
from bookings.actions.charges import charge_absence, waive_absences
from bookings.actions.marks import Mark, roll_up, write
from bookings.models import (
    CAME,
    AttendanceMark,
    Booking,
    MarkedBy,
    PartAttendance,
    Presence,
    RegisterClosing,
    policy_of,
)
from bookings.states import Status
from events.contention import once_more
from events.models import Session
from events.models.session_part import Part, part_of_day, parts_of
from people.models import User


@once_more
def mark(
    session: Session, marks: Sequence[Mark], *, at: datetime, actor: User | None, source: str = MarkedBy.REGISTER
) -> list[AttendanceMark]:
    """Write marks into a session's register, all of them or none; return what changed, in the order given.

    Of two marks for one person the later seen stands, in whichever order they reach us, so that two devices agree
    in the end; one that was seen in the future counts as seen now. A mark that says what is there changes nothing
    but when it was seen last, which holds off those seen before. Of two seen in the same instant the one stands
    that reached us later.
    Of several dates each has its marks, and what they come to stands in `Attendance`. Three statements for any number
    of marks, and those of the listeners. Raises RegisterNotOpen before the day,
    RegisterClosed, NotOnRegister with the bookings that have no place on the session, and ValidationError for a state
    that there is not.
    """
    if unknown := {mark.state for mark in marks} - {"", *Presence.values}:
        raise ValidationError(f"The register has no “{min(unknown)[:20]}”.")
    with transaction.atomic():
        session = _locked(session, at=at)
        return write(session, [_not_later(mark, at) for mark in marks], actor=actor, source=source, at=at)


@once_more
def arrived(booking: Booking, *, at: datetime, source: str, actor: User | None = None) -> bool:
    """Let the register fill itself: somebody joined or checked in; say whether that marked them.

    They are present, or late by the policy while it lasts. What the register says already stands, and so
    does a closed register.
    """
    with transaction.atomic():
        session = Session.objects.locked(booking.session_id)
        part = part_of_day(session, at=at)
        if policies.why_not_mark(session, is_closed=is_closed(session), at=at):
            return False
        row = Booking.objects.filter(pk=booking.pk, status=Status.CONFIRMED).exclude(_is_marked(part)).first()
        if row is None:
            return False
        mark = Mark(booking.pk, state_on_arrival(part, row, at=at), at, part=part.number)
        return bool(write(session, [mark], actor=actor, source=source, at=at))


def state_on_arrival(part: Part, booking: Booking, *, at: datetime) -> Presence:
    """Return what whoever comes to a date at an instant is: late from some minutes after the start, while it lasts."""
    minutes = policies.late_minutes(part.session, booking.mode, policy_of(part.session))
    late_from = part.starts_at + timedelta(minutes=minutes)
    return Presence.LATE if late_from <= at < part.ends_at else Presence.PRESENT


def _is_marked(part: Part) -> Q:
    """Keep the bookings of which the register of a date says something."""
    if part.total == 1:
        return Q(attendance__isnull=False)
    return Q(pk__in=PartAttendance.objects.filter(part=part.number).order_by().values("booking"))


@once_more
def close_register(session: Session, *, at: datetime, actor: User | None, others_absent: bool = False) -> int:
    """Close a register; return how many stay unmarked. Closing one that is closed does nothing.

    With ``others_absent`` whoever has no mark did not attend. What absences cost by policy goes into the ledger; a
    charge for somebody who came or is excused after all is waived. Raises RegisterNotOpen before the session ends.
    """
    with transaction.atomic():
        session = Session.objects.locked(session.pk)
        if refusal := policies.why_not_close(session, at=at):
            raise refusal
        places = Booking.objects.confirmed().filter(session=session)
        if is_closed(session):
            return len({mark.booking_id for mark in _unmarked(session, at=at)})
        if others_absent:
            write(session, _unmarked(session, at=at), actor=actor, source=MarkedBy.REGISTER, at=at)
        RegisterClosing.written.add(session=session, closed_at=at, closed_by=actor)
        for booking in places.filter(attendance__state=Presence.DID_NOT_ATTEND).select_related("session"):
            charge_absence(booking, at=at)
        waive_absences(places.filter(attendance__state__in=[*CAME, Presence.EXCUSED]), actor=actor, at=at)
        signals.register_closed.send(RegisterClosing, session=session, at=at)
        return len({mark.booking_id for mark in _unmarked(session, at=at)})


def _unmarked(session: Session, *, at: datetime) -> list[Mark]:
    """Return who has no mark, of each date, as marks that they did not attend."""
    places = Booking.objects.confirmed().filter(session=session).order_by("pk")
    return [
        Mark(pk, Presence.DID_NOT_ATTEND, at, part=part.number)
        for part in parts_of(session)
        for pk in places.exclude(_is_marked(part)).values_list("pk", flat=True)
    ]


def follow_changed_parts(session: Session) -> None:
    """Bring what each booking's dates come to in line with the dates there are; the caller holds the session's lock."""
    marked = Booking.objects.filter(session=session, part_attendances__isnull=False).distinct()
    roll_up(marked, total=len(parts_of(session)))


def marked_parts(session: Session) -> set[int]:
    """Return the numbers of the dates whose registers have marks."""
    marked = PartAttendance.objects.filter(booking__session=session).order_by()
    return set(marked.values_list("part", flat=True).distinct())


@once_more
def reopen_register(session: Session, *, reason: str, at: datetime, actor: User | None) -> None:
    """Open a closed register again; one that is open stays so. Raises ValidationError without a usable reason."""
    closing = RegisterClosing.objects.filter(session=session, reopened_at__isnull=True).first()
    if closing is None:
        return
    closing.reason = reason
    closing.clean_fields(exclude={"session", "closed_at", "closed_by", "reopened_at", "reopened_by"})
    if not reason:
        raise ValidationError({"reason": "Say why the register is opened again."})
    still_closed = RegisterClosing.written.filter(pk=closing.pk, reopened_at__isnull=True)
    still_closed.update(reopened_at=at, reopened_by=actor, reason=reason)


def is_closed(session: Session) -> bool:
    """Say whether a session's register is closed."""
    return bool(RegisterClosing.objects.filter(session=session, reopened_at__isnull=True).exists())


def _locked(session: Session, *, at: datetime) -> Session:
    """Lock the row of a session whose register can be marked; raises why not."""
    session = Session.objects.locked(session.pk)
    if refusal := policies.why_not_mark(session, is_closed=is_closed(session), at=at):
        raise refusal
    return session


def _not_later(mark: Mark, at: datetime) -> Mark:
    """Return a mark as seen now at the latest: no device's clock holds off the marks of others."""
    return mark if mark.at <= at else replace(mark, at=at)
