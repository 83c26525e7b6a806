"""Proof of training: who of an organisation was on what, for its organisers and for whoever leads it."""

from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from bookings.certificate_codes import grouped
from bookings.models import CAME, Booking, Certificate
from bookings.register_page import attendance_of
from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.report import Report
from bookings.reports.sessions import hours
from bookings.reports.table import Column, Row, Table, each
from bookings.states import Status

COLUMNS: Final = (
    Column("name", "Name"),
    Column("role", "Role"),
    Column("organisation", "Organisation"),
    Column("session", "Session"),
    Column("date", "Date", "date"),
    Column("hours", "Hours", "number"),
    Column("multi", "Multi-agency"),
    Column("status", "Status"),
    Column("certificate", "Certificate"),
)
WORDS: Final = (d.ATTENDED_HOURS, d.MULTI, d.CERTIFICATES, d.THEN)


def evidence(asked: Asked) -> Table:
    """Return who of which organisation was on what, by organisation and name; one query, read as it is needed."""
    return evidence_of(asked.bookings())


def evidence_of(bookings: QuerySet[Any]) -> Table:
    """Return the proof of training of some bookings on sessions that have begun."""
    others = Booking.objects.filter(session=OuterRef("session"), status=Status.CONFIRMED)
    others = others.exclude(organisation_name=OuterRef("organisation_name"))
    holding = Certificate.objects.filter(booking=OuterRef("pk"), revoked_at__isnull=True).order_by()
    rows = bookings.filter(status=Status.CONFIRMED).annotate(
        is_multi=Exists(others.order_by()), code=Subquery(holding.values("code")[:1])
    )
    rows = rows.select_related("session", "attendance").order_by(
        "organisation_name", "name", "session__starts_at", "pk"
    )
    return Table(COLUMNS, each(rows, _row))


def _row(one: Booking) -> Row:
    """Return a person's training; hours are those of whoever came."""
    attendance, session, more = attendance_of(one), one.session, vars(one)
    has_come = attendance is not None and attendance.state in CAME
    return {
        "name": one.name,
        "role": one.job_role,
        "organisation": one.organisation_name,
        "session": session.title,
        "date": session.local_start.date(),
        "hours": hours(session.length_in_all) if has_come else None,
        "multi": "Yes" if more["is_multi"] else "No",
        "status": str(attendance.get_state_display()) if attendance else "Not marked",
        "certificate": grouped(more["code"]) if more["code"] else "",
    }


EVIDENCE: Final = Report(
    slug="evidence",
    title="Proof of training by organisation",
    about="Who of an organisation was on what, with hours, as evidence for an audit or an inspection.",
    make=evidence,
    definitions=(d.SCOPE, *WORDS, d.LISTED),
    names_people=True,
)
