"""How registers fill, in the admin: reports that were read, and tries at codes."""

from django.contrib import admin

from bookings.models import AttendanceReport, CheckInTries, PartAttendance
from people.admin import ReadOnlyPage


@admin.register(AttendanceReport)
class AttendanceReportPage(ReadOnlyPage):
    """Which attendance reports were read into which register."""

    list_display = ("session", "read_at", "read_by", "placed")
    list_select_related = ("session", "read_by")
    search_fields = ("session__title",)


@admin.register(PartAttendance)
class PartAttendancePage(ReadOnlyPage):
    """Who came to which date of a session that has several."""

    list_display = ("booking", "part", "state", "source", "marked_at", "marked_by")
    list_select_related = ("booking__session", "marked_by")
    list_filter = ("state", "part", "source")
    search_fields = ("booking__name", "booking__session__title")


@admin.register(CheckInTries)
class CheckInTriesPage(ReadOnlyPage):
    """How often people have tried codes for checking in lately."""

    list_display = ("person", "since", "count")
    list_select_related = ("person",)
    search_fields = ("person__email",)
