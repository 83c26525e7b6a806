"""Bookings, made the only way there is."""

from bookings import actions
from bookings.models import Booking
from events.models import Session
from people.models import User
from tests.factories.events import SessionFactory
from tests.factories.instants import NOW
from tests.factories.people import UserFactory


def make_booking(*, session: Session | None = None, practitioner: User | None = None, at=NOW) -> Booking:
    """Book a place."""
    session = session or SessionFactory()
    session.refresh_from_db()
    return actions.book(session, practitioner=practitioner or UserFactory(), at=at)


def make_full(**details) -> Session:
    """Make a session of one place, which is taken."""
    session = SessionFactory(capacity=1, **details)
    make_booking(session=session)
    session.refresh_from_db()
    return session


def make_queued(*, session: Session, practitioner: User | None = None, at=NOW) -> Booking:
    """Join the waiting list of a session whose places are taken."""
    booking = make_booking(session=session, practitioner=practitioner, at=at)
    assert booking.status == "waitlisted"
    return booking
