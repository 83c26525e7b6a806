"""What the worker publishes at its hour, and what it says of what it cannot."""

from datetime import timedelta

import pytest

from events import tasks
from events.models import PracticeWeek
from tests.factories import NOW, SessionFactory, WeekFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)


def due(slug, *, hour=NOW, **session):
    """A draft whose hour has come."""
    week = WeekFactory(slug=slug, state="draft", publish_at=hour)
    SessionFactory(week=week, state="draft", **session)
    return week


def state(week):
    return PracticeWeek.objects.get(pk=week.pk).state


def test_weeks_when_their_hour_has_come_then_published_and_others_wait(caplog):
    ready, later = due("2027-06-ready"), due("2027-06-later", hour=NOW + timedelta(seconds=1))
    without = WeekFactory(slug="2027-06-without", state="draft")
    with caplog.at_level("INFO"):
        tasks.publish_due()
        tasks.publish_due()
    assert [state(week) for week in (ready, later, without)] == ["published", "draft", "draft"]
    assert caplog.text.count("week 2027-06-ready was published at its hour") == 1


def test_week_when_refused_then_stays_a_draft_is_logged_and_does_not_stop_the_others(caplog):
    faulty = due("2027-06-faulty", hour=NOW - HOUR, format="in_person", title="Curious")
    ready = due("2027-06-ready")
    tasks.publish_due()
    assert (state(faulty), state(ready)) == ("draft", "published")
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "2027-06-faulty could not be published at its hour" in record.message
    assert "Curious: It is in person and names no venue." in record.message


def test_week_when_refused_again_then_said_once_an_hour(caplog, clock):
    due("2027-06-faulty", format="in_person")
    tasks.publish_due()
    tasks.publish_due()
    assert len(caplog.records) == 1
    clock.shift(HOUR + timedelta(minutes=1))
    tasks.publish_due()
    assert len(caplog.records) == 2
