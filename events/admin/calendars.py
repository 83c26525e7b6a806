"""What could not be put into a calendar, for administrators to mend."""

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from events.actions import standing_calendar_faults
from events.models import CalendarFault
from people.admin.pages import ReadOnlyPage


@admin.register(CalendarFault)
class CalendarFaultPage(ReadOnlyPage):
    """Sessions and bookings that calendars leave out as the programme now is; what was mended is not listed."""

    list_display = ("what", "problem", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarFault]:  # noqa: ARG002 - the admin's signature
        """Return what still stands."""
        return standing_calendar_faults().order_by("-at", "-pk")

    @admin.display(description="Left out")
    def what(self, fault: CalendarFault) -> str:
        """Return the row, as a link to where it is mended."""
        model = apps.get_model(fault.kind)._meta
        address = reverse(f"admin:{model.app_label}_{model.model_name}_change", args=[fault.row])
        return format_html('<a href="{}">{} {}</a>', address, model.verbose_name.capitalize(), fault.row)
