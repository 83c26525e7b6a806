"""Where people meet: venues and their rooms."""

from typing import ClassVar

from django.db import models

from events.querysets import VenueQuerySet
from people.fields import LineField, NameField, ParagraphsField, WebAddressField
from people.models import Area


class Venue(models.Model):
    """A place where people meet."""

    class Facility(models.TextChoices):
        """A fact about access that people look for; a venue lists those that it has."""

        STEP_FREE = "step_free", "Step-free entrance"
        ACCESSIBLE_TOILET = "accessible_toilet", "Accessible toilet"
        HEARING_LOOP = "hearing_loop", "Hearing loop"
        QUIET_ROOM = "quiet_room", "Quiet room"
        BLUE_BADGE_PARKING = "blue_badge_parking", "Blue Badge parking"
        LIFT = "lift", "Lift to all floors"
        ASSISTANCE_DOGS = "assistance_dogs", "Assistance dogs welcome"
        PUBLIC_TRANSPORT = "public_transport", "Bus or train within a walk of ten minutes"

    slug = models.SlugField(unique=True, max_length=80)
    name = NameField()
    address = LineField(blank=True, max_length=400)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="venues")
    map_link = WebAddressField(blank=True, help_text="A page that shows where it is.")
    facilities = models.JSONField(default=list, blank=True, help_text="The facts about access, as a list.")
    access = ParagraphsField(blank=True, help_text="What else to know: which door, whom to call, where to park.")
    is_sample = models.BooleanField(default=False, help_text="Made up for demonstration.")

    objects: ClassVar = VenueQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def one_line(self) -> str:
        """Return name and address as a diary entry's place."""
        return f"{self.name}, {self.address}" if self.address else self.name

    @property
    def facility_words(self) -> list[str]:
        """Return the facts about access in words, in the order in which all venues tell them."""
        return [str(fact.label) for fact in self.Facility if fact in self.facilities]


class Room(models.Model):
    """A room of a venue; a session that names one has it to itself."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="rooms")
    name = NameField(max_length=80)
    seats = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: not known.")

    class Meta:
        ordering = ["venue", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "name"],
                name="room_name_once_per_venue",
                violation_error_message="The venue has a room of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
