"""The programme by program."""

from datetime import timedelta

import pytest
import time_machine

from bookings.models import Booking
from events.api.serializers import (
    ResourceAnswer,
    SessionAnswer,
    ThemeAnswer,
    WeekAnswer,
    WholeWeekAnswer,
)
from events.models import (
    DayTheme,
    PracticeWeek,
    Resource,
    Session,
    SessionHost,
    SessionTopic,
    ThemeAlias,
    WeekDay,
    WeekHost,
    WeekPresentation,
)
from tests.api_client import Api, code_of, errors_of, organiser_of
from tests.factories import (
    NOW,
    START,
    WEEK_STARTS,
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
    make_queued,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SLUG = "2027-06-learning-from-reviews"


@pytest.fixture
def organiser():
    return Api(organiser_of(PartnershipFactory(), UserFactory(email="organiser@example.org")))


def make_resource(**fields):
    week = fields.pop("week", None) or WeekFactory()
    return Resource.objects.create(
        **{"slug": "toolkit", "title": "Toolkit", "kind": "toolkit", "released_at": NOW, "week": week, **fields}
    )


# Reading


def test_one_week_then_its_days_and_presentations():
    week = WeekFactory()
    day = WeekDay.objects.create(week=week, number=2, kind="themes", title="Curiosity")
    DayTheme.objects.create(day=day, theme=ThemeFactory())
    WeekPresentation.objects.create(week=week, partnership=PartnershipFactory(), title="Reviews Week")

    answer = Api().get(f"weeks/{SLUG}/").json()

    assert set(answer) == set(WholeWeekAnswer().fields)
    assert (answer["starts_on"], answer["ends_on"], answer["status"]) == ("2027-06-21", "2027-06-25", "scheduled")
    assert answer["partnerships"] == ["hampshire"]
    assert answer["html_url"] == f"http://localhost:8000/weeks/{SLUG}/"
    assert answer["calendar_url"] == f"http://localhost:8000/calendar/weeks/{SLUG}.ics"
    assert answer["days"] == [
        {
            "date": "2027-06-22",
            "kind": "themes",
            "title": "Curiosity",
            "summary": "",
            "themes": ["professional-curiosity"],
        }
    ]
    assert answer["presentations"][0]["title"] == "Reviews Week"


def test_weeks_then_drafts_are_not_among_them():
    WeekFactory()
    WeekFactory(slug="2028-draft", state="draft", starts_on=WEEK_STARTS + timedelta(days=7))

    assert [week["slug"] for week in Api().get("weeks/").json()["results"]] == [SLUG]
    assert code_of(Api().get("weeks/2028-draft/")) == (404, "not_found")


def test_one_session_then_everything_but_the_joining_link():
    theme = ThemeFactory()
    session = SessionFactory(joining_link="https://meet.example.org/secret", capacity=5)
    session.topic.themes.add(theme)
    make_booking(session=session)

    answer = Api().get(f"sessions/{session.pk}/")

    body = answer.json()
    assert set(body) == set(SessionAnswer().fields)
    assert b"meet.example.org" not in answer.content
    assert (body["starts_at"], body["ends_at"]) == ("2027-06-22T09:30:00+01:00", "2027-06-22T11:00:00+01:00")
    assert (body["capacity"], body["places_left"], body["waiting_list_open"]) == (5, 4, True)
    assert (body["week"], body["partnerships"], body["themes"]) == (SLUG, ["hampshire"], ["professional-curiosity"])
    assert (body["status"], body["format"]) == ("published", "online")
    assert body["html_url"] == f"http://localhost:8000/sessions/{session.pk}/"


@pytest.mark.parametrize(
    ("change", "is_open"),
    [
        ({}, True),
        ({"capacity": None}, False),
        ({"has_waiting_list": False}, False),
        ({"booking_required": False}, False),
        ({"booking_opens_at": NOW}, True),
        ({"booking_opens_at": NOW + timedelta(seconds=1)}, False),
        ({"booking_closes_at": NOW}, False),
        ({"starts_at": NOW}, False),
    ],
)
def test_waiting_list_of_a_session_then_open_while_somebody_could_join_it(change, is_open):
    session = SessionFactory(**change)

    assert Api().get(f"sessions/{session.pk}/").json()["waiting_list_open"] is is_open


def test_places_left_when_somebody_waits_then_none_and_null_without_a_limit():
    full, limitless = SessionFactory(capacity=1), SessionFactory(capacity=None)
    make_booking(session=full)
    make_queued(session=full)

    assert Api().get(f"sessions/{full.pk}/").json()["places_left"] == 0
    assert Api().get(f"sessions/{limitless.pk}/").json()["places_left"] is None


def test_sessions_then_drafts_are_not_among_them():
    public = SessionFactory()
    SessionFactory(state="draft")
    hidden = SessionFactory(week=WeekFactory(slug="draft", state="draft", starts_on=WEEK_STARTS + timedelta(days=7)))

    assert [row["id"] for row in Api().get("sessions/").json()["results"]] == [public.pk]
    assert code_of(Api().get(f"sessions/{hidden.pk}/")) == (404, "not_found")


def test_sessions_with_filters_then_narrowed_as_on_the_page():
    online = SessionFactory()
    hall = SessionFactory(format="in_person", venue=VenueFactory(), starts_at=START + timedelta(days=1))

    def ids(query):
        return [row["id"] for row in Api().get(f"sessions/?{query}").json()["results"]]

    assert ids("") == ids("partnership=hampshire") == ids(f"week={SLUG}") == [online.pk, hall.pk]
    assert ids("format=in_person") == ids("from=2027-06-23") == [hall.pk]
    assert ids("to=2027-06-22") == [online.pk]
    assert ids("format=online&page_size=1") == [online.pk]


def test_sessions_with_places_then_none_that_is_over():
    past = SessionFactory(starts_at=NOW - timedelta(days=1))
    coming = SessionFactory()

    def ids(query):
        return [row["id"] for row in Api().get(f"sessions/?{query}").json()["results"]]

    assert (ids(""), ids("places=1")) == ([past.pk, coming.pk], [coming.pk])


@pytest.mark.parametrize(
    "query", ["format=telepathy", "week=none", "theme=none", "partnership=none", "from=soon", "colour=blue", "q=%00"]
)
def test_sessions_with_a_filter_value_that_is_not_there_then_404(query):
    assert code_of(Api().get(f"sessions/?{query}")) == (404, "not_found")


def test_resources_then_the_released_ones_narrowed():
    theme = ThemeFactory()
    make_resource().themes.add(theme)
    make_resource(slug="slides", kind="slides")
    make_resource(slug="later", released_at=NOW + timedelta(seconds=1))

    def slugs(query=""):
        return {row["slug"] for row in Api().get(f"resources/?{query}").json()["results"]}

    assert slugs() == slugs(f"week={SLUG}") == {"toolkit", "slides"}
    assert slugs("kind=slides") == {"slides"}
    assert slugs("theme=professional-curiosity") == {"toolkit"}
    assert set(Api().get("resources/").json()["results"][0]) == set(ResourceAnswer().fields)
    for query in ("kind=x", "theme=x", "week=x", "colour=x", "theme=%00", "week=%00"):
        assert code_of(Api().get(f"resources/?{query}")) == (404, "not_found")


def test_themes_then_with_their_aliases():
    ThemeAlias.objects.create(theme=ThemeFactory(), name="Curiosity")

    row = Api().get("themes/").json()["results"][0]

    assert set(row) == set(ThemeAnswer().fields)
    assert row["aliases"] == ["Curiosity"]


def fill(count):
    for number in range(count):
        session = SessionFactory(topic=TopicFactory(slug=f"t{number}"), week=WeekFactory())
        session.topic.themes.add(ThemeFactory(slug=f"theme-{number}"))
        make_resource(slug=f"r{number}").themes.add(ThemeFactory())
        week = WeekFactory(slug=f"w{number}", starts_on=WEEK_STARTS + timedelta(weeks=number + 1))
        WeekDay.objects.create(week=week, number=1)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"), [("sessions/", 6), ("weeks/", 3), ("themes/", 3), ("resources/", 4), (f"weeks/{SLUG}/", 4)]
)
def test_reading_then_as_many_queries_for_one_row_as_for_three(path, queries, count):
    """A count and the rows, and one query for each kind of row that comes with them; nothing about who asks."""
    WeekFactory()
    fill(count)
    api = Api()

    answer, asked = api.queries_of("GET", path)

    assert answer.status_code == 200
    assert len(asked) == queries, "\n".join(asked)


