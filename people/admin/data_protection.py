"""What people asked about their data, for administrators to note and to close, and what was deleted in time."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from people.admin.pages import Page, ReadOnlyPage
from people.models import DataRequest, RetentionRun
from people.signin import signed_in


@admin.register(DataRequest)
class DataRequestPage(Page):
    """Requests and complaints about data; nobody deletes one, and who wrote last handles it."""

    administrators_may: ClassVar[Sequence[str]] = ("view", "add", "change")
    list_display = ("about", "kind", "received_on", "acknowledged_on", "due", "closed_on", "handled_by")
    list_filter = ("kind", ("closed_on", admin.EmptyFieldListFilter))
    list_select_related = ("handled_by",)
    search_fields = ("about",)
    fields = ("kind", "about", "received_on", "acknowledged_on", "closed_on", "outcome", "due", "handled_by")
    readonly_fields = ("due", "handled_by")

    @admin.display(description="Due")
    def due(self, row: DataRequest) -> date | None:
        """Return the last day for the answer, or for acknowledging a complaint; None of a row that is not there yet."""
        return row.due_on if row.pk else None

    def save_model(self, request: HttpRequest, obj: DataRequest, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Store it, with who did."""
        obj.handled_by = signed_in(request)
        super().save_model(request, obj, form, change)


@admin.register(RetentionRun)
class RetentionRunPage(ReadOnlyPage):
    """What was deleted because its time was over."""

    list_display = ("what", "ran_at", "rows")
    date_hierarchy = "ran_at"
