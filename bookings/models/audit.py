"""Who read about people, handed lists of them out, or changed what others rely on."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from bookings.audited import words_of
from bookings.models.booking import WrittenByActionsOnly
from bookings.querysets import AuditQuerySet
from events.models import Session


class AuditEvent(WrittenByActionsOnly):
    """Somebody opened a page about people, took a list as a file, or sent a form; by whom, when and for whom.

    Rows are added and never edited, which the database itself sees to (migration 0015). What a row is about may be
    gone one day: it names people and sessions by number, without a tie that holds them.
    """

    class Verb(models.TextChoices):
        """What was done."""

        READ = "read", "Read"
        EXPORT = "export", "Taken as a file"
        WRITE = "write", "Changed"

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=6, choices=Verb.choices)
    what = models.CharField(max_length=80, help_text="The page or form, by its name in the site.")
    session = models.ForeignKey(
        Session,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="audit_events",
        help_text="Whose people it was about.",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="audit_events",
        help_text="Whom alone it was about.",
    )
    details = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    objects: ClassVar = AuditQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="audit_event_verb_known",
                condition=Q(verb__in=["read", "export", "write"]),
                violation_error_message="Something is read, taken as a file or changed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.words}, {self.at:%Y-%m-%d %H:%M} UTC"

    @property
    def words(self) -> str:
        """Return what it was in words."""
        return words_of(self.what)
