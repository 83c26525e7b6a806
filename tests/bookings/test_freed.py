"""What pages say becomes of a place, and of the link to join: only what is so."""

import pytest

from bookings import actions
from bookings.freed import freed_words
from bookings.links import CANCEL, OFFER, path_of
from bookings.models import Booking
from people.addresses import placeholder_address
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking, make_queued
from tests.fixtures import organiser_for
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
GOES = "goes to the first person on the waiting list who can take it."
NOBODY = "Nobody is on the waiting list."
LINK = "The link to join appears on your booking's page, from 60 minutes before the start."
NO_LINK = "The organisers have not given a link to join yet. Once they have, it appears on your booking's page"


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"waiting": 0, "capacity": 5}, NOBODY),
        ({"waiting": 0, "has_waiting_list": False}, ""),
        ({"waiting": 2, "capacity": 5, "places_taken": 5}, f"Your place {GOES}"),
        ({"waiting": 2, "capacity": None}, f"Your place {GOES}"),
        (
            {"waiting": 2, "capacity": 4, "places_taken": 5},
            "More people have a place than there are places, so nobody on the waiting list gets it.",
        ),
        (
            {"waiting": 2, "booking_closes_at": NOW},
            "Booking has closed, so nobody on the waiting list gets it.",
        ),
    ],
)
def test_place_when_given_up_then_only_what_becomes_of_it_is_said(details, said):
    session = SessionFactory()
    for name, value in details.items():
        setattr(session, name, value)
    assert freed_words(session, at=NOW) == said


@pytest.mark.parametrize("waits", [False, True])
def test_pages_when_they_ask_whether_to_cancel_then_they_speak_of_who_waits_only_if_anybody_does(client, waits):
    hampshire = PartnershipFactory()
    session = SessionFactory(host=hampshire, capacity=1)
    booking = make_booking(session=session)
    if waits:
        make_queued(session=session)
    pages = [words(client.get(path_of(CANCEL, booking)))]
    client.force_login(booking.practitioner)
    pages.append(words(client.get(f"/me/bookings/{booking.pk}/cancel/")))
    organiser = organiser_for(hampshire)
    pages.append(words(organiser.get(f"/organise/bookings/{booking.pk}/cancel/")))
    for page in pages:
        assert (GOES in page, NOBODY in page) == (waits, not waits)
    assert f"A mail tells {booking.name}." in pages[-1]


def test_page_when_somebody_without_an_address_is_cancelled_then_it_promises_no_mail():
    hampshire = PartnershipFactory()
    person = UserFactory(name="Kim Paper", email=placeholder_address())
    booking = make_booking(session=SessionFactory(host=hampshire), practitioner=person)
    organiser = organiser_for(hampshire)
    page = words(organiser.get(f"/organise/bookings/{booking.pk}/cancel/"))
    assert "Kim Paper has no address, so no mail tells them." in page
    assert "A mail tells" not in page


def test_offer_when_answered_or_open_then_nobody_is_said_to_be_next_who_is_not(client):
    session = SessionFactory(capacity=1, format="online", venue=None)
    holder, waiting = make_booking(session=session), make_queued(session=session)
    actions.cancel(holder, at=NOW)
    page = path_of(OFFER, waiting)
    assert "Others wait" not in words(client.get(page))
    behind = make_queued(session=session)
    assert "Others wait for a place." in words(client.get(page))
    actions.cancel(behind, at=NOW)
    answer = words(client.post(page, {"answer": "decline"}, follow=True))
    assert "It is not held for you any more." in answer
    assert "next in line" not in answer


@pytest.mark.parametrize(("link", "said"), [("https://meet.example.org/a", LINK), ("", NO_LINK)])
def test_link_to_join_when_it_is_not_there_yet_then_each_page_says_where_it_will_be_and_whether_it_is_known(
    client, link, said
):
    session = SessionFactory(capacity=1, format="online", venue=None, joining_link=link)
    holder, waiting = make_booking(session=session), make_queued(session=session)
    actions.cancel(holder, at=NOW)
    accepted = words(client.post(path_of(OFFER, waiting), {"answer": "accept"}, follow=True))
    assert Booking.objects.get(pk=waiting.pk).status == "confirmed"
    client.force_login(waiting.practitioner)
    for page in (accepted, words(client.get(f"/me/bookings/{waiting.pk}/"))):
        assert said in page
        assert "on this page" not in page
