"""Certificates of attendance: what each says, and whether it still holds."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from bookings.certificate_codes import grouped
from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet
from people.fields import LineField


class Certificate(WrittenByActionsOnly):
    """That somebody attended a session, in the words of the day it was issued; never edited, only revoked.

    When a name changes or the register is corrected, the one before is revoked, and another has another code.
    """

    class Revoked(models.TextChoices):
        """Why it holds no more."""

        REPLACED = "replaced", "Replaced by one in another name"
        CORRECTED = "corrected", "The register was corrected"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="certificates")
    code = models.CharField(max_length=12, unique=True)
    name = LineField()
    title = LineField()
    hosts = LineField(max_length=400, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    dates = models.TextField(blank=True, help_text="Of several dates, all in words; empty for one.")
    minutes_in_all = models.PositiveIntegerField(null=True, blank=True, help_text="Of several dates together.")
    zone = models.CharField(max_length=40)
    is_multi_agency = models.BooleanField(default=False, help_text="People of several sectors learnt together.")
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_for = models.CharField(max_length=10, choices=Revoked.choices, blank=True)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["-starts_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(revoked_at__isnull=True),
                name="certificate_one_that_holds",
                violation_error_message="There is a certificate already.",
            ),
            models.CheckConstraint(
                name="certificate_revoked_for_a_reason",
                condition=Q(revoked_at__isnull=True, revoked_for="")
                | (Q(revoked_at__isnull=False) & Q(revoked_for__in=["replaced", "corrected"])),
                violation_error_message="A certificate is revoked at a time and for a reason.",
            ),
            models.CheckConstraint(
                name="certificate_of_several_dates_has_their_length",
                condition=Q(dates="", minutes_in_all__isnull=True)
                | (~Q(dates="") & Q(minutes_in_all__isnull=False, minutes_in_all__gt=0)),
                violation_error_message="A certificate of several dates says which and how long they took.",
            ),
            models.CheckConstraint(
                name="certificate_of_some_length",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="A session ends after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grouped_code}: {self.name}"

    @property
    def grouped_code(self) -> str:
        """Return the code as people read it."""
        return grouped(self.code)

    @property
    def path(self) -> str:
        """Return the path of the page where anybody can check it."""
        return f"/certificates/{self.grouped_code}/"

    @property
    def minutes(self) -> int:
        """Return how long the session took, of several dates all together."""
        return self.minutes_in_all or round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def tzinfo(self) -> ZoneInfo:
        """Return the zone of the session's clock."""
        return ZoneInfo(self.zone)