def test_week_rows_then_every_member_the_schema_names():
    WeekFactory()

    assert set(Api().get("weeks/").json()["results"][0]) == set(WeekAnswer().fields)


@pytest.mark.parametrize("path", ["sessions/", "weeks/", "themes/", "resources/", "partnerships/", f"weeks/{SLUG}/"])
def test_public_answer_then_shared_caches_may_keep_it_and_ask_each_time_whether_it_holds(path):
    SessionFactory()
    first = Api().get(path)

    again = Api().get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" not in first.headers.get("Vary", "")
    assert not first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.content) == (304, b"")


def test_public_answer_when_a_place_was_taken_then_another_etag():
    session = SessionFactory()
    first = Api().get("sessions/")
    make_booking(session=session)

    again = Api().get("sessions/", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert again.json()["results"][0]["places_left"] == 1


def test_public_address_with_a_bad_token_then_401_rather_than_silence():
    assert code_of(Api().get("weeks/", headers={"Authorization": "Bearer nonsense"})) == (401, "not_authenticated")


# Organising


def new_session(**changes):
    WeekFactory()
    return {
        "week": SLUG,
        "partnerships": ["hampshire"],
        "title": "Talking with teenagers",
        "format": "online",
        "starts_at": "2027-06-23T09:30:00+01:00",
        "ends_at": "2027-06-23T11:00:00+01:00",
        **changes,
    }


def test_planning_then_a_draft_that_only_its_organisers_see(organiser):
    theme = ThemeFactory()
    body = new_session(capacity=20, themes=[theme.slug], summary="How to begin.")

    answer = organiser.post("sessions/", body)

    assert answer.status_code == 201, answer.content
    session = Session.objects.get()
    assert answer.headers["Location"] == f"/api/v1/sessions/{session.pk}/"
    assert (session.state, session.code, session.capacity) == ("draft", "S1", 20)
    assert (session.topic.slug, session.topic.summary) == ("talking-with-teenagers", "How to begin.")
    assert answer.json()["themes"] == [theme.slug]
    assert SessionHost.objects.get().is_lead
    mine = organiser.get(f"sessions/{session.pk}/")
    assert (mine.status_code, mine.headers["Cache-Control"]) == (200, "no-store, private")
    assert code_of(Api().get(f"sessions/{session.pk}/")) == (404, "not_found")
    assert code_of(Api(UserFactory()).get(f"sessions/{session.pk}/")) == (404, "not_found")


def test_planning_twice_then_each_has_a_code_and_a_topic_of_its_own(organiser):
    for _ in range(2):
        assert organiser.post("sessions/", new_session()).status_code == 201

    assert list(Session.objects.values_list("code", "topic__slug").order_by("code")) == [
        ("S1", "talking-with-teenagers"),
        ("S2", "talking-with-teenagers-1"),
    ]


def test_planning_another_sitting_then_the_topic_is_shared(organiser):
    topic = TopicFactory(slug="curiosity")

    assert organiser.post("sessions/", new_session(topic="curiosity", code="B")).status_code == 201
    assert (Session.objects.get().topic, SessionTopic.objects.count()) == (topic, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_at": "2027-06-23T09:30:00"}, "starts_at"),
        ({"starts_at": "2027-06-23 09:30:00+01:00"}, "starts_at"),
        ({"starts_at": "2027-02-30T09:30:00Z"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00Z"}, "starts_at"),
        ({"starts_at": "2027-06-23T09:30:00+99:00"}, "starts_at"),
        ({"starts_at": 1}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"ends_at": "2027-06-23T09:30:00+01:00"}, "non_field_errors"),
        ({"week": "none"}, "week"),
        ({"week": "a\x00b"}, "week"),
        ({"week": ["x"]}, "week"),
        ({"partnerships": []}, "partnerships"),
        ({"partnerships": "hampshire"}, "partnerships"),
        ({"partnerships": ["none"]}, "partnerships.0"),
        ({"partnerships": ["hampshire", "hampshire"]}, "partnerships"),
        ({"themes": ["none"]}, "themes.0"),
        ({"topic": "none"}, "topic"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"format": "telepathy"}, "format"),
        ({"format": ["online"]}, "format"),
        ({"capacity": -1}, "capacity"),
        ({"capacity": "20"}, "capacity"),
        ({"capacity": 10**12}, "capacity"),
        ({"venue": "none"}, "venue"),
        ({"joining_link": "javascript:alert(1)"}, "joining_link"),
        ({"code": "x" * 31}, "code"),
        ({"practical_note": "a\x00"}, "practical_note"),
        ({"state": "published"}, "state"),
        ({"places_taken": 3}, "places_taken"),
    ],
)
def test_planning_with_a_fault_then_400_names_it_and_nothing_is_written(organiser, change, field):
    answer = organiser.post("sessions/", new_session(**change))

    assert set(errors_of(answer)) == {field}
    assert not Session.objects.exists()
    assert not SessionTopic.objects.exists()


