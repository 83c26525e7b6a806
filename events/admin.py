"""The programme, as organisers work on it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import DateField, ModelForm
from django.http import HttpRequest
from django.utils import timezone

from events import actions
from events.admin_bases import (
    FIELDS,
    HostInline,
    ProgrammePage,
    WeekPartPage,
    beside_actions,
    do_for_each,
    given_reason,
    hosted_weeks,
    reach,
    signed_in,
)
from events.admin_forms import ReasonForm, SessionForm, StartForm
from events.models import (
    DayTheme,
    KeyMessage,
    PracticeWeek,
    Resource,
    Session,
    SessionHost,
    SessionTopic,
    Theme,
    ThemeAlias,
    Venue,
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


@admin.register(Venue)
class VenuePage(ProgrammePage):
    """Places where people meet."""

    organisers_may = ("view", "add", "change")
    list_display = ("name", "address", "area")
    list_filter = ("area",)
    list_select_related = ("area",)
    search_fields = ("name", "address")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Venue, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Store a new venue; change what is there by the one verb that tells people."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        actions.revise_venue(obj, at=timezone.now(), **changes)


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
class WeekPage(ProgrammePage):
    """Practice weeks."""

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
    list_filter = ("kind", "week")
    list_select_related = ("week",)
    search_fields = ("title", "week__title")
    autocomplete_fields = ("week",)
    inlines = (DayThemeInline,)


class SittingInline(admin.TabularInline[Any, Any]):
    """The sittings of a topic, each with a page of its own."""

    model = Session
    fields = readonly_fields = ("code", "title", "starts_at", "format", "state", "places_taken", "capacity")
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the admin's signature
        """A sitting is added on the page of sessions."""
        return False


@admin.register(SessionTopic)
class TopicPage(WeekPartPage):
    """Topics and their sittings."""

    list_display = ("title", "week", "slug")
    list_filter = ("week", "themes")
    list_select_related = ("week",)
    search_fields = ("title", "slug", "week__title")
    autocomplete_fields = ("week",)
    filter_horizontal = ("themes",)
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("title",)}
    inlines = (SittingInline,)


class SessionHostInline(HostInline):
    """The hosts of a session."""

    model = SessionHost


@admin.register(Session)
class SessionPage(ProgrammePage):
    """Sessions; what is changed here, people's diaries follow."""

    form = SessionForm
    list_display = ("title", "code", "week", "starts_at", "format", "state", "places_taken", "capacity", "waiting")
    list_filter = ("state", "format", "week", "hosts")
    list_select_related = ("week",)
    date_hierarchy = "starts_at"
    search_fields = ("title", "code", "topic__title", "week__title")
    autocomplete_fields = ("week", "topic", "venue")
    fieldsets = (
        (None, {"fields": ("week", "topic", "code", "title", "state", "cancelled_at", "cancellation_reason")}),
        ("When and where", {"fields": ("starts_at", "ends_at", "format", "venue", "joining_link", "practical_note")}),
        ("Hosts beside the partnerships", {"fields": ("also_hosted_by",)}),
        (
            "Places",
            {
                "fields": (
                    "booking_required",
                    "capacity",
                    "has_waiting_list",
                    "booking_opens_at",
                    "booking_closes_at",
                    "places_taken",
                    "waiting",
                )
            },
        ),
        ("For the record", {"fields": ("is_illustrative", "zone", "sequence", "revised_at")}),
    )
    not_typed = ("state", "cancelled_at", "cancellation_reason", "places_taken", "waiting")
    readonly_fields = (*not_typed, "zone", "sequence", "revised_at")
    inlines = (SessionHostInline,)
    action_form = ReasonForm
    actions = ("publish", "call_off")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Return the sessions that one's partnerships host."""
        hosted = Session.objects.hosted_within(signed_in(request), at=timezone.now())
        return super().get_queryset(request).filter(pk__in=hosted.order_by().values("pk"))

    def save_model(self, request: HttpRequest, obj: Session, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Store a new draft; change what is there by the one verb that tells people."""
        now = timezone.now()
        if not change:
            obj.revised_at = now
            super().save_model(request, obj, form, change)
            return
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        actions.revise_session(obj.pk, at=now, actor=signed_in(request), **changes)

    @admin.action(description="Publish the selected sessions", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Let the public see the sessions."""
        do_for_each(request, queryset, lambda row: actions.publish_session(row.pk, at=timezone.now()), "Published")

    @admin.action(description="Call off the selected sessions, for the reason given", permissions=["change"])
    def call_off(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Cancel the sessions; everybody booked is told the reason written beside the list of actions."""
        if not (reason := given_reason(request)):
            messages.error(request, "Write a reason of one line, of at most 400 characters, and choose again.")
            return
        now, actor = timezone.now(), signed_in(request)
        do_for_each(
            request,
            queryset,
            lambda row: actions.cancel_session(row.pk, reason=reason, at=now, actor=actor),
            "Called off",
        )


@admin.register(Resource)
class ResourcePage(ProgrammePage):
    """Resources, and from when the public sees each."""

    list_display = ("title", "kind", "week", "released_at")
    list_filter = ("kind", "week", "themes")
    list_select_related = ("week",)
    search_fields = ("title", "slug")
    autocomplete_fields = ("week", "day", "related")
    filter_horizontal = ("themes", "partnerships")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("title",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        """Return the resources of one's partnerships and their weeks, and those that belong to none."""
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        shared = Q(week__isnull=True, partnerships__isnull=True)
        own = Q(week__in=hosted_weeks(request)) | Q(partnerships__in=reach(request))
        return rows.filter(pk__in=Resource.objects.filter(shared | own).values("pk"))


@admin.register(KeyMessage)
class KeyMessagePage(WeekPartPage):
    """Short calls to action."""

    list_display = ("heading", "week", "released_at", "position")
    list_filter = ("week",)
    list_select_related = ("week",)
    search_fields = ("heading",)
    autocomplete_fields = ("week", "day")
