"""The organisers' pages about venues and trainers, and the statements, have no fault that axe can see."""

import pytest
from playwright.sync_api import expect

from events import actions
from people.actions import grant_role
from people.models import Statement
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    RoomFactory,
    SessionFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
    make_booking,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def planned():
    """Make a venue with rooms, sessions that clash, and a trainer; return the room and the session."""
    venue = VenueFactory(
        facilities=["step_free", "lift"], access="Ring at the side door.", map_link="https://maps.example.org/1"
    )
    room = RoomFactory(venue=venue, seats=10)
    session = SessionFactory(format="in_person", venue=venue, room=room, capacity=20)
    SessionFactory(format="in_person", venue=venue, state="draft")
    actions.name_trainers(session.pk, [TrainerFactory(about="A few lines.")], at=NOW)
    make_booking(session=session)
    return room, session


def rename(page):
    """Give the venue another name, so that the form says who will be told."""
    page.get_by_label("Name").fill("New Hall")
    page.get_by_role("button", name="Save").first.click()


def empty(page):
    """Send the form without a name."""
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Save").first.click()


PAGES = {
    "venues": "venues/",
    "a venue": "venues/example-hall/",
    "a venue to change": "venues/example-hall/change/",
    "a room": "venues/example-hall/rooms/{room}/",
    "trainers": "trainers/",
    "a trainer": "trainers/sam-example/",
    "a trainer to change": "trainers/sam-example/change/",
    "trainers of a session": "sessions/{session}/trainers/",
}
# The same templates once more.
FURTHER = {
    "a new venue": ("venues/new/", None),
    "a venue with a fault": ("venues/example-hall/change/", empty),
    "a venue whose change is told": ("venues/example-hall/change/", rename),
    "a new room": ("venues/example-hall/rooms/new/", None),
    "a new trainer": ("trainers/new/", None),
    "a trainer with a fault": ("trainers/sam-example/change/", empty),
}


@pytest.fixture
def organised(context, client, site):
    """What is planned, and an organiser whose browser it is; the room and the session."""
    rows = planned()
    organiser = UserFactory(email="organiser@example.org")
    grant_role(organiser, "organiser", at=NOW, partnership=PartnershipFactory())
    sign_in(context, client, organiser, site)
    return rows


@pytest.mark.parametrize("name", PAGES)
def test_page_when_looked_at_then_axe_finds_nothing(organised, site, context, name):
    room, session = organised

    assert look(context, f"{site}/organise/{PAGES[name].format(room=room.pk, session=session.pk)}") == []


def test_pages_when_new_or_faulty_then_axe_finds_nothing(organised, site, context):
    wrong = {name: glance(context, f"{site}/organise/{path}", then=then) for name, (path, then) in FURTHER.items()}

    assert wrong == {name: [] for name in wrong}


def test_statements_when_looked_at_then_axe_finds_nothing(site, context):
    for kind in ("accessibility", "privacy", "terms"):
        for version in (1, 2):
            Statement.objects.create(
                partnership=PartnershipFactory(),
                kind=kind,
                version=version,
                in_force_on=NOW.date(),
                text="One.\n\n## Two\n\n- three",
            )

    assert look(context, f"{site}/terms/") == []
    for path in ("accessibility/", "privacy/", "terms/?partnership=hampshire&version=1"):
        assert glance(context, f"{site}/{path}") == []


def test_busy_trainer_when_refused_then_axe_finds_nothing(organised, site, context):
    _, session = organised
    other = SessionFactory(starts_at=START)

    def name_busy(page):
        page.get_by_label("First trainer").select_option(label="Sam Example")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name="takes place at that time")).to_be_visible()

    assert glance(context, f"{site}/organise/sessions/{other.pk}/trainers/", then=name_busy) == []
    assert session.session_trainers.count() == 1
