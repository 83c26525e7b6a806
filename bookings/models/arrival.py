"""Who came in online, and when."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet


class Arrival(WrittenByActionsOnly):
    """Somebody pressed "Join now": when first, when last, and how often. Kept as long as the policy says."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="arrival")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["first_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="arrival_last_not_before_first",
                condition=Q(last_at__gte=F("first_at")),
                violation_error_message="Nobody joins for the last time before the first.",
            ),
            models.CheckConstraint(
                name="arrival_once_at_least",
                condition=Q(times__gte=1),
                violation_error_message="Somebody who has joined has done so once at least.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking}, {self.first_at:%Y-%m-%d %H:%M} UTC"
