"""The ledger of late cancellations and absences: written where a policy charges, waived with a reason."""

from datetime import datetime
from typing import Final

from bookings.models import Booking, Charge
from bookings.policy import Policy
from bookings.querysets import BookingQuerySet
from people.models import Partnership, User

CORRECTED: Final = "The register was corrected."


def charge_late(booking: Booking, *, at: datetime) -> None:
    """Note what a late cancellation costs by the policy of the day it was booked; nothing where that is nothing."""
    _charge(booking, Charge.Reason.LATE_CANCELLATION, Policy.of(booking.policy).late_cancel_charge, at=at)


def charge_absence(booking: Booking, *, at: datetime) -> None:
    """Note what not attending costs by the policy of the day it was booked; noting it twice is noting it once."""
    _charge(booking, Charge.Reason.ABSENCE, Policy.of(booking.policy).absence_charge, at=at)


def waive(charge: Charge, *, actor: User, reason: str, at: datetime) -> None:
    """Note that a charge is not asked for, who decided it and why; the first decision stands.

    Raises ValidationError for a reason that is empty or cannot be used.
    """
    charge.waived_at, charge.waived_by, charge.waiver_reason = at, actor, reason
    charge.full_clean(exclude=["booking", "partnership", "organisation"])
    unwaived = Charge.written.filter(pk=charge.pk, waived_at__isnull=True)
    unwaived.update(waived_at=at, waived_by=actor, waiver_reason=reason)


def waive_absences(bookings: BookingQuerySet, *, actor: User | None, at: datetime) -> int:
    """Waive what the absences of some bookings cost, because their register says otherwise now; return how many."""
    open_still = Charge.written.filter(
        booking__in=bookings.order_by().values("pk"), reason=Charge.Reason.ABSENCE, waived_at__isnull=True
    )
    return open_still.update(waived_at=at, waived_by=actor, waiver_reason=CORRECTED)


def _charge(booking: Booking, reason: Charge.Reason, pence: int, *, at: datetime) -> None:
    """Add to the ledger of the partnership that leads the session, unless it is there or is nothing."""
    if not pence or Charge.objects.filter(booking=booking, reason=reason).exists():
        return
    lead = booking.session.session_hosts.order_by("-is_lead", "partnership__position").values("partnership")[:1]
    Charge.written.add(
        booking=booking,
        partnership=Partnership.objects.get(pk__in=lead),
        reason=reason,
        pence=pence,
        organisation=booking.organisation,
        organisation_name=booking.organisation_name,
        made_at=at,
    )
