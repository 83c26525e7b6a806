"""What many tests start from: the clock, two partnerships, and people who are signed in.

tests/conftest.py gives the fixtures to all tests.
"""

import pytest
import time_machine
from django.test import Client

from people.actions import grant_role
from tests.factories import NOW, PartnershipFactory, UserFactory


@pytest.fixture
def clock():
    """It is the fourth of May 2027, until a test moves the clock."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hampshire():
    return PartnershipFactory()


@pytest.fixture
def island():
    return PartnershipFactory(slug="isle-of-wight")


def signed_in(person):
    """Return a browser in which somebody is signed in, who is its `person`."""
    client = Client()
    client.force_login(person)
    client.person = person
    return client


def organiser_for(partnership, email="organiser@example.org", role="organiser"):
    """Return a browser in which an organiser of a partnership is signed in, or somebody of another role."""
    person = UserFactory(email=email)
    grant_role(person, role, partnership=partnership, at=NOW)
    return signed_in(person)


@pytest.fixture
def organiser(hampshire):
    return organiser_for(hampshire)


@pytest.fixture
def islander(island):
    return organiser_for(island, "islander@example.org")


@pytest.fixture
def person(client):
    """Somebody who is signed in and whose details are known."""
    user = UserFactory(email="pat@example.org")
    client.force_login(user)
    return user
