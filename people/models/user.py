"""A person, known by one e-mail address."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, Q
from django.db.models.functions import Lower
from django.utils import timezone

from people.addresses import address_key, has_no_address, is_shared_mailbox
from people.fields import EmailAddressField, LineField, NameField
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
        user.full_clean(exclude={"address_key"})  # `clean` has looked at it
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, **details: Any) -> "User":
        """Make a person who may do everything; they sign in by a code like anybody else."""
        details.pop("password", None)
        return self.create_user(email, is_staff=True, is_superuser=True, **details)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person of this address, however it is written; raises DoesNotExist."""
        person = self.known_as(username or "")
        if person is None:
            raise self.model.DoesNotExist
        return person

    def known_as(self, address: str) -> "User | None":
        """Return the person of an address, however it is written, with their organisation; None for nobody.

        Case, width and a tag after a plus sign make no difference, but whoever has the very address comes first.
        """
        email = normal_email(address)
        same = self.select_related("organisation").filter(Q(email=email) | Q(address_key=address_key(email)))
        people = sorted(same, key=lambda person: person.email != email)
        return people[0] if people else None


class Alarm(models.IntegerChoices):
    """How many minutes before a session the person's diary rings; asked for, never guessed from a way to travel."""

    NONE = 0, "No alarm"
    TEN_MINUTES = 10, "10 minutes before"
    HALF_HOUR = 30, "30 minutes before"
    HOUR = 60, "1 hour before"
    DAY = 1440, "1 day before"


class User(AbstractBaseUser, PermissionsMixin):
    """A practitioner, organiser or anybody else who signs in; what they may do is said by role grants."""

    email = EmailAddressField(
        "email address", unique=True, error_messages={"unique": "Somebody has this address already."}
    )
    address_key = models.EmailField(
        unique=True,
        editable=False,
        help_text="The address without what makes no difference; one person has it.",
    )
    mailbox_confirmed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the person said that an address such as office@ is read by them alone.",
    )
    name = NameField("full name", blank=True)
    preferred_name = NameField(blank=True, max_length=100)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    organisation_name = LineField("organisation", blank=True, help_text="As the person wrote it.")
    job_role = LineField("job role", blank=True)
    manager_name = LineField("line manager's name", blank=True)
    manager_email = EmailAddressField("line manager's email address", blank=True)
    is_discreet = models.BooleanField(
        "diary without titles", default=False, help_text="Diary entries say “Training” and not which session it is."
    )
    alarm = models.PositiveSmallIntegerField("alarm in the diary", choices=Alarm.choices, default=Alarm.HALF_HOUR)
    areas = models.ManyToManyField(Area, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may enter the admin", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    is_trainer = False  # whether they hold the role; known of whoever asks, see `people.signin.LiveRoles`
    is_agency_lead = False  # the same
    is_analyst = False  # the same

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
            models.CheckConstraint(
                name="user_alarm_known",
                condition=Q(alarm__in=Alarm.values),
                violation_error_message="The diary rings at one of the offered times.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the person, and with a new address its key."""
        self._follow_address()
        fields = kwargs.get("update_fields")
        if fields is not None and "email" in fields:
            kwargs["update_fields"] = {*fields, "address_key"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Bring the address into the one form it is stored in, and refuse one that is somebody else's but for a tag."""
        self.email = normal_email(self.email)
        self._follow_address()
        others = User.objects.filter(address_key=self.address_key).exclude(email=self.email).exclude(pk=self.pk)
        if others.exists():
            raise ValidationError({"email": "Somebody has this address already."})

    def _follow_address(self) -> None:
        """Keep the key in step with the address; a key that is the whole address may stay, see migration 0008."""
        if self.address_key not in {self.email, key := address_key(self.email)}:
            self.address_key = key

    def has_usable_password(self) -> bool:
        """Say that nobody has a password, so that nothing ever asks for one."""
        return False

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
        return bool(self.name and self.organisation_name and self.job_role) and not self.must_confirm_mailbox

    @property
    def has_address(self) -> bool:
        """Say whether mail reaches the person; organisers book people without an address, and write to them."""
        return not has_no_address(self.email)

    @property
    def must_confirm_mailbox(self) -> bool:
        """Say whether the address looks like one that several people read, and the person has not said otherwise."""
        return self.mailbox_confirmed_at is None and is_shared_mailbox(self.email)
