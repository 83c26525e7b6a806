"""A programme file from its faults to the load, by keyboard alone."""

import pytest

from events.models import Session
from people.actions import grant_role
from tests.browser import sign_in
from tests.events.programmes import WEEK, load, session_yaml
from tests.factories import NOW, PartnershipFactory, UserFactory
from tests.journeys.browser import read
from tests.journeys.test_booking import press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organiser(site):
    """An organiser for Hampshire, whose week is stored."""
    load(session_yaml())
    user = UserFactory(email="organiser@example.org")
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    return user


def choose(page, text):
    """Put a file into the field; the browser's own window for that cannot be driven."""
    file = {"name": "week.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    page.get_by_label("Programme file").set_input_files(file)


def test_organiser_when_using_the_keyboard_alone_then_meets_the_faults_and_then_loads(
    organiser, client, context, page, site
):
    sign_in(context, client, organiser, site)
    page.goto(f"{site}/organise/files/")
    rows = f"sessions:\n- week: {WEEK}\n  code: A1\n  capacity: "

    choose(page, f"{rows}many\n")
    press(page, "Show what would change")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert "sessions, row 1 (line 2)" in read(page, "table >> nth=0")

    choose(page, f"{rows}9\n")
    press(page, "Show what would change")
    page.wait_for_selector(".difference")
    press(page, "Load these changes")
    page.wait_for_selector(".notice-success")

    assert Session.objects.get().capacity == 9
