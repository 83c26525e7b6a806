"""Who delivers sessions."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.models.overlap import NoOverlap
from events.models.session import Session
from events.querysets import TrainerQuerySet
from people.fields import LineField, NameField, ParagraphsField


class Trainer(models.Model):
    """Somebody who delivers sessions; with an account, they see their own page."""

    slug = models.SlugField(unique=True, max_length=80)
    name = NameField(help_text="As the public reads it on the session's page.")
    job_role = LineField(blank=True)
    organisation_name = LineField("organisation", blank=True)
    about = ParagraphsField(blank=True, help_text="A few lines for the public.")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="trainer"
    )
    is_sample = models.BooleanField(default=False, help_text="Made up for demonstration.")

    objects: ClassVar = TrainerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SessionTrainer(models.Model):
    """A trainer's part in a session.

    The session's times stand here too, kept by `Session.save`, so that the database can see that nobody is in
    two places at once. Sessions that are drafts or cancelled keep nobody busy.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="session_trainers")
    trainer = models.ForeignKey(Trainer, on_delete=models.PROTECT, related_name="session_trainers")
    position = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False)
    takes_place = models.BooleanField(editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "trainer"],
                name="session_trainer_once",
                violation_error_message="This trainer is named for the session already.",
            ),
            NoOverlap(
                name="session_trainer_in_one_place",
                owner="trainer",
                condition=Q(takes_place=True),
                violation_error_message="%(other)s takes place at that time.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} with {self.trainer}"

    def clean_fields(self, exclude: Any = None) -> None:
        """Take the times from the session before anything is checked."""
        self.follow_session()
        super().clean_fields(exclude=exclude)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the session's times."""
        self.follow_session()
        super().save(*args, **kwargs)

    def follow_session(self) -> None:
        """Copy what the session says of time."""
        if self.session_id:
            self.starts_at, self.ends_at = self.session.starts_at, self.session.ends_at
            self.takes_place = self.session.state == Session.State.PUBLISHED
