"""One row per message that a person is to be sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from bookings.models import Booking, BookingChange
from notifications.kinds import RANKS, RULES, Kind, rank_of
from notifications.models.bulk import BulkMessage


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds with their words; a new kind needs no migration."""
    return list(Kind.choices)


class RankField(models.PositiveSmallIntegerField[int, int]):
    """How early a message goes when much is due: written from its kind with the row, however many at once."""

    def pre_save(self, model_instance: models.Model, add: bool) -> int:  # noqa: FBT001 - the framework's signature
        """Return the rank of a new row's kind; what stands stays."""
        if add:
            setattr(model_instance, self.attname, rank_of(getattr(model_instance, "kind", "")))
        return int(getattr(model_instance, self.attname))


class Message(models.Model):
    """A message in the outbox, written in the transaction that makes it true and sent by a worker.

    ``occurrence`` is what it speaks of: the change it tells, or the start it reminds of. ``risky`` counts the
    times that sending began without a definite end; the database allows two, so nobody gets a third copy.
    """

    class Status(models.TextChoices):
        """Where the message stands."""

        PENDING = "pending", "Waiting"
        CLAIMED = "claimed", "Being built"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "No longer true"
        EXPIRED = "expired", "Too late"
        UNKNOWN = "unknown", "Perhaps sent"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who reads it, where it is about no single booking.",
    )
    change = models.ForeignKey(BookingChange, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    bulk = models.ForeignKey(BulkMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    kind = models.CharField(max_length=40, choices=kind_choices)
    occurrence = models.CharField(max_length=40)
    message_id = models.CharField(max_length=255, unique=True)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    tries = models.PositiveIntegerField(default=0, help_text="Times a worker took it.")
    lost = models.PositiveSmallIntegerField(default=0, help_text="Times a worker died before sending began.")
    risky = models.PositiveSmallIntegerField(default=0, help_text="Times sending began without a known end.")
    rank = RankField(default=RANKS["normal"], db_default=RANKS["normal"], editable=False)
    domain = models.CharField(
        max_length=255,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="Of its reader, once it has waited for that domain.",
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(null=True, blank=True, help_text="Of the diary entry it carried.")
    entry = models.JSONField(
        null=True, blank=True, help_text="Of which later date of a session the entry it carries is; empty: the first."
    )
    error = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=500, blank=True, help_text="Of the mail, once it is going out.")
    sent_at = models.DateTimeField(null=True, blank=True)
    says = models.CharField(
        max_length=8, blank=True, help_text="A short name of what joining instructions said when they went."
    )
    told_with = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tells_of",
        help_text="The message that tells several at once, and this one with them.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind", "occurrence"],
                name="message_once_per_booking_kind_and_occurrence",
                violation_error_message="This message exists already.",
            ),
            models.CheckConstraint(
                name="message_about_a_booking_or_to_a_reader",
                condition=Q(booking__isnull=False, reader__isnull=True) | Q(booking__isnull=True, reader__isnull=False),
                violation_error_message="A message is about a booking, or it has a reader of its own.",
            ),
            models.CheckConstraint(
                name="message_two_copies_at_most",
                condition=Q(risky__lte=2),
                violation_error_message="A message is sent twice at most.",
            ),
            models.CheckConstraint(
                name="message_sent_at_if_sent",
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at__isnull=True)),
                violation_error_message="A message has a time of sending if and only if it was sent.",
            ),
            models.CheckConstraint(
                name="message_held_with_a_lease",
                condition=Q(status__in=["claimed", "sending"], token__isnull=False, lease_until__isnull=False)
                | (~Q(status__in=["claimed", "sending"]) & Q(token__isnull=True, lease_until__isnull=True)),
                violation_error_message="A message is held by one worker, and for a time.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["rank", "due_at", "id"], condition=Q(status="pending"), name="message_waiting_by_rank"
            ),
            models.Index(fields=["due_at", "id"], condition=Q(status="pending"), name="message_waiting_by_due_time"),
            models.Index(
                fields=["lease_until"], condition=Q(status__in=["claimed", "sending"]), name="message_held_by_lease"
            ),
            models.Index(
                fields=["due_at"], condition=Q(status__in=["failed", "unknown"]), name="message_unsent_by_due_time"
            ),
        ]

    @property
    def about(self) -> Booking:
        """Return the booking it is about; raises ValueError for one that is about none."""
        if self.booking is None:
            raise ValueError("This message is about no single booking.")
        return self.booking

    def __str__(self) -> str:
        if self.reader:
            return f"{self.get_kind_display()} to {self.reader.email}"
        to = RULES[Kind(self.kind)].to
        whose = "" if to == "person" else f"the {to} of "
        return f"{self.get_kind_display()} to {whose}{self.about.email}"
