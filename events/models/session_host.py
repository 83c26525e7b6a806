"""Which partnerships host a session, and which of them leads it."""

from django.db import models
from django.db.models import Q

from events.models.session import Session
from people.models import Partnership


class SessionHost(models.Model):
    """A partnership's part in hosting a session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="session_hosts")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="session_hosts")
    is_lead = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_lead", "partnership__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "partnership"],
                name="session_host_once",
                violation_error_message="This partnership hosts the session already.",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(is_lead=True),
                name="session_host_one_lead",
                violation_error_message="Only one partnership leads a session.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}{' (lead)' if self.is_lead else ''}"
