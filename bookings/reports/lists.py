"""Lists to work with: the programme, registers, needs and charges."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q

from bookings.models import AccessNeed, Booking, Charge
from bookings.register_page import attendance_of
from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.report import Report
from bookings.reports.table import Column, Row, Table, each, pounds
from bookings.states import Status
from events.models import Session
from events.models.session_part import not_over

PROGRAMME_COLUMNS: Final = (
    Column("session", "Session"),
    Column("date", "Date", "date"),
    Column("starts", "From"),
    Column("ends", "To"),
    Column("themes", "Topics"),
    Column("format", "Format"),
    Column("where", "Where"),
    Column("hosts", "Hosted by"),
    Column("audience", "For whom"),
    Column("places", "Places left"),
    Column("closes", "Booking closes", "date"),
)


def programme(asked: Asked) -> Table:
    """Return the sessions that take place, held or coming; five queries."""
    found = asked.sessions().filter(state=Session.State.PUBLISHED).with_programme()
    return Table(PROGRAMME_COLUMNS, [_session(one, at=asked.at) for one in found])


def _places(one: Session, *, at: datetime) -> str:
    """Return how many places are left on a session, in words where that is no number."""
    if at >= one.over_at:
        return "Finished"
    if one.places_left is None:
        return "No limit"
    return "Waiting list" if one.waiting else str(one.places_left)


def _session(one: Session, *, at: datetime) -> dict[str, Any]:
    """Return a session as the programme says it."""
    return {
        "session": one.title,
        "date": one.local_start.date(),
        "starts": f"{one.local_start:%H:%M}",
        "ends": f"{one.local_end:%H:%M}",
        "themes": ", ".join(theme.name for theme in one.topic.themes.all()),
        "format": str(one.get_format_display()),
        "where": one.place or "Online",
        "hosts": ", ".join(str(host.partnership) for host in one.session_hosts.all()),
        "audience": one.for_whom or one.topic.audience,
        "places": _places(one, at=at),
        "closes": one.closes_at.astimezone(one.tzinfo).date(),
    }


REGISTER_COLUMNS: Final = (
    Column("name", "Name"),
    Column("preferred", "Preferred name"),
    Column("session", "Session"),
    Column("date", "Date", "date"),
    Column("organisation", "Organisation"),
    Column("role", "Role"),
    Column("sector", "Sector"),
    Column("arrival", "Register"),
    Column("walked_in", "Walked in"),
    Column("need", "Access need"),
)


def registers(asked: Asked) -> Table:
    """Return everybody with a place on sessions held or coming, by session and name; one query."""
    needs = AccessNeed.objects.filter(booking=OuterRef("pk")).order_by()
    sessions = asked.sessions().filter(state=Session.State.PUBLISHED)
    rows = asked.bookings(of=sessions).filter(status=Status.CONFIRMED).annotate(has_need=Exists(needs))
    rows = rows.select_related("session", "practitioner", "sector", "attendance")
    return Table(REGISTER_COLUMNS, each(rows.order_by("session__starts_at", "session", "name", "pk"), _registered))


def _registered(one: Booking) -> Row:
    """Return somebody as a register names them; that there is a need, and not which."""
    attendance = attendance_of(one)
    return {
        "name": one.name,
        "preferred": one.practitioner.preferred_name,
        "session": one.session.title,
        "date": one.session.local_start.date(),
        "organisation": one.organisation_name,
        "role": one.job_role,
        "sector": one.sector.name if one.sector else "",
        "arrival": str(attendance.get_state_display()) if attendance else "",
        "walked_in": "Yes" if one.source == Booking.Source.WALK_IN else "",
        "need": "Yes" if vars(one)["has_need"] else "",
    }


NEEDS_COLUMNS: Final = (
    Column("session", "Session"),
    Column("date", "Date", "date"),
    Column("needs", "Needs", "number"),
    Column("unowned", "Nobody sees to it", "number"),
    Column("open", "Still to be done", "number"),
    Column("done", "Done", "number"),
)


def needs(asked: Asked) -> Table:
    """Return how many needs there are for each session that has not ended, and what is done; one query."""
    sessions = asked.sessions().filter(not_over(at=asked.at))
    rows = AccessNeed.objects.filter(booking__in=asked.bookings(of=sessions).live().order_by().values("pk"))
    counts = {
        "needs": Count("pk"),
        "unowned": Count("pk", filter=Q(owner__isnull=True, done_at__isnull=True)),
        "open": Count("pk", filter=Q(done_at__isnull=True)),
        "done": Count("pk", filter=Q(done_at__isnull=False)),
    }
    found = {one["session"]: one for one in rows.order_by().values(session=F("booking__session")).annotate(**counts)}
    lines = [
        {**found[one.pk], "session": one.title, "date": one.local_start.date()} for one in sessions if one.pk in found
    ]
    return Table(NEEDS_COLUMNS, lines)


CHARGES_COLUMNS: Final = (
    Column("name", "Name"),
    Column("organisation", "Organisation"),
    Column("session", "Session"),
    Column("date", "Date", "date"),
    Column("reason", "Reason"),
    Column("charge", "Amount", "money"),
    Column("waiver", "Waived because"),
)


def charges(asked: Asked) -> Table:
    """Return what is charged, the first first; one query, read as it is needed."""
    sessions = asked.sessions()
    bookings = asked.bookings(of=sessions).order_by().values("pk")
    own = [one.pk for one in asked.partnerships]
    rows = Charge.objects.filter(partnership__in=own, booking__in=bookings).select_related("booking__session")
    return Table(CHARGES_COLUMNS, each(rows.order_by("made_at", "pk"), _charged))


def _charged(one: Charge) -> Row:
    """Return a charge."""
    session = one.booking.session
    return {
        "name": one.booking.name,
        "organisation": one.organisation_name,
        "session": session.title,
        "date": session.local_start.date(),
        "reason": str(one.get_reason_display()),
        "charge": pounds(one.pence),
        "waiver": one.waiver_reason,
    }


PROGRAMME: Final = Report(
    slug="programme",
    title="Programme",
    about="Every session that is held or will be, with day, time, place and hosts.",
    make=programme,
    definitions=(d.PROGRAMME,),
    of_people=False,
)
REGISTERS: Final = Report(
    slug="registers",
    title="Registers",
    about="Everybody with a place, by session and name, with what the register says.",
    make=registers,
    definitions=(d.PLACES, d.THEN, d.LISTED),
    names_people=True,
)
NEEDS: Final = Report(
    slug="needs",
    title="Access and dietary needs",
    about="How many needs there are for each coming session, and what is still to be done.",
    make=needs,
    definitions=(d.NEEDS, d.LISTED),
    names_people=True,
)
CHARGED: Final = Report(
    slug="charged",
    title="Charges",
    about="What late cancellations and absences cost, and what was waived.",
    make=charges,
    definitions=(d.CHARGED, d.THEN, d.LISTED),
    names_people=True,
)
