"""What kept people from coming: said by them, their manager or an organiser, and forgotten in time."""

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from bookings import errors
from bookings.afterwards import months_after
from bookings.models import AbsenceReason, Attendance, Booking, Presence
from bookings.policy import Policy
from events.contention import once_more
from people.models import User

ABSENT: Final = (Presence.DID_NOT_ATTEND, Presence.EXCUSED)
SHORTEST: Final = timedelta(days=28)  # no policy keeps a reason for less than a month


@once_more
def say_absence_reason(
    booking: Booking, *, code: str, said_by: str, at: datetime, actor: User | None = None
) -> AbsenceReason:
    """Keep what kept somebody. What the person said themselves stands; of others the last to speak is kept.

    Raises NotAbsent where the register says otherwise, AlreadyAnswered where the person has said why, ValidationError
    for a code that there is not, and Busy.
    """
    if code not in AbsenceReason.Code.values:
        raise ValidationError({"code": "Choose one of the reasons."})
    with transaction.atomic():
        booking = Booking.objects.select_for_update(no_key=True, of=("self",)).get(pk=booking.pk)
        if not Attendance.objects.filter(booking=booking, state__in=ABSENT).exists():
            raise errors.NotAbsent
        row: AbsenceReason | None = AbsenceReason.objects.filter(booking=booking).first()
        facts = {"code": code, "said_by": said_by, "said_at": at, "actor": actor}
        if row is None:
            added: AbsenceReason = AbsenceReason.written.add(booking=booking, **facts)
            return added
        if row.said_by == AbsenceReason.SaidBy.PERSON != said_by:
            raise errors.AlreadyAnswered
        AbsenceReason.written.filter(pk=row.pk).update(**facts)
        row.refresh_from_db()
    return row


def forget_old_reasons(*, at: datetime) -> int:
    """Delete the reasons that are older than the policy of their booking keeps them; return how many."""
    rows = AbsenceReason.objects.filter(booking__session__ends_at__lte=at - SHORTEST).select_related("booking__session")
    old = [
        row.pk
        for row in rows.iterator(chunk_size=500)
        if months_after(row.booking.session.over_at, Policy.of(row.booking.policy).keep_absence_months) <= at
    ]
    for first in range(0, len(old), 500):
        AbsenceReason.written.filter(pk__in=old[first : first + 500]).delete()
    return len(old)
