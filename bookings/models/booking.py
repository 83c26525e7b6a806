"""A person's place, or place in the queue, on a session; and the history of it."""

import uuid
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from bookings.querysets import BookingQuerySet, ReadOnlyQuerySet, WrittenElsewhere
from bookings.reply_addresses import tagged
from bookings.states import LIVE, Status, Verb
from events.models import Session
from people.addresses import is_on_our_domain
from people.fields import LineField, NameField
from people.models import Alarm, Organisation, Sector


def new_uid() -> str:
    """Return a diary entry's identity, which is random and never changes."""
    return f"booking-{uuid.uuid4()}@{settings.REPLY_DOMAIN}"


def verb_choices() -> list[tuple[str, str]]:
    """Return what can happen to a booking, with its words; a new verb needs no migration."""
    return list(Verb.choices)


def organizer_address() -> str:
    """Return the address invitations come from; frozen with the booking, because clients hold it to be the owner."""
    address: str = settings.ORGANIZER_EMAIL
    return address


def organizer_of(sender: str) -> str:
    """Return whom invitations of a new booking come from: the partnership's own sender, or the site's.

    One that is not on a domain of ours any more would be taken for a forgery, so it is passed over. Where REPLY_TAGS
    is on, each booking has an address of its own, so that an answer to it proves that the invitation was seen.
    """
    owner = sender if sender and is_on_our_domain(sender) else organizer_address()
    return tagged(owner) if settings.REPLY_TAGS else owner


class WrittenByActions(models.Manager[Any]):
    """The writing door of a model whose plain manager refuses; only `bookings.actions` uses it."""

    def add(self, **values: Any) -> Any:
        """Insert one row."""
        row = self.model(**values)
        row.save_base(force_insert=True, using=self.db)
        return row

    def get_queryset(self) -> models.QuerySet[Any]:
        """Return a plain QuerySet, whose update and bulk_create are not refused."""
        return models.QuerySet(self.model, using=self._db)


