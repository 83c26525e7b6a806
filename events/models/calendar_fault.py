"""What could not be put into a calendar."""

from typing import ClassVar

from django.db import models


class CalendarFault(models.Model):
    """A session or booking that was left out of a calendar because its entry could not be written.

    It holds for the revision of the programme at which it was found: whatever mends the row raises that, and the
    next calendar that is made finds out anew.
    """

    kind = models.CharField(max_length=60, help_text="Such as events.session.")
    row = models.PositiveBigIntegerField(help_text="The number of the session or booking.")
    problem = models.CharField(max_length=100, help_text="The sort of error; the log of that moment has the rest.")
    revision = models.PositiveBigIntegerField()
    at = models.DateTimeField(help_text="When it was found last.")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "row"],
                name="calendar_fault_once_per_row",
                violation_error_message="This fault is known already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}: {self.problem}"
