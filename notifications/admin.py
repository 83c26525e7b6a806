"""The outbox, to look at: what everybody was or will be sent, and what became of it."""

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import Heartbeat, Message


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg] - for several models
    """Rows that only the site itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody deletes one by hand."""
        return False


@admin.register(Message)
class MessageAdmin(LookOnly):
    """Messages, the one due last first."""

    list_display = ("kind", "recipient", "session", "status", "due_at", "sent_at", "tries", "error")
    list_filter = ("status", "kind")
    search_fields = ("booking__email", "booking__session__title", "message_id")
    list_select_related = ("booking__session",)
    date_hierarchy = "due_at"

    @admin.display(description="To")
    def recipient(self, message: Message) -> str:
        """Return whom it goes to."""
        return message.booking.email

    @admin.display(description="Session")
    def session(self, message: Message) -> str:
        """Return what it is about."""
        return str(message.booking.session)


@admin.register(Heartbeat)
class HeartbeatAdmin(LookOnly):
    """When worker and scheduler were last alive."""

    list_display = ("process", "beat_at")
