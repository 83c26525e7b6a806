"""Bookings in the admin: read by everybody who may, changed by the one verb there is."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bookings import actions, register_admin  # noqa: F401 - its pages are registered with these
from bookings.models import (
    AbsenceReason,
    Approval,
    Arrival,
    Attendance,
    AttendanceMark,
    AuditEvent,
    Booking,
    BookingChange,
    CalendarReply,
    Certificate,
    Charge,
    EvaluationForm,
    FeedToken,
    Handover,
    PartnershipPolicy,
    RegisterClosing,
    ReportSnapshot,
    SessionPolicy,
    WeekPolicy,
)
from events.admin_bases import do_for_each, given_reason
from events.admin_forms import ReasonForm
from people.admin import ReadOnlyPage
from people.signin import signed_in


class ChangeInline(admin.TabularInline[Any, Any]):
    """The history of a booking."""

    model = BookingChange
    fields = readonly_fields = ("at", "verb", "from_status", "to_status", "actor", "reason")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingChange]:
        """Return the changes with who made them."""
        return super().get_queryset(request).select_related("actor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the admin's signature
        """History is written by the actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """History is never edited."""
        return False


@admin.register(Booking)
class BookingPage(ReadOnlyPage):
    """Bookings."""

    organisers_may = ("view", "change")
    administrators_may = ("view", "change")
    list_display = ("name", "session", "status", "organisation_name", "created_at", "cancelled_late")
    list_filter = ("status", ("session__week", admin.RelatedOnlyFieldListFilter), "cancelled_late")
    list_select_related = ("session",)
    date_hierarchy = "session__starts_at"
    search_fields = ("name", "email", "organisation_name", "session__title", "session__code")
    inlines = (ChangeInline,)
    action_form = ReasonForm
    actions = ("cancel",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        """Return the bookings that whoever is at work may see."""
        rows: QuerySet[Booking] = Booking.objects.visible_to(signed_in(request), at=timezone.now())
        return rows.order_by("-session__starts_at", "pk")

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may cancel bookings."""
        return bool(request.user.has_perm("bookings.change_booking"))

    @admin.action(description="Cancel the selected bookings", permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        """Give the places up, each to the first who waits; a reason may stand beside the list of actions."""
        now, actor, reason = timezone.now(), signed_in(request), given_reason(request)
        do_for_each(request, queryset, lambda row: actions.cancel(row, at=now, actor=actor, reason=reason), "Cancelled")


@admin.register(BookingChange)
class BookingChangePage(ReadOnlyPage):
    """Who did what to which booking, when and why."""

    organisers_may = ("view",)
    list_display = ("at", "booking", "verb", "from_status", "to_status", "actor")
    list_filter = ("verb",)
    list_select_related = ("booking__session", "actor")
    date_hierarchy = "at"
    search_fields = ("booking__name", "booking__email", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingChange]:
        """Return the changes of bookings that whoever is at work may see, the newest first."""
        seen = Booking.objects.visible_to(signed_in(request), at=timezone.now())
        return super().get_queryset(request).filter(booking__in=seen).order_by("-pk")


@admin.register(FeedToken)
class FeedTokenPage(ReadOnlyPage):
    """The private addresses of people's calendars; the secret itself is shown nowhere."""

    administrators_may = ("view", "change")
    list_display = ("user", "name", "created_at", "last_used_on", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "name")
    fields = ("user", "name", "created_at", "last_used_on", "revoked_at")
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may close addresses."""
        return bool(request.user.has_perm("bookings.change_feedtoken"))

    @admin.action(description="Close the selected addresses", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[FeedToken]) -> None:
        """Close addresses; one that is closed stays as it is."""
        count = queryset.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
        self.message_user(request, f"Closed: {count}.")


class OfBookings(ReadOnlyPage):
    """Rows about bookings that whoever is at work may see."""

    organisers_may = ("view",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of those bookings."""
        seen = Booking.objects.visible_to(signed_in(request), at=timezone.now())
        rows: QuerySet[Any] = super().get_queryset(request).filter(booking__in=seen.order_by().values("pk"))
        return rows


@admin.register(Approval)
class ApprovalPage(OfBookings):
    """Which line managers are asked, and what became of it."""

    list_display = ("booking", "manager_email", "asked_at", "expires_at", "answer", "answered_at")
    list_select_related = ("booking__session",)
    list_filter = ("answer",)
    search_fields = ("manager_name", "manager_email", "booking__name")


@admin.register(Handover)
class HandoverPage(OfBookings):
    """Which colleagues are asked to take a place, and what became of it."""

    list_display = ("booking", "colleague_email", "asked_at", "expires_at", "answer", "answered_at")
    list_select_related = ("booking__session",)
    list_filter = ("answer",)
    search_fields = ("colleague_email", "booking__name")


@admin.register(CalendarReply)
class CalendarReplyPage(OfBookings):
    """What people's calendars answered to invitations, and what became of it where they declined."""

    list_display = ("booking", "partstat", "stamp", "received_at", "answer", "answered_at")
    list_select_related = ("booking__session",)
    list_filter = ("partstat", "answer")
    search_fields = ("booking__name", "booking__email")


@admin.register(Charge)
class ChargePage(OfBookings):
    """The ledger of charges; it is waived on the organisers' pages."""

    list_display = ("booking", "reason", "pence", "organisation_name", "made_at", "waived_at")
    list_select_related = ("booking__session",)
    list_filter = ("partnership", "reason")
    search_fields = ("booking__name", "organisation_name")


@admin.register(Arrival)
class ArrivalPage(OfBookings):
    """Who joined online, when first and last, and how often."""

    list_display = ("booking", "first_at", "last_at", "times")
    list_select_related = ("booking__session",)
    search_fields = ("booking__name", "booking__session__title")


@admin.register(AbsenceReason)
class AbsenceReasonPage(OfBookings):
    """What kept people from coming; noted on the organisers' pages."""

    list_display = ("booking", "code", "said_by", "said_at")
    list_select_related = ("booking__session",)
    list_filter = ("code", "said_by")
    search_fields = ("booking__name", "booking__session__title")


@admin.register(AttendanceMark)
class AttendanceMarkPage(OfBookings):
    """Every mark ever made in a register; marks are made on the register's page."""

    list_display = ("booking", "part", "from_state", "to_state", "source", "actor", "marked_at")
    list_select_related = ("booking__session", "actor")
    list_filter = ("to_state", "source")
    search_fields = ("booking__name", "booking__session__title")


@admin.register(Attendance)
class AttendancePage(OfBookings):
    """Who came."""

    list_display = ("booking", "state", "source", "marked_at", "marked_by")
    list_select_related = ("booking__session", "marked_by")
    list_filter = ("state", "source")
    search_fields = ("booking__name", "booking__session__title")


@admin.register(RegisterClosing)
class RegisterClosingPage(ReadOnlyPage):
    """When registers were closed, and why they were opened again."""

    list_display = ("session", "closed_at", "closed_by", "reopened_at", "reopened_by", "reason")
    list_select_related = ("session", "closed_by", "reopened_by")
    search_fields = ("session__title",)


@admin.register(PartnershipPolicy)
class PartnershipPolicyPage(ReadOnlyPage):
    """Every version of every policy; a new one is made on the organisers' pages."""

    list_display = ("partnership", "version", "made_at", "made_by")
    list_select_related = ("partnership", "made_by")
    list_filter = ("partnership",)
    search_fields = ("partnership__name",)


@admin.register(WeekPolicy)
class WeekPolicyPage(ReadOnlyPage):
    """What partnerships have otherwise for one week."""

    list_display = ("partnership", "week", "values")
    list_select_related = ("partnership", "week")
    search_fields = ("partnership__name", "week__title")


@admin.register(SessionPolicy)
class SessionPolicyPage(ReadOnlyPage):
    """What single sessions have otherwise."""

    list_display = ("session", "values")
    list_select_related = ("session",)
    search_fields = ("session__title",)


@admin.register(EvaluationForm)
class EvaluationFormPage(ReadOnlyPage):
    """Every version of what people are asked; what they answered is read on the organisers' pages alone."""

    organisers_may = ("view",)
    list_display = ("partnership", "stage", "version", "made_at", "made_by")
    list_select_related = ("partnership", "made_by")
    list_filter = ("stage", "partnership")
    search_fields = ("partnership__name",)


@admin.register(Certificate)
class CertificatePage(OfBookings):
    """Certificates, those that hold no more with them."""

    list_display = ("code", "name", "title", "issued_at", "revoked_at", "revoked_for")
    list_filter = ("revoked_for",)
    search_fields = ("code", "name", "title")


@admin.register(AuditEvent)
class AuditEventPage(ReadOnlyPage):
    """Who read, took out and changed what; also on the organisers' pages, by person and by session."""

    list_display = ("at", "actor", "verb", "what", "session", "person")
    list_select_related = ("actor", "session", "person")
    list_filter = ("verb",)
    date_hierarchy = "at"
    search_fields = ("what", "actor__email", "person__email")


@admin.register(ReportSnapshot)
class ReportSnapshotPage(ReadOnlyPage):
    """Reports that were kept; they are kept on the organisers' pages."""

    list_display = ("title", "note", "taken_at", "taken_by")
    list_select_related = ("taken_by",)
    search_fields = ("title", "note")
