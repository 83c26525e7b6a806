"""Questions one asks of many bookings, and the door that only the actions may use to write."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from bookings.states import LIVE, Status
from events.models import Session
from events.models.session_part import not_over
from people.models.access import unexpired
from people.permissions import led_organisations, reported_partnerships

if TYPE_CHECKING:
    from people.models import User


class WrittenElsewhere(TypeError):
    """Bookings are changed by bookings.actions only."""


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise WrittenElsewhere(WrittenElsewhere.__doc__)


class ReadOnlyQuerySet(models.QuerySet[Any]):
    """Reads; whoever tries to write is sent to bookings.actions."""

    create = bulk_create = update = bulk_update = delete = _refuse
    get_or_create = update_or_create = _refuse


class BookingQuerySet(ReadOnlyQuerySet):
    """Bookings."""

    def live(self) -> Self:
        """Keep the bookings that have or wait for a place."""
        return self.filter(status__in=LIVE)

    def confirmed(self) -> Self:
        """Keep the bookings with a place."""
        return self.filter(status=Status.CONFIRMED)

    def counted(self) -> Self:
        """Leave out those who came without a booking: their places are not counted."""
        return self.exclude(source="walk_in")

    def visible_to(self, actor: "User", *, at: datetime) -> Self:
        """Keep one's own, those of sessions one organises, and those of the organisations one leads and their parts."""
        if actor.is_superuser:
            return self
        hosted = actor.organised_partnerships(at=at)
        return self.filter(
            Q(practitioner=actor)
            | Q(organisation__in=led_organisations(actor, at=at).order_by().values("pk"))
            | Q(session__in=Session.objects.filter(hosts__in=hosted).values("pk"))
        )

    def led_by(self, actor: "User", *, at: datetime) -> Self:
        """Keep those of the organisations that somebody leads, and of their parts."""
        return self.filter(organisation__in=led_organisations(actor, at=at).order_by().values("pk"))

    def with_session(self) -> Self:
        """Fetch each booking with its session and venue, in one query."""
        return self.select_related("session__venue", "session__room", "session__week")

    def with_need(self) -> Self:
        """Fetch each booking with what would help its owner to take part, if they have said it."""
        return self.select_related("access_need")

    def with_position(self) -> Self:
        """Add ``position``: the place in the queue of somebody waiting, 1 for the next; 0 for everybody else."""
        queue = self.model.objects.filter(status=Status.WAITLISTED, session=OuterRef("session"))
        is_as_far = Q(priority=OuterRef("priority"), queue_number__lte=OuterRef("queue_number"))
        up_to_here = queue.filter(Q(priority__lt=OuterRef("priority")) | is_as_far).order_by()
        counted = up_to_here.values("session").annotate(count=Count("pk")).values("count")
        return self.annotate(position=Coalesce(Subquery(counted), 0))


class AccessNeedQuerySet(ReadOnlyQuerySet):
    """Access and dietary needs."""

    def to_act_on(self, actor: "User", *, at: datetime) -> Self:
        """Keep the needs of people with or waiting for a place on sessions that somebody organises or delivers.

        They are there until the session has ended. Nobody else reads them: not an agency lead, and not an
        administrator who runs no session.
        """
        organised = actor.role_grants.filter(unexpired(at), role="organiser").values("partnership")
        sessions = Session.objects.filter(Q(hosts__in=organised) | Q(session_trainers__trainer__user=actor))
        return self.filter(
            not_over("booking__session__", at=at),
            booking__status__in=sorted(LIVE),
            booking__session__in=sessions.values("pk"),
        )

    def unowned_first(self) -> Self:
        """Bring what nobody sees to to the front, then what is still to be done, then what is done."""
        nobody = Q(owner__isnull=True, done_at__isnull=True)
        rank = Case(When(nobody, then=Value(0)), When(done_at__isnull=True, then=Value(1)), default=Value(2))
        return self.order_by(rank, "pk")

    def with_booking(self) -> Self:
        """Fetch each need with whose it is, the session, and who sees and has seen to it, in one query."""
        return self.select_related("booking__session__venue", "booking__session__room", "done_by", "owner")


class AuditQuerySet(ReadOnlyQuerySet):
    """What was read, taken as a file and changed."""

    def visible_to(self, actor: "User", *, at: datetime) -> Self:
        """Keep what concerns sessions that somebody organises, and what they did themselves; all for administrators."""
        if actor.administers(at=at):
            return self
        own = Session.objects.hosted_within(actor, at=at).order_by().values("pk")
        return self.filter(Q(session__in=own) | Q(actor=actor))

    def about_person(self, person: "User") -> Self:
        """Keep what was about one person alone, and lists of the sessions on which they have ever had a booking."""
        theirs = person.bookings.order_by().values("session")
        return self.filter(Q(person=person) | Q(person__isnull=True, session__in=theirs))


class SnapshotQuerySet(ReadOnlyQuerySet):
    """Reports that were kept."""

    def visible_to(self, actor: "User", *, at: datetime) -> Self:
        """Keep those about no other partnerships than somebody reads figures of at an instant."""
        own = reported_partnerships(actor, at=at).order_by().values("pk")
        others = self.model.partnerships.through.objects.filter(reportsnapshot=OuterRef("pk"))
        return self.filter(~Exists(others.exclude(partnership__in=own)))
