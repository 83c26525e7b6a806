"""What happens to rows that an older site wrote."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from people.models import RoleGrant
from tests.factories import PartnershipFactory, UserFactory

BEFORE = [("people", "0002_idempotency_key_location")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def rows():
    """Made while every column of today is there."""
    island, hampshire = PartnershipFactory(slug="isle-of-wight"), PartnershipFactory()
    return island, hampshire, *(UserFactory(email=f"{name}@example.org") for name in ("both", "one", "everywhere"))


@pytest.fixture
def an_older_site(rows):
    yield migrate(BEFORE)
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())  # what needs the newest of people went back too


@pytest.mark.nightly
@pytest.mark.django_db(transaction=True)
def test_administrators_of_one_partnership_when_migrated_then_organise_it_and_others_stay(rows, an_older_site):
    island, hampshire, both, one, everywhere = rows
    grants = an_older_site.get_model("people", "RoleGrant").objects
    for user, role, partnership in [
        (both, "administrator", island),
        (both, "administrator", hampshire),
        (both, "organiser", hampshire),
        (one, "administrator", island),
        (everywhere, "administrator", None),
    ]:
        grants.create(user_id=user.pk, role=role, partnership_id=partnership and partnership.pk)

    migrate([("people", "0004_administrators_are_for_the_whole_site")])

    assert set(RoleGrant.objects.values_list("user", "role", "partnership")) == {
        (both.pk, "organiser", island.pk),
        (both.pk, "organiser", hampshire.pk),
        (one.pk, "organiser", island.pk),
        (everywhere.pk, "administrator", None),
    }
