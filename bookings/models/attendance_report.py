"""A meeting's attendance report that was read into a register, and whom it names that nobody could place."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models.booking import WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet
from events.models import Session


class AttendanceReport(WrittenByActionsOnly):
    """A report, by what it says. ``unplaced`` are those still to be settled by hand, as the report names them."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance_reports")
    digest = models.CharField(max_length=64, help_text="The same for the same report, however its file is written.")
    part = models.PositiveSmallIntegerField(default=1, help_text="Of which date, where the session has several.")
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    placed = models.PositiveIntegerField(help_text="How many of its people are on the register.")
    unplaced = models.JSONField(default=list, blank=True, help_text="Forgotten some days after the session.")

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["-read_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "digest"],
                name="attendance_report_once_per_session",
                violation_error_message="This report was read into this register before.",
            ),
            models.CheckConstraint(
                name="attendance_report_has_a_digest",
                condition=~Q(digest=""),
                violation_error_message="A report is told from others by what it says.",
            ),
        ]

    def __str__(self) -> str:
        return f"Report of {self.session}, {self.read_at:%Y-%m-%d %H:%M} UTC"
