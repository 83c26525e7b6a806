"""What a partnership says in its mails instead of the house's words."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from notifications.kinds import Kind
from notifications.texts.house import HOUSE
from notifications.texts.placeholders import faults_of
from notifications.texts.text import BLOCKS, Text
from people.fields import LineField, ParagraphsField
from people.models import Partnership


def editable_choices() -> list[tuple[str, str]]:
    """Return the kinds whose words are data, with their names."""
    return [(kind.value, str(kind.label)) for kind in Kind if kind in HOUSE]


class MailText(models.Model):
    """One version of a partnership's words for a kind of mail; a new one is added, and an old one is never changed.

    A block that is empty is the house's, whatever the house says by then; a version of nothing but empty blocks
    gives all of it back.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="mail_texts")
    kind = models.CharField(max_length=40, choices=editable_choices)
    version = models.PositiveSmallIntegerField()
    subject = LineField(blank=True)
    heading = LineField(blank=True)
    opening = ParagraphsField(blank=True, max_length=2000)
    closing = ParagraphsField(blank=True, max_length=2000)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["partnership", "kind", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "kind", "version"],
                name="mail_text_version_once",
                violation_error_message="There is this version already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}: {self.get_kind_display()}, version {self.version}"

    @property
    def text(self) -> Text:
        """Return the partnership's own blocks; empty ones are the house's."""
        return Text(**{name: getattr(self, name) for name in BLOCKS})

    def clean(self) -> None:
        """Refuse placeholders that there are not, and the lack of those that must stay."""
        if self.kind in HOUSE and (faults := faults_of(Kind(self.kind), self.text)):
            raise ValidationError(faults)
