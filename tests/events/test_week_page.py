"""One week's page: filters, views of partnerships, and what there is to read."""

import re
from datetime import date, timedelta

import pytest
import time_machine

from events.models import DayTheme, KeyMessage, Resource, SessionHost, WeekDay, WeekHost, WeekPresentation
from people.models import SafeguardingContact
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    VenueFactory,
    WeekFactory,
    make_two_part,
)
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WEEK = "/weeks/2027-06-learning-from-reviews/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def titles(answer):
    """Return the titles of the sessions on the page, in its order."""
    return re.findall(r'session-item-title"><a [^>]*>([^<]+)<', answer.content.decode())


def headings(answer):
    """Return the days that the page shows."""
    return re.findall(r'<h2 id="(\w+day)"', answer.content.decode())


def joint_week():
    """Make a week of two partnerships, with a session of each and one of both."""
    week = WeekFactory(introduction="In everybody's words.")
    hampshire, island = PartnershipFactory(), PartnershipFactory(slug="isle-of-wight")
    WeekHost.objects.create(week=week, partnership=island)
    WeekPresentation.objects.create(
        week=week, partnership=island, title="Reviews on the Island", introduction="In the Island's words.",
        audience="Everybody on the Island", contact_email="weeks.island@example.gov.uk",
    )  # fmt: skip
    SessionFactory(week=week, title="Hampshire's own", host=hampshire)
    SessionFactory(week=week, title="The Island's own", host=island, starts_at=START + HOUR)
    both = SessionFactory(week=week, title="Of both", host=hampshire, starts_at=START + DAY)
    SessionHost.objects.create(session=both, partnership=island)
    return week


# Filters


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ["Early", "Noon", "Late", "Next day", "After the week"]),
        ("day=tuesday", ["Early", "Noon", "Late"]),
        ("day=wednesday", ["Next day"]),
        ("time=before_school", ["Early"]),
        ("time=lunchtime", ["Noon"]),
        ("time=evening", ["Late"]),
        ("format=in_person", ["Noon"]),
        ("theme=neglect", ["Late"]),
        ("places=1", ["Early", "Noon", "Next day", "After the week"]),
        ("day=tuesday&time=evening&format=online&theme=neglect", ["Late"]),
        ("day=tuesday&utm_source=mail&theme=", ["Early", "Noon", "Late"]),
        ("q=nothing&from=2029-01-01&week=other", ["Early", "Noon", "Late", "Next day", "After the week"]),
    ],
)
def test_week_page_when_narrowed_then_keeps_what_fits_and_says_how_many(client, query, kept):
    SessionFactory(title="Early", starts_at=START - HOUR)
    SessionFactory(title="Noon", starts_at=START + 3 * HOUR, format="in_person", venue=VenueFactory())
    SessionFactory(title="Late", starts_at=START + 8 * HOUR, capacity=0).topic.themes.add(ThemeFactory(slug="neglect"))
    SessionFactory(title="Next day", starts_at=START + DAY)
    SessionFactory(title="After the week", starts_at=START + 9 * DAY)  # a Thursday

    answer = client.get(f"{WEEK}?{query}")

    assert titles(answer) == kept
    assert (f"{len(kept)} of 5 sessions" if len(kept) < 5 else "5 sessions") in words(answer)


def test_week_page_when_narrowed_then_hides_the_days_on_which_nothing_fits(client):
    SessionFactory()
    SessionFactory(starts_at=START + DAY, format="in_person", venue=VenueFactory())

    assert headings(client.get(WEEK)) == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    narrowed = client.get(f"{WEEK}?format=in_person")
    assert headings(narrowed) == re.findall(r'href="#(\w+day)"', narrowed.content.decode()) == ["wednesday"]


def test_week_page_when_nothing_fits_then_says_so_and_how_to_clear(client):
    SessionFactory()

    answer = client.get(f"{WEEK}?time=evening")

    assert answer.status_code == 200
    assert "0 of 1 session " in words(answer)
    assert "No session of this week fits all of these filters." in words(answer)
    assert f'<a href="{WEEK}" data-clear>Clear the filters</a>' in answer.content.decode()


