"""An agency with a part, its lead, and everybody else who might look."""

import pytest

from people.models import RoleGrant
from tests.factories import OrganisationFactory, UserFactory
from tests.fixtures import signed_in


@pytest.fixture
def trust():
    return OrganisationFactory(slug="example-trust")


@pytest.fixture
def part(trust):
    return OrganisationFactory(slug="example-ward", parent=OrganisationFactory(slug="example-branch", parent=trust))


@pytest.fixture
def elsewhere():
    return OrganisationFactory(slug="other-school")


def lead_of(organisation, email, **grant):
    """A browser in which an agency lead is signed in."""
    person = UserFactory(email=email, organisation=organisation)
    RoleGrant.objects.create(user=person, role="agency_lead", organisation=organisation, **grant)
    return signed_in(person)


@pytest.fixture
def lead(trust):
    return lead_of(trust, "lead@example.org")
