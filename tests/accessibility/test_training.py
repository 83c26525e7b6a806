"""The pages about what would help people to take part, and a trainer's own, have no fault that axe can see."""

import pytest
from playwright.sync_api import expect

from bookings import actions
from tests.accessibility.axe import glance, look
from tests.bookings.needs import make_need, make_organiser, make_trainer
from tests.browser import sign_in
from tests.factories import (
    NOW,
    RoomFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    make_booking,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def in_person():
    """Make a session with everything that its trainer reads."""
    venue = VenueFactory(facilities=["step_free"], access="Ring at the side door.")
    return SessionFactory(
        format="hybrid",
        venue=venue,
        room=RoomFactory(venue=venue),
        topic=TopicFactory(content_note="It may upset."),
        joining_link="https://meet.example.org/a-long-address-that-has-to-break-somewhere-on-a-phone",
        practical_note="Bring a pen.",
        capacity=9,
    )


def two_needs():
    """Make a need that is done and one that is not, for one session."""
    session = in_person()
    done, need = make_need(session=session), make_need(session=session, text="No nuts.\n\n- please")
    actions.tick_need(done, actor=UserFactory(), at=NOW)
    return need


def too_long(page):
    """Send more than there is room for."""
    page.get_by_role("textbox", name="Is there anything").fill("x" * 1001)
    page.get_by_role("button", name="Save").click()


def of_trainer():
    need = two_needs()
    return make_trainer(need.booking.session).user, "/training/"


def of_new_trainer():
    return make_trainer().user, "/training/"


def of_organiser():
    two_needs()
    return make_organiser(), "/organise/needs/"


def of_idle_organiser():
    return make_organiser(), "/organise/needs/"


def of_booker():
    return UserFactory(), f"/sessions/{in_person().pk}/book/"


def of_newcomer():
    return UserFactory(job_role=""), f"/sessions/{in_person().pk}/book/"


def of_booked():
    booking = make_booking(session=in_person())
    return booking.practitioner, booking.get_absolute_url()


def of_booked_with_need():
    need = make_need()
    return need.booking.practitioner, need.booking.get_absolute_url()


def of_need():
    need = make_need()
    return need.booking.practitioner, f"/me/bookings/{need.booking_id}/need/"


PAGES = [
    of_trainer,
    of_new_trainer,
    of_organiser,
    of_idle_organiser,
    of_booker,
    of_newcomer,
    of_booked,
    of_booked_with_need,
    of_need,
]
IN_EVERY_MODE = (of_trainer, of_organiser, of_booker, of_need)


@pytest.mark.parametrize("make", PAGES)
def test_page_when_looked_at_then_axe_finds_nothing(site, context, client, make):
    person, path = make()
    sign_in(context, client, person, site)

    assert (look if make in IN_EVERY_MODE else glance)(context, site + path) == []


def test_need_when_it_is_wrong_then_axe_finds_nothing(site, context, client):
    person, path = of_need()
    sign_in(context, client, person, site)

    def send(page):
        too_long(page)
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()

    assert glance(context, site + path, then=send) == []
