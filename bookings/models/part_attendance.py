"""Who came to which date of a session that has several; what it comes to stands in `Attendance`."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bookings.models.attendance import Presence, RegisterLine
from bookings.models.booking import Booking
from bookings.querysets import ReadOnlyQuerySet


class PartAttendance(RegisterLine):
    """Whether somebody with a place came to one of several dates. A session of one date has none of these."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="part_attendances")
    part = models.PositiveSmallIntegerField(help_text="The number of the date, from 1.")

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["part", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["booking", "part"],
                name="part_attendance_once",
                violation_error_message="The register says something of this date already.",
            ),
            models.CheckConstraint(
                name="part_attendance_of_a_part",
                condition=Q(part__gte=1),
                violation_error_message="The first date is part 1.",
            ),
            models.CheckConstraint(
                name="part_attendance_state_known",
                condition=Q(state__in=Presence.values),
                violation_error_message="A register says one of the known things of somebody.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, part {self.part}: {self.booking}"
