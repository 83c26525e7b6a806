"""Where people work: areas, sectors, organisations and the names they go by."""

from django.db import models
from django.db.models import F, Q

from people.fields import NameField


class Area(models.Model):
    """A place people work in, such as a local authority's area."""

    slug = models.SlugField(unique=True)
    name = NameField(unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Sector(models.Model):
    """A group of organisations that reports speak of; set on the organisation, never by the practitioner."""

    slug = models.SlugField(unique=True)
    name = NameField(unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """An employer, school, charity, practice or partner agency; its name holds between two dates."""

    class Role(models.TextChoices):
        """Its part in the safeguarding arrangements."""

        SAFEGUARDING_PARTNER = "safeguarding_partner", "Safeguarding partner"
        RELEVANT_AGENCY = "relevant_agency", "Relevant agency"
        NONE = "none", "None"

    slug = models.SlugField(unique=True, max_length=80)
    name = NameField(unique=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations")
    areas = models.ManyToManyField(Area, blank=True, related_name="organisations")
    partnership_role = models.CharField(max_length=30, choices=Role.choices, default=Role.NONE)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="The first day it no longer exists.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="organisation_valid_from_before_valid_to",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")),
                violation_error_message="An organisation must begin before it ends.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationAlias(models.Model):
    """Another name people type for an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = NameField(unique=True)

    class Meta:
        verbose_name_plural = "organisation aliases"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
