"""Reports as they were: kept with what they meant, and never moved."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse

from bookings.models.booking import WrittenByActionsOnly
from bookings.querysets import SnapshotQuerySet
from people.fields import LineField, NameField
from people.models import Partnership


class ReportSnapshot(WrittenByActionsOnly):
    """A report as it stood at an instant: its rows, its total, what it was about and what its words meant.

    ``content`` holds ``about``, ``definitions``, ``notes``, ``columns``, ``rows`` and ``total`` as they were shown;
    small numbers are hidden in it already. It names nobody.
    """

    slug = models.SlugField(help_text="Which report.")
    title = NameField()
    note = LineField(blank=True, help_text="What it is kept for, such as: yearly report 2026/27.")
    partnerships = models.ManyToManyField(Partnership, related_name="report_snapshots")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(encoder=DjangoJSONEncoder)

    objects: ClassVar = SnapshotQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["-taken_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.title}, {self.taken_at:%Y-%m-%d %H:%M} UTC"

    def get_absolute_url(self) -> str:
        """Return the kept report's page."""
        return reverse("kept_report", args=[self.pk])
