"""Who came: one row per booking, every mark ever made, and when the register was closed."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet
from events.models import Session
from people.fields import LineField


class Presence(models.TextChoices):
    """What the register says of somebody."""

    PRESENT = "present", "Present"
    LATE = "late", "Late"
    LEFT_EARLY = "left_early", "Left early"
    DID_NOT_ATTEND = "did_not_attend", "Did not attend"
    EXCUSED = "excused", "Excused"


class MarkedBy(models.TextChoices):
    """What a mark comes from."""

    REGISTER = "register", "The register"
    JOIN_PAGE = "join_page", "Joining online"
    CODE = "code", "Checking in"
    REPORT = "report", "An attendance report"


# These count as attendances; the others were expected and did not come.
CAME: Final = frozenset({Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY})


class RegisterLine(WrittenByActionsOnly):
    """What a register says of somebody. ``marked_at`` is when it was seen, by the clock of whoever saw it."""

    state = models.CharField(max_length=16, choices=Presence.choices)
    source = models.CharField(max_length=12, choices=MarkedBy.choices)
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    minutes = models.PositiveIntegerField(null=True, blank=True, help_text="Of the session, where they were counted.")

    class Meta:
        abstract = True


class Attendance(RegisterLine):
    """Whether somebody with a place came."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="attendance")

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        verbose_name_plural = "attendances"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="attendance_state_known",
                condition=Q(state__in=Presence.values),
                violation_error_message="A register says one of the known things of somebody.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.booking}"

    @property
    def came(self) -> bool:
        """Say whether the person was there, if only for a part."""
        return self.state in CAME


class AttendanceMark(WrittenByActionsOnly):
    """A mark in the register, or that one was taken back. Rows are added and never edited."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="attendance_marks")
    part = models.PositiveSmallIntegerField(default=1, help_text="Of which date, where the session has several.")
    from_state = models.CharField(max_length=16, choices=Presence.choices, blank=True)
    to_state = models.CharField(max_length=16, choices=Presence.choices, blank=True, help_text="Empty: taken back.")
    source = models.CharField(max_length=12, choices=MarkedBy.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    marked_at = models.DateTimeField(help_text="When it was seen.")
    recorded_at = models.DateTimeField(help_text="When it reached us, which may be later.")

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_to_state_display() or 'Taken back'}: {self.booking}"


class RegisterClosing(WrittenByActionsOnly):
    """A register was closed, and perhaps opened again; the one that was not is in force."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="register_closings")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = LineField(blank=True, max_length=400, help_text="Why it was opened again.")

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["-closed_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(reopened_at__isnull=True),
                name="register_closed_once",
                violation_error_message="This register is closed already.",
            ),
            models.CheckConstraint(
                name="register_reopened_with_a_reason",
                condition=Q(reopened_at__isnull=True, reason="") | (Q(reopened_at__isnull=False) & ~Q(reason="")),
                violation_error_message="A register is opened again with a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"Register of {self.session}"
