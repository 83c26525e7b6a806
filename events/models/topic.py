"""What sessions are about: content that is run once or several times."""

from typing import ClassVar

from django.db import models

from events.models.programme import PracticeWeek, Theme
from events.querysets import TopicQuerySet
from people.fields import LineField, NameField, ParagraphsField


class SessionTopic(models.Model):
    """Content that is run once or several times; each run is a session, and people book one of them."""

    week = models.ForeignKey(PracticeWeek, on_delete=models.CASCADE, related_name="topics")
    slug = models.SlugField(max_length=80)
    title = NameField()
    summary = ParagraphsField(blank=True)
    audience = LineField(blank=True, max_length=400)
    outcomes = ParagraphsField(blank=True)
    content_note = LineField(blank=True, max_length=400, help_text="What may upset somebody; said before booking.")
    one_sitting = models.BooleanField(default=True, help_text="A person books one sitting; off where parts follow.")
    themes = models.ManyToManyField(Theme, blank=True, related_name="topics")

    objects: ClassVar = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["week", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "slug"],
                name="session_topic_slug_once_per_week",
                violation_error_message="The week has a topic with this slug already.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
