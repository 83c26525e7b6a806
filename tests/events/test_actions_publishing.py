"""Publishing a week: now, at an hour, and not while something is to be mended."""

from datetime import timedelta

import pytest

from events import actions
from events.errors import WeekNotPublishable, WeekNotSchedulable
from events.models import PracticeWeek, Session
from tests.events.threads import at_once
from tests.factories import NOW, PartnershipFactory, SessionFactory, VenueFactory, WeekFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def week():
    return WeekFactory(state="draft")


def states():
    return [*PracticeWeek.objects.values_list("state", flat=True), *Session.objects.values_list("state", flat=True)]


def test_week_when_nothing_is_to_be_mended_then_published_with_its_drafts(week):
    SessionFactory(week=week, state="draft")
    actions.publish_checked(week, at=NOW)
    assert states() == ["published", "published"]


def test_week_when_something_is_to_be_mended_then_refused_with_all_of_it_and_nothing_is_published(week):
    SessionFactory(week=week, state="draft", title="Curious", format="in_person")
    week.week_hosts.all().delete()
    with pytest.raises(WeekNotPublishable) as caught:
        actions.publish_checked(week, at=NOW)
    assert caught.value.sentence == (
        "This week cannot be published yet. No partnership leads the week. Curious: It is in person and names no venue."
    )
    assert states() == ["draft", "draft"]


def test_draft_when_an_hour_is_set_then_kept_and_taken_back(week):
    assert actions.schedule_publishing(week, publish_at=NOW + HOUR, at=NOW).publish_at == NOW + HOUR
    actions.schedule_publishing(week, publish_at=None, at=NOW)
    week.refresh_from_db()
    assert (week.publish_at, week.state) == (None, "draft")


@pytest.mark.parametrize(
    ("state", "hour", "words"),
    [
        ("draft", NOW, "lies ahead"),
        ("published", NOW + HOUR, "Only a draft"),
        ("archived", NOW + HOUR, "Only a draft"),
    ],
)
def test_week_when_no_hour_can_be_set_then_refused(state, hour, words):
    week = WeekFactory(state=state)
    with pytest.raises(WeekNotSchedulable, match=words):
        actions.schedule_publishing(week, publish_at=hour, at=NOW)
    week.refresh_from_db()
    assert week.publish_at is None
    assert actions.schedule_publishing(week, publish_at=None, at=NOW).state == state


@pytest.mark.parametrize(("at", "published"), [(NOW, True), (NOW - timedelta(seconds=1), False)])
def test_week_when_its_hour_has_come_then_published_once_and_not_before(week, at, published):
    SessionFactory(week=week, state="draft")
    PracticeWeek.objects.update(publish_at=NOW)
    assert actions.publish_due_week(week.pk, at=at) is published
    assert states() == (["published"] * 2 if published else ["draft"] * 2)
    assert actions.publish_due_week(week.pk, at=at) is False


def test_week_when_refused_at_its_hour_then_stays_a_draft_and_is_published_once_it_is_mended(week):
    session = SessionFactory(week=week, state="draft", format="in_person")
    PracticeWeek.objects.update(publish_at=NOW)
    with pytest.raises(WeekNotPublishable):
        actions.publish_due_week(week.pk, at=NOW)
    assert states() == ["draft", "draft"]
    actions.revise_session(session.pk, at=NOW, venue=VenueFactory())
    assert actions.publish_due_week(week.pk, at=NOW + HOUR)
    assert states() == ["published", "published"]


def test_week_when_it_is_gone_then_not_published():
    assert actions.publish_due_week(1, at=NOW) is False


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_week_when_two_workers_come_at_once_then_published_once():
    PartnershipFactory()
    week = WeekFactory(state="draft")
    for _ in range(5):
        SessionFactory(week=week, state="draft")
    PracticeWeek.objects.update(publish_at=NOW)
    ends = at_once(*[lambda: actions.publish_due_week(week.pk, at=NOW)] * 2)
    assert sorted(ends, key=str) == [False, True]
    assert set(states()) == {"published"}
