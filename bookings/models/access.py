"""What would help somebody to take part: kept apart from the booking, and only as long as it is needed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.querysets import AccessNeedQuerySet
from people.fields import ParagraphsField


class AccessNeed(WrittenByActionsOnly):
    """A booking's access or dietary need; read only by those who must act on it, and deleted soon after."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="access_need")
    text = ParagraphsField(max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = AccessNeedQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering = ["booking__session__starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="access_need_done_by_somebody_once_done",
                condition=Q(done_at__isnull=False) | Q(done_by__isnull=True),
                violation_error_message="Nobody has done what is not done.",
            ),
        ]

    def __str__(self) -> str:
        return f"Need of {self.booking}"