def test_planning_a_code_that_is_taken_then_400(organiser):
    SessionFactory(code="A")

    assert errors_of(organiser.post("sessions/", new_session(code="A")))
    assert Session.objects.count() == 1


def test_planning_a_sitting_with_a_summary_then_400_because_the_topic_has_one(organiser):
    TopicFactory(slug="curiosity")

    answer = organiser.post("sessions/", new_session(topic="curiosity", summary="Another"))

    assert set(errors_of(answer)) == {"summary"}


def test_planning_by_others_then_401_or_403(organiser):
    PartnershipFactory(slug="isle-of-wight")
    reader = Api(organiser.user, scope="read")

    assert code_of(Api().post("sessions/", new_session())) == (401, "not_authenticated")
    assert code_of(Api(UserFactory()).post("sessions/", new_session())) == (403, "permission_denied")
    assert code_of(reader.post("sessions/", new_session())) == (403, "permission_denied")
    led_by_others = new_session(partnerships=["isle-of-wight", "hampshire"])
    assert code_of(organiser.post("sessions/", led_by_others)) == (403, "permission_denied")
    assert organiser.post("sessions/", new_session(partnerships=["hampshire", "isle-of-wight"])).status_code == 201


def test_planning_in_the_public_week_of_others_then_403_until_ones_own_partnership_hosts_it(organiser):
    island = PartnershipFactory(slug="isle-of-wight")
    theirs = WeekFactory(slug="theirs", host=island, starts_on=WEEK_STARTS + timedelta(days=7))
    body = new_session(week="theirs")

    assert code_of(organiser.post("sessions/", body)) == (403, "permission_denied")
    assert not Session.objects.exists()
    assert not SessionTopic.objects.exists()
    WeekHost.objects.create(week=theirs, partnership=PartnershipFactory())
    assert organiser.post("sessions/", body).status_code == 201


