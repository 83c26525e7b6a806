"""An agency with a part, its lead, and everybody else who might look."""

import pytest
import time_machine
from django.test import Client

from people.models import RoleGrant
from tests.factories import NOW, OrganisationFactory, UserFactory


@pytest.fixture
def _now():
    """It is the fourth of May 2027."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trust():
    return OrganisationFactory(slug="example-trust")


@pytest.fixture
def part(trust):
    return OrganisationFactory(slug="example-ward", parent=OrganisationFactory(slug="example-branch", parent=trust))


@pytest.fixture
def elsewhere():
    return OrganisationFactory(slug="other-school")


def signed_in(person):
    client = Client()
    client.force_login(person)
    client.person = person
    return client


def lead_of(organisation, email, **grant):
    """A browser in which an agency lead is signed in."""
    person = UserFactory(email=email, organisation=organisation)
    RoleGrant.objects.create(user=person, role="agency_lead", organisation=organisation, **grant)
    return signed_in(person)


@pytest.fixture
def lead(trust):
    return lead_of(trust, "lead@example.org")
