"""A feed equals the view it was made from, whatever filters are put together."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.models import Session, ThemeAlias
from tests.factories import (
    NOW,
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
    make_queued,
)
from tests.golden import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
JUNE, OCTOBER = "2027-06-learning-from-reviews", "2027-10-honest-talk"
OLD = datetime(2027, 1, 20, 9, tzinfo=UTC)  # more than three months before NOW
STARTS = [
    datetime(2027, 6, 22, 7, 0, tzinfo=UTC),  # 08:00 in London, before school
    datetime(2027, 6, 23, 11, 0, tzinfo=UTC),  # noon
    datetime(2027, 6, 24, 17, 0, tzinfo=UTC),  # evening
    datetime(2027, 10, 29, 8, 0, tzinfo=UTC),  # the Friday before the clocks go back
    datetime(2027, 11, 1, 9, 0, tzinfo=UTC),  # the Monday after
]
WORDS = ["toolkit", "neglect", "sharing", "zebra", "a"]
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

queries = st.fixed_dictionaries(
    {},
    optional={
        "partnership": st.lists(st.sampled_from(["hampshire", "isle-of-wight", "portsmouth"]), min_size=1, max_size=2),
        "theme": st.lists(st.sampled_from(["neglect", "thresholds", "unmet-needs"]), min_size=1, max_size=2),
        "week": st.sampled_from([JUNE, OCTOBER]),
        "format": st.sampled_from(["online", "in_person", "hybrid"]),
        "day": st.sampled_from(["monday", "tuesday", "wednesday", "thursday", "friday"]),
        "time": st.sampled_from(["before_school", "lunchtime", "evening"]),
        "from": st.dates(date(2026, 12, 1), date(2027, 12, 1)).map(str),
        "to": st.dates(date(2026, 12, 1), date(2027, 12, 1)).map(str),
        "places": st.just("1"),
        "q": st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join),
    },
)
feeds = st.sampled_from(
    [("all", {}), ("partnerships/hampshire", {"partnership": "hampshire"}), (f"weeks/{JUNE}", {"week": JUNE})]
)


@pytest.fixture
def programme():
    """Make sessions that differ in all that can be filtered; some full, called off, old, hidden or of both hosts."""
    themes = [ThemeFactory(slug=slug) for slug in ("neglect", "thresholds")]
    ThemeAlias.objects.create(theme=themes[0], name="Unmet needs")
    hosts = [PartnershipFactory(slug=slug) for slug in ("hampshire", "isle-of-wight", "portsmouth")]
    weeks = [WeekFactory(), WeekFactory(slug=OCTOBER, starts_on=date(2027, 10, 25))]
    for number, start in enumerate([*STARTS, OLD] * 2):
        week = weeks[start.month > 9]
        topic = TopicFactory(week=week, summary="How to use the toolkit." if number % 2 else "Sharing what we know.")
        topic.themes.set(themes[: number % 3])
        way = ("online", "in_person", "hybrid")[number % 3]
        session = SessionFactory(
            week=week, topic=topic, starts_at=start, format=way, host=hosts[number % 3],
            venue=None if way == "online" else VenueFactory(), capacity=(None, 1, 5)[number % 3],
        )  # fmt: skip
        if number % 4 == 1:
            session.session_hosts.create(partnership=hosts[(number + 1) % 3])
        if number in {1, 4}:
            make_booking(session=session)
        if number == 7:
            make_queued_for(session)
    off = {"state": "cancelled", "cancelled_at": NOW}
    SessionFactory(starts_at=STARTS[0], **off)
    SessionFactory(starts_at=NOW - timedelta(days=1), **off)  # its day is past
    SessionFactory(starts_at=STARTS[0], state="draft")


def make_queued_for(session):
    """Fill a session, and let one person wait."""
    Session.objects.filter(pk=session.pk).update(capacity=1)
    make_booking(session=session)
    make_queued(session=session)


def viewed(client, query):
    """Return by identity the sessions that the page lists under a query, to come and past, on all of its pages."""
    found = {}
    for past in ("", "&past=1"):
        answer = client.get(f"/sessions/?{query}{past}")
        assert answer.status_code == 200
        found |= {str(session.uid): session for session in answer.context["page"].paginator.object_list}
    return found


def in_window(session, *, is_named):
    """Say whether a calendar keeps a session that a page lists: the last three months, and no past cancelled one."""
    if session.state == "cancelled" and session.starts_at < datetime(2027, 5, 3, 23, tzinfo=UTC):
        return False
    return is_named or session.starts_at >= datetime(2027, 2, 4, tzinfo=UTC)


def held(client, address):
    """Return the identities of the entries of a calendar."""
    answer = client.get(address)
    assert answer.status_code == 200
    return [str(event["uid"]).removeprefix("session-").partition("@")[0] for event in read(answer.content)]


@MANY
@given(query=queries, feed=feeds)
def test_feed_when_filters_are_put_together_then_it_holds_what_the_page_lists(client, programme, query, feed):
    name, of_feed = feed
    asked = {**query, **of_feed} if not of_feed.keys() & query.keys() else query | of_feed
    narrowing = {key: value for key, value in query.items() if key not in of_feed}

    entries = held(client, f"/calendar/{name}.ics?{urlencode(narrowing, doseq=True)}")

    listed = viewed(client, urlencode(asked, doseq=True))
    wanted = {uid for uid, session in listed.items() if in_window(session, is_named="week" in asked)}
    assert len(entries) == len(set(entries))
    assert set(entries) == wanted


def test_filters_when_tried_one_by_one_then_each_keeps_some_and_drops_some(client, programme):
    """The control: no filter of the test above is one that holds of every session, or of none."""
    everything = len(held(client, "/calendar/all.ics"))

    for query in (
        "partnership=hampshire", "theme=neglect", f"week={OCTOBER}", "format=online", "day=friday", "time=evening",
        "from=2027-07-01", "to=2027-07-01", "places=1", "q=toolkit",
    ):  # fmt: skip
        assert 0 < len(held(client, f"/calendar/all.ics?{query}")) < everything, query
