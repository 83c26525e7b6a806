"""Certificates: issued once they are due, issued again in another name, revoked when the register is corrected."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from bookings import afterwards
from bookings.certificate_codes import new_code
from bookings.models import CAME, Attendance, AttendanceMark, Booking, Certificate, EvaluationResponse, Stage
from bookings.querysets import BookingQuerySet
from events.models import Session, SessionHost
from events.models.session_part import fetch_parts, not_over, parts_of
from events.part_words import part_words
from events.presenters import list_words
from people.models import User

# What comes due by the clock alone does so at the end; everything else is followed as it happens.
LOOKS_BACK: Final = timedelta(days=3)


def issue_certificates(*, at: datetime) -> int:
    """Issue what came due as sessions ended in the last days; return how many. Running it twice issues nothing more."""
    ended = Booking.objects.filter(~not_over("session__", at=at), not_over("session__", at=at - LOOKS_BACK))
    return len(issue_due(ended, at=at))


def issue_due(bookings: BookingQuerySet, *, at: datetime) -> list[Certificate]:
    """Issue the certificates of some bookings that are due at an instant; return them.

    Due is what has ended, was attended as the booking's policy counts it, and has its feedback where the policy
    waits for that. One statement for each of bookings, hosts, sectors and rows, however many there are. Of two who
    do it at once the database lets one.
    """
    given = EvaluationResponse.objects.order_by().filter(booking=OuterRef("pk"), stage=Stage.POST)
    holding = Certificate.objects.order_by().filter(booking=OuterRef("pk"), revoked_at__isnull=True)
    rows = bookings.confirmed().filter(~not_over("session__", at=at), session__state=Session.State.PUBLISHED)
    rows = rows.filter(~Exists(holding), attendance__state__in=CAME).annotate(is_given=Exists(given))
    due = [
        booking
        for booking in rows.select_related("session", "attendance", "practitioner").order_by("pk")
        if afterwards.why_no_certificate(
            booking, booking.session, attendance=booking.attendance, is_given=booking.is_given, at=at
        )
        is None
    ]
    if not due:
        return []
    hosts, mixed = _hosts(due), _mixed(due)
    fetch_parts(booking.session for booking in due)
    made = [
        Certificate(
            booking=booking,
            code=new_code(),
            name=booking.practitioner.name or booking.name,
            title=booking.session.title,
            hosts=hosts[booking.session_id],
            starts_at=booking.session.starts_at,
            ends_at=booking.session.ends_at,
            **_dates(booking.session),
            zone=booking.session.zone,
            is_multi_agency=booking.session_id in mixed,
            issued_at=at,
        )
        for booking in due
    ]
    Certificate.written.bulk_create(made, ignore_conflicts=True)
    return made


def _dates(session: Session) -> dict[str, Any]:
    """Return what a certificate says of several dates; nothing where there is one."""
    parts = parts_of(session)
    if len(parts) == 1:
        return {}
    minutes = round(session.length_in_all.total_seconds() / 60)
    return {"dates": "; ".join(part_words(part) for part in parts), "minutes_in_all": minutes}


def _hosts(bookings: Iterable[Booking]) -> dict[int, str]:
    """Return by session who hosted it, the one that leads first."""
    sessions = {booking.session_id: booking.session for booking in bookings}
    names: dict[int, list[str]] = defaultdict(list)
    hosts = SessionHost.objects.filter(session__in=sessions).select_related("partnership")
    for host in hosts.order_by("-is_lead", "partnership__position"):
        names[host.session_id].append(host.partnership.name)
    for pk, session in sessions.items():
        names[pk] += [session.also_hosted_by] if session.also_hosted_by else []
    return {pk: list_words(found)[:400] for pk, found in names.items()}


def _mixed(bookings: Iterable[Booking]) -> set[int]:
    """Return the sessions to which people of several sectors came."""
    came = Attendance.objects.filter(booking__session__in={one.session_id for one in bookings}, state__in=CAME)
    sectors = came.order_by().values("booking__session").annotate(count=Count("booking__sector", distinct=True))
    return {row["booking__session"] for row in sectors if row["count"] > 1}


def follow_marks(session: Session, marks: Sequence[AttendanceMark], *, at: datetime) -> None:
    """Let certificates follow what the register says now: revoke those of people who did not attend, issue others'.

    Before the session ends there are none, and nothing is asked.
    """
    if at < session.over_at or not marks:
        return
    keys = [mark.booking_id for mark in marks]
    holding = Certificate.objects.filter(booking__in=keys, revoked_at__isnull=True)
    gone = []
    for certificate in holding.select_related("booking__session", "booking__attendance"):
        attendance = getattr(certificate.booking, "attendance", None)
        if afterwards.attended(attendance, certificate.booking, session) != afterwards.Share.ALL:
            gone.append(certificate.pk)
    if gone:
        live = Certificate.written.filter(pk__in=gone, revoked_at__isnull=True)
        live.update(revoked_at=at, revoked_for=Certificate.Revoked.CORRECTED)
    issue_due(Booking.objects.filter(pk__in=keys), at=at)


def follow_name(person: User, *, at: datetime) -> int:
    """Issue somebody's certificates again where they stand in another name than theirs; return how many.

    Those before are revoked and say so. Running it twice does nothing more.
    """
    if not person.name:
        return 0
    with transaction.atomic():
        holding = Certificate.objects.filter(booking__practitioner=person, revoked_at__isnull=True)
        others = list(holding.filter(~Q(name=person.name)).select_for_update(no_key=True, of=("self",)))
        if not others:
            return 0
        live = Certificate.written.filter(pk__in=[one.pk for one in others])
        live.update(revoked_at=at, revoked_for=Certificate.Revoked.REPLACED)
        for one in others:
            one.pk, one.id, one.code, one.name, one.issued_at = None, None, new_code(), person.name, at
            one._state.adding = True
        Certificate.written.bulk_create(others)
        return len(others)
