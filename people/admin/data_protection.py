"""What people asked about their data, for administrators to read, and what was deleted in time."""

from datetime import date

from django.contrib import admin

from people.admin.pages import ReadOnlyPage
from people.models import DataRequest, RetentionRun


@admin.register(DataRequest)
class DataRequestPage(ReadOnlyPage):
    """Requests and complaints about data; they are noted and closed on the organisers' pages."""

    list_display = ("about", "kind", "received_on", "acknowledged_on", "due", "closed_on", "handled_by")
    list_filter = ("kind", ("closed_on", admin.EmptyFieldListFilter))
    list_select_related = ("handled_by",)
    search_fields = ("about",)
    fields = ("kind", "about", "received_on", "acknowledged_on", "closed_on", "outcome", "due", "handled_by")
    readonly_fields = ("due",)

    @admin.display(description="Due")
    def due(self, row: DataRequest) -> date | None:
        """Return the last day for the answer, or for acknowledging a complaint; None of a row that is not there yet."""
        return row.due_on if row.pk else None


@admin.register(RetentionRun)
class RetentionRunPage(ReadOnlyPage):
    """What was deleted because its time was over."""

    list_display = ("what", "ran_at", "rows")
    date_hierarchy = "ran_at"
