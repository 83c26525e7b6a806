"""Dull, valid rows at fixed instants; no randomness."""

from tests.factories.bookings import make_booking, make_full, make_queued
from tests.factories.events import (
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    TrainerFactory,
    VenueFactory,
    WeekFactory,
)
from tests.factories.instants import NOW, START, WEEK_STARTS
from tests.factories.parts import make_two_part
from tests.factories.people import OrganisationFactory, PartnershipFactory, UserFactory

__all__ = [
    "NOW",
    "START",
    "WEEK_STARTS",
    "OrganisationFactory",
    "PartnershipFactory",
    "RoomFactory",
    "SessionFactory",
    "ThemeFactory",
    "TopicFactory",
    "TrainerFactory",
    "UserFactory",
    "VenueFactory",
    "WeekFactory",
    "make_booking",
    "make_full",
    "make_queued",
    "make_two_part",
]
