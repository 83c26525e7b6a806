"""Questions one asks of many weeks, sessions and resources."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, OuterRef, Prefetch, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from people.models import User


class ReleasedQuerySet(models.QuerySet[Any]):
    """Resources and key messages."""

    def announced(self) -> Self:
        """Keep what belongs to no draft of a week, released or not: that something comes may be said, not what."""
        return self.exclude(week__state="draft")

    def released(self, *, at: datetime) -> Self:
        """Keep what the public may see at an instant."""
        return self.announced().filter(released_at__lte=at)


class PracticeWeekQuerySet(models.QuerySet[Any]):
    """Practice weeks."""

    def public(self) -> Self:
        """Keep the weeks that everybody may see: published and archived ones."""
        return self.exclude(state="draft")

    def with_numbers(self) -> Self:
        """Add to each week how many sessions take place, the places taken on them, and how many places there are."""
        takes_place = ~Q(sessions__state="cancelled")
        return self.annotate(
            session_count=Count("sessions", filter=takes_place),
            taken=Coalesce(Sum("sessions__places_taken", filter=takes_place), 0),
            capacity=Coalesce(Sum("sessions__capacity", filter=takes_place), 0),
            without_limit=Count("sessions", filter=takes_place & Q(sessions__capacity__isnull=True)),
        )

    def due(self, *, at: datetime) -> Self:
        """Keep the drafts whose hour of publishing has come, the earliest first."""
        return self.filter(state="draft", publish_at__lte=at).order_by("publish_at", "pk")

    def hosted_within(self, actor: "User", *, at: datetime) -> Self:
        """Keep the weeks of the partnerships that somebody organises at an instant, drafts too."""
        if actor.is_superuser:
            return self
        return self.filter(hosts__in=actor.organised_partnerships(at=at)).distinct()


class TopicQuerySet(models.QuerySet[Any]):
    """Topics."""

    def before(self, week: Any, actor: "User | None", *, at: datetime, keep: int | None = None) -> Self:
        """Keep what can come before a session of a week: topics of it and of earlier weeks that somebody organises.

        The nearest week comes first. Without somebody only those of the week itself; ``keep`` stays in any case.
        """
        weeks = type(week).objects.filter(starts_on__lte=week.starts_on).order_by()
        own = weeks.hosted_within(actor, at=at).order_by() if actor else weeks.filter(pk=week.pk)
        found = self.filter(Q(week__in=own.values("pk")) | Q(pk=keep))
        return found.select_related("week").order_by("-week__starts_on", "title")


class SessionQuerySet(models.QuerySet[Any]):
    """Sessions."""

    def locked(self, pk: int) -> Any:
        """Return one session with its row locked to the end of the transaction; raises DoesNotExist.

        Whatever frees places, queues people or changes the capacity takes this lock first, two sessions in
        order of id. A foreign key that points at the session may still be written beside it. On SQLite the
        transaction itself is the lock.
        """
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def locked_in_order(self) -> list[Any]:
        """Lock the rows of these sessions to the end of the transaction, in order of id, and return them so.

        Each is as it stands once it is locked; one that no longer fits in the meantime is left out. Whoever
        changes several sessions takes their locks before anything else is written, so that nobody who holds
        another row waits for one of them.
        """
        return list(self.select_for_update(no_key=True, of=("self",)).order_by("pk"))

    def public(self) -> Self:
        """Keep the sessions that everybody may see: published or cancelled, in a week that is no draft."""
        return self.exclude(state="draft").exclude(week__state="draft")

    def with_programme(self) -> Self:
        """Fetch with each session what a list, page, calendar entry or API answer says of it: four queries."""
        hosts = self.model._meta.get_field("hosts").remote_field.through.objects.select_related("partnership")
        return self.select_related("week", "topic", "venue", "room").prefetch_related(
            Prefetch("session_hosts", queryset=hosts), "topic__themes"
        )

    def with_audience(self) -> Self:
        """Fetch with each session for which areas and sectors it is: two queries."""
        return self.prefetch_related("areas", "sectors")

    def upcoming(self, *, at: datetime) -> Self:
        """Keep the sessions of which a date has not ended, in the order of the first such date."""
        parts = self.model._meta.get_field("parts").related_model._default_manager
        later = parts.filter(session=OuterRef("pk"), ends_at__gt=at).order_by("number").values("starts_at")[:1]
        next_start = Case(When(ends_at__gt=at, then="starts_at"), default=Subquery(later))
        return self.filter(Q(ends_at__gt=at) | Q(last_ends_at__gt=at)).order_by(next_start, "code")

    def held(self, *, at: datetime) -> Self:
        """Keep the sessions that took place and of which every date has ended, the newest first."""
        is_over = Q(ends_at__lte=at) & (Q(last_ends_at__isnull=True) | Q(last_ends_at__lte=at))
        return self.filter(is_over, state="published").order_by("-starts_at", "code")

    def without_link(self, *, at: datetime) -> Self:
        """Keep the published sessions to come that can be joined online and have no joining link, the next first."""
        coming = self.filter(state="published", starts_at__gt=at, joining_link="")
        return coming.exclude(format="in_person").order_by("starts_at", "pk")

    def bookable(self, *, at: datetime) -> Self:
        """Keep the sessions that take bookings at an instant, full ones with them."""
        return self.public().filter(
            Q(booking_opens_at__isnull=True) | Q(booking_opens_at__lte=at),
            Q(booking_closes_at__isnull=True) | Q(booking_closes_at__gt=at),
            state="published",
            booking_required=True,
            starts_at__gt=at,
        )

    def hosted_within(self, actor: "User", *, at: datetime) -> Self:
        """Keep the sessions of the partnerships that somebody organises at an instant."""
        if actor.is_superuser:
            return self
        return self.filter(session_hosts__partnership__in=actor.organised_partnerships(at=at)).distinct()

    def within_sight_of(self, actor: "User", *, at: datetime) -> Self:
        """Keep what an organiser may know of: published sessions of everybody, and drafts of one's own."""
        own = self.model._default_manager.hosted_within(actor, at=at).order_by().values("pk")
        return self.filter(Q(state="published") | Q(state="draft", pk__in=own))

    def told_of_changes(self, *, at: datetime) -> Self:
        """Keep the sessions whose people hear of a change of their place: published ones that are still to start."""
        return self.filter(state="published", starts_at__gt=at)

    def of_others(self, actor: "User", *, at: datetime) -> Self:
        """Keep the sessions that none of the partnerships hosts that somebody organises for at an instant."""
        if actor.administers(at=at):
            return self.none()
        return self.exclude(pk__in=self.model._default_manager.hosted_within(actor, at=at).order_by().values("pk"))


class VenueQuerySet(models.QuerySet[Any]):
    """Venues, which are everybody's."""

    def changeable_by(self, actor: "User", *, at: datetime) -> Self:
        """Keep the venues where no session of others meets, because people's diaries follow; all for administrators."""
        sessions = self.model._meta.get_field("sessions").related_model._default_manager
        others = sessions.of_others(actor, at=at).filter(venue__isnull=False)
        return self.exclude(pk__in=others.order_by().values("venue"))


class TrainerQuerySet(models.QuerySet[Any]):
    """Trainers, who deliver sessions for everybody."""

    def changeable_by(self, actor: "User", *, at: datetime) -> Self:
        """Keep the trainers who deliver no session of others; all for administrators.

        Whoever changes a trainer may say which account reads the joining links and access needs of their sessions.
        """
        parts = self.model._meta.get_field("session_trainers").related_model._default_manager
        sessions = parts.model._meta.get_field("session").related_model._default_manager
        others = parts.filter(session__in=sessions.of_others(actor, at=at).order_by().values("pk"))
        return self.exclude(pk__in=others.order_by().values("trainer"))
