"""Who is within whose reach: questions about role grants, asked before anything is done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigAutoField, Exists, Func, Q, QuerySet, Subquery

from people.models import Organisation, Partnership, RoleGrant, User
from people.models.access import unexpired

# The roles that open the admin, the group that carries each role's permissions, and where the pages list them.
ADMIN_GROUPS: Final = {RoleGrant.Role.ORGANISER: "Organisers", RoleGrant.Role.ADMINISTRATOR: "Administrators"}
ROLE_ATTRIBUTES: Final = {"organiser": "organisers_may", "administrator": "administrators_may"}


def organises(user: User, partnerships: Iterable[Partnership], *, at: datetime) -> bool:
    """Say whether somebody may organise at least one of the partnerships at an instant."""
    wanted = [partnership.pk for partnership in partnerships]
    return user.organised_partnerships(at=at).filter(pk__in=wanted).exists()


def reported_partnerships(user: User, *, at: datetime) -> QuerySet[Partnership]:
    """Return the partnerships whose figures somebody may read at an instant: those they organise or analyse for."""
    analysed = user.role_grants.filter(unexpired(at), role=RoleGrant.Role.ANALYST).values("partnership")
    organised = user.organised_partnerships(at=at).order_by().values("pk")
    return Partnership.objects.filter(Q(pk__in=analysed) | Q(pk__in=organised))


class WithParts(Func):
    """The ids of some organisations and of all their parts, at every level; one query, however deep they go."""

    template = (
        "(WITH RECURSIVE led(id) AS (%(expressions)s UNION SELECT part.id FROM people_organisation part"
        " JOIN led ON part.parent_id = led.id) SELECT id FROM led)"
    )
    output_field = BigAutoField()

    def __init__(self, organisations: QuerySet[Organisation]) -> None:
        super().__init__(Subquery(organisations.order_by().values("pk"), template="%(subquery)s"))


def granted_organisations(user: User, *, at: datetime) -> QuerySet[Organisation]:
    """Return the organisations that somebody's grants as agency lead name at an instant, without their parts."""
    grants = user.role_grants.filter(unexpired(at), role=RoleGrant.Role.AGENCY_LEAD)
    return Organisation.objects.filter(pk__in=grants.order_by().values("organisation"))


def led_organisations(user: User, *, at: datetime) -> QuerySet[Organisation]:
    """Return the organisations whose people somebody may book for at an instant, with all their parts, by name."""
    return Organisation.objects.filter(pk__in=WithParts(granted_organisations(user, at=at)))


def live_group_permissions(user: User, *, at: datetime) -> QuerySet[Permission]:
    """Return what somebody's groups permit at an instant; the group of a role counts while they hold the role."""
    live, lapsed = user.role_grants.filter(unexpired(at)), Q(pk__in=[])
    for role, name in ADMIN_GROUPS.items():
        lapsed |= Q(name=name) & ~Q(Exists(live.filter(role=role)))
    return Permission.objects.filter(group__in=user.groups.exclude(lapsed))


def admin_permissions(role: str) -> list[Permission]:
    """Return what a role may do in the admin, as the admin's pages say beside each kind of row.

    Rows that have no page of their own go with the page they stand in.
    """
    wanted = {
        (kind, verb)
        for model in apps.get_models()
        if admin.site.is_registered(model)
        for page in [admin.site.get_model_admin(model)]
        for kind in [model, *(i.model for i in page.inlines if not admin.site.is_registered(i.model))]
        for verb in getattr(page, ROLE_ATTRIBUTES[role], ())
    }
    found = []
    for model, verb in sorted(wanted, key=lambda pair: (pair[0]._meta.label, pair[1])):
        kind = ContentType.objects.get_for_model(model)
        found.append(Permission.objects.get(content_type=kind, codename=get_permission_codename(verb, model._meta)))
    return found
