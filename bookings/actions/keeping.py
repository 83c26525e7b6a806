"""How long things are kept: rows by what the policy of their booking says, and the log that is cut at one age."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bookings import signals
from bookings.afterwards import months_after
from bookings.models import (
    AccessNeed,
    AuditEvent,
    Booking,
    BookingChange,
    CalendarReply,
    EvaluationResponse,
    Handover,
    policy_of_partnership,
)
from bookings.policy import Policy
from bookings.querysets import BookingQuerySet
from bookings.states import Status
from events.models import Session
from events.models.session_part import not_over
from people.models import Partnership

AT_ONCE: Final = 500  # rows of one statement, and of one transaction
HAD_A_PLACE: Final = (Status.CONFIRMED, Status.AWAITING_APPROVAL, Status.SUBSTITUTED)
UNPLACED: Final = (Status.WAITLISTED, Status.CANCELLED, Status.DECLINED, Status.EXPIRED)
# What hangs on a booking that was more than a wait; one that has any of it stays.
MORE: Final = (
    *("approval", "attendance", "attendance_marks", "charges", "certificates", "arrival", "absence_reason"),
    *("part_attendances", "substitute", "substitute_for"),
)


def by_term(rows: QuerySet[Any], name: str, *, through: str = "booking__") -> Iterator[tuple[int, QuerySet[Any]]]:
    """Return each term that the bookings of some rows keep under a key of the policy, with the rows it holds for.

    ``through`` leads from a row to its booking. A value that is missing or cannot be used is the default's.
    """
    path = f"{through}policy__{name}"
    for value in list(rows.order_by().values_list(path, flat=True).distinct()):
        term = getattr(Policy.of({} if value is None else {name: value}), name)
        yield term, rows.filter(**({f"{path}__isnull": True} if value is None else {path: value}))


def forget_waiting(*, at: datetime) -> int:
    """Delete bookings that waited and never had a place, as long after the session as each one's policy says.

    With them go their history and messages, and the name on what was answered before the session. Nothing goes of
    anybody who had a place, was asked to pay, or stands in a register. Sessions are locked, and what they count of
    people who wait follows. Returns how many; a batch that was deleted stays so where a later one fails.
    """
    count = 0
    for months, rows in by_term(never_placed(), "keep_waiting_months", through=""):
        old = rows.filter(~not_over("session__", at=months_after(at, -months))).order_by("pk")
        while keys := list(old.values_list("pk", flat=True)[:AT_ONCE]):
            count += _forget(old, keys)
    return count


def never_placed() -> BookingQuerySet:
    """Return the bookings that waited for a place and never had one, and on which nothing else hangs."""
    changes = BookingChange.objects.filter(booking=OuterRef("pk"))
    nothing_more = Q(**{f"{name}__isnull": True for name in MORE})
    found: BookingQuerySet = Booking.objects.filter(
        Exists(changes.filter(to_status=Status.WAITLISTED)),
        ~Exists(changes.filter(to_status__in=HAD_A_PLACE)),
        nothing_more,
        status__in=UNPLACED,
    )
    return found


def _forget(old: QuerySet[Any], keys: list[int]) -> int:
    """Delete bookings with what hangs on them, all or nothing; return how many."""
    with transaction.atomic():
        sessions = Session.objects.filter(bookings__in=keys).order_by().values("pk")
        list(Session.objects.filter(pk__in=sessions).order_by("pk").select_for_update(no_key=True, of=("self",)))
        still = dict(old.filter(pk__in=keys).order_by().values_list("pk", "status"))
        bookings = list(still)
        waiting = [pk for pk, status in still.items() if status == Status.WAITLISTED]
        of_sessions = Booking.objects.filter(pk__in=waiting).order_by().values_list("session", flat=True)
        for session, number in Counter(of_sessions).items():
            Session.objects.filter(pk=session).update(waiting=F("waiting") - number)
        signals.bookings_forgotten.send(sender=Booking, bookings=bookings)
        EvaluationResponse.written.filter(booking__in=bookings).update(booking=None)
        for model in (AccessNeed, CalendarReply, Handover, BookingChange):
            model.written.filter(booking__in=bookings).delete()
        Booking.written.filter(pk__in=bookings).delete()
    return len(bookings)


def forget_old_audit(*, at: datetime) -> int:
    """Delete what was noted of reading and changing, once every partnership's term is over; return how much.

    The log is one for the whole site, so the longest term holds. The database lets only this through, and nothing of
    the last six months: see migration 0019. A batch that was deleted stays so where a later one fails.
    """
    terms = [policy_of_partnership(one).keep_audit_months for one in Partnership.objects.all()]
    until = months_after(at, -max(terms, default=Policy().keep_audit_months))
    count = 0
    while keys := list(AuditEvent.objects.filter(at__lte=until).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('bookings.forgets', 'on', true)")
            count += AuditEvent.written.filter(pk__in=keys).delete()[0]
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('bookings.forgets', '', true)")
    return count
