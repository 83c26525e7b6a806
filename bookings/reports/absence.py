"""Who did not come, and who gave a place up too late."""

from typing import Any, Final

from django.db.models import OuterRef, Q, Subquery

from bookings.absence_page import reason_of
from bookings.models import Booking, BookingChange, Charge, Presence
from bookings.querysets import BookingQuerySet
from bookings.register_page import attendance_of
from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.report import Report
from bookings.reports.table import Column, Table, each, pounds
from bookings.states import Status, Verb
from bookings.working_days import working_days_between

COLUMNS: Final = (
    Column("name", "Name"),
    Column("organisation", "Organisation"),
    Column("session", "Session"),
    Column("date", "Date", "date"),
    Column("status", "What happened"),
    Column("notice", "Notice in working days", "number"),
    Column("reason", "Reason given"),
    Column("manager", "Line manager"),
    Column("charge", "Charge", "money"),
    Column("waiver", "Waived because"),
)
MISSED: Final = Q(status=Status.CONFIRMED, attendance__state__in=[Presence.DID_NOT_ATTEND, Presence.EXCUSED])
LATE: Final = Q(status=Status.CANCELLED, cancelled_late=True)


def absences(asked: Asked) -> Table:
    """Return one row a booking, by session and name: one query, read as it is needed."""
    rows = with_charge(asked.bookings().filter(MISSED | LATE)).select_related("session", "attendance", "absence_reason")
    why = BookingChange.objects.filter(booking=OuterRef("pk"), verb=Verb.CANCELLED).order_by("-pk").values("reason")
    found = rows.annotate(why=Subquery(why[:1])).order_by("session__starts_at", "session", "name", "pk")
    return Table(COLUMNS, each(found, _row))


def with_charge(rows: BookingQuerySet) -> BookingQuerySet:
    """Fetch what each booking's newest charge came to, and why it was waived."""
    charges = Charge.objects.filter(booking=OuterRef("pk")).order_by("-pk")
    found: BookingQuerySet = rows.annotate(
        pence=Subquery(charges.values("pence")[:1]), waiver=Subquery(charges.values("waiver_reason")[:1])
    )
    return found


def _row(booking: Booking) -> dict[str, Any]:
    """Return what is said of one booking."""
    more, session, attendance, reason = vars(booking), booking.session, attendance_of(booking), reason_of(booking)
    notice = None
    if booking.cancelled_at is not None:
        notice = working_days_between(
            booking.cancelled_at.astimezone(session.tzinfo).date(), session.local_start.date()
        )
    return {
        "name": booking.name,
        "organisation": booking.organisation_name,
        "session": session.title,
        "date": session.local_start.date(),
        "status": str(attendance.get_state_display()) if attendance else "Cancelled after the deadline",
        "notice": notice,
        "reason": str(reason.get_code_display()) if reason else more["why"] or "",
        "manager": booking.manager_name or booking.manager_email,
        "charge": pounds(more["pence"]),
        "waiver": more["waiver"] or "",
    }


ABSENT: Final = Report(
    slug="absence",
    title="Non-attendance and late cancellation",
    about="Who did not come or cancelled after the deadline, what notice they gave, and what it costs.",
    make=absences,
    definitions=(d.SCOPE, d.CANCELLED, d.NOTICE, d.THEN, d.LISTED),
    names_people=True,
)
