"""The organisers' pages about planned changes have no fault that axe can see, in each of their states."""

from datetime import timedelta

import pytest

from events import actions
from people.actions import grant_role
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organiser(context, client, site):
    """The browser is signed in as an organiser for Hampshire."""
    user = UserFactory(email="organiser@example.org")
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    sign_in(context, client, user, site)
    return user


def test_changes_when_some_wait_and_some_ended_then_no_fault(organiser, context, site):
    for number, title in enumerate(["A better title", "Another title", "A third title"]):
        session = SessionFactory()
        change = actions.plan_change(
            session.pk,
            kind="revise",
            actor=organiser,
            at=NOW,
            pause=timedelta(days=1),
            changes={"title": title},
            reason="The hall is closed.",
        )
        if number == 1:
            actions.carry_out(change.pk, at=NOW)
        if number == 2:
            actions.cancel_session(session.pk, reason="Snow.", at=NOW)
            actions.carry_out(change.pk, at=NOW)
    SessionFactory()
    assert look(context, f"{site}/organise/changes/") == []


def test_changes_when_there_are_none_then_no_fault(organiser, context, site):
    assert glance(context, f"{site}/organise/changes/") == []


@pytest.mark.parametrize("verb", ["change", "cancel"])
@pytest.mark.parametrize("step", ["the form", "a fault", "the preview"])
def test_change_when_looked_at_then_no_fault(organiser, context, site, verb, step):
    session = SessionFactory()
    make_booking(session=session)

    def go(page):
        if step == "the form":
            return
        if step == "the preview":
            page.get_by_label("Reason").fill("The hall is closed.")
            if verb == "change":
                page.locator("#id_day").fill("2027-06-24")
        page.get_by_role("button", name="Continue" if verb == "change" else "See whom it concerns").click()

    see = look if verb == "change" and step != "a fault" else glance
    assert see(context, f"{site}/organise/sessions/{session.pk}/{verb}/", then=go) == []


def test_change_when_one_waits_already_then_no_fault(organiser, context, site):
    session = SessionFactory()
    actions.plan_change(
        session.pk, kind="revise", actor=organiser, at=NOW, pause=timedelta(days=1), changes={"title": "T"}
    )
    assert glance(context, f"{site}/organise/sessions/{session.pk}/change/") == []


@pytest.mark.parametrize(("query", "begins_in"), [("", -5), ("?missing=link", 5)])
def test_details_when_nothing_else_can_be_changed_or_is_asked_then_no_fault(organiser, context, site, query, begins_in):
    session = SessionFactory(starts_at=NOW + timedelta(minutes=begins_in))
    assert glance(context, f"{site}/organise/sessions/{session.pk}/change/{query}") == []
