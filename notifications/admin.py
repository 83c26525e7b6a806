"""The outbox, to look at: what everybody was or will be sent, and what became of it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bookings.models import Booking
from notifications import claims, nudge
from notifications.models import (
    BulkMessage,
    DomainPace,
    Heartbeat,
    InboundReply,
    MailText,
    Message,
    OutboxState,
    ProviderEvent,
    SwitchedOff,
    Undeliverable,
)
from notifications.readers import address_of
from people.admin import ReadOnlyPage
from people.signin import signed_in


@admin.register(Message)
class MessagePage(ReadOnlyPage):
    """Messages, the one due last first; organisers see those about the sessions of their partnerships."""

    organisers_may = ("view", "change")
    administrators_may = ("view", "change")
    actions = ("send_again",)
    list_display = ("kind", "recipient", "session", "status", "due_at", "sent_at", "tries", "error")
    list_filter = ("status", "kind")
    search_fields = ("booking__email", "booking__manager_email", "booking__session__title", "message_id")
    list_select_related = ("booking__session", "change", "reader")
    date_hierarchy = "due_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Return the messages of the bookings that whoever is at work may see."""
        rows: QuerySet[Message] = super().get_queryset(request).prefetch_related("booking__handovers")
        if request.user.is_superuser:
            return rows
        seen = Booking.objects.visible_to(signed_in(request), at=timezone.now())
        return rows.filter(booking__in=seen.values("pk"))

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may have a message sent again."""
        return bool(request.user.has_perm("notifications.change_message"))

    @admin.action(description="Send the selected messages again", permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Let messages that failed or perhaps went be sent once more; others are left as they are."""
        count = claims.send_again(queryset, at=timezone.now())
        nudge.after_commit()
        messages.success(request, f"To be sent again: {count}.")

    @admin.display(description="To")
    def recipient(self, message: Message) -> str:
        """Return whom it goes to."""
        return address_of(message)

    @admin.display(description="Session")
    def session(self, message: Message) -> str:
        """Return what it is about."""
        return str(message.booking.session) if message.booking else ""


@admin.register(SwitchedOff)
class SwitchedOffPage(ReadOnlyPage):
    """What people do not want to be sent; they choose for themselves."""

    administrators_may = ("view",)
    list_display = ("person", "kind", "since")
    list_filter = ("kind",)
    search_fields = ("person__email",)
    list_select_related = ("person",)


@admin.register(Heartbeat)
class HeartbeatPage(ReadOnlyPage):
    """When worker and scheduler were last alive."""

    list_display = ("process", "beat_at")


@admin.register(OutboxState)
class OutboxStatePage(ReadOnlyPage):
    """Whether the outbox is held; it is held and released on a page of its own."""

    list_display = ("__str__", "held_at", "held_by", "reason", "released_at", "released_by")
    list_select_related = ("held_by", "released_by")


@admin.register(DomainPace)
class DomainPacePage(ReadOnlyPage):
    """Domains that mail goes to, where there is a limit, and how far ahead of it they are."""

    list_display = ("domain", "free_at")
    search_fields = ("domain",)


@admin.register(Undeliverable)
class UndeliverablePage(ReadOnlyPage):
    """Addresses that mail comes back from; organisers have a page of their own, where they clear them."""

    list_display = ("address", "reason", "since", "words", "cleared_at", "cleared_by")
    list_filter = ("reason",)
    search_fields = ("address",)
    list_select_related = ("cleared_by",)


@admin.register(ProviderEvent)
class ProviderEventPage(ReadOnlyPage):
    """What mail providers told of single messages."""

    list_display = ("message_id", "kind", "at", "words")
    list_filter = ("kind",)
    search_fields = ("message__message_id",)


@admin.register(InboundReply)
class InboundReplyPage(ReadOnlyPage):
    """Mail that came in answer to invitations; organisers have a page of their own, with the mail itself."""

    list_display = ("received_at", "sender", "subject", "outcome", "why", "seen_at", "seen_by")
    list_filter = ("outcome", "way")
    search_fields = ("sender", "subject")
    list_select_related = ("seen_by",)
    exclude = ("raw",)


@admin.register(MailText)
class MailTextPage(ReadOnlyPage):
    """Every version of what partnerships say in their mails; their organisers have a page of their own for it."""

    administrators_may = ("view",)
    list_display = ("partnership", "kind", "version", "made_at", "made_by")
    list_filter = ("partnership", "kind")
    list_select_related = ("partnership", "made_by")


@admin.register(BulkMessage)
class BulkMessagePage(ReadOnlyPage):
    """What organisers wrote to the people of their sessions."""

    administrators_may = ("view",)
    list_display = ("subject", "session", "recipients", "made_at", "made_by", "goes_at", "undone_at")
    search_fields = ("subject", "session__title")
    list_select_related = ("session", "made_by")
