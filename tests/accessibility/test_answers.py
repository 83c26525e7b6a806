"""The pages about answers from calendars, as organisers see them."""

import pytest

from notifications import replies
from people.models import RoleGrant
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.notifications.reply_mails import gmail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_answers_then_have_no_fault(context, client, site):
    person = UserFactory(email="organiser@example.org")
    RoleGrant.objects.create(user=person, role="organiser", partnership=PartnershipFactory())
    sign_in(context, client, person, site)
    booking = make_booking(session=SessionFactory(), practitioner=UserFactory(email="pat@example.org"))
    odd = replies.take_in(gmail(booking, sender="kim@example.org"), way="mailbox", at=NOW)

    assert look(context, f"{site}/organise/answers/") == []
    assert glance(context, f"{site}/organise/answers/?all=1") == []
    assert look(context, f"{site}/organise/answers/{odd.pk}/") == []