def test_planning_by_those_who_may_do_everything_then_in_any_week():
    root = Api(UserFactory(is_superuser=True))
    WeekFactory(slug="draft", state="draft", starts_on=WEEK_STARTS + timedelta(days=7)).week_hosts.all().delete()
    PartnershipFactory()

    assert root.post("sessions/", new_session(week="draft")).status_code == 201


def test_planning_in_the_draft_week_of_others_then_there_is_no_such_week(organiser):
    island = PartnershipFactory(slug="isle-of-wight")
    WeekFactory(slug="draft", state="draft", host=island, starts_on=WEEK_STARTS + timedelta(days=7))

    assert set(errors_of(organiser.post("sessions/", new_session(week="draft")))) == {"week"}


def test_changing_then_diaries_follow(organiser):
    session = SessionFactory()
    make_booking(session=session)

    answer = organiser.patch(f"sessions/{session.pk}/", {"title": "A new title", "capacity": 5})

    assert (answer.status_code, answer.json()["title"], answer.json()["capacity"]) == (200, "A new title", 5)
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert Session.objects.get().sequence == 1
    assert Booking.objects.get().ical_sequence == 1


def test_changing_the_capacity_then_those_who_wait_get_places(organiser):
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    waiting = make_queued(session=session)

    assert organiser.patch(f"sessions/{session.pk}/", {"capacity": None}).status_code == 200
    assert Booking.objects.get(pk=waiting.pk).status == "offered"


