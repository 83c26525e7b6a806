"""How often resources were opened and downloaded: numbers for a day, and nobody's trace."""

from typing import ClassVar

from django.db import models

from events.models.resource import Resource


class ResourceCount(models.Model):
    """What one resource was used on one day, by London's clock; that there is no row means that nobody used it."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="counts")
    day = models.DateField()
    opens = models.PositiveIntegerField(default=0, help_text="Times that its link was followed.")
    downloads = models.PositiveIntegerField(default=0, help_text="Times that its file was sent.")

    class Meta:
        ordering: ClassVar = ["resource", "day"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resource", "day"],
                name="resource_count_once_per_day",
                violation_error_message="This day is counted already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource}, {self.day}: {self.opens} opened, {self.downloads} downloaded"
