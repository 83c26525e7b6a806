"""What the checklist says of who may book: by facts alone, and as it is read."""

from datetime import date, timedelta

import pytest

from events.checking import findings_of
from events.checklist import check_week
from tests.events.test_checklist import TUESDAY, planned, week
from tests.factories import NOW, START, SessionFactory, TopicFactory, WeekFactory
from tests.factories.people import AreaFactory

HOUR = timedelta(hours=1)


def found(session):
    return {one.code: one.must for one in check_week(week(session), at=NOW)}


def test_prerequisite_when_it_ends_before_the_session_starts_then_nothing_is_missing():
    assert "prerequisite_late" not in found(planned(prerequisite="First", prerequisite_ends_at=TUESDAY))


def test_prerequisite_when_it_ends_after_the_session_starts_then_must_be_mended():
    assert found(planned(prerequisite="First", prerequisite_ends_at=TUESDAY + HOUR))["prerequisite_late"]


def test_prerequisite_when_it_has_no_session_then_must_be_mended():
    assert found(planned(prerequisite="First"))["prerequisite_never"]


@pytest.mark.parametrize("limit", ["in_person_capacity", "online_capacity"])
def test_places_for_each_way_when_there_is_one_way_then_must_be_mended(limit):
    assert found(planned(**{limit: 3}))["limits_not_hybrid"]
    assert "limits_not_hybrid" not in found(planned(format="hybrid", venue=(1, "Hall"), **{limit: 3}))


@pytest.mark.parametrize(("capacity", "warns"), [(10, False), (11, True), (None, False)])
def test_places_in_all_when_more_than_both_ways_then_worth_a_look(capacity, warns):
    session = planned(format="hybrid", venue=(1, "Hall"), capacity=capacity, in_person_capacity=4, online_capacity=6)
    assert found(session).get("places_beyond_modes", None) is (False if warns else None)


@pytest.mark.parametrize(("own", "warns"), [(False, True), (True, False)])
def test_areas_when_none_is_a_hosts_own_then_worth_a_look(own, warns):
    assert ("foreign_areas" in found(planned(is_for_areas=True, is_for_own_area=own))) is warns
    assert "foreign_areas" not in found(planned())


@pytest.mark.django_db
def test_checklist_when_read_then_knows_areas_and_what_comes_before():
    host = WeekFactory(slug="earlier", starts_on=date(2027, 2, 1))
    first = SessionFactory(week=host, topic=TopicFactory(week=host, title="First"), starts_at=START)
    session = SessionFactory(state="draft", starts_at=START + HOUR, prerequisite=first.topic)
    session.areas.add(AreaFactory(slug="isle-of-wight"))
    codes = {one.code for one in findings_of([session.week], at=NOW)[session.week_id]}
    assert {"prerequisite_late", "foreign_areas"} <= codes

    SessionFactory(week=host, topic=first.topic, starts_at=START - timedelta(days=1))
    session.areas.add(AreaFactory(slug="hampshire"))
    codes = {one.code for one in findings_of([session.week], at=NOW)[session.week_id]}
    assert not {"prerequisite_late", "prerequisite_never", "foreign_areas"} & codes

    first.topic.sittings.update(state="cancelled", cancelled_at=NOW)
    assert "prerequisite_never" in {one.code for one in findings_of([session.week], at=NOW)[session.week_id]}
