"""How fast mail may go to each domain."""

from django.db import models


class DomainPace(models.Model):
    """Until when the mails of a domain that have gone use up its share, by the database's clock: see `pace`."""

    domain = models.CharField(max_length=255, primary_key=True)
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.domain
