"""Practice weeks, their hosts, days and themes."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from events.querysets import PracticeWeekQuerySet
from people.fields import EmailAddressField, LineField, NameField, ParagraphsField, WebAddressField
from people.models import Partnership


class Theme(models.Model):
    """A subject that days, topics and resources are about."""

    slug = models.SlugField(unique=True, max_length=80)
    name = NameField(unique=True)
    summary = ParagraphsField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the theme's page."""
        return reverse("theme", args=[self.slug])


class ThemeAlias(models.Model):
    """Another name of a theme; no two themes share one."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="aliases")
    name = NameField(unique=True)

    class Meta:
        verbose_name_plural = "theme aliases"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PracticeWeek(models.Model):
    """A themed programme from Monday to Friday; partnerships host it together, one of them leads."""

    class State(models.TextChoices):
        """Whether the public sees it; scheduled, live and past follow from the date."""

        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        ARCHIVED = "archived", "Archived"

    slug = models.SlugField(unique=True, max_length=80)
    title = NameField()
    introduction = ParagraphsField(blank=True)
    starts_on = models.DateField(help_text="A Monday.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    publish_at = models.DateTimeField(null=True, blank=True, help_text="From when a draft publishes itself.")
    is_sample = models.BooleanField(default=False, help_text="Made up or copied for demonstration; pages say so.")
    categories = models.JSONField(default=list, blank=True, help_text="The headings it is filed under, as a list.")
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies")
    hosts = models.ManyToManyField(Partnership, through="WeekHost", related_name="weeks")

    objects: ClassVar = PracticeWeekQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="practice_week_starts_on_monday",
                condition=Q(starts_on__iso_week_day=1),
                violation_error_message="A practice week starts on a Monday.",
            ),
            models.CheckConstraint(
                name="practice_week_state_known",
                condition=Q(state__in=["draft", "published", "archived"]),
                violation_error_message="A week is a draft, published or archived.",
            ),
            models.CheckConstraint(
                name="practice_week_publish_at_of_a_draft",
                condition=Q(publish_at__isnull=True) | Q(state="draft"),
                violation_error_message="Only a draft has an hour at which it is published.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the week's page."""
        return reverse("week", args=[self.slug])

    @property
    def ends_on(self) -> date:
        """Return the week's Friday."""
        return self.starts_on + timedelta(days=4)

    def status(self, *, on: date) -> str:
        """Return draft, archived, or by the date scheduled, live or past."""
        if self.state != self.State.PUBLISHED:
            return str(self.state)
        if on < self.starts_on:
            return "scheduled"
        return "live" if on <= self.ends_on else "past"


class WeekHost(models.Model):
    """A partnership's part in hosting a week."""

    week = models.ForeignKey(PracticeWeek, on_delete=models.CASCADE, related_name="week_hosts")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="week_hosts")
    is_lead = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_lead", "partnership__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "partnership"],
                name="week_host_once",
                violation_error_message="This partnership hosts the week already.",
            ),
            models.UniqueConstraint(
                fields=["week"],
                condition=Q(is_lead=True),
                name="week_host_one_lead",
                violation_error_message="Only one partnership leads a week.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}{' (lead)' if self.is_lead else ''}"


class WeekPresentation(models.Model):
    """What one partnership calls a week, and how it speaks of it."""

    week = models.ForeignKey(PracticeWeek, on_delete=models.CASCADE, related_name="presentations")
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="week_presentations")
    title = NameField()
    introduction = ParagraphsField(blank=True)
    audience = LineField(blank=True, max_length=400)
    contact_email = EmailAddressField(blank=True)
    source = WebAddressField(blank=True, help_text="Where these facts were published.")

    class Meta:
        ordering = ["partnership__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "partnership"],
                name="week_presentation_once",
                violation_error_message="This partnership presents the week already.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WeekDay(models.Model):
    """One day of a week; by its number, so that it can never lie outside the week."""

    class Kind(models.TextChoices):
        """What the day is for."""

        LAUNCH = "launch", "Launch"
        THEMES = "themes", "Themes"
        TRAINING = "training", "Training"
        RESOURCES = "resources", "Resources"
        TBC = "tbc", "To be confirmed"

    week = models.ForeignKey(PracticeWeek, on_delete=models.CASCADE, related_name="days")
    number = models.PositiveSmallIntegerField(
        choices=[(1, "Monday"), (2, "Tuesday"), (3, "Wednesday"), (4, "Thursday"), (5, "Friday")]
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TBC)
    title = NameField(blank=True)
    summary = ParagraphsField(blank=True)
    themes = models.ManyToManyField(Theme, through="DayTheme", related_name="days", blank=True)

    class Meta:
        ordering = ["week", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "number"],
                name="week_day_once",
                violation_error_message="The week has this day already.",
            ),
            models.CheckConstraint(
                name="week_day_monday_to_friday",
                condition=Q(number__range=(1, 5)),
                violation_error_message="A practice week runs from Monday to Friday.",
            ),
            models.CheckConstraint(
                name="week_day_kind_known",
                condition=Q(kind__in=["launch", "themes", "training", "resources", "tbc"]),
                violation_error_message="A day is for launch, themes, training or resources, or to be confirmed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_number_display()}: {self.title}" if self.title else self.get_number_display()

    @property
    def date(self) -> date:
        """Return the calendar day."""
        return self.week.starts_on + timedelta(days=self.number - 1)


class DayTheme(models.Model):
    """A theme of a day, in the order the programme names it."""

    day = models.ForeignKey(WeekDay, on_delete=models.CASCADE, related_name="day_themes")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="day_themes")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "theme"],
                name="day_theme_once",
                violation_error_message="The day has this theme already.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.theme)


class ProgrammeRevision(models.Model):
    """One row that counts every change of the programme, so that a feed knows in one look whether it is current.

    ``changed_at`` is when the last of them was; it never goes back.
    """

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(name="programme_revision_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.number)
