"""The sessions people book: each one sitting of its topic."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from events.models.checked import CheckedAtOnce
from events.models.overlap import NoOverlap
from events.models.place import Room, Venue
from events.models.programme import PracticeWeek
from events.models.topic import SessionTopic
from events.querysets import SessionQuerySet
from events.wall_time import validate_zone
from people.fields import LineField, NameField, ParagraphsField, WebAddressField
from people.models import Area, Partnership, Sector

# What a trainer's part in a session repeats of it.
COPIED_TO_TRAINERS: Final = frozenset({"starts_at", "ends_at", "state"})


class Session(CheckedAtOnce):
    """One dated, timed occurrence that people can book.

    ``places_taken`` and ``waiting`` are kept by `bookings.actions` alone, in the statement or under the lock
    that decides who has a place.
    """

    class Format(models.TextChoices):
        """How people take part."""

        ONLINE = "online", "Online"
        IN_PERSON = "in_person", "In person"
        HYBRID = "hybrid", "In person or online"

    class State(models.TextChoices):
        """Whether the public sees it and whether it takes place."""

        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        CANCELLED = "cancelled", "Cancelled"

    class Cameras(models.TextChoices):
        """What is expected of people's cameras online."""

        OFF = "off", "Cameras stay off"
        WELCOME = "welcome", "Camera on if you can; nobody asks why not"
        NEEDED = "needed", "Camera on, because you work in small groups"

    week = models.ForeignKey(PracticeWeek, on_delete=models.CASCADE, related_name="sessions")
    topic = models.ForeignKey(SessionTopic, on_delete=models.PROTECT, related_name="sittings")
    code = LineField(max_length=30, help_text="A short name that is unique within the week.")
    title = NameField()
    format = models.CharField(max_length=10, choices=Format.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    last_ends_at = models.DateTimeField(null=True, editable=False, help_text="Of several dates, the end of the last.")
    further_time = models.DurationField(default=timedelta, editable=False, help_text="What its later dates take.")
    zone = models.CharField(max_length=40, default="Europe/London", validators=[validate_zone])
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    joining_link = WebAddressField(
        blank=True, help_text="People with a place are led to it, close to the start. No mail or public page shows it."
    )
    practical_note = ParagraphsField(blank=True, help_text="What to bring or prepare; the public sees it.")
    access = ParagraphsField(blank=True, help_text="Captions, interpreters, breaks, slides in advance.")
    cameras = models.CharField(max_length=10, choices=Cameras.choices, blank=True)
    is_recorded = models.BooleanField(default=False, help_text="Presenters only; said before booking.")
    hosts = models.ManyToManyField(Partnership, through="SessionHost", related_name="sessions")
    also_hosted_by = LineField(blank=True, help_text="Hosts that are not partnerships, such as a board.")

    booking_required = models.BooleanField(default=True, help_text="Off: people just come, and are counted.")
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: no limit.")
    in_person_capacity = models.PositiveIntegerField(null=True, blank=True, help_text="At most, of all places.")
    online_capacity = models.PositiveIntegerField(null=True, blank=True, help_text="At most, of all places.")
    areas = models.ManyToManyField(
        Area, blank=True, related_name="sessions", help_text="For people who work there; none: for everybody."
    )
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="sessions", help_text="For people of these sectors; none: for everybody."
    )
    for_whom = LineField(
        blank=True, help_text="What people confirm when they book, such as: I supervise other practitioners."
    )
    prerequisite = models.ForeignKey(
        SessionTopic,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads_to",
        help_text="What people must have booked or attended before.",
    )
    has_waiting_list = models.BooleanField(default=True)
    booking_opens_at = models.DateTimeField(null=True, blank=True)
    booking_closes_at = models.DateTimeField(null=True, blank=True, help_text="Empty: when it starts.")
    places_taken = models.PositiveIntegerField(default=0, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    queue_tail = models.PositiveIntegerField(default=0, editable=False)

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    is_illustrative = models.BooleanField(default=False, help_text="Made up: no source names this session.")
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancellation_reason = LineField(blank=True, max_length=400)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(default=timezone.now, editable=False)

    # By way to take part, where there are places for each: `events.modes` notes it, and nobody stores it.
    left_by_mode: dict[str, int | None] | None = None

    objects: ClassVar = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "code"],
                name="session_code_once_per_week",
                violation_error_message="The week has a session with this code already.",
            ),
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="A session must end after it starts.",
            ),
            models.CheckConstraint(
                name="session_lasts_a_day_at_most",
                condition=Q(ends_at__lte=F("starts_at") + timedelta(days=1)),
                violation_error_message="A session lasts 24 hours at most.",
            ),
            models.CheckConstraint(
                name="session_last_part_ends_last",
                condition=Q(last_ends_at__isnull=True, further_time=timedelta())
                | Q(last_ends_at__isnull=False, last_ends_at__gt=F("ends_at"), further_time__gt=timedelta()),
                violation_error_message="A session's later dates come after it, and take time.",
            ),
            models.CheckConstraint(
                name="session_booking_opens_before_start",
                condition=Q(booking_opens_at__isnull=True) | Q(booking_opens_at__lt=F("starts_at")),
                violation_error_message="Booking must open before the session starts.",
            ),
            models.CheckConstraint(
                name="session_format_known",
                condition=Q(format__in=["online", "in_person", "hybrid"]),
                violation_error_message="A session is online, in person or both.",
            ),
            models.CheckConstraint(
                name="session_in_person_has_venue",
                condition=Q(format="online", venue__isnull=True)
                | (~Q(format="online") & (Q(venue__isnull=False) | Q(state="draft"))),
                violation_error_message="A session in person needs a venue before it is published; online has none.",
            ),
            models.CheckConstraint(
                name="session_room_at_a_venue",
                condition=Q(room__isnull=True) | Q(venue__isnull=False),
                violation_error_message="Name the venue of the room.",
            ),
            models.CheckConstraint(
                name="session_cameras_known",
                condition=Q(cameras__in=["", "off", "welcome", "needed"]),
                violation_error_message="Cameras are off, welcome or needed.",
            ),
            NoOverlap(
                name="session_has_its_room_alone",
                owner="room",
                condition=Q(state="published"),
                violation_error_message="The room is taken then by “%(other)s”.",
            ),
            models.CheckConstraint(
                name="session_places_within_capacity",
                condition=Q(capacity__isnull=True) | Q(places_taken__lte=F("capacity")),
                violation_error_message="More places are taken than that.",
            ),
            models.CheckConstraint(
                name="session_limits_by_mode_where_both",
                condition=Q(format="hybrid") | Q(in_person_capacity__isnull=True, online_capacity__isnull=True),
                violation_error_message="Only a session that can be joined both ways has places for each way.",
            ),
            models.CheckConstraint(
                name="session_booking_opens_before_it_closes",
                condition=Q(booking_opens_at__isnull=True)
                | Q(booking_closes_at__isnull=True)
                | Q(booking_opens_at__lt=F("booking_closes_at")),
                violation_error_message="Booking must open before it closes.",
            ),
            models.CheckConstraint(
                name="session_booking_closes_by_end",
                condition=Q(booking_closes_at__isnull=True) | Q(booking_closes_at__lte=F("ends_at")),
                violation_error_message="Booking must close before the session ends.",
            ),
            models.CheckConstraint(
                name="session_cancelled_at_if_cancelled",
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                violation_error_message="A session has a time of cancelling if and only if it is cancelled.",
            ),
            models.CheckConstraint(
                name="session_state_known",
                condition=Q(state__in=["draft", "published", "cancelled"]),
                violation_error_message="A session is a draft, published or cancelled.",
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="session_by_state_and_start")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse an end past the next date, a room elsewhere, and trainers who are in another session then."""
        if self.last_ends_at and self.pk and self.parts.filter(starts_at__lt=self.ends_at).exists():
            raise ValidationError({"ends_at": "This is after its next date begins. Change the further dates first."})
        if self.room and self.room.venue_id != self.venue_id:
            raise ValidationError({"room": "This room belongs to another venue."})
        if self.state == self.State.PUBLISHED and self.pk and (busy := self.busy_trainers().first()):
            raise ValidationError(f"{busy.trainer} is in “{busy.session}” at that time.", code="overlap")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, and what its trainers' rows repeat of it."""
        fields = kwargs.get("update_fields")
        follows = not self._state.adding and (fields is None or COPIED_TO_TRAINERS & set(fields))
        super().save(*args, **kwargs)
        if follows:
            takes_place = self.state == self.State.PUBLISHED
            self.session_trainers.update(starts_at=self.starts_at, ends_at=self.ends_at, takes_place=takes_place)

    def busy_trainers(self) -> models.QuerySet[Any]:
        """Return the parts that this session's trainers have in other sessions that take place at its time."""
        return (
            self.session_trainers.model.objects.filter(
                trainer__in=self.session_trainers.values("trainer"), takes_place=True
            )
            .filter(starts_at__lt=self.ends_at, ends_at__gt=self.starts_at)
            .exclude(session=self.pk)
            .select_related("trainer", "session")
        )

    def get_absolute_url(self) -> str:
        """Return the session's page."""
        return reverse("session", args=[self.pk])

    @property
    def tzinfo(self) -> ZoneInfo:
        """Return the zone the session's wall-clock times are meant in."""
        return ZoneInfo(self.zone)

    @property
    def local_start(self) -> datetime:
        """Return the start on the session's own clock."""
        return self.starts_at.astimezone(self.tzinfo)

    @property
    def local_end(self) -> datetime:
        """Return the end on the session's own clock."""
        return self.ends_at.astimezone(self.tzinfo)

    @property
    def over_at(self) -> datetime:
        """Return when all of it is over: with its end, or that of the last of several dates."""
        return self.last_ends_at or self.ends_at

    @property
    def length(self) -> timedelta:
        """Return how long the session takes; of several dates, how long the first does."""
        return self.ends_at - self.starts_at

    @property
    def length_in_all(self) -> timedelta:
        """Return how long all its dates take together."""
        return self.length + self.further_time

    @property
    def place(self) -> str:
        """Return where to come to as a diary entry names it: room, venue and address; empty online."""
        if self.venue is None:
            return ""
        return f"{self.room}, {self.venue.one_line}" if self.room else self.venue.one_line

    @property
    def closes_at(self) -> datetime:
        """Return when booking closes: at the set time, or with the start."""
        return self.booking_closes_at or self.starts_at

    @property
    def has_limits_by_mode(self) -> bool:
        """Say whether the venue or the online room has places of its own."""
        return self.in_person_capacity is not None or self.online_capacity is not None

    @property
    def places_left(self) -> int | None:
        """Return the places nobody has and nobody waits for; None where there is no limit."""
        if self.capacity is None:
            return None
        return 0 if self.waiting else self.capacity - self.places_taken
