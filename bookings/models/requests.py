"""What others are asked about a booking: a manager whether they agree, a colleague whether they take the place."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet
from people.fields import EmailAddressField, LineField


class Answer(models.TextChoices):
    """What became of the question."""

    OPEN = "", "Not answered yet"
    YES = "yes", "Yes"
    NO = "no", "No"
    LAPSED = "lapsed", "Not answered in time"
    WITHDRAWN = "withdrawn", "No longer asked"


class Approval(WrittenByActionsOnly):
    """A line manager is asked whether somebody may come; the link that answers it is signed and works once."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="approval")
    manager_name = LineField(blank=True)
    manager_email = EmailAddressField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = LineField(blank=True, max_length=400)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering = ["-asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="approval_answered_at_if_answered",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message="A question has a time of answering if and only if it is answered.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manager_email} about {self.booking}"


class Handover(WrittenByActionsOnly):
    """A colleague is asked whether they take somebody's place; the link is bound to their address and works once."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="handovers")
    colleague_email = EmailAddressField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering = ["-asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="handover_answered_at_if_answered",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message="A question has a time of answering if and only if it is answered.",
            ),
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(answer=""),
                name="handover_one_open_per_booking",
                violation_error_message="A colleague is asked already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking} to {self.colleague_email}"
