"""The register: who came, marked by hand or by itself; closed when it is done, and opened again with a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from bookings import errors, policies, signals
from bookings.actions.charges import charge_absence, waive_absences
from bookings.models import CAME, Attendance, AttendanceMark, Booking, MarkedBy, Presence, RegisterClosing, policy_of
from bookings.states import Status
from events.contention import once_more
from events.models import Session
from people.models import User


@dataclass(frozen=True)
class Mark:
    """What was seen of one booking, by id, and when. An empty state takes the mark back."""

    booking_id: int
    state: str
    at: datetime
    minutes: int | None = None


@once_more
def mark(
    session: Session, marks: Sequence[Mark], *, at: datetime, actor: User | None, source: str = MarkedBy.REGISTER
) -> list[AttendanceMark]:
    """Write marks into a session's register, all of them or none; return what changed, in the order given.

    Of two marks for one person the later seen stands, in whichever order they reach us, so that two devices agree
    in the end; one that was seen in the future counts as seen now. A mark that says what is there changes nothing
    but when it was seen last, which holds off those seen before. Of two seen in the same instant the one stands
    that reached us later.
    Three statements for any number of marks, and those of the listeners. Raises RegisterNotOpen before the day,
    RegisterClosed, NotOnRegister with the bookings that have no place on the session, and ValidationError for a state
    that there is not.
    """
    if unknown := {mark.state for mark in marks} - {"", *Presence.values}:
        raise ValidationError(f"The register has no “{min(unknown)[:20]}”.")
    with transaction.atomic():
        session = _locked(session, at=at)
        return _write(session, [_not_later(mark, at) for mark in marks], actor=actor, source=source, at=at)


@once_more
def arrived(booking: Booking, *, at: datetime, source: str, actor: User | None = None) -> bool:
    """Let the register fill itself: somebody joined or checked in; say whether that marked them.

    They are present, or late by the policy while it lasts. What the register says already stands, and so
    does a closed register.
    """
    with transaction.atomic():
        session = Session.objects.locked(booking.session_id)
        if policies.why_not_mark(session, is_closed=is_closed(session), at=at):
            return False
        row = Booking.objects.filter(pk=booking.pk, status=Status.CONFIRMED, attendance__isnull=True).first()
        if row is None:
            return False
        state = state_on_arrival(session, row, at=at)
        return bool(_write(session, [Mark(booking.pk, state, at)], actor=actor, source=source, at=at))


def state_on_arrival(session: Session, booking: Booking, *, at: datetime) -> Presence:
    """Return what whoever comes at an instant is: late from some minutes after the start on, while it lasts."""
    late_from = session.starts_at + timedelta(minutes=policies.late_minutes(session, booking.mode, policy_of(session)))
    return Presence.LATE if late_from <= at < session.ends_at else Presence.PRESENT


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
        unmarked = places.filter(attendance__isnull=True)
        if is_closed(session):
            return unmarked.count()
        if others_absent:
            marks = [Mark(pk, Presence.DID_NOT_ATTEND, at) for pk in unmarked.values_list("pk", flat=True)]
            _write(session, marks, actor=actor, source=MarkedBy.REGISTER, at=at)
        RegisterClosing.written.add(session=session, closed_at=at, closed_by=actor)
        for booking in places.filter(attendance__state=Presence.DID_NOT_ATTEND).select_related("session"):
            charge_absence(booking, at=at)
        waive_absences(places.filter(attendance__state__in=[*CAME, Presence.EXCUSED]), actor=actor, at=at)
        signals.register_closed.send(RegisterClosing, session=session, at=at)
        return unmarked.count()


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
    return mark if mark.at <= at else Mark(mark.booking_id, mark.state, at, mark.minutes)


def _write(
    session: Session, marks: Iterable[Mark], *, actor: User | None, source: str, at: datetime
) -> list[AttendanceMark]:
    """Write the marks that say something new; the caller holds the session's row lock.

    A report that says what is there adds its minutes and leaves whose mark it is.
    """
    newest = {one.booking_id: one for one in sorted(marks, key=lambda one: one.at)}
    places = Booking.objects.confirmed().filter(session=session, pk__in=newest).select_related("attendance__marked_by")
    found = {booking.pk: booking for booking in places.annotate(noted_at=Max("attendance_marks__marked_at"))}
    if absent := newest.keys() - found.keys():
        raise errors.NotOnRegister(absent)
    rows, changes, gone = [], [], []
    for pk, one in newest.items():
        before: Attendance | None = getattr(found[pk], "attendance", None)
        if not _says_something(found[pk], before, one):
            continue
        if one.state:
            keeps = before is not None and before.state == one.state and source == MarkedBy.REPORT
            by = (before.source, before.marked_by) if before is not None and keeps else (source, actor)
            values = {"state": one.state, "source": by[0], "marked_at": one.at, "marked_by": by[1]}
            rows.append(Attendance(booking=found[pk], **values, minutes=_minutes(before, one)))
        else:
            gone.append(pk)
        if before is None or before.state != one.state:
            changes.append(_note(found[pk], before, one, actor=actor, source=source, at=at))
    Attendance.written.filter(booking__in=gone).delete()
    Attendance.written.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["booking"],
        update_fields=["state", "source", "marked_at", "marked_by", "minutes"],
    )
    AttendanceMark.written.bulk_create(changes)
    if changes:
        signals.attendance_changed.send(Attendance, session=session, marks=changes, at=at)
    return changes


def _says_something(booking: Booking, before: Attendance | None, one: Mark) -> bool:
    """Say whether a mark is written: where nothing was seen after it, and it is not what is there to the minute.

    What is there is written anew when it was seen later, and so is that a mark was taken back.
    """
    noted: datetime | None = vars(booking)["noted_at"]
    if noted is None:
        return True
    seen_at = max(noted, before.marked_at) if before else noted
    is_same = one.state == (before.state if before else "") and one.minutes in {None, before and before.minutes}
    return one.at > seen_at or (one.at == seen_at and not is_same)


def _minutes(before: Attendance | None, one: Mark) -> int | None:
    """Return the minutes that stand beside a mark: those it brings, or those that were counted of the same."""
    is_same = before is not None and before.state == one.state
    return before.minutes if before is not None and is_same and one.minutes is None else one.minutes


def _note(  # noqa: PLR0913 - a mark has this many sides
    booking: Booking, before: Attendance | None, one: Mark, *, actor: User | None, source: str, at: datetime
) -> AttendanceMark:
    """Return the row of history of a mark."""
    return AttendanceMark(
        booking=booking,
        from_state=before.state if before else "",
        to_state=one.state,
        source=source,
        actor=actor,
        marked_at=one.at,
        recorded_at=at,
    )
