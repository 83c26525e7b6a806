"""The reports that are lists look at the last date of a session."""

from datetime import timedelta

import pytest

from bookings.reports import REPORTS, Asked
from events.models import Session
from people.models import Partnership
from tests.bookings.needs import make_need
from tests.factories import NOW, SessionFactory, VenueFactory, make_two_part

pytestmark = pytest.mark.django_db


def test_lists_when_a_session_is_over_then_it_has_neither_places_nor_needs_and_the_last_date_counts():
    ended = {"starts_at": NOW - timedelta(hours=3), "ends_at": NOW - timedelta(hours=1)}
    in_a_hall = {"format": "in_person", "venue": VenueFactory()}
    for session in (SessionFactory(title="Over", **in_a_hall), make_two_part(title="Begun", **in_a_hall)):
        make_need(session=session)
    Session.objects.update(**ended)
    asked = Asked(list(Partnership.objects.all()), NOW)

    programme, listed = (REPORTS[name].table(asked).rows for name in ("programme", "needs"))

    assert {row["session"]: row["places"] for row in programme} == {"Over": "Finished", "Begun": "1"}
    assert [row["session"] for row in listed] == ["Begun"]
