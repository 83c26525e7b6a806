"""A person, known by one e-mail address."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Exists, Q
from django.db.models.functions import Lower
from django.utils import timezone

from people.fields import LineField
from people.models.access import unexpired
from people.models.organisation import Area, Organisation
from people.models.partnership import Partnership
from people.text import normal_email


class UserManager(BaseUserManager["User"]):
    """Finds and makes people by address."""

    def create_user(self, email: str, **details: Any) -> "User":
        """Make a person who signs in by a code sent to this address; they have no password."""
        user = self.model(email=normal_email(email), **details)
        user.set_unusable_password()
        user.full_clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, **details: Any) -> "User":
        """Make a person who may do everything; they sign in by a code like anybody else."""
        details.pop("password", None)
        return self.create_user(email, is_staff=True, is_superuser=True, **details)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person of this address, however it is written."""
        return self.get(email=normal_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A practitioner, organiser or anybody else who signs in; what they may do is said by role grants."""

    email = models.EmailField(
        "email address", unique=True, error_messages={"unique": "Somebody has this address already."}
    )
    name = LineField("full name", blank=True)
    preferred_name = LineField(blank=True, max_length=100)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    organisation_name = LineField("organisation", blank=True, help_text="As the person wrote it.")
    job_role = LineField("job role", blank=True)
    manager_name = LineField("line manager's name", blank=True)
    manager_email = models.EmailField("line manager's email address", blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may enter the admin", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    is_trainer = False  # whether they hold the role; known of whoever asks, see `people.signin.LiveRoles`
    is_agency_lead = False  # the same

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                name="user_email_in_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message="An address is stored in lower case.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Bring the address into the one form it is stored in."""
        self.email = normal_email(self.email)

    def get_full_name(self) -> str:
        """Return the name, or the address of somebody who has given none yet."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """Return what to call the person."""
        return self.preferred_name or self.name or self.email

    def organised_partnerships(self, *, at: datetime) -> "models.QuerySet[Partnership]":
        """Return the partnerships whose sessions the person may organise at an instant."""
        if self.is_superuser:
            return Partnership.objects.all()
        live = self.role_grants.filter(unexpired(at))
        return Partnership.objects.filter(
            Q(role_grants__in=live.filter(role="organiser")) | Exists(live.filter(role="administrator"))
        ).distinct()

    def administers(self, *, at: datetime) -> bool:
        """Say whether the person may do on the whole site what an administrator may, at an instant."""
        return self.is_superuser or self.role_grants.filter(unexpired(at), role="administrator").exists()

    @property
    def has_details(self) -> bool:
        """Say whether name, organisation and job role are known, so that nothing need be asked again."""
        return bool(self.name and self.organisation_name and self.job_role)
