"""What people asked about their data and what became of it, and what was deleted when its time was over."""

from calendar import monthrange
from datetime import date, timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.fields import LineField

ACKNOWLEDGED_WITHIN: Final = timedelta(days=30)


class DataRequest(models.Model):
    """Something that a person asked about their data, as an administrator notes it.

    The answer to a request about rights is due within one month (UK GDPR, Article 12(3)). A complaint is to be
    acknowledged within 30 days, a duty of the Data (Use and Access) Act 2025 since 19 June 2026; the answer follows
    without undue delay, and has no day of its own.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        ACCESS = "access", "To see what is held"
        RECTIFICATION = "rectification", "To put something right"
        ERASURE = "erasure", "To erase something"
        OBJECTION = "objection", "To stop using something"
        COMPLAINT = "complaint", "A complaint"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    about = LineField(help_text="Who asks: a name or address, or the number of the request elsewhere.")
    received_on = models.DateField()
    acknowledged_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    outcome = LineField(blank=True, max_length=400, help_text="What was done, once it is closed; no details of a case.")
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-received_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="data_request_kind_known",
                condition=Q(kind__in=["access", "rectification", "erasure", "objection", "complaint"]),
                violation_error_message="Choose what is asked for.",
            ),
            models.CheckConstraint(
                name="data_request_acknowledged_after_it_came",
                condition=Q(acknowledged_on__isnull=True) | Q(acknowledged_on__gte=F("received_on")),
                violation_error_message="It cannot be acknowledged before it was received.",
            ),
            models.CheckConstraint(
                name="data_request_closed_after_it_came",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("received_on")),
                violation_error_message="It cannot be closed before it was received.",
            ),
            models.CheckConstraint(
                name="data_request_closed_with_an_outcome",
                condition=Q(closed_on__isnull=True, outcome="") | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                violation_error_message="Say what was done when it is closed, and only then.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    @property
    def due_on(self) -> date:
        """Return the last day for the answer, or for acknowledging a complaint."""
        if self.kind == self.Kind.COMPLAINT:
            return self.received_on + ACKNOWLEDGED_WITHIN
        return one_month_after(self.received_on)


def one_month_after(day: date) -> date:
    """Return the same day of the next month, or its last where it has no such day (as the ICO counts a month)."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class RetentionRun(models.Model):
    """That something was deleted, or its names taken off, because its time was over: what, when and how many rows."""

    what = LineField(max_length=80)
    ran_at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["-ran_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.what}: {self.rows}"
