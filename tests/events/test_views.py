"""The programme's pages as the public sees them."""

import re
from datetime import timedelta

import pytest

from events.models import (
    DayTheme,
    KeyMessage,
    PracticeWeek,
    Resource,
    Session,
    SessionHost,
    WeekDay,
    WeekHost,
    WeekPresentation,
)
from people.models import SafeguardingContact
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    VenueFactory,
    WeekFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WEEK = "/weeks/2027-06-learning-from-reviews/"


def words(answer):
    """Return the page's text without its tags, on one line."""
    main = answer.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def full_week(sessions):
    """Make a week with everything a page can show, and this many sessions."""
    week = WeekFactory()
    island = PartnershipFactory(slug="isle-of-wight")
    WeekHost.objects.create(week=week, partnership=island)
    WeekPresentation.objects.create(week=week, partnership=island, title="Reviews on the Island")
    for number in range(1, 6):
        day = WeekDay.objects.create(week=week, number=number, kind="themes")
        for position in range(2):
            theme = ThemeFactory(slug=f"theme-{number}-{position}")
            DayTheme.objects.create(day=day, theme=theme, position=position)
    topics = [TopicFactory(week=week) for _ in range((sessions + 1) // 2)]
    for number in range(sessions):
        session = SessionFactory(
            week=week,
            topic=topics[number // 2],
            starts_at=START + timedelta(minutes=number),
            format="in_person",
            venue=VenueFactory(),
        )
        SessionHost.objects.create(session=session, partnership=island)
    Resource.objects.create(slug="kit", title="The toolkit", kind="toolkit", week=week, released_at=NOW)
    KeyMessage.objects.create(week=week, heading="If you do one thing", released_at=NOW)
    SafeguardingContact.objects.create(area=island.area, audience="public", phone="01983 000000")
    return week


@pytest.mark.parametrize("sessions", [10, 300])
def test_week_page_when_full_then_costs_nine_queries(client, django_assert_num_queries, sessions):
    full_week(sessions)

    with django_assert_num_queries(9):
        answer = client.get(WEEK)

    assert answer.content.decode().count('class="session-item"') == sessions


@pytest.mark.parametrize(("path", "queries"), [("/", 10), ("/weeks/", 4), ("/sessions/", 9), ("/resources/", 6)])
@pytest.mark.parametrize("weeks", [1, 3])
def test_list_when_one_or_three_weeks_are_shown_then_costs_the_same(
    client, django_assert_num_queries, path, queries, weeks
):
    full_week(3)
    for number in range(1, weeks):
        week = WeekFactory(slug=f"week-{number}", starts_on=START.date() + timedelta(days=6 + 7 * number))
        SessionFactory(week=week, starts_at=START + timedelta(weeks=number))
        resource = Resource.objects.create(slug=f"r{number}", title="More", kind="link", released_at=NOW, week=week)
        resource.themes.add(ThemeFactory())

    with django_assert_num_queries(queries):
        client.get(path)


def test_week_page_when_a_day_has_themes_then_names_them_in_order(client):
    week = WeekFactory()
    day = WeekDay.objects.create(week=week, number=2, kind="themes", title="Second; First")
    for position, slug in enumerate(["second", "first"]):
        DayTheme.objects.create(day=day, theme=ThemeFactory(slug=slug), position=position)

    text = words(client.get(WEEK))

    assert "Tuesday 22 June 2027 Themes Second First" in text


def test_week_page_when_a_day_is_not_settled_then_says_to_be_confirmed(client):
    WeekFactory()

    text = words(client.get(WEEK))

    assert text.count("Themes to be confirmed") == 5
    assert "Friday 25 June 2027 To be confirmed" in text


def test_week_page_when_a_session_lies_outside_the_five_days_then_has_its_own_heading(client):
    SessionFactory(title="A second part", starts_at=START + timedelta(days=14))

    text = words(client.get(WEEK))

    assert "Outside the five days Tuesday 6 July 2027 09:30 – to 11:00 A second part" in text


def test_week_page_when_a_topic_has_sittings_then_ties_them_together(client):
    topic = TopicFactory(week=WeekFactory())
    for hours in (0, 3, 24):
        SessionFactory(topic=topic, starts_at=START + timedelta(hours=hours))
    SessionFactory(topic=topic, starts_at=START + timedelta(hours=5), state="draft")

    text = words(client.get(WEEK))

    assert "Also at 12:30 and 09:30 on Wednesday 23 June 2027" in text
    assert "14:30" not in text


def test_week_page_when_partnership_is_chosen_then_speaks_in_its_words(client):
    full_week(1)

    plain, chosen = client.get(WEEK), client.get(WEEK, {"partnership": "isle-of-wight"})

    assert "<h1>Learning from Reviews</h1>" in plain.content.decode()
    assert "<h1>Reviews on the Island</h1>" in chosen.content.decode()
    assert "isle-of-wight@example.gov.uk" in words(chosen)


@pytest.mark.parametrize("partnership", ["elsewhere", "x" * 1000, "\x07"])
def test_week_page_when_partnership_does_not_host_then_is_not_found(client, partnership):
    WeekFactory()

    assert client.get(WEEK, {"partnership": partnership}).status_code == 404


def test_week_page_when_sessions_are_illustrative_then_says_what_that_means(client):
    SessionFactory(is_illustrative=True)

    text = words(client.get(WEEK))

    assert "marks a session that we made up" in text
    assert text.count("Illustrative") == 2


def test_week_page_when_no_session_is_illustrative_then_does_not_speak_of_it(client):
    SessionFactory()

    assert "Illustrative" not in words(client.get(WEEK))


def test_week_page_when_week_is_a_copy_then_shows_the_resources_of_the_first(client):
    first = WeekFactory(slug="2024-06-learning-from-reviews", starts_on="2024-06-24")
    WeekFactory(copied_from=first)
    Resource.objects.create(slug="kit", title="The toolkit", kind="toolkit", week=first, released_at=NOW)

    assert "The toolkit" in words(client.get(WEEK))


def test_week_page_when_shown_then_offers_its_calendar(client):
    WeekFactory()

    page = client.get(WEEK).content.decode()

    feed = "://testserver/calendar/weeks/2027-06-learning-from-reviews.ics"
    assert f'<a href="webcal{feed}">Subscribe to this calendar</a>' in page
    assert 'href="http://testserver/calendar/weeks/2027-06-learning-from-reviews/"' in page


def test_pages_when_week_or_session_is_a_draft_then_do_not_show_it(client):
    SessionFactory(title="Hidden session", state="draft")
    shown = SessionFactory(title="Shown session")
    draft = WeekFactory(slug="draft", title="Hidden week", state="draft", starts_on="2027-07-05")
    in_draft = SessionFactory(title="Hidden too", week=draft, starts_at=START + timedelta(days=14))

    pages = [client.get(path) for path in ("/", "/weeks/", "/sessions/", WEEK)]

    assert all("Hidden" not in words(page) for page in pages)
    assert [("Shown" in words(page)) for page in pages] == [True, False, True, True]
    assert client.get("/weeks/draft/").status_code == 404
    assert client.get(f"/sessions/{in_draft.pk}/").status_code == 404
    assert client.get(f"/sessions/{shown.pk}/").status_code == 200


def test_home_when_nothing_is_planned_then_says_so(client):
    text = words(client.get("/"))

    assert "No week is announced at the moment." in text
    assert "No session takes bookings at the moment." in text


def test_home_when_a_week_comes_then_shows_it_first_and_its_days(client):
    WeekFactory()
    WeekFactory(slug="later", title="Later week", starts_on="2027-09-06")
    WeekFactory(slug="past", title="Past one", starts_on="2026-06-22")

    text = words(client.get("/"))

    assert text.index("Monday 21 to Friday 25 June 2027") < text.index("Later week") < text.index("Past one")


def test_sessions_when_no_filter_is_set_then_lists_those_to_come(client):
    SessionFactory(title="Gone", starts_at=NOW - timedelta(days=1))
    SessionFactory(title="Coming")

    plain, past = words(client.get("/sessions/")), words(client.get("/sessions/?past=1"))

    assert ("Gone" in plain, "Coming" in plain) == (False, True)
    assert ("Gone" in past, "Coming" in past) == (True, False)


@pytest.mark.parametrize(
    "query",
    [
        {"week": "2027-06-learning-from-reviews"},
        {"partnership": "hampshire"},
        {"format": "online"},
        {"from": "2027-06-22", "to": "2027-06-22"},
        {"places": "1"},
        {"q": "curious"},
    ],
)
def test_sessions_when_narrowed_then_lists_what_fits(client, query):
    SessionFactory(title="Ten curious questions")
    elsewhere = WeekFactory(slug="later", starts_on="2027-09-06", host=PartnershipFactory(slug="isle-of-wight"))
    SessionFactory(
        title="Something else",
        week=elsewhere,
        topic__title="Something else",
        format="in_person",
        venue=VenueFactory(),
        starts_at=START + timedelta(days=77),
        capacity=0,
        host=PartnershipFactory(slug="isle-of-wight"),
    )

    text = words(client.get("/sessions/", query))

    assert ("Ten curious questions" in text, "Something else" in text) == (True, False)


@pytest.mark.parametrize(
    "query", [{"week": "nope"}, {"format": "carrier-pigeon"}, {"from": "yesterday"}, {"places": "many"}, {"q": "a\x07"}]
)
def test_sessions_when_a_filter_cannot_be_meant_then_is_not_found_and_says_why(client, query):
    answer = client.get("/sessions/", query)

    assert answer.status_code == 404
    assert 'role="alert"' in answer.content.decode()


def test_sessions_when_there_are_many_then_come_in_pages_that_keep_the_filter(client):
    for number in range(26):
        SessionFactory(starts_at=START + timedelta(minutes=number))

    first, second = client.get("/sessions/?format=online"), client.get("/sessions/?format=online&page=2")

    assert 'href="?format=online&amp;page=2"' in first.content.decode()
    assert second.content.decode().count('class="session-item"') == 1


@pytest.mark.parametrize("page", ["0", "-1", "nine", "999999999999999999999", ""])
def test_sessions_when_page_is_not_there_then_another_one_is_shown(client, page):
    SessionFactory()

    assert client.get("/sessions/", {"page": page}).status_code == 200


def test_resource_when_not_released_then_is_not_there(client):
    Resource.objects.create(slug="kit", title="The kit", kind="toolkit", released_at=NOW + timedelta(minutes=1))
    Resource.objects.create(slug="pack", title="The pack", kind="stop_pack", released_at=NOW)

    text = words(client.get("/resources/"))

    assert ("The kit" in text, "The pack" in text) == (False, True)
    assert client.get("/resources/kit/").status_code == 404
    assert client.get("/resources/pack/").status_code == 200


def test_resources_when_narrowed_then_list_what_fits(client):
    theme = ThemeFactory()
    kit = Resource.objects.create(slug="kit", title="The kit", kind="toolkit", released_at=NOW, week=WeekFactory())
    kit.themes.add(theme)
    Resource.objects.create(slug="pack", title="The pack", kind="stop_pack", released_at=NOW)

    for query in ({"kind": "toolkit"}, {"theme": theme.slug}, {"week": kit.week.slug}):
        text = words(client.get("/resources/", query))
        assert ("The kit" in text, "The pack" in text) == (True, False)
    assert client.get("/resources/", {"kind": "song"}).status_code == 404


def test_pages_when_nobody_is_signed_in_then_set_no_cookie(client):
    session = SessionFactory()

    for path in ("/", WEEK, f"/sessions/{session.pk}/", "/sessions/"):
        assert not client.get(path).cookies


def test_pages_when_shown_then_carry_no_inline_style_or_script(client):
    full_week(2)
    session = Session.objects.first()

    for path in ("/", WEEK, "/sessions/", "/resources/", f"/sessions/{session.pk}/", "/sign-in/", "/components/"):
        page = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)|<style|\sstyle=|\son[a-z]+=", page)
        assert not re.search(r"""(src|href)=["']https?://(?!testserver)[^"']*["'][^>]*(stylesheet|script|img)""", page)


def test_week_page_when_filed_under_categories_then_names_them(client):
    WeekFactory(categories=["Safeguarding Practice Weeks", "STOP Packs", "Toolkits"])

    assert "Filed under Safeguarding Practice Weeks, STOP Packs and Toolkits" in words(client.get(WEEK))


def test_weeks_when_archived_then_are_listed_as_past(client):
    WeekFactory(slug="old", title="An old week", starts_on="2023-10-09", state=PracticeWeek.State.ARCHIVED)

    assert "2023 Past week An old week" in words(client.get("/weeks/"))
