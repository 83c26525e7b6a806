"""The organisers' pages about programme files have no fault that axe can see, in each of their states."""

import pytest

from people.actions import grant_role
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.events.programmes import SESSION, load, rows_yaml, session_yaml
from tests.factories import NOW, PartnershipFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILES = {
    "nothing chosen": None,
    "a file that cannot be read": ("week.docx", "PK"),
    "faulty rows": ("week.yaml", rows_yaml("sessions", {**SESSION, "starts": "9h"}, {**SESSION, "capacity": "x"})),
    "a difference": ("week.yaml", rows_yaml("sessions", {**SESSION, "capacity": "9"}, {**SESSION, "code": "B2"})),
    "no difference": ("week.yaml", rows_yaml("sessions", SESSION)),
}


@pytest.fixture
def organiser(context, client, site):
    """The browser is signed in as an organiser for Hampshire, whose week is stored."""
    load(session_yaml())
    user = UserFactory(email="organiser@example.org")
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    sign_in(context, client, user, site)


@pytest.mark.parametrize("state", FILES)
def test_files_when_looked_at_then_no_fault(organiser, context, site, state):
    def choose(page):
        if file := FILES[state]:
            name, text = file
            page.get_by_label("Programme file").set_input_files(
                {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}
            )
        page.get_by_role("button", name="Show what would change").click()
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")

    assert (look if state == "a difference" else glance)(context, f"{site}/organise/files/", then=choose) == []


def test_files_when_nothing_is_done_then_no_fault(organiser, context, site):
    assert look(context, f"{site}/organise/files/") == []
