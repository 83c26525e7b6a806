"""What an organiser writes to the people of a session."""

import uuid
from typing import ClassVar, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from events.models import Session
from notifications.kinds import Kind
from notifications.texts.placeholders import EVERYWHERE, unknown_in
from notifications.texts.text import Text
from people.fields import LineField, ParagraphsField

GROUPS: Final[dict[str, str]] = {
    "confirmed": "Those with a place",
    "waiting": "Those who wait: on the waiting list, with a place offered, or for their line manager",
    "attended": "Those who came",
    "absent": "Those who did not come",
}


class BulkMessage(models.Model):
    """A message from organisers to some people of a session; it can be taken back until it goes.

    ``key`` is the form's own, so that a form that is sent twice writes to everybody once. ``is_service`` says that
    it is about this session; other news can be switched off.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="bulk_messages")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    groups = models.JSONField(help_text="Whom it was written to, by group.")
    subject = LineField(max_length=120)
    text = ParagraphsField()
    is_service = models.BooleanField(default=True)
    recipients = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    goes_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="bulk_message_to_somebody",
                condition=Q(recipients__gte=1),
                violation_error_message="A message goes to somebody.",
            ),
            models.CheckConstraint(
                name="bulk_message_taken_back_before_it_goes",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True) | Q(undone_at__lt=F("goes_at")),
                violation_error_message="A message can be taken back until it goes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipients}"

    @property
    def kind(self) -> Kind:
        """Return which kind of message it is to each person."""
        return Kind.BULK if self.is_service else Kind.NEWS

    @property
    def words(self) -> Text:
        """Return it as a mail says it."""
        return Text(f"{self.subject}: {{title}}, {{day}}", self.subject, self.text, "")

    @property
    def group_words(self) -> list[str]:
        """Return whom it was written to."""
        return [GROUPS[group] for group in self.groups]

    def clean(self) -> None:
        """Refuse groups that there are not, and placeholders that do not stand for the same in every mail."""
        faults: dict[str, list[str]] = {}
        if not self.groups or set(self.groups) - set(GROUPS):
            faults["groups"] = ["Say whom to write to."]
        for name in ("subject", "text"):
            if found := unknown_in(getattr(self, name), EVERYWHERE):
                faults[name] = found
        if faults:
            raise ValidationError(faults)
