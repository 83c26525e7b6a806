"""Topics, their sittings and where people meet, as organisers work on them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from events import actions
from events.admin_bases import (
    OF_OWN_WEEKS,
    HostedPage,
    HostInline,
    ProgrammePage,
    WeekPartPage,
    do_for_each,
    given_reason,
)
from events.admin_forms import ReasonForm, SessionForm, VenueBoxesForm
from events.models import Room, Session, SessionHost, SessionTopic, SessionTrainer, Trainer, Venue
from events.part_words import when_words
from people.signin import signed_in


def is_changeable(row: Venue | Trainer, request: HttpRequest) -> bool:
    """Say whether whoever is at work may change a row that sessions of several partnerships share."""
    found = type(row).objects.changeable_by(signed_in(request), at=timezone.now())
    return bool(found.filter(pk=row.pk).exists())


class RoomInline(admin.TabularInline[Any, Any]):
    """The rooms of a venue."""

    model = Room
    extra = 0


@admin.register(Venue)
class VenuePage(ProgrammePage):
    """Places where people meet; everybody's, so what others use is changed or deleted by administrators."""

    organisers_may = ("view", "add", "change")
    form = VenueBoxesForm
    list_display = ("name", "address", "area")
    list_filter = ("area",)
    list_select_related = ("area",)
    search_fields = ("name", "address")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("name",)}
    inlines = (RoomInline,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Organisers change a venue where only sessions of their own meet, because people's diaries follow."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or is_changeable(obj, request))

    def save_model(self, request: HttpRequest, obj: Venue, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Store a new venue; change what is there by the one verb that tells people."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        actions.revise_venue(obj, at=timezone.now(), **changes)


@admin.register(Room)
class RoomPage(ProgrammePage):
    """Rooms, to be found by a session that is held in one; they are added on their venue's page."""

    organisers_may = ("view",)
    administrators_may = ("view",)
    list_display = ("name", "venue", "seats")
    list_select_related = ("venue",)
    search_fields = ("name", "venue__name")


@admin.register(Trainer)
class TrainerPage(ProgrammePage):
    """People who deliver sessions; who delivers those of others is changed by administrators."""

    organisers_may = ("view", "add", "change")
    list_display = ("name", "organisation_name", "user")
    list_select_related = ("user",)
    search_fields = ("name", "organisation_name")
    raw_id_fields = ("user",)
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("name",)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Organisers change a trainer of their own sessions only, because the account linked here reads them."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or is_changeable(obj, request))


class SittingInline(admin.TabularInline[Any, Any]):
    """The sittings of a topic, each with a page of its own."""

    model = Session
    fk_name = "topic"  # it may also lead to sessions
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
    list_filter = (OF_OWN_WEEKS, "themes")
    list_select_related = ("week",)
    search_fields = ("title", "slug", "week__title")
    autocomplete_fields = ("week",)
    filter_horizontal = ("themes",)
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("title",)}
    inlines = (SittingInline,)


class SessionHostInline(HostInline):
    """The hosts of a session."""

    model = SessionHost


class SessionTrainerInline(admin.TabularInline[Any, Any]):
    """Who delivers a session, in order."""

    model = SessionTrainer
    extra = 0
    autocomplete_fields = ("trainer",)


@admin.register(Session)
class SessionPage(HostedPage):
    """Sessions; what is changed here, people's diaries follow."""

    hosts_of = "session_hosts"
    form = SessionForm
    list_display = ("title", "code", "week", "starts_at", "format", "state", "places_taken", "capacity", "waiting")
    list_filter = ("state", "format", OF_OWN_WEEKS, "hosts")
    list_select_related = ("week",)
    date_hierarchy = "starts_at"
    search_fields = ("title", "code", "topic__title", "week__title")
    autocomplete_fields = ("week", "topic", "venue", "room", "prerequisite")
    filter_horizontal = ("areas", "sectors")
    fieldsets = (
        (None, {"fields": ("week", "topic", "code", "title", "state", "cancelled_at", "cancellation_reason")}),
        ("When and where", {"fields": ("starts_at", "ends_at", "dates", "format", "venue", "room", "joining_link")}),
        ("What people are told", {"fields": ("practical_note", "access", "cameras", "is_recorded")}),
        ("Hosts beside the partnerships", {"fields": ("also_hosted_by",)}),
        (
            "Places",
            {
                "fields": (
                    "booking_required",
                    "capacity",
                    "in_person_capacity",
                    "online_capacity",
                    "has_waiting_list",
                    "booking_opens_at",
                    "booking_closes_at",
                    "places_taken",
                    "waiting",
                )
            },
        ),
        ("Who may book", {"fields": ("areas", "sectors", "for_whom", "prerequisite")}),
        ("For the record", {"fields": ("is_illustrative", "zone", "sequence", "revised_at", "as_of")}),
    )
    not_typed = ("state", "cancelled_at", "cancellation_reason", "places_taken", "waiting")
    readonly_fields = (*not_typed, "dates", "zone", "sequence", "revised_at")
    inlines = (SessionHostInline, SessionTrainerInline)
    action_form = ReasonForm
    actions = ("publish", "call_off")

    @admin.display(description="All its dates")
    def dates(self, session: Session) -> str:
        """Return every date in words; further ones are set where organisers work, so that diaries follow."""
        return when_words(session) if session.pk else ""

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
