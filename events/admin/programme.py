"""Weeks, their days and their themes, as organisers work on them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import DateField
from django.http import HttpRequest
from django.utils import timezone

from events import actions
from events.admin_bases import (
    FIELDS,
    OF_OWN_WEEKS,
    HostedPage,
    HostInline,
    ProgrammePage,
    WeekPartPage,
    beside_actions,
    do_for_each,
    hosted_weeks,
)
from events.admin_forms import StartForm
from events.models import (
    DayTheme,
    PracticeWeek,
    Theme,
    ThemeAlias,
    WeekDay,
    WeekHost,
    WeekPresentation,
)


class AliasInline(admin.TabularInline[Any, Any]):
    """Other names of a theme."""

    model = ThemeAlias
    extra = 0


@admin.register(Theme)
class ThemePage(ProgrammePage):
    """Themes and the names they also go by."""

    organisers_may = ("view", "add", "change")
    list_display = ("name", "slug")
    search_fields = ("name", "aliases__name")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("name",)}
    inlines = (AliasInline,)


class WeekHostInline(HostInline):
    """The hosts of a week."""

    model = WeekHost


class PresentationInline(admin.StackedInline[Any, Any]):
    """What each partnership calls a week."""

    model = WeekPresentation
    extra = 0
    formfield_overrides = FIELDS
    autocomplete_fields = ("partnership",)


class DayInline(admin.TabularInline[Any, Any]):
    """The days of a week; their themes are on each day's own page."""

    model = WeekDay
    fields = ("number", "kind", "title", "summary")
    extra = 0
    max_num = 5
    show_change_link = True


@admin.register(PracticeWeek)
class WeekPage(HostedPage):
    """Practice weeks."""

    hosts_of = "week_hosts"
    list_display = ("title", "starts_on", "state", "is_sample", "slug")
    list_filter = ("state", "hosts")
    search_fields = ("title", "slug")
    readonly_fields = ("state", "copied_from")
    inlines = (WeekHostInline, PresentationInline, DayInline)
    action_form = StartForm
    actions = ("publish", "copy")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PracticeWeek]:
        """Return the weeks that one's partnerships host."""
        weeks = super().get_queryset(request)
        return weeks if request.user.is_superuser else weeks.filter(pk__in=hosted_weeks(request))

    @admin.action(description="Publish with all their drafts", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[PracticeWeek]) -> None:
        """Let the public see the weeks."""
        do_for_each(request, queryset, lambda week: actions.publish_week(week, at=timezone.now()), "Published")

    @admin.action(description="Copy onto another Monday, as a draft", permissions=["add"])
    def copy(self, request: HttpRequest, queryset: QuerySet[PracticeWeek]) -> None:
        """Run the weeks again, from the day named beside the list of actions."""
        try:
            starts_on = DateField().clean(beside_actions(request, "starts_on"))
        except ValidationError:
            messages.error(request, "Write the first day of the copy, a Monday such as 2027-06-21, and choose again.")
            return
        now = timezone.now()
        do_for_each(request, queryset, lambda week: actions.copy_week(week, starts_on=starts_on, at=now), "Copied")


class DayThemeInline(admin.TabularInline[Any, Any]):
    """The themes of a day, in order."""

    model = DayTheme
    extra = 0
    autocomplete_fields = ("theme",)


@admin.register(WeekDay)
class WeekDayPage(WeekPartPage):
    """Days of weeks, with their themes."""

    list_display = ("week", "number", "kind", "title")
    list_filter = ("kind", OF_OWN_WEEKS)
    list_select_related = ("week",)
    search_fields = ("title", "week__title")
    autocomplete_fields = ("week",)
    inlines = (DayThemeInline,)
