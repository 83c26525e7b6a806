from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import Http404, QueryDict

from events.filters import SessionFilter
from events.models import Session, ThemeAlias
from tests.factories import (
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    VenueFactory,
    WeekFactory,
    make_two_part,
)
from tests.factories.instants import NOW, START


def narrowed(query: str) -> list[str]:
    """Return the codes of the public sessions that a query keeps."""
    sessions = SessionFilter(QueryDict(query)).apply(Session.objects.public(), at=NOW)
    return sorted(session.code for session in sessions)


def themed(code: str, *slugs: str, **fields) -> Session:
    session = SessionFactory(code=code, **fields)
    session.topic.themes.set([ThemeFactory(slug=slug) for slug in slugs])
    return session


@pytest.mark.django_db
def test_filters_when_there_are_none_then_every_session_stays():
    SessionFactory(code="A")
    SessionFactory(code="B")
    assert narrowed("") == ["A", "B"]
    assert narrowed("theme=&q=+&from=&places=&week=") == ["A", "B"]


@pytest.mark.django_db
def test_partnership_when_given_twice_then_either_host_is_enough_and_nothing_comes_twice():
    shared = SessionFactory(code="A")
    shared.session_hosts.create(partnership=PartnershipFactory(slug="southampton"))
    SessionFactory(code="B", host=PartnershipFactory(slug="portsmouth"))
    SessionFactory(code="C", host=PartnershipFactory(slug="isle-of-wight"))
    assert narrowed("partnership=southampton&partnership=hampshire&partnership=portsmouth") == ["A", "B"]


@pytest.mark.django_db
def test_theme_when_given_twice_then_either_is_enough_and_nothing_comes_twice():
    themed("A", "neglect", "thresholds")
    themed("B", "thresholds")
    themed("C", "suicide-prevention")
    assert narrowed("theme=neglect&theme=thresholds") == ["A", "B"]


@pytest.mark.django_db
def test_theme_when_named_by_an_alias_then_it_is_the_same_theme():
    session = themed("A", "neglect")
    themed("B", "thresholds")
    ThemeAlias.objects.create(theme=session.topic.themes.get(), name="Unmet needs")
    assert narrowed("theme=unmet-needs") == narrowed("theme=neglect") == ["A"]


@pytest.mark.django_db
def test_week_when_named_then_only_its_sessions_stay():
    SessionFactory(code="A")
    SessionFactory(code="B", week=WeekFactory(slug="2027-10-other", starts_on=date(2027, 10, 18)))
    assert narrowed("week=2027-10-other") == ["B"]


@pytest.mark.django_db
def test_format_when_named_then_only_its_sessions_stay():
    SessionFactory(code="A")
    SessionFactory(code="B", format="hybrid", venue=VenueFactory())
    assert narrowed("format=hybrid") == ["B"]


@pytest.mark.django_db
def test_days_when_given_then_both_count_on_the_clock_of_london():
    first, last = datetime(2027, 6, 21, 23, 0, tzinfo=UTC), datetime(2027, 6, 22, 22, 59, tzinfo=UTC)  # 00:00, 23:59
    SessionFactory(code="A", starts_at=first - timedelta(minutes=1))
    SessionFactory(code="B", starts_at=first)
    SessionFactory(code="C", starts_at=last)
    SessionFactory(code="D", starts_at=last + timedelta(minutes=1))
    assert narrowed("from=2027-06-22&to=2027-06-22") == ["B", "C"]
    assert narrowed("from=2027-06-22") == ["B", "C", "D"]
    assert narrowed("to=2027-06-22") == ["A", "B", "C"]
    assert narrowed("from=2027-06-23&to=2027-06-21") == []


@pytest.mark.django_db
def test_places_when_wanted_then_full_queued_and_cancelled_sessions_go():
    SessionFactory(code="free", capacity=2, places_taken=1)
    SessionFactory(code="endless", capacity=None, places_taken=900)
    SessionFactory(code="full", capacity=2, places_taken=2)
    SessionFactory(code="queued", capacity=2, places_taken=1, waiting=1)
    SessionFactory(code="off", state="cancelled", cancelled_at=START)
    assert narrowed("places=1") == ["endless", "free"]


