"""What an organisation may be asked to pay: a ledger for the finance office, and no payments."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet
from people.fields import LineField
from people.models import Organisation, Partnership


class Charge(WrittenByActionsOnly):
    """An amount for a late cancellation or an absence, and whether it was waived; in pence."""

    class Reason(models.TextChoices):
        """What it is for."""

        LATE_CANCELLATION = "late_cancellation", "Cancelled after the deadline"
        ABSENCE = "absence", "Did not attend"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="charges")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="charges")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    pence = models.PositiveIntegerField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="charges"
    )
    organisation_name = LineField(blank=True, help_text="Who is liable, as the booking had it.")
    made_at = models.DateTimeField()
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    waiver_reason = LineField(blank=True, max_length=400)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["booking", "reason"],
                name="charge_once_per_booking_and_reason",
                violation_error_message="This is in the ledger already.",
            ),
            models.CheckConstraint(
                name="charge_of_something",
                condition=Q(pence__gt=0),
                violation_error_message="A charge is more than nothing.",
            ),
            models.CheckConstraint(
                name="charge_waived_with_a_reason",
                condition=Q(waived_at__isnull=True, waiver_reason="")
                | (Q(waived_at__isnull=False) & ~Q(waiver_reason="")),
                violation_error_message="Say why it is waived.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: £{self.pence / 100:.2f}"
