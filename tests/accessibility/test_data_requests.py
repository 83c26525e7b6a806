"""The pages of what people ask about their data, wide, narrow and in every palette."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from people.models import RoleGrant
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import PartnershipFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_when_looked_at_then_nothing_is_wrong_with_them(context, client, site):
    at = timezone.now()
    today = at.date()
    person = UserFactory(email="administrator@example.org")
    PartnershipFactory()
    RoleGrant.objects.create(user=person, role="administrator")
    sign_in(context, client, person, site)
    for days, kind in ((0, "access"), (40, "complaint"), (80, "erasure")):
        about = f"somebody.with.a.long.address.{kind}@example.org"
        asked = actions.note_request(kind, about=about, received_on=today - timedelta(days=days), actor=person, at=at)
    actions.acknowledge_request(asked, on=today, actor=person, at=at)

    assert look(context, f"{site}/organise/data-requests/") == []
    for path in ("new/", f"{asked.pk}/acknowledge/", f"{asked.pk}/close/"):
        assert glance(context, f"{site}/organise/data-requests/{path}") == []
