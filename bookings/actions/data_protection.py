"""What people ask about their data: noted, acknowledged and closed."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from bookings import request_errors
from events.contention import once_more
from events.wall_time import LONDON
from people.models import DataRequest, User


def note_request(kind: str, *, about: str, received_on: date, actor: User, at: datetime) -> DataRequest:
    """Note what somebody asks. The same once more, of the same day and still open, is what is noted already.

    Raises DayInFuture, and ValidationError for a kind that there is not or words that cannot be used.
    """
    if received_on > at.astimezone(LONDON).date():
        raise request_errors.DayInFuture
    facts = {"kind": kind, "about": about, "received_on": received_on}
    row = DataRequest(**facts, handled_by=actor)
    row.full_clean(exclude={"handled_by"})
    with transaction.atomic():
        before = DataRequest.objects.filter(**facts, closed_on__isnull=True).first()
        if before is None:
            row.save()
    return before or row


@once_more
def acknowledge_request(request: DataRequest, *, on: date, actor: User, at: datetime) -> None:
    """Note on which day somebody was told that their request has come; the first day stays.

    Raises RequestClosed, DayBeforeRequest, DayInFuture, and Busy when the row could not be had.
    """
    with transaction.atomic():
        row = _open(request, on, at=at)
        if row.acknowledged_on is None:
            row.acknowledged_on, row.handled_by = on, actor
            row.save(update_fields=["acknowledged_on", "handled_by"])


@once_more
def close_request(request: DataRequest, *, on: date, outcome: str, actor: User, at: datetime) -> None:
    """Note on which day a request was answered and what was done; an answer need not be acknowledged before.

    Raises RequestClosed, DayBeforeRequest, DayInFuture, ValidationError for words that cannot be used, and Busy.
    """
    if not outcome:
        raise ValidationError({"outcome": "Say what was done."})
    with transaction.atomic():
        row = _open(request, on, at=at)
        row.closed_on, row.outcome, row.handled_by = on, outcome, actor
        row.full_clean(exclude={"handled_by"})
        row.save(update_fields=["closed_on", "outcome", "handled_by"])


def _open(request: DataRequest, on: date, *, at: datetime) -> DataRequest:
    """Return a request, locked; raises why nothing can be noted of it on a day."""
    row = DataRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
    if row.closed_on is not None:
        raise request_errors.RequestClosed
    if on < row.received_on:
        raise request_errors.DayBeforeRequest
    if on > at.astimezone(LONDON).date():
        raise request_errors.DayInFuture
    return row