def test_week_page_when_not_narrowed_then_offers_nothing_to_clear(client):
    SessionFactory()

    assert "data-clear" not in client.get(WEEK).content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("day=sunday", "A day is one of monday, tuesday, wednesday, thursday, friday."),
        ("time=teatime", "A time is one of before_school, lunchtime, evening."),
        ("format=telepathy", "A format is one of online, in_person, hybrid."),
        ("theme=nowhere", "There is no theme called nowhere."),
        ("places=2", "Write places=1 for the sessions that have places, or leave it out."),
        ("partnership=elsewhere", "This partnership does not host the week."),
        ("partnership=all&partnership=hampshire", "Give partnership once."),
        ("theme=%00", "There is no such theme."),
    ],
)
def test_week_page_when_a_filter_cannot_be_meant_then_is_not_found_and_says_why(client, query, sentence):
    SessionFactory(title="A session")

    answer = client.get(f"{WEEK}?{query}")

    assert answer.status_code == 404
    assert sentence in words(answer)
    assert titles(answer) == []


def test_week_page_when_narrowed_then_its_form_says_by_what(client):
    session = SessionFactory()
    session.topic.themes.add(ThemeFactory(slug="neglect"))
    hidden = SessionFactory(state="draft")
    hidden.topic.themes.add(ThemeFactory(slug="a-secret"))

    page = client.get(f"{WEEK}?day=tuesday&time=lunchtime&theme=neglect&format=online&places=1").content.decode()

    chosen = re.findall(r'<option value="([^"]*)" selected', page)
    assert chosen == ["tuesday", "lunchtime", "neglect", "online"]
    assert re.search(r'<input type="checkbox"[^>]*name="places"[^>]*checked', page)
    assert "Before school (before 09:00)" in page
    assert '<details class="filters" open>' in page
    assert "secret" not in page


def test_week_page_when_narrowed_then_its_calendar_holds_the_same_sessions(client):
    joint_week()
    query = "format=online&partnership=isle-of-wight&time=evening"
    late = SessionFactory(title="Late", starts_at=START + 9 * HOUR, host=PartnershipFactory(slug="isle-of-wight"))

    answer = client.get(f"{WEEK}?time=evening&utm_source=mail&partnership=isle-of-wight&format=online")
    feed = client.get(f"/calendar/weeks/2027-06-learning-from-reviews.ics?{query}")

    assert f"learning-from-reviews.ics?{query.replace('&', '&amp;')}" in answer.content.decode()
    assert titles(answer) == re.findall(r"SUMMARY:(.*)\r", feed.content.decode()) == [late.title]


