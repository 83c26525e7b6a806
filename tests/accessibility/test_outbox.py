"""The page about the outbox and the way to it, as administrators see them."""

import pytest

from notifications.models import Message
from people.models import RoleGrant
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_outbox_when_mail_ended_badly_then_its_pages_have_no_fault(context, client, site):
    person = UserFactory(email="administrator@example.org", is_superuser=True, is_staff=True)
    RoleGrant.objects.create(user=person, role="administrator")
    RoleGrant.objects.create(user=person, role="organiser", partnership=PartnershipFactory())
    sign_in(context, client, person, site)
    booking = make_booking(session=SessionFactory())
    Message.objects.filter(booking=booking, kind="confirmation").update(status="unknown", due_at=NOW)

    assert look(context, f"{site}/organise/outbox/") == []
    assert look(context, f"{site}/organise/absences/") == []
    assert glance(context, f"{site}/organise/more/") == []
