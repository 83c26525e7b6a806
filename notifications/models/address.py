"""Addresses that mail comes back from, and what mail providers told of single messages."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.models.message import Message


class Undeliverable(models.Model):
    """That mail to an address comes back, since when, and in whose words; until somebody says that it is mended.

    The address stands in the form it is written to, with its tag: that mail to ``pat+work@`` comes back says
    nothing of ``pat@``.
    """

    class Reason(models.TextChoices):
        """Why nothing more is sent there."""

        REFUSED = "refused", "The mail server of this address refuses it"
        BOUNCED = "bounced", "Mail to it comes back"
        COMPLAINED = "complained", "The person reported our mail as unwanted"

    address = models.EmailField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    words = models.CharField(max_length=500, blank=True, help_text="Of the mail server or provider.")
    since = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = "undeliverable address"
        verbose_name_plural = "undeliverable addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(cleared_at__isnull=True),
                name="undeliverable_address_once",
                violation_error_message="That mail to this address comes back is known already.",
            ),
            models.CheckConstraint(
                name="undeliverable_reason_known",
                condition=Q(reason__in=["refused", "bounced", "complained"]),
                violation_error_message="An address is refused, bounces, or its owner complained.",
            ),
            models.CheckConstraint(
                name="undeliverable_cleared_by_only_if_cleared",
                condition=Q(cleared_at__isnull=False) | Q(cleared_by__isnull=True),
                violation_error_message="Somebody cleared an address if and only if it is cleared.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_reason_display()}"


class ProviderEvent(models.Model):
    """What a mail provider told of a message after it was handed over. ``key`` is the same when it is told twice."""

    class Kind(models.TextChoices):
        """What became of the message; opening and clicking are nobody's business."""

        DELIVERED = "delivered", "Delivered"
        DEFERRED = "deferred", "Delayed on the way"
        BOUNCED = "bounced", "Came back"
        COMPLAINED = "complained", "Reported as unwanted"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="provider_events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="provider_event_kind_known",
                condition=Q(kind__in=["delivered", "deferred", "bounced", "complained"]),
                violation_error_message="A provider tells of delivery, delay, return or complaint.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.message_id}"
