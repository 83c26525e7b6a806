"""Things to read, watch or do, each with its hour of release."""

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.db import models
from django.db.models import Q
from django.urls import reverse

from events.models.programme import PracticeWeek, Theme, WeekDay
from events.querysets import ReleasedQuerySet
from people.fields import LineField, NameField, ParagraphsField, WebAddressField
from people.models import Partnership


def kept_files() -> Storage:
    """Return where files are kept: below the data folder, which no address of the site leads into."""
    return FileSystemStorage(location=settings.VAR / "files")


def file_path(_: "Resource", name: str) -> str:
    """Return a path that nobody can guess and that no name a person gave can bend; the ending stays."""
    return f"resources/{uuid.uuid4().hex}{Path(name).suffix.lower()[:10]}"


class Resource(models.Model):
    """A toolkit, pack, recording, set of slides or link; the public sees it from its release on."""

    class Kind(models.TextChoices):
        """What it is."""

        TOOLKIT = "toolkit", "Toolkit"
        STOP_PACK = "stop_pack", "STOP Pack"
        BRIEFING = "briefing", "Briefing"
        RECORDING = "recording", "Recording"
        SLIDES = "slides", "Slides"
        LINK = "link", "Link"
        COLLECTION = "collection", "Collection"

    slug = models.SlugField(unique=True, max_length=80)
    title = NameField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    summary = ParagraphsField(blank=True)
    link = WebAddressField(blank=True)
    file = models.FileField(upload_to=file_path, blank=True, max_length=200, storage=kept_files)
    file_name = LineField(blank=True, editable=False, help_text="As whoever uploaded it called it.")
    week = models.ForeignKey(PracticeWeek, on_delete=models.CASCADE, null=True, blank=True, related_name="resources")
    day = models.ForeignKey(WeekDay, on_delete=models.SET_NULL, null=True, blank=True, related_name="resources")
    released_at = models.DateTimeField(help_text="From when the public sees it.")
    themes = models.ManyToManyField(Theme, blank=True, related_name="resources")
    partnerships = models.ManyToManyField(Partnership, blank=True, related_name="resources")
    related = models.ManyToManyField("self", blank=True)
    review_kinds = models.JSONField(
        default=list, blank=True, help_text="The kinds of review it draws on, such as audits, as a list."
    )

    objects: ClassVar = ReleasedQuerySet.as_manager()

    class Meta:
        ordering = ["-released_at", "title"]
        constraints = [
            models.CheckConstraint(
                name="resource_kind_known",
                condition=Q(kind__in=["toolkit", "stop_pack", "briefing", "recording", "slides", "link", "collection"]),
                violation_error_message="Choose what kind of resource this is.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the resource's page."""
        return reverse("resource", args=[self.slug])


class KeyMessage(models.Model):
    """A short call to action, such as one thing to do."""

    week = models.ForeignKey(PracticeWeek, on_delete=models.CASCADE, related_name="key_messages")
    day = models.ForeignKey(WeekDay, on_delete=models.SET_NULL, null=True, blank=True, related_name="key_messages")
    heading = NameField()
    text = ParagraphsField(blank=True)
    released_at = models.DateTimeField(help_text="From when the public sees it.")
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = ReleasedQuerySet.as_manager()

    class Meta:
        ordering = ["week", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "position"],
                name="key_message_position_once_per_week",
                violation_error_message="The week has a key message in this place already.",
            ),
        ]

    def __str__(self) -> str:
        return self.heading
