"""How often somebody has tried codes for checking in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models.booking import WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet


class CheckInTries(WrittenByActionsOnly):
    """The codes that one person has typed since an instant. Forgotten a day later."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    count = models.PositiveSmallIntegerField(default=1)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        verbose_name_plural = "check-in tries"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="check_in_tries_once_at_least",
                condition=Q(count__gte=1),
                violation_error_message="Somebody who has tried has done so once at least.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%Y-%m-%d %H:%M} UTC"
