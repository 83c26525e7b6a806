"""Who may do what, and how programs prove who sent them."""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from people.fields import NameField
from people.models.organisation import Organisation
from people.models.partnership import Partnership


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret in hexadecimal; only this is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def unexpired(at: datetime) -> Q:
    """Return the condition that a grant has not run out at an instant; one that ends then has."""
    return Q(expires_at__isnull=True) | Q(expires_at__gt=at)


class RoleGrant(models.Model):
    """A role that somebody holds for a partnership, an organisation or the whole site, until a date or withdrawn."""

    class Role(models.TextChoices):
        """What the holder does."""

        ORGANISER = "organiser", "Organiser"
        ANALYST = "analyst", "Analyst"
        TRAINER = "trainer", "Trainer"
        AGENCY_LEAD = "agency_lead", "Agency safeguarding or training lead"
        ADMINISTRATOR = "administrator", "Administrator"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, null=True, blank=True, related_name="role_grants"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="role_grants"
    )
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["user", "role"]
        constraints = [
            models.CheckConstraint(
                name="role_grant_scope_fits_role",
                condition=(
                    Q(role="agency_lead", organisation__isnull=False, partnership__isnull=True)
                    | Q(role__in=["organiser", "analyst"], organisation__isnull=True, partnership__isnull=False)
                    | Q(role="trainer", organisation__isnull=True)
                    | Q(role="administrator", organisation__isnull=True, partnership__isnull=True)
                ),
                violation_error_message=(
                    "An agency lead needs an organisation; an organiser or analyst needs a partnership; "
                    "an administrator has neither, because that role is for the whole site."
                ),
            ),
            models.UniqueConstraint(
                "user",
                "role",
                Coalesce("partnership", 0),
                Coalesce("organisation", 0),
                name="role_grant_once",
                violation_error_message="This person holds that role already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.partnership or self.organisation or 'everywhere'})"


class ApiToken(models.Model):
    """A program's proof that it acts for somebody; shown once when made, stored as a digest."""

    class Scope(models.TextChoices):
        """How much of the person's reach the token carries."""

        READ = "read", "Read"
        WRITE = "write", "Read and write"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = NameField(blank=True, max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.WRITE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name or f"token of {self.user}"

    @classmethod
    def issue(cls, user: models.Model, *, scope: str = Scope.WRITE, name: str = "") -> str:
        """Make a token and return its secret, which nobody can read again."""
        secret = secrets.token_urlsafe(32)
        cls.objects.create(user=user, digest=digest(secret), scope=scope, name=name)
        return secret

    def is_live(self, *, at: datetime) -> bool:
        """Say whether the token may still be used at an instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class IdempotencyKey(models.Model):
    """The first answer to a request that carried a key; written in the transaction of what the request did."""

    KEPT_HOURS: ClassVar[int] = 24

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once_per_owner")]

    def __str__(self) -> str:
        return f"{self.key} of {self.owner_id}"