@pytest.mark.parametrize("sessions", [10, 300])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 9),
        ("day=tuesday&time=lunchtime&format=online&places=1", 9),
        ("theme=neglect", 10),
        ("theme=neglect&partnership=hampshire&day=tuesday", 11),
    ],
)
def test_week_page_when_it_has_few_or_many_sessions_then_costs_the_same(
    client, django_assert_num_queries, query, queries, sessions
):
    week = WeekFactory()
    venue, topics = VenueFactory(), [TopicFactory(week=week) for _ in range(sessions // 2)]
    for topic in topics:
        topic.themes.add(ThemeFactory(slug="neglect"))
    for number in range(sessions):
        room = RoomFactory(venue=venue, name=f"Room {number}")
        SessionFactory(
            week=week, topic=topics[number // 2], starts_at=START + timedelta(minutes=number),
            format="hybrid", venue=venue, room=room,
        )  # fmt: skip
    day = WeekDay.objects.create(week=week, number=2, kind="themes")
    DayTheme.objects.create(day=day, theme=ThemeFactory(slug="neglect"))
    for number in range(sessions // 10):
        Resource.objects.create(
            slug=f"kit-{number}", title="Kit", kind="toolkit", week=week, day=day, released_at=NOW + number * HOUR
        )
        KeyMessage.objects.create(week=week, day=day, heading="One thing", position=number, released_at=NOW)
    SafeguardingContact.objects.create(
        area=PartnershipFactory().area, audience="public", phone="01983 000000"
    )  # read by the footer

    with django_assert_num_queries(queries):
        assert client.get(f"{WEEK}?{query}").status_code == 200


# Views of partnerships


def test_week_page_when_a_partnership_is_chosen_then_shows_its_words_contact_and_sessions(client):
    joint_week()

    answer = client.get(f"{WEEK}?partnership=isle-of-wight")

    text = words(answer)
    assert titles(answer) == ["The Island's own".replace("'", "&#x27;"), "Of both"]
    assert "<h1>Reviews on the Island</h1>" in answer.content.decode()
    assert "In the Island's words. Who it is for: Everybody on the Island" in text
    assert "weeks.island@example.gov.uk" in text
    assert "2 of 3 sessions, hosted by Isle Of Wight" in text
    assert "everybody's words" not in text
    assert headings(answer) == ["monday", "tuesday", "wednesday", "thursday", "friday"]


def test_week_page_when_a_partnership_presents_nothing_then_the_week_speaks_for_it(client):
    joint_week()

    answer = client.get(f"{WEEK}?partnership=hampshire")

    assert "<h1>Learning from Reviews</h1>" in answer.content.decode()
    assert "hampshire@example.gov.uk" in words(answer)
    assert len(titles(answer)) == 2


@pytest.mark.parametrize("site", ["", "nowhere", "southampton"])
def test_week_page_when_the_site_is_of_nobody_in_the_week_then_shows_all(client, settings, site):
    settings.SITE_PARTNERSHIP = site
    joint_week()
    PartnershipFactory(slug="southampton")  # there, but without a part in the week

    assert len(titles(client.get(WEEK))) == 3
    assert "3 sessions" in words(client.get(WEEK))


def test_week_page_when_the_site_is_a_partnerships_own_then_its_view_comes_first(client, settings):
    settings.SITE_PARTNERSHIP = "isle-of-wight"
    joint_week()

    usual, everybodys = client.get(WEEK), client.get(f"{WEEK}?partnership=all")

    assert ("Reviews on the Island" in words(usual), len(titles(usual))) == (True, 2)
    assert "learning-from-reviews.ics?partnership=isle-of-wight" in usual.content.decode()
    assert ("In everybody's words." in words(everybodys), len(titles(everybodys))) == (True, 3)
    assert len(titles(client.get(f"{WEEK}?partnership=hampshire"))) == 2


@pytest.mark.parametrize(
    ("site", "query", "value"),
    [
        ("", "", ""),
        ("", "partnership=all", ""),
        ("", "partnership=isle-of-wight", "isle-of-wight"),
        ("isle-of-wight", "", ""),
        ("isle-of-wight", "partnership=isle-of-wight", ""),
        ("isle-of-wight", "partnership=all", "all"),
        ("isle-of-wight", "partnership=hampshire", "hampshire"),
    ],
)
def test_week_page_when_filtered_in_a_view_then_form_clearing_and_poster_keep_it(client, settings, site, query, value):
    settings.SITE_PARTNERSHIP = site
    joint_week()

    page = client.get(f"{WEEK}?time=lunchtime&{query}").content.decode()

    kept = f"?partnership={value}" if value else ""
    select = page[page.index('name="partnership"') :]
    assert re.search(r'<option value="([^"]*)" selected', select)[1] == value
    assert f'<a href="{WEEK}{kept}" data-clear>' in page
    assert f'<a href="{WEEK}poster/{kept}">Poster to print</a>' in page


def test_week_page_when_one_partnership_hosts_then_offers_no_choice_of_them(client):
    SessionFactory()

    page = client.get(WEEK).content.decode()

    assert 'name="partnership"' not in page
    assert "Whose programme" not in page


# Sessions


def test_week_page_when_a_topic_has_sittings_then_each_links_to_the_others(client):
    topic = TopicFactory(week=WeekFactory())
    first, second, third = (SessionFactory(topic=topic, starts_at=START + hours * HOUR) for hours in (0, 3, 8))

    page = client.get(f"{WEEK}?time=lunchtime").content.decode()  # the other two are not on the page

    links = [
        f'<a href="/sessions/{one.pk}/" aria-label="{time}: Sharing information with confidence">{time}</a>'
        for one, time in ((first, "09:30"), (third, "17:30"))
    ]
    assert titles(client.get(f"{WEEK}?time=lunchtime")) == [second.title]
    assert f"Also at {' and '.join(links)}</p>" in page


def test_week_page_when_a_session_has_room_and_content_note_then_tells_both(client):
    topic = TopicFactory(week=WeekFactory(), content_note="Talks about harm to babies.")
    SessionFactory(topic=topic, format="hybrid", venue=VenueFactory(), room=RoomFactory())

    text = words(client.get(WEEK))

    assert "In person at Example Hall, Example Room, or online" in text
    assert "Content note: Talks about harm to babies." in text


def test_week_page_when_it_is_one_of_its_days_then_marks_that_day(client):
    WeekFactory()

    assert 'aria-current="date"' not in client.get(WEEK).content.decode()
    with time_machine.travel(START, tick=False):
        answer = client.get(WEEK)
    assert '<a href="#tuesday" aria-current="date">' in answer.content.decode()
    assert "Tuesday 22 June 2027 To be confirmed Today" in words(answer)


# To read


def reading_week():
    """Make a week whose Monday gives a toolkit and a message at nine, and a pack at noon."""
    week = WeekFactory()
    monday = WeekDay.objects.create(week=week, number=1, kind="launch", title="Launch")
    nine = START - DAY - HOUR / 2
    Resource.objects.create(slug="kit", title="Kit", kind="toolkit", week=week, day=monday, released_at=nine)
    Resource.objects.create(
        slug="pack", title="Pack", kind="stop_pack", week=week, day=monday, released_at=nine + 3 * HOUR
    )
    KeyMessage.objects.create(week=week, day=monday, heading="If you do one thing", released_at=nine)
    SessionFactory(week=week, starts_at=nine)
    return nine


def test_day_when_its_reading_is_not_released_then_says_when_and_never_what(client):
    reading_week()

    answer = client.get(WEEK)

    assert "To read and to do More to read from Monday 21 June 2027 at 09:00." in words(answer)
    assert not re.search("Kit|Pack|If you do|toolkit|stop_pack|STOP", answer.content.decode())
    assert "2 places left" in words(answer)  # its sessions do not wait for it


def test_day_when_part_of_its_reading_is_released_then_shows_that_and_the_next_hour(client):
    nine = reading_week()

    with time_machine.travel(nine, tick=False):
        text = words(client.get(WEEK))
    with time_machine.travel(nine + 3 * HOUR, tick=False):
        later = words(client.get(WEEK))

    assert "Key message If you do one thing Toolkit Kit More to read from Monday 21 June 2027 at 12:00." in text
    assert "Pack" not in text
    assert ("STOP Pack Pack" in later, "More to read" in later) == (True, False)


def test_reading_when_it_is_of_no_day_then_stands_below_all_days(client):
    week = WeekFactory()
    Resource.objects.create(slug="kit", title="The toolkit", kind="toolkit", week=week, released_at=NOW)
    Resource.objects.create(slug="late", title="Later", kind="link", week=week, released_at=NOW + HOUR)

    text = words(client.get(WEEK))

    assert "To read and to do Toolkit The toolkit More to read from Tuesday 4 May 2027 at 11:00." in text
    assert "Later" not in text


def test_reading_when_the_week_is_a_copy_then_stands_on_the_same_weekday(client):
    first = WeekFactory(slug="2024-06-learning-from-reviews", starts_on=date(2024, 6, 24))
    day = WeekDay.objects.create(week=first, number=5, kind="resources")
    Resource.objects.create(slug="kit", title="The toolkit", kind="toolkit", week=first, day=day, released_at=NOW)
    WeekFactory(copied_from=first)

    assert re.search("Friday 25 June 2027 .* Toolkit The toolkit", words(client.get(WEEK)))


# The poster


def test_poster_when_shown_then_names_week_days_hosts_and_the_way_there(client, settings):
    settings.SITE_URL = "https://weeks.example.org"
    week = joint_week()
    day = WeekDay.objects.create(week=week, number=1, kind="themes", title="A title")
    DayTheme.objects.create(day=day, theme=ThemeFactory(slug="neglect"))
    WeekDay.objects.create(week=week, number=2, kind="launch", title="Introducing the toolkit")

    answer = client.get(f"{WEEK}poster/")

    text = words(answer)
    assert "Learning from Reviews Monday 21 to Friday 25 June 2027" in text
    assert "Monday 21 June Neglect Tuesday 22 June Introducing the toolkit Wednesday 23 June To be confirmed" in text
    assert "How to book" in text
    assert f"https://weeks.example.org{WEEK}" in text
    assert "Hosted by Hampshire Safeguarding Children Partnership and Isle Of Wight" in text
    assert "<style" not in answer.content.decode()


def test_poster_when_of_a_partnership_then_speaks_in_its_words_and_leads_to_its_view(client):
    joint_week()

    answer = client.get(f"{WEEK}poster/?partnership=isle-of-wight")

    assert "Reviews on the Island" in words(answer)
    assert f"{WEEK}?partnership=isle-of-wight" in words(answer)
    assert "weeks.island@example.gov.uk" in words(answer)
    assert client.get(f"{WEEK}poster/?partnership=elsewhere").status_code == 404


def test_poster_when_the_week_is_a_draft_then_is_not_there(client):
    WeekFactory(state="draft")

    assert client.get(f"{WEEK}poster/").status_code == 404


@pytest.mark.parametrize("sessions", [1, 3])
def test_week_page_when_sessions_of_several_dates_have_begun_then_asks_once_for_their_dates(
    client, django_assert_num_queries, sessions
):
    for _ in range(sessions):
        make_two_part()

    with time_machine.travel(START + DAY, tick=False), django_assert_num_queries(10):
        answer = client.get(WEEK)

    assert words(answer).count("Has begun") == sessions
