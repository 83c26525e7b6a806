"""A change of a published session that waits some minutes, so that it can be taken back before anybody is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from events.models.session import Session
from people.fields import LineField


class PlannedChange(models.Model):
    """What an organiser has decided about a session, and from when it is carried out.

    ``changes`` holds session fields by name for a move; instants in ISO 8601 with offset, rows by their id.
    """

    class Kind(models.TextChoices):
        """What is to happen."""

        REVISE = "revise", "Change"
        CANCEL = "cancel", "Cancel"

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waiting"
        DONE = "done", "Carried out"
        WITHDRAWN = "withdrawn", "Taken back"
        REFUSED = "refused", "Could not be carried out"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="planned_changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    changes = models.JSONField(default=dict, blank=True)
    reason = LineField(blank=True, max_length=400, help_text="In words for the mail.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(help_text="From when it is carried out.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = LineField(blank=True, max_length=400, help_text="Why it could not be carried out.")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state="waiting"),
                name="planned_change_one_waiting_per_session",
                violation_error_message="A change of this session is waiting already.",
            ),
            models.CheckConstraint(
                name="planned_change_state_known",
                condition=Q(state__in=["waiting", "done", "withdrawn", "refused"]),
                violation_error_message="A change waits, is carried out, is taken back or could not be carried out.",
            ),
            models.CheckConstraint(
                name="planned_change_kind_known",
                condition=Q(kind__in=["revise", "cancel"]),
                violation_error_message="A session is changed or cancelled.",
            ),
            models.CheckConstraint(
                name="planned_change_ended_at_unless_waiting",
                condition=Q(state="waiting", ended_at__isnull=True) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                violation_error_message="A change has an end if and only if it no longer waits.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.session}"
