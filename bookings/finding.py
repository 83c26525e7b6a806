"""Search for organisers: people on the sessions of their partnerships, and the sessions themselves."""

from datetime import datetime

from django.db.models import Q

from bookings.models import Booking
from events.models import Session
from people.models import User


def found_people(actor: User, words: str, *, at: datetime, most: int) -> list[Booking]:
    """Return bookings on one's sessions whose person has each of the words in name or address, the latest first."""
    rows = Booking.objects.filter(session__in=Session.objects.hosted_within(actor, at=at).order_by().values("pk"))
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(organisation_name__icontains=word))
    return list(
        rows.with_session()
        .with_position()
        .select_related("practitioner")
        .order_by("-session__starts_at", "name", "pk")[:most]
    )


def found_sessions(actor: User, words: str, *, at: datetime, most: int) -> list[Session]:
    """Return one's sessions, drafts too, that have each of the words in title or code, the latest first."""
    rows = Session.objects.filter(pk__in=Session.objects.hosted_within(actor, at=at).order_by().values("pk"))
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(code__icontains=word))
    return list(rows.select_related("week", "venue", "room").order_by("-starts_at", "pk")[:most])
