"""Verbs raise the programme's revision once, and last of all."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from events import actions
from events.errors import SessionNotPublishable
from events.models import ProgrammeRevision
from events.revision import one_revision
from tests.events.programmes import BASE, load
from tests.factories import NOW, START, SessionFactory, TopicFactory, VenueFactory, WeekFactory, make_booking

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def revision():
    return ProgrammeRevision.objects.values_list("number", flat=True).first() or 0


def planned():
    week = WeekFactory(state="draft")
    for _ in range(2):
        make_booking(session=SessionFactory(week=week, format="in_person", venue=VenueFactory()))
        SessionFactory(week=week, state="draft")
    return week


def one(week, **fields):
    return week.sessions.filter(**fields).first().pk


VERBS = {
    "publish": lambda w: actions.publish_week(w, at=LATER),
    "copy": lambda w: actions.copy_week(w, starts_on=date(2028, 6, 19), at=LATER, publish=True),
    "revise": lambda w: actions.revise_session(one(w, state="published"), at=LATER, title="Another title"),
    "reschedule": lambda w: actions.reschedule_session(
        one(w, state="published"), at=LATER, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=2)
    ),
    "cancel": lambda w: actions.cancel_session(one(w, state="published"), at=LATER, reason="Snow."),
    "venue": lambda w: actions.revise_venue(VenueFactory(), at=LATER, name="New Hall"),
    "create": lambda w: actions.create_session(
        w,
        at=LATER,
        partnerships=list(w.hosts.all()),
        title="A new one",
        format="online",
        starts_at=START,
        ends_at=START + timedelta(hours=1),
    ),
    "load": lambda _: load(BASE),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_verb_writes_then_the_revision_is_the_last_thing_written(verb):
    week = planned()
    with CaptureQueriesContext(connection) as queries:
        verb(week)
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(written) > 1
    assert "events_programmerevision" in written[-1]


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_verb_writes_many_rows_then_the_revision_rises_by_one(verb):
    week = planned()
    before = revision()
    verb(week)
    assert revision() == before + 1


def test_block_within_a_block_leaves_the_raising_to_the_outer_one():
    VenueFactory()
    before = revision()
    with one_revision():
        with one_revision():
            TopicFactory()
        assert revision() == before
    assert revision() == before + 1


def test_block_that_changes_nothing_of_the_programme_raises_nothing():
    session = SessionFactory()
    before = revision()
    with one_revision():
        make_booking(session=session)
    assert revision() == before


def test_block_that_is_taken_back_raises_nothing_and_the_next_change_does():
    venue = VenueFactory()
    before = revision()
    with one_revision():
        venue.save()
        transaction.set_rollback(True)
    assert revision() == before
    with pytest.raises(RuntimeError), one_revision():
        venue.save()
        raise RuntimeError
    assert revision() == before
    venue.save()
    assert revision() == before + 1


def test_verb_is_refused_then_the_revision_stays():
    week = WeekFactory(state="draft")
    SessionFactory(week=week, state="draft", format="in_person")
    before = revision()
    with pytest.raises(SessionNotPublishable):
        actions.publish_week(week, at=LATER)
    assert revision() == before
