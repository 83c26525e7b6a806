"""The partnerships that run the weeks, and whom to call in their area."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from people.addresses import validate_sender
from people.fields import EmailAddressField, LineField, NameField, ParagraphsField, WebAddressField
from people.models.organisation import Area
from people.text import normal_email


class Partnership(models.Model):
    """The multi-agency body for one area; its name, colours, contact and sender are its own."""

    slug = models.SlugField(unique=True)
    name = NameField(unique=True)
    short_name = NameField(max_length=60, help_text="What a page or a mail says once the full name is known.")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="partnerships")
    website = WebAddressField(blank=True)
    contact_email = EmailAddressField(help_text="The mailbox that people write to.")
    sender_email = EmailAddressField(
        blank=True,
        validators=[validate_sender],
        help_text="What mail and invitations about its sessions come from; empty: the site's own sender. Bookings that "
        "are made keep theirs.",
    )
    colour = models.CharField(
        max_length=7,
        default="#1f5f8b",
        validators=[RegexValidator(r"^#[0-9a-f]{6}\Z", "Write the colour as # and six digits or letters a to f.")],
    )
    weeks_introduction = ParagraphsField(blank=True, help_text="What practice weeks are, in this partnership's words.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Bring the sender into the one form that addresses are stored in."""
        self.sender_email = normal_email(self.sender_email)


class SafeguardingContact(models.Model):
    """A number to call if one is worried about a child; shown on every page."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="safeguarding_contacts")
    audience = LineField(max_length=60, help_text="Who should call it: public, professionals.")
    phone = LineField(max_length=30)
    note = LineField(blank=True)
    verified_on = models.DateField(null=True, blank=True, help_text="When somebody last called it to check.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["area__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "audience"],
                name="safeguarding_contact_once_per_area_and_audience",
                violation_error_message="This area has a number for that audience already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} ({self.audience}): {self.phone}"


class Statement(models.Model):
    """One version of a partnership's statement; a new one is added, and an old one is never changed."""

    class Kind(models.TextChoices):
        """What it is about."""

        ACCESSIBILITY = "accessibility", "Accessibility"
        PRIVACY = "privacy", "Privacy"
        TERMS = "terms", "Terms"

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    version = models.PositiveSmallIntegerField()
    in_force_on = models.DateField(help_text="From this day on it holds.")
    text = ParagraphsField(max_length=30000)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["kind", "partnership__position", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "kind", "version"],
                name="statement_version_once",
                violation_error_message="There is this version already.",
            ),
            models.CheckConstraint(
                name="statement_kind_known",
                condition=models.Q(kind__in=["accessibility", "privacy", "terms"]),
                violation_error_message="A statement is about accessibility, privacy or terms.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}: {self.get_kind_display()}, version {self.version}"

    def clean(self) -> None:
        """Refuse a new version that does not follow the last, or that holds from an earlier day."""
        if not self._state.adding or self.partnership_id is None:
            return
        last = Statement.objects.filter(partnership=self.partnership_id, kind=self.kind).order_by("-version").first()
        expected = last.version + 1 if last else 1
        version: int | None = self.version  # a form may have left either empty
        in_force_on: date | None = self.in_force_on
        if version is not None and version != expected:
            raise ValidationError({"version": f"The next version is number {expected}."})
        if last and in_force_on and in_force_on < last.in_force_on:
            raise ValidationError({"in_force_on": f"Version {last.version} holds from {last.in_force_on:%d %B %Y}."})
