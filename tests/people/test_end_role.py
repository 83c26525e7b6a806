"""A role is taken away at an instant, and what went with it."""

import pytest

from people.actions import end_role, grant_role
from tests.factories import NOW, PartnershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_role_when_taken_away_then_the_way_into_the_admin_goes_and_others_stay():
    user, partnership = UserFactory(), PartnershipFactory()
    grant_role(user, "organiser", at=NOW, partnership=partnership)
    grant_role(user, "trainer", at=NOW)

    assert end_role(user, "organiser", at=NOW, partnership=partnership)
    assert not end_role(user, "organiser", at=NOW, partnership=partnership)

    user.refresh_from_db()
    assert not user.is_staff
    assert user.role_grants.get(role="trainer").expires_at is None
    assert user.role_grants.get(role="organiser").expires_at == NOW
