"""Organisers of two partnerships, and forms as they send them."""

from datetime import date, timedelta

import pytest

from events.models import WeekHost
from tests.factories import WeekFactory


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
