"""The secret address of a person's own calendar."""

import secrets

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from people.fields import NameField
from people.models.access import digest


class FeedToken(models.Model):
    """A secret that opens one person's calendar and nothing else; stored as a digest, revocable at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_tokens")
    name = NameField(max_length=100, default="My calendar")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_on = models.DateField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def renew(self) -> str | None:
        """Close this address and return the secret of another under its name; None where it is closed already."""
        with transaction.atomic():
            live = type(self).objects.filter(pk=self.pk, revoked_at__isnull=True)
            return type(self).issue(self.user, name=self.name) if live.update(revoked_at=timezone.now()) else None

    @classmethod
    def issue(cls, user: models.Model, *, name: str = "My calendar") -> str:
        """Make an address and return its secret of 256 bits, which is shown once."""
        secret = secrets.token_urlsafe(32)
        cls.objects.create(user=user, digest=digest(secret), name=name)
        return secret
