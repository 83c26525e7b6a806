"""What organisers and the people themselves read about who did not attend and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from bookings.afterwards import months_after
from bookings.models import AbsenceReason, Attendance, Booking, Presence
from bookings.policy import Policy
from bookings.register_page import attendance_of, presence_tag
from events.models import Session
from events.models.session_part import not_over
from events.presenters import SessionLine, Tag
from people.models import User

# The queue is of what is recent enough to be asked about; older absences stand in the report.
ASKED_FOR: Final = timedelta(days=90)
ABSENT: Final = (Presence.DID_NOT_ATTEND, Presence.EXCUSED)


def reason_of(booking: Booking) -> AbsenceReason | None:
    """Return what kept somebody, as it was fetched with the booking."""
    found: AbsenceReason | None = getattr(booking, "absence_reason", None)
    return found


def absences(actor: User, *, at: datetime) -> QuerySet[Booking]:
    """Return who did not attend a session of one's partnerships of late, the latest first."""
    own = Session.objects.hosted_within(actor, at=at).filter(not_over(at=at - ASKED_FOR)).order_by().values("pk")
    rows = Booking.objects.confirmed().filter(session__in=own, attendance__state=Presence.DID_NOT_ATTEND)
    found: QuerySet[Booking] = rows.select_related(
        "session__venue", "session__room", "attendance", "absence_reason", "practitioner"
    ).order_by("-session__starts_at", "name", "pk")
    return found


@dataclass(frozen=True)
class AbsenceLine:
    """Somebody who did not attend. ``others`` are their absences from one's sessions within the policy's months."""

    booking: Booking
    at: datetime
    others: int

    @property
    def session(self) -> SessionLine:
        """Return the session in words."""
        return SessionLine(self.booking.session, self.at)

    @property
    def state(self) -> Tag | None:
        """Return what the register says."""
        return presence_tag(attendance_of(self.booking))

    @property
    def reason(self) -> str:
        """Return what kept them and who said so; empty where nobody has."""
        reason = reason_of(self.booking)
        return f"{reason.get_code_display()} ({reason.get_said_by_display().lower()})" if reason else ""

    @property
    def warning(self) -> str:
        """Return how often they did not attend, where the policy wants organisers to know; it bars nobody."""
        policy = Policy.of(self.booking.policy)
        if not policy.absence_alert_count or self.others < policy.absence_alert_count:
            return ""
        return f"{self.others} times in {policy.absence_alert_months} months"


def lines_of(bookings: Sequence[Booking], actor: User, *, at: datetime) -> list[AbsenceLine]:
    """Return bookings as lines; how often each person did not attend takes one query for all of them."""
    people = {booking.practitioner_id for booking in bookings}
    own = Session.objects.hosted_within(actor, at=at).order_by().values("pk")
    rows = Attendance.objects.filter(
        state=Presence.DID_NOT_ATTEND, booking__practitioner__in=people, booking__session__in=own
    ).values_list("booking__practitioner", "booking__session__starts_at")
    known = list(rows) if people else []
    lines = []
    for booking in bookings:
        since = months_after(booking.session.starts_at, -Policy.of(booking.policy).absence_alert_months)
        counted = Counter(who for who, start in known if since < start <= booking.session.starts_at)
        lines.append(AbsenceLine(booking, at, counted[booking.practitioner_id]))
    return lines
