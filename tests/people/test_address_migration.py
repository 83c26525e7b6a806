"""Keys of addresses that an older site wrote."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from people.models import User
from tests.factories import NOW, UserFactory

BEFORE = [("people", "0006_line_managers")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def people():
    """Five people, made while every column of today is there."""
    return [UserFactory(email=f"p{n}@example.org", date_joined=NOW + timedelta(days=n)) for n in range(5)]


@pytest.fixture
def an_older_site(people):
    yield migrate(BEFORE)
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.mark.nightly
@pytest.mark.django_db(transaction=True)
def test_keys_when_two_people_would_share_one_then_the_later_keeps_the_whole_address(people, an_older_site):
    old = an_older_site.get_model("people", "User").objects
    addresses = ["pat+a@example.org", "pat+b@example.org", "sam+x@example.org", "sam@example.org", "lee@example.org"]
    for person, address in zip(people, addresses, strict=True):
        old.filter(pk=person.pk).update(email=address)

    migrate([("people", "0009_address_keys_are_unique")])

    assert dict(User.objects.values_list("email", "address_key")) == {
        "pat+a@example.org": "pat@example.org",
        "pat+b@example.org": "pat+b@example.org",
        "sam+x@example.org": "sam+x@example.org",
        "sam@example.org": "sam@example.org",
        "lee@example.org": "lee@example.org",
    }
