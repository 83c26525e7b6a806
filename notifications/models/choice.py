"""Which kinds of message a person does not want."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from notifications.kinds import RULES, Kind


def stoppable_choices() -> list[tuple[str, str]]:
    """Return the kinds that a person may switch off, with their words."""
    return [(kind.value, str(kind.label)) for kind, rule in RULES.items() if rule.may_stop]


class SwitchedOff(models.Model):
    """A person does not want messages of a kind, from a moment on. No row: they are sent."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="switched_off")
    kind = models.CharField(max_length=40, choices=stoppable_choices)
    since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "kinds switched off"
        ordering: ClassVar = ["person", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="message_kind_switched_off_once",
                violation_error_message="This kind is switched off already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label}: off"
