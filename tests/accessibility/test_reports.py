"""The pages of reports, wide, narrow and in every palette."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from events.models import Session
from people.models import RoleGrant
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import OrganisationFactory, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "",
    "summary/?group=month",
    "attendance/",
    "sessions/",
    "absence/",
    "attendance/?from=soon",
    "kept/",
    "feedback/",
    "impact/",
]
IN_EVERY_MODE = {"", "attendance/", "kept/", "feedback/"}


@pytest.fixture
def _organiser(context, client, site):
    """An organiser who is signed in, and two sessions that were held."""
    at = timezone.now()
    person = UserFactory(email="organiser@example.org")
    RoleGrant.objects.create(user=person, role="organiser", partnership=PartnershipFactory())
    sign_in(context, client, person, site)
    for hours in (2, 4):
        session = SessionFactory(capacity=None, starts_at=at - timedelta(hours=hours), ends_at=at)
        for n in range(hours):
            member = UserFactory(organisation=OrganisationFactory(slug=f"a-school-with-quite-a-long-name-{n}"))
            booking = make_booking(session=session, practitioner=member, at=session.starts_at - timedelta(days=9))
            mark = actions.Mark(booking.pk, "present" if n else "did_not_attend", at)
            actions.mark(session, [mark], at=at, actor=None)


@pytest.mark.usefixtures("_organiser")
@pytest.mark.parametrize("path", PAGES)
def test_page_when_looked_at_then_nothing_is_wrong_with_it(context, site, path):
    assert (look if path in IN_EVERY_MODE else glance)(context, f"{site}/organise/reports/{path}") == []


@pytest.mark.usefixtures("_organiser")
def test_what_is_kept_and_who_read_it_when_looked_at_then_nothing_is_wrong_with_it(context, site):
    page = context.new_page()
    page.goto(f"{site}/organise/reports/attendance/")
    page.get_by_label("What it is kept for").fill("The yearly report of 2026")
    page.get_by_role("button", name="Keep this report").click()
    page.wait_for_url("**/kept/*/")
    kept = page.url
    session = Session.objects.first()
    for address in (kept, f"{site}/organise/audit/"):
        assert look(context, address) == []
    assert glance(context, f"{site}/organise/sessions/{session.pk}/audit/") == []
