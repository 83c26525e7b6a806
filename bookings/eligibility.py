"""Who may book a session: its rules against what is known of the person."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from bookings import errors
from bookings.models import Booking, Presence, Terms
from bookings.policy import Policy
from bookings.states import HOLDING, LIVE, Status
from events.errors import Refusal
from events.models import Session
from people.models import User


def bookings_near(session: Session, practitioner: User) -> list[Booking]:
    """Return the live bookings of a person on a session, on other sittings of its topic, and on its day.

    Whoever has none, as most who book have, costs one narrow query; everybody else one more.
    """
    begins = session.local_start.replace(hour=0, minute=0, second=0, microsecond=0)
    same_day = Q(session__starts_at__gte=begins, session__starts_at__lt=begins + timedelta(days=1))
    mine = Booking.objects.filter(practitioner=practitioner, status__in=sorted(LIVE))
    found = list(mine.filter(Q(session__topic=session.topic_id) | same_day).order_by().values_list("pk", flat=True))
    return list(Booking.objects.filter(pk__in=found).select_related("session")) if found else []


def existing(session: Session, near: Iterable[Booking]) -> errors.AlreadyBooked | None:
    """Return the refusal that names the person's live booking on a session, if there is one."""
    found = next((booking for booking in near if booking.session_id == session.pk), None)
    return errors.AlreadyBooked(found) if found else None


def other_sittings(session: Session, practitioners: Collection[int]) -> list[Booking]:
    """Return the places that any of these people, by id, have on other sittings of a session's topic; one query."""
    places = Booking.objects.filter(practitioner__in=practitioners, status__in=sorted(HOLDING))
    return list(places.filter(session__topic=session.topic_id).exclude(session=session).order_by("pk"))


def clashing(session: Session, near: Iterable[Booking]) -> list[Booking]:
    """Return the bookings that lie at the same time as a session: a warning, and no refusal."""
    return [
        booking
        for booking in near
        if booking.session_id != session.pk
        and booking.session.starts_at < session.ends_at
        and booking.session.ends_at > session.starts_at
    ]


def why_not_person(
    session: Session, practitioner: User, terms: Terms, *, near: Iterable[Booking], at: datetime
) -> Refusal | None:
    """Return why a session is not for a person, by the first rule that they do not meet; None where it is.

    An organiser may book them all the same, and that is recorded. An area outside the session's own makes people
    wait, where the policy says so, and refuses nobody here.
    """
    refusal = _why_not_again(session, terms, near) or _why_not_without(session, practitioner, at=at)
    if refusal is None and terms.is_restricted:
        refusal = _why_not_sector(session, practitioner) or _why_not_area(session, practitioner, terms.policy)
    return refusal


def is_outsider(session: Session, practitioner: User) -> bool:
    """Say whether a session is for areas in which neither the person nor their organisation is known to work."""
    areas = {area.pk for area in session.areas.all()}
    return bool(areas) and not areas & areas_of(practitioner)


def areas_of(practitioner: User) -> set[int]:
    """Return the areas that a person or their organisation works in."""
    found = {area.pk for area in practitioner.areas.all()}
    if practitioner.organisation:
        found |= {area.pk for area in practitioner.organisation.areas.all()}
    return found


def _why_not_again(session: Session, terms: Terms, near: Iterable[Booking]) -> Refusal | None:
    """Refuse another sitting of what the person has booked, and more in a day than one person can have."""
    others = [booking for booking in near if booking.session_id != session.pk]
    sittings = [b for b in others if b.session.topic_id == session.topic_id and b.status in HOLDING]
    if terms.one_sitting and sittings:
        return errors.OtherSittingBooked(sittings[0])
    day = session.local_start.date()
    that_day = [b for b in others if b.session.starts_at.astimezone(session.tzinfo).date() == day]
    limit = terms.policy.daily_limit
    if limit and len(that_day) >= limit:
        return errors.DayFull(f"You have {len(that_day)} bookings on that day, which is the most for one person.")
    return None


def _why_not_sector(session: Session, practitioner: User) -> Refusal | None:
    """Refuse people of other sectors than the session is for."""
    sectors = list(session.sectors.all())
    mine = practitioner.organisation.sector_id if practitioner.organisation else None
    if not sectors or mine in {sector.pk for sector in sectors}:
        return None
    names = ", ".join(sector.name for sector in sectors)
    return errors.NotEligible(f"This session is for people who work in: {names}.")


def _why_not_area(session: Session, practitioner: User, policy: Policy) -> Refusal | None:
    """Refuse people of other areas than the session is for, where the policy does not let them wait or book."""
    if policy.outsiders != "refuse" or not is_outsider(session, practitioner):
        return None
    names = ", ".join(area.name for area in session.areas.all())
    return errors.NotEligible(f"This session is for people who work in: {names}.")


def _why_not_without(session: Session, practitioner: User, *, at: datetime) -> Refusal | None:
    """Refuse people who have neither attended what comes before nor have a place on it that is earlier."""
    if session.prerequisite_id is None:
        return None
    before = Booking.objects.filter(
        practitioner=practitioner,
        session__topic=session.prerequisite_id,
        status=Status.CONFIRMED,
        session__ends_at__lte=max(session.starts_at, at),
    ).exclude(attendance__state__in=[Presence.DID_NOT_ATTEND, Presence.EXCUSED])
    if before.exists():
        return None
    return errors.NotEligible(f"Book “{session.prerequisite}” first: this session builds on it.")
