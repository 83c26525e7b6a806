"""What there is to read, watch or do, as organisers work on it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from events.admin_bases import OF_OWN_WEEKS, ProgrammePage, WeekPartPage, hosted_weeks, is_administrator, reach
from events.library import ResourceLine
from events.models import KeyMessage, Resource, ResourceCount
from events.resource_files import KINDS, check_file, clean_name
from people.admin.pages import ReadOnlyPage


class KeptFileWidget(AdminFileWidget):
    """A file to choose, beside the name of the one there is; that one has no address until its release."""

    template_name = "events/admin/kept_file.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the widget shows: the file's name as it was called, what it is and how large."""
        context = super().get_context(name, value, attrs)
        if context["widget"]["is_initial"]:
            resource = value.instance
            context["widget"]["kept"] = f"{resource.file_name} ({ResourceLine(resource).file})"
        return context


class ResourceForm(forms.ModelForm[Resource]):
    """A resource; its file is looked into before it is kept."""

    class Meta:
        model = Resource
        fields: tuple[str, ...] = ()  # the page names them
        widgets = {"file": KeptFileWidget(attrs={"accept": ",".join(f".{ending}" for ending in KINDS)})}
        help_texts = {"file": f"At most 20 MB, one of {', '.join(KINDS)}. A recording is better given as a link."}

    def clean_file(self) -> Any:
        """Refuse a file that is not what its name says, and remember what whoever uploaded it called it."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            name = clean_name(file.name or "")
            check_file(file, name=name)
            self.instance.file_name = name
        elif not file:
            self.instance.file_name = ""
        return file


@admin.register(Resource)
class ResourcePage(ProgrammePage):
    """Resources, and from when the public sees each."""

    form = ResourceForm
    fields = (
        *("title", "slug", "kind", "summary", "link", "file", "week", "day", "released_at"),
        *("themes", "partnerships", "related", "review_kinds"),
    )
    list_display = ("title", "kind", "week", "released_at")
    list_filter = ("kind", OF_OWN_WEEKS, "themes")
    list_select_related = ("week",)
    search_fields = ("title", "slug")
    autocomplete_fields = ("week", "day", "related")
    filter_horizontal = ("themes", "partnerships")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("title",)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Organisers delete what is their partnerships' or their weeks'; administrators also what is everybody's."""
        may = super().has_delete_permission(request, obj)
        if not may or obj is None or is_administrator(request):
            return may
        is_of_own_week = hosted_weeks(request).filter(pk=obj.week_id).exists()
        return is_of_own_week or obj.partnerships.filter(pk__in=reach(request)).exists()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        """Return the resources of one's partnerships and their weeks, and those that belong to none."""
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        shared = Q(week__isnull=True, partnerships__isnull=True)
        own = Q(week__in=hosted_weeks(request)) | Q(partnerships__in=reach(request))
        return rows.filter(pk__in=Resource.objects.filter(shared | own).values("pk"))


@admin.register(ResourceCount)
class ResourceCountPage(ReadOnlyPage):
    """How often resources were used, day by day."""

    list_display = ("resource", "day", "opens", "downloads")
    list_select_related = ("resource",)
    date_hierarchy = "day"


@admin.register(KeyMessage)
class KeyMessagePage(WeekPartPage):
    """Short calls to action."""

    list_display = ("heading", "week", "released_at", "position")
    list_filter = (OF_OWN_WEEKS,)
    list_select_related = ("week",)
    search_fields = ("heading",)
    autocomplete_fields = ("week", "day")
