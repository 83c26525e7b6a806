"""What people answered to an invitation from their calendar, and what followed where they declined."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.querysets import ReadOnlyQuerySet


class CalendarReply(WrittenByActionsOnly):
    """One answer of a calendar program: what it said, when by its own clock, and to which number of the entry.

    A place is not given up by declining. Who declines is asked, on one page, and ``answer`` is what became of that.
    ``releases``: whoever says nothing is taken at their word, from ``release_at`` on, which is known once they were
    told. ``digest`` is of the message that it came in, so that the same one counts once.
    """

    class Partstat(models.TextChoices):
        """What was answered, in the words of RFC 5545 (3.2.12)."""

        ACCEPTED = "accepted", "Accepted"
        TENTATIVE = "tentative", "Perhaps"
        DECLINED = "declined", "Declined"

    class Answer(models.TextChoices):
        """What became of asking whoever declined."""

        OPEN = "", "Nothing yet"
        KEPT = "kept", "The place is kept"
        GIVEN_UP = "given_up", "The place was given up"
        RELEASED = "released", "The place was released"
        OUTDATED = "outdated", "The session changed since, so it is asked anew"
        NOT_ASKED = "not_asked", "Nothing was to be asked"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="calendar_replies")
    partstat = models.CharField(max_length=10, choices=Partstat.choices)
    sequence = models.PositiveIntegerField(help_text="Of the diary entry that was answered.")
    stamp = models.DateTimeField(help_text="When it was answered, by the clock of the calendar program.")
    digest = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()
    releases = models.BooleanField(default=False)
    release_at = models.DateTimeField(null=True, blank=True, db_index=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["stamp", "pk"]
        verbose_name = "calendar reply"
        verbose_name_plural = "calendar replies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["booking", "stamp"],
                name="calendar_reply_once_per_stamp",
                violation_error_message="This answer is known already.",
            ),
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(partstat="declined", answer=""),
                name="calendar_reply_one_open_per_booking",
                violation_error_message="Whoever declined is asked already.",
            ),
            models.CheckConstraint(
                name="calendar_reply_partstat_known",
                condition=Q(partstat__in=["accepted", "tentative", "declined"]),
                violation_error_message="People accept, say perhaps, or decline.",
            ),
            models.CheckConstraint(
                name="calendar_reply_answered_at_if_answered",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message="A question has a time of answering if and only if it is answered.",
            ),
            models.CheckConstraint(
                name="calendar_reply_asks_only_whoever_declined",
                condition=Q(partstat="declined") | Q(answer="", releases=False),
                violation_error_message="Only whoever declined is asked anything.",
            ),
            models.CheckConstraint(
                name="calendar_reply_release_at_only_if_it_releases",
                condition=Q(releases=True) | Q(release_at__isnull=True),
                violation_error_message="A place is released at an hour only where the policy releases it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_partstat_display()}, {self.stamp:%Y-%m-%d %H:%M} UTC"

    @property
    def asks(self) -> bool:
        """Say whether whoever declined has still to say what they meant."""
        return self.partstat == self.Partstat.DECLINED and not self.answer