@pytest.mark.django_db
def test_places_when_wanted_then_none_is_meant_of_a_session_that_is_over():
    SessionFactory(code="over", starts_at=NOW - timedelta(hours=2), ends_at=NOW)
    SessionFactory(code="on", starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(minutes=1))
    begun = make_two_part(code="begun")
    Session.objects.filter(pk=begun.pk).update(starts_at=NOW - timedelta(days=1), ends_at=NOW - timedelta(hours=23))
    assert narrowed("places=1") == ["begun", "on"]


@pytest.mark.django_db
def test_days_when_a_session_has_several_dates_then_any_of_them_counts():
    make_two_part(code="A")  # on 22 June and 6 July
    SessionFactory(code="B")
    assert narrowed("from=2027-07-06") == narrowed("from=2027-07-01&to=2027-07-06") == ["A"]
    assert narrowed("from=2027-07-07") == narrowed("from=2027-06-23&to=2027-07-05") == []
    assert narrowed("to=2027-06-22") == ["A", "B"]


@pytest.mark.django_db
def test_words_when_each_is_found_somewhere_then_the_session_stays_once():
    topic = TopicFactory(title="Overview", summary="What we learned from local reviews")
    session = SessionFactory(code="A", title="Critical thinking", topic=topic)
    topic.themes.set([ThemeFactory(slug="neglect"), ThemeFactory(slug="thresholds")])
    ThemeAlias.objects.create(theme=session.topic.themes.get(slug="neglect"), name="Unmet needs")
    SessionFactory(code="B", title="Something else")
    for found in ("CRITICAL", "learned+thinking", "negl", "unmet+thresholds", "overview", "e"):
        assert "A" in narrowed(f"q={found}")
    assert narrowed("q=critical+horses") == []
    SessionFactory(code="C", title="École et Égalité")
    assert narrowed("q=École+Égalité") == ["C"]
    assert narrowed("q=50%25_") == []


@pytest.mark.django_db
def test_filters_when_several_are_given_then_all_must_hold():
    themed("A", "neglect")
    themed("B", "neglect", format="hybrid", venue=VenueFactory())
    themed("C", "thresholds", format="hybrid", venue=VenueFactory())
    assert narrowed("theme=neglect&format=hybrid") == ["B"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "partnership=nowhere",
        "partnership=hampshire&partnership=nowhere",
        "partnership=%00",
        "partnership=" + "a" * 81,
        "&".join(f"partnership=p{n}" for n in range(21)),
        "week=nowhere",
        "week=%00",
        "week=2027-06-learning-from-reviews&week=other",
        "theme=nowhere",
        "theme=Neglect",
        "theme=a%E2%80%A8b",
        "format=telepathy",
        "from=yesterday",
        "from=20270621",
        "from=2027-W25-1",
        "from=2027-02-30",
        "from=0001-01-01",
        "to=9999-12-31",
        "to=2027-06-21&to=2027-06-22",
        "places=2",
        "places=yes",
        "q=%00",
        "q=a%0Ab%0Dc%1B",
        "q=" + "a" * 201,
        "q=" + "+".join(f"w{n}" for n in range(11)),
    ],
)
def test_value_when_it_cannot_be_meant_then_nothing_is_found_rather_than_everything(query):
    SessionFactory()
    with pytest.raises(Http404):
        narrowed(query)


@pytest.mark.django_db
def test_week_when_it_is_a_draft_then_nobody_learns_of_it():
    WeekFactory(slug="2027-10-secret", starts_on=date(2027, 10, 18), state="draft")
    with pytest.raises(Http404):
        narrowed("week=2027-10-secret")


def test_parameter_when_nobody_knows_it_then_pages_pass_over_it_and_programs_are_told():
    query = QueryDict("utm_source=mail&page=2")
    assert SessionFilter(query).query == ""
    with pytest.raises(Http404, match="utm_source"):
        SessionFilter(query, others={"page"})
    assert not SessionFilter(QueryDict("page=2"), others={"page"})


