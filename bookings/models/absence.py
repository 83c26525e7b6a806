"""Why somebody did not attend: a code, and never a text, because a text would speak of people's health."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet


class AbsenceReason(WrittenByActionsOnly):
    """What kept somebody, said once per booking and forgotten after the time the policy gives."""

    class Code(models.TextChoices):
        """What kept them. There is one for health as there is one for work, and no more is asked."""

        SICKNESS = "sickness", "Off sick"
        EMERGENCY = "emergency", "An emergency at work"
        WORKLOAD = "workload", "Too much work"
        LEAVE = "leave", "On leave"
        TECHNICAL = "technical", "Could not get in online"
        TRAVEL = "travel", "Travel, such as the ferry"
        NOT_TOLD = "not_told", "Did not know of it"
        OTHER = "other", "Something else"

    class SaidBy(models.TextChoices):
        """Who said so."""

        PERSON = "person", "The person"
        MANAGER = "manager", "The line manager"
        ORGANISER = "organiser", "An organiser"

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="absence_reason")
    code = models.CharField(max_length=12, choices=Code.choices)
    said_by = models.CharField(max_length=10, choices=SaidBy.choices)
    said_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="absence_reason_known",
                condition=models.Q(
                    code__in=["sickness", "emergency", "workload", "leave", "technical", "travel", "not_told", "other"]
                ),
                violation_error_message="Choose one of the reasons.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.booking}"
