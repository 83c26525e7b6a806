"""Who is within whose reach: questions about role grants, asked before anything is done."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from people.models import Organisation, Partnership, RoleGrant, User


def organises(user: User, partnerships: Iterable[Partnership], *, at: datetime) -> bool:
    """Say whether somebody may organise at least one of the partnerships at an instant."""
    wanted = [partnership.pk for partnership in partnerships]
    return user.organised_partnerships(at=at).filter(pk__in=wanted).exists()


def led_organisations(user: User, *, at: datetime) -> list[Organisation]:
    """Return the organisations whose people somebody may book for at an instant, as their agency lead."""
    live = Q(role_grants__expires_at__isnull=True) | Q(role_grants__expires_at__gt=at)
    role = RoleGrant.Role.AGENCY_LEAD
    return list(Organisation.objects.filter(live, role_grants__user=user, role_grants__role=role).distinct())