def test_query_when_written_differently_then_it_reads_the_same():
    one = SessionFilter(
        QueryDict("theme=b&q=two++words+two&partnership=x&theme=a&theme=b&places=1&from=2027-06-21&week=")
    )
    other = SessionFilter(QueryDict("q=two+words&from=2027-06-21&places=1&theme=a&theme=b&partnership=x"))
    assert one.query == other.query == "from=2027-06-21&partnership=x&places=1&q=two+words&theme=a&theme=b"
    assert SessionFilter(QueryDict(one.query)).query == one.query


@pytest.mark.django_db
def test_queries_when_filters_are_many_then_they_stay_few(django_assert_num_queries):
    for code in ("A", "B", "C"):
        themed(code, "neglect", "thresholds")
    query = "partnership=hampshire&theme=neglect&theme=thresholds&week=2027-06-learning-from-reviews&q=sharing&places=1"
    with django_assert_num_queries(4):  # who, which week, which themes, the sessions
        assert narrowed(query) == ["A", "B", "C"]


@pytest.mark.django_db
def test_day_when_named_then_it_is_the_weekday_on_the_clock_of_the_session():
    SessionFactory(code="A", starts_at=datetime(2027, 6, 21, 22, 59, tzinfo=UTC))  # Monday, 23:59 in London
    SessionFactory(code="B", starts_at=datetime(2027, 6, 21, 23, 0, tzinfo=UTC))  # Tuesday, 00:00 in London
    SessionFactory(code="C", starts_at=datetime(2027, 6, 22, 3, 0, tzinfo=UTC), zone="America/New_York")  # Monday there
    SessionFactory(code="D", starts_at=datetime(2027, 6, 26, 9, 0, tzinfo=UTC))  # Saturday
    assert narrowed("day=monday") == ["A", "C"]
    assert narrowed("day=tuesday") == ["B"]
    assert narrowed("day=friday") == []


@pytest.mark.django_db
def test_time_when_named_then_its_first_hour_counts_and_its_last_does_not():
    starts = {"08:59": (7, 59), "09:00": (8, 0), "11:29": (10, 29), "11:30": (10, 30), "13:59": (12, 59)}
    starts |= {"14:00": (13, 0), "16:59": (15, 59), "17:00": (16, 0), "00:00": (23, 0)}
    for code, (hour, minute) in starts.items():  # an hour less than in London
        SessionFactory(code=code, starts_at=datetime(2027, 6, 22, hour, minute, tzinfo=UTC))
    assert narrowed("time=before_school") == ["00:00", "08:59"]
    assert narrowed("time=lunchtime") == ["11:30", "13:59"]
    assert narrowed("time=evening") == ["17:00"]


@pytest.mark.django_db
def test_time_when_clocks_differ_then_each_session_keeps_its_own():
    noon = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)
    SessionFactory(code="winter", starts_at=noon)
    SessionFactory(code="summer", starts_at=datetime(2027, 6, 22, 11, 0, tzinfo=UTC))
    SessionFactory(code="abroad", starts_at=noon, zone="Asia/Kolkata")  # 17:30
    assert narrowed("time=lunchtime") == ["summer", "winter"]
    assert narrowed("time=evening") == ["abroad"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["day=sunday", "day=Monday", "day=monday&day=friday", "time=teatime", "time=17:00"])
def test_day_or_time_when_it_cannot_be_meant_then_says_what_can(query):
    with pytest.raises(Http404, match=r"is one of monday, tuesday|is one of before_school, lunchtime|Give day once"):
        narrowed(query)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "time=lunchtime", "day=tuesday&format=online", "theme=neglect&places=1&q=sharing"]
)
def test_filters_when_they_mark_then_they_mark_what_they_would_keep(query):
    themed("A", "neglect", starts_at=START)
    themed("B", "neglect", starts_at=START + timedelta(hours=3), capacity=0)
    themed("C", "thresholds", starts_at=START + timedelta(days=1))
    marked = SessionFilter(QueryDict(query)).mark(Session.objects.public(), at=NOW)
    assert sorted(session.code for session in marked if session.is_kept) == narrowed(query)
    assert len(marked) == 3