def test_changing_what_cannot_be_then_409_or_400_and_nothing_is_written(organiser):
    session = SessionFactory(capacity=2)
    make_booking(session=session)
    make_booking(session=session)

    assert code_of(organiser.patch(f"sessions/{session.pk}/", {"capacity": 1})) == (409, "capacity_too_small")
    late = {"starts_at": "2027-06-23T09:30:00+01:00"}
    assert errors_of(organiser.patch(f"sessions/{session.pk}/", late))
    assert set(errors_of(organiser.patch(f"sessions/{session.pk}/", {"week": SLUG}))) == {"week"}
    with time_machine.travel(START):
        assert code_of(organiser.patch(f"sessions/{session.pk}/", {"title": "Late"})) == (409, "session_not_movable")
    assert Session.objects.get().sequence == 0


def test_publishing_then_the_public_sees_it_and_again_nothing_happens(organiser):
    session = SessionFactory(state="draft")

    for _ in range(2):
        assert organiser.post(f"sessions/{session.pk}/publish/").json()["status"] == "published"
    assert Api().get(f"sessions/{session.pk}/").status_code == 200


def test_publishing_in_a_draft_week_then_409(organiser):
    PracticeWeek.objects.update(state="draft")
    session = SessionFactory(state="draft", week=WeekFactory(state="draft"))

    assert code_of(organiser.post(f"sessions/{session.pk}/publish/")) == (409, "session_not_publishable")


def test_rescheduling_then_both_times_move(organiser):
    session = SessionFactory()
    times = {"starts_at": "2027-06-24T10:00:00+01:00", "ends_at": "2027-06-24T11:00:00+01:00"}

    answer = organiser.post(f"sessions/{session.pk}/reschedule/", times)

    assert answer.json()["starts_at"] == times["starts_at"]
    assert Session.objects.get().sequence == 1
    assert set(errors_of(organiser.post(f"sessions/{session.pk}/reschedule/", {}))) == {"starts_at", "ends_at"}
    backwards = {"starts_at": times["ends_at"], "ends_at": times["starts_at"]}
    assert errors_of(organiser.post(f"sessions/{session.pk}/reschedule/", backwards))


def test_cancelling_then_everybody_booked_is_cancelled_with_the_reason(organiser):
    session = SessionFactory()
    make_booking(session=session)

    answer = organiser.post(f"sessions/{session.pk}/cancel/", {"reason": "Trainer ill"})

    assert (answer.json()["status"], answer.json()["cancellation_reason"]) == ("cancelled", "Trainer ill")
    assert Booking.objects.get().status == "cancelled"
    assert set(errors_of(organiser.post(f"sessions/{session.pk}/cancel/"))) == {"reason"}


@pytest.mark.parametrize("verb", ["publish", "reschedule", "cancel"])
def test_verbs_of_a_session_by_others_then_401_403_or_404(verb):
    public, draft = SessionFactory(), SessionFactory(state="draft")
    stranger = Api(organiser_of(PartnershipFactory(slug="isle-of-wight"), UserFactory()))

    assert code_of(Api().post(f"sessions/{public.pk}/{verb}/")) == (401, "not_authenticated")
    assert code_of(stranger.post(f"sessions/{public.pk}/{verb}/")) == (403, "permission_denied")
    assert code_of(stranger.post(f"sessions/{draft.pk}/{verb}/")) == (404, "not_found")
    assert code_of(stranger.post(f"sessions/{10**30}/{verb}/")) == (404, "not_found")
    assert set(Session.objects.values_list("sequence", flat=True)) == {0}


def test_changing_by_others_then_401_403_or_404():
    public, draft = SessionFactory(), SessionFactory(state="draft")
    stranger = Api(UserFactory())

    assert code_of(Api().patch(f"sessions/{public.pk}/", {"title": "x"})) == (401, "not_authenticated")
    assert code_of(stranger.patch(f"sessions/{public.pk}/", {"title": "x"})) == (403, "permission_denied")
    assert code_of(stranger.patch(f"sessions/{draft.pk}/", {"title": "x"})) == (404, "not_found")


def test_addresses_in_answers_then_those_the_site_serves(client):
    session = SessionFactory()
    session.topic.themes.add(ThemeFactory())
    rows = [Api().get(f"{name}/").json()["results"][0] for name in ("partnerships", "weeks", "themes", "sessions")]

    for row in rows:
        assert client.get(row["calendar_url"].removeprefix("http://localhost:8000")).status_code == 200
