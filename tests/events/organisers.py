"""Organisers of two partnerships, and forms as they send them."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from events.models import WeekHost
from people.models import RoleGrant
from tests.factories import NOW, PartnershipFactory, UserFactory, WeekFactory


@pytest.fixture
def _now():
    """It is the fourth of May 2027."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hampshire():
    return PartnershipFactory()


@pytest.fixture
def island():
    return PartnershipFactory(slug="isle-of-wight")


def signed_in(partnership, email):
    """A browser in which an organiser of the partnership is signed in."""
    person = UserFactory(email=email)
    RoleGrant.objects.create(user=person, role="organiser", partnership=partnership)
    client = Client()
    client.force_login(person)
    client.person = person
    return client


@pytest.fixture
def organiser(hampshire):
    return signed_in(hampshire, "organiser@example.org")


@pytest.fixture
def islander(island):
    return signed_in(island, "islander@example.org")


@pytest.fixture
def week(hampshire):
    """A draft of Hampshire's."""
    return WeekFactory(state="draft", host=hampshire)


@pytest.fixture
def theirs(island):
    """A draft of the Island's."""
    slug, starts_on = "2027-10-their-week", date(2027, 10, 4)
    return WeekFactory(slug=slug, title="Their secret week", starts_on=starts_on, state="draft", host=island)


def joined(week, partnership):
    """Let a partnership host a week too."""
    WeekHost.objects.create(week=week, partnership=partnership)
    return week


def session_form(hampshire, **fields):
    """What is sent for a new session that has everything it needs."""
    whole = {
        "title": "Ten curious questions",
        "day": "2027-06-22",
        "starts": "09:30",
        "minutes": "45",
        "format": "online",
        "lead": hampshire.pk,
        "booking_required": "on",
        "has_waiting_list": "on",
        "capacity": "20",
    }
    return {name: value for name, value in (whole | fields).items() if value is not None}


DAY = timedelta(days=1)
