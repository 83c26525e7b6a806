"""The pages of agency leads, and of organisers about people, wide, narrow and in every palette."""

import pytest

from people.models import RoleGrant
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import OrganisationFactory, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "agency": "/agency/",
    "person": "/agency/people/{booking.practitioner_id}/",
    "book": "/agency/book/",
    "bulk": "/agency/bulk/",
    "training": "/agency/training/",
    "training that cannot be meant": "/agency/training/?from=soon",
    "cancel": "/agency/bookings/{booking.pk}/cancel/",
    "substitute": "/agency/bookings/{booking.pk}/substitute/",
    "people": "/organise/sessions/{booking.session_id}/people/",
    "organise book": "/organise/sessions/{booking.session_id}/people/book/",
    "organise bulk": "/organise/sessions/{booking.session_id}/bulk/",
    "history": "/organise/bookings/{booking.pk}/",
}


@pytest.fixture
def booking(context, client, site):
    """A booking, and somebody who is signed in, leads its organisation and organises its session."""
    organisation = OrganisationFactory()
    person = UserFactory(email="lead@example.org", organisation=organisation)
    RoleGrant.objects.create(user=person, role="agency_lead", organisation=organisation)
    RoleGrant.objects.create(user=person, role="organiser", partnership=PartnershipFactory())
    sign_in(context, client, person, site)
    session = SessionFactory(capacity=1)
    make_booking(session=session, practitioner=UserFactory(organisation=organisation))
    return make_booking(session=session, practitioner=UserFactory(organisation=organisation))


# Of forms of the same template one is seen in every mode.
FURTHER = {"training that cannot be meant", "organise book", "organise bulk", "cancel"}


@pytest.mark.parametrize("name", PAGES)
def test_page_when_looked_at_then_nothing_is_wrong_with_it(context, site, booking, name):
    see = glance if name in FURTHER else look

    assert see(context, site + PAGES[name].format(booking=booking)) == []
