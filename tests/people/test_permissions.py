"""A grant opens what its role opens until it runs out."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from people import permissions
from people.models import RoleGrant
from tests.factories import NOW, OrganisationFactory, PartnershipFactory, UserFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
OPENS = {
    "organises": ("organiser", lambda user: permissions.organises(user, [PartnershipFactory()], at=NOW)),
    "reads reports of what they organise": ("organiser", lambda user: reported(user)),
    "reads reports": ("analyst", lambda user: reported(user)),
    "leads an agency": ("agency_lead", lambda user: permissions.granted_organisations(user, at=NOW).exists()),
    "books for an agency": ("agency_lead", lambda user: permissions.led_organisations(user, at=NOW).exists()),
    "organises everything": (
        "administrator",
        lambda user: permissions.organises(user, [PartnershipFactory()], at=NOW),
    ),
    "administers": ("administrator", lambda user: user.administers(at=NOW)),
    "uses the admin": ("organiser", lambda user: permissions.live_group_permissions(user, at=NOW).exists()),
}


def reported(user):
    return permissions.reported_partnerships(user, at=NOW).exists()


def granted(role, expires_at):
    """Somebody with a role, and in the group that goes with it."""
    of = {"partnership": PartnershipFactory()} if role in {"organiser", "analyst"} else {}
    of = {"organisation": OrganisationFactory()} if role == "agency_lead" else of
    user = UserFactory()
    RoleGrant.objects.create(user=user, role=role, expires_at=expires_at, **of)
    if role in permissions.ADMIN_GROUPS:
        group, _ = Group.objects.get_or_create(name=permissions.ADMIN_GROUPS[role])
        group.permissions.set(permissions.admin_permissions(role)[:1])
        user.groups.add(group)
    return user


@pytest.mark.parametrize("opened", OPENS)
@pytest.mark.parametrize(
    ("expires_at", "holds"), [(None, True), (NOW + SECOND, True), (NOW, False), (NOW - SECOND, False)], ids=str
)
def test_grant_then_opens_this_until_it_runs_out(opened, expires_at, holds):
    role, is_open = OPENS[opened]

    assert is_open(granted(role, expires_at)) is holds
