"""Taking back what one marked last in a register: one mark, or many that were made by one press."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, OuterRef, Subquery

from bookings.actions.attendance import mark
from bookings.actions.marks import Mark
from bookings.models import AttendanceMark, MarkedBy
from events.models import Session
from people.models import User


def last_marks(session: Session, actor: User) -> list[AttendanceMark]:
    """Return the marks of a person's last step in a register that still stand; two queries."""
    own = AttendanceMark.objects.filter(
        booking__session=session, booking__status="confirmed", actor=actor, source=MarkedBy.REGISTER
    ).order_by()
    latest = own.aggregate(at=Max("recorded_at"))["at"]
    newest = (
        AttendanceMark.objects.filter(booking=OuterRef("booking"), part=OuterRef("part"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    return list(own.filter(recorded_at=latest, pk=Subquery(newest))) if latest else []


def undo(session: Session, *, actor: User, at: datetime) -> Sequence[AttendanceMark]:
    """Bring back what the register said before somebody's last step; undoing that again does it again.

    A mark that comes back is as before that of whoever or whatever made it, so that a report may still correct one
    that joining made. Whom somebody else has marked since stays as they are. Returns what changed; raises what
    marking raises.
    """
    last = last_marks(session, actor)
    before = _before(last)
    marks = [
        Mark(one.booking_id, one.from_state, at, part=one.part, restores=before.get(one.pk) if one.from_state else None)
        for one in last
    ]
    return mark(session, marks, at=at, actor=actor)


def _before(marks: Sequence[AttendanceMark]) -> dict[int, AttendanceMark]:
    """Return by the id of each mark the one before it of the same person and date; one query."""
    newest = {(one.booking_id, one.part): one.pk for one in marks}
    found: dict[int, AttendanceMark] = {}
    earlier = AttendanceMark.objects.filter(booking__in=[pk for pk, _ in newest]).select_related("actor")
    for row in earlier.order_by("pk"):
        pk = newest.get((row.booking_id, row.part))
        if pk is not None and row.pk < pk:
            found[pk] = row
    return found