class WrittenByActionsOnly(models.Model):
    """A model whose rows change through `bookings.actions` alone."""

    written = WrittenByActions()

    class Meta:
        abstract = True

    def save(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse."""
        raise WrittenElsewhere(WrittenElsewhere.__doc__)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse."""
        raise WrittenElsewhere(WrittenElsewhere.__doc__)


class Booking(WrittenByActionsOnly):
    """A booking; what was true of the person and of the rules on the day is kept with it."""

    class Source(models.TextChoices):
        """Who made it."""

        SELF = "self", "The person"
        ORGANISER = "organiser", "An organiser"
        AGENCY_LEAD = "agency_lead", "An agency lead"
        COLLEAGUE = "colleague", "A colleague who could not come"
        WALK_IN = "walk_in", "Joined without a booking"

    class Mode(models.TextChoices):
        """How the person takes part in a session that can be joined both ways."""

        IN_PERSON = "in_person", "At the venue"
        ONLINE = "online", "Online"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="bookings")
    practitioner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings")
    status = models.CharField(max_length=20, choices=Status.choices)
    queue_number = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.SELF)
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_late = models.BooleanField(default=False)
    cancel_free_until = models.DateTimeField()
    priority = models.PositiveSmallIntegerField(default=0, help_text="On the waiting list: the lowest comes first.")
    mode = models.CharField(max_length=10, choices=Mode.choices, blank=True)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    substitute_for = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="substitute"
    )
    policy = models.JSONField(default=dict, blank=True, help_text="What held on the day it was made.")

    email = models.EmailField()
    name = NameField()
    organisation_name = LineField(blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    job_role = LineField(blank=True)
    manager_name = LineField(blank=True)
    manager_email = models.EmailField(blank=True, help_text="Empty: nobody was named, or there is none.")

    plan = models.UUIDField(null=True, blank=True, db_index=True, help_text="Shared by what was booked in one step.")

    ical_uid = models.CharField(max_length=255, unique=True, default=new_uid)
    ical_sequence = models.PositiveIntegerField(default=0)
    ical_stamp = models.DateTimeField(default=timezone.now)
    diary_file_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the person first took the file for their diary."
    )
    organizer_email = models.EmailField(default=organizer_address)
    is_discreet = models.BooleanField(default=False, help_text="The diary entry does not say which session it is.")
    alarm = models.PositiveSmallIntegerField(choices=Alarm.choices, default=Alarm.HALF_HOUR)

    objects: ClassVar = BookingQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering = ["session__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "practitioner"],
                condition=Q(status__in=sorted(LIVE)),
                name="booking_one_live_per_person_and_session",
                violation_error_message="There is a booking on this session for this person already.",
            ),
            models.UniqueConstraint(
                fields=["session", "queue_number"],
                name="booking_queue_number_once",
                violation_error_message="Somebody else has this place in the queue.",
            ),
            models.CheckConstraint(
                name="booking_queue_number_if_waitlisted",
                condition=Q(status="waitlisted", queue_number__isnull=False)
                | (~Q(status="waitlisted") & Q(queue_number__isnull=True)),
                violation_error_message="A booking has a place in the queue if and only if it waits.",
            ),
            models.CheckConstraint(
                name="booking_cancelled_at_if_cancelled",
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True, cancelled_late=False)),
                violation_error_message="A booking has a time of cancelling if and only if it is cancelled.",
            ),
            models.CheckConstraint(
                name="booking_status_known",
                condition=Q(status__in=Status.values),
                violation_error_message="A booking has one of the known states.",
            ),
            models.CheckConstraint(
                name="booking_offer_expires_if_offered",
                condition=Q(status="offered", offer_expires_at__isnull=False)
                | (~Q(status="offered") & Q(offer_expires_at__isnull=True)),
                violation_error_message="A place is offered until an hour.",
            ),
            models.CheckConstraint(
                name="booking_mode_known",
                condition=Q(mode__in=["", "in_person", "online"]),
                violation_error_message="People come to the venue or join online.",
            ),
            models.CheckConstraint(
                name="booking_alarm_known",
                condition=Q(alarm__in=Alarm.values),
                violation_error_message="The diary rings at one of the offered times.",
            ),
        ]
        indexes = [
            models.Index(fields=["practitioner", "status"], name="booking_by_person_and_status"),
            models.Index(fields=["offer_expires_at"], condition=Q(status="offered"), name="booking_offered_until"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.session}"

    def get_absolute_url(self) -> str:
        """Return the booking's page, which its owner sees after signing in."""
        return reverse("my_booking", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Say whether the booking has or waits for a place."""
        return self.status in LIVE

    @property
    def takes_place(self) -> bool:
        """Say whether a booking that has a place takes one that is counted; who came without one does not."""
        return self.source != self.Source.WALK_IN

    @property
    def joins_online(self) -> bool:
        """Say whether the person may join online; where it is both ways and nothing was chosen, they may."""
        return self.session.format != Session.Format.IN_PERSON and self.mode != self.Mode.IN_PERSON

    @property
    def comes_to_venue(self) -> bool:
        """Say whether the person may come to the venue; where it is both ways and nothing was chosen, they may."""
        return self.session.format != Session.Format.ONLINE and self.mode != self.Mode.ONLINE


class BookingChange(WrittenByActionsOnly):
    """Who did what to a booking, when and why. Rows are added and never edited."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="changes")
    verb = models.CharField(max_length=40, choices=verb_choices)
    from_status = models.CharField(max_length=20, choices=Status.choices, blank=True)
    to_status = models.CharField(max_length=20, choices=Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = LineField(blank=True, help_text="Who did it, where they have no account: a manager's or colleague's address.")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = LineField(blank=True, max_length=400)
    details = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    sequence = models.PositiveIntegerField(help_text="The diary entry's sequence number after the change.")
    at = models.DateTimeField(db_index=True)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}, {self.at:%Y-%m-%d %H:%M} UTC"
