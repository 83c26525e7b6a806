"""Whether the outbox may send, and in which database it lives."""

from django.conf import settings
from django.db import models
from django.db.models import Q

ONLY: int = 1


class OutboxState(models.Model):
    """The one row about the outbox as a whole: held since when, by whom and why, and when it was last released.

    ``home`` names the database it has sent from, so that a restored copy is known for one: see `holding`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    home = models.CharField(max_length=120, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "state of the outbox"
        verbose_name_plural = "state of the outbox"
        constraints = [
            models.CheckConstraint(
                name="outbox_state_is_one_row",
                condition=Q(id=ONLY),
                violation_error_message="There is one outbox.",
            ),
            models.CheckConstraint(
                name="outbox_held_for_a_reason",
                condition=(Q(held_at__isnull=False) & ~Q(reason="")) | Q(held_at__isnull=True, reason=""),
                violation_error_message="The outbox is held for a reason, and only while it is held.",
            ),
        ]

    def __str__(self) -> str:
        return f"held: {self.reason}" if self.is_held else "sending"

    @property
    def is_held(self) -> bool:
        """Say whether nothing is sent."""
        return self.held_at is not None
