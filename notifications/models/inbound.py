"""Mail that came to the addresses invitations come from: kept until it was looked at, and for a while after."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models import Booking
from events.models import Session
from people.models import User


class InboundQuerySet(models.QuerySet["InboundReply"]):
    """Mail that came in."""

    def visible_to(self, actor: User, *, at: datetime) -> Self:
        """Keep what is about sessions that somebody organises; what is about none of ours is for administrators."""
        if actor.administers(at=at):
            return self
        own = Session.objects.hosted_within(actor, at=at).order_by().values("pk")
        return self.filter(booking__session__in=own)

    def unseen(self) -> Self:
        """Keep what somebody should look at and nobody has."""
        return self.filter(outcome=InboundReply.Outcome.ODD, seen_at__isnull=True)


class InboundReply(models.Model):
    """One mail as it came, what became of it, and why it changed nothing where it did not.

    ``digest`` is of its bytes, so that the same mail by two ways is one. ``raw`` is the whole mail, or the beginning
    of one that is too large to be read; ``size`` is of the whole. ``sender`` and ``subject`` are what it says of
    itself, cleaned to be shown, and prove nothing. ``booking`` is the one it is about, as far as that is known.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        WAITING = "", "Not looked at yet"
        TAKEN = "taken", "Kept with the booking"
        ODD = "odd", "To look at"
        NOTHING = "nothing", "Nothing to do"

    class Way(models.TextChoices):
        """By which way it came."""

        MAILBOX = "mailbox", "From the mailbox"
        PROVIDER = "provider", "From the mail provider"

    digest = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
    size = models.PositiveIntegerField()
    way = models.CharField(max_length=10, choices=Way.choices)
    received_at = models.DateTimeField(db_index=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="inbound_replies"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.WAITING)
    why = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = InboundQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = "inbound reply"
        verbose_name_plural = "inbound replies"
        constraints = [
            models.CheckConstraint(
                name="inbound_reply_outcome_known",
                condition=Q(outcome__in=["", "taken", "odd", "nothing"]),
                violation_error_message="Mail is kept, to be looked at, or nothing to do.",
            ),
            models.CheckConstraint(
                name="inbound_reply_way_known",
                condition=Q(way__in=["mailbox", "provider"]),
                violation_error_message="Mail comes from the mailbox or the mail provider.",
            ),
            models.CheckConstraint(
                name="inbound_reply_says_why_if_it_changed_nothing",
                condition=Q(outcome__in=["odd", "nothing"], why__gt="") | Q(outcome__in=["", "taken"], why=""),
                violation_error_message="What changed nothing says why.",
            ),
            models.CheckConstraint(
                name="inbound_reply_seen_by_only_if_seen",
                condition=Q(seen_at__isnull=False) | Q(seen_by__isnull=True),
                violation_error_message="Somebody saw it if and only if it was seen.",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(outcome=""), name="inbound_reply_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.sender or 'nobody'}, {self.received_at:%Y-%m-%d %H:%M} UTC"
