import gzip
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db.models import CharField, EmailField, SlugField, TextField, URLField
from django.test import Client

from bookings.actions import cancel
from bookings.models import Booking
from events import actions, feeds
from events.calendar_files import CalendarFile, RecentFiles, takes_gzip
from events.models import PracticeWeek, Room, Session, SessionTopic, Theme, Venue
from people.fields import LineField, ParagraphsField
from people.models import Partnership, User
from tests.factories import (
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
    make_two_part,
)
from tests.factories.instants import NOW, START
from tests.golden import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)
BOTH = ["A (part 1 of 2)", "A (part 2 of 2)"]
ALL = "/calendar/all.ics"
WEEK = "/calendar/weeks/2027-06-learning-from-reviews.ics"


def titles(client, address: str) -> list[str]:
    """Return the titles of the entries that a feed holds, in its order."""
    response = client.get(address)
    assert response.status_code == 200, response.content
    return [str(event["summary"]) for event in read(response.content)]


def etag(client, address: str) -> str:
    return client.get(address).headers["ETag"]


# What each address holds


def test_feeds_when_asked_for_each_subject_then_each_holds_its_sessions(client):
    shared = SessionFactory(title="A")
    shared.session_hosts.create(partnership=PartnershipFactory(slug="southampton"))
    shared.topic.themes.set([ThemeFactory(slug="neglect"), ThemeFactory(slug="thresholds")])
    SessionFactory(title="B", starts_at=START + DAY)
    october = WeekFactory(slug="2027-10-other", starts_on=date(2027, 10, 18))
    SessionFactory(title="C", week=october, starts_at=START + 120 * DAY, host=PartnershipFactory(slug="portsmouth"))
    assert titles(client, "/calendar/all.ics") == ["A", "B", "C"]
    assert titles(client, "/calendar/partnerships/hampshire.ics") == ["A", "B"]
    assert titles(client, "/calendar/partnerships/southampton.ics") == ["A"]
    assert titles(client, "/calendar/weeks/2027-10-other.ics") == ["C"]
    assert titles(client, "/calendar/themes/neglect.ics") == ["A"]
    assert titles(client, f"/calendar/sessions/{shared.pk}.ics") == ["A"]


def test_feed_when_filters_are_given_then_they_narrow_it_further(client):
    first = SessionFactory(title="A")
    first.topic.themes.set([ThemeFactory(slug="neglect")])
    SessionFactory(title="B")
    assert titles(client, "/calendar/partnerships/hampshire.ics?theme=neglect") == ["A"]
    assert titles(client, f"{WEEK}?q=b") == ["B"]
    assert titles(client, f"/calendar/sessions/{first.pk}.ics?format=hybrid") == []


def test_feed_when_a_session_or_its_week_is_a_draft_then_it_is_not_there(client):
    hidden = WeekFactory(slug="2027-10-hidden", starts_on=date(2027, 10, 18), state="draft")
    of_hidden, draft = SessionFactory(title="A", week=hidden), SessionFactory(title="B", state="draft")
    shown = SessionFactory(title="C")
    assert titles(client, "/calendar/all.ics") == ["C"]
    assert client.get("/calendar/weeks/2027-10-hidden.ics").status_code == 404
    statuses = [client.get(f"/calendar/sessions/{s.pk}.ics").status_code for s in (of_hidden, draft, shown)]
    assert statuses == [404, 404, 200]


def test_feed_when_sessions_are_older_than_three_months_then_only_their_week_and_they_themselves_show(client):
    old = datetime(2027, 2, 3, 23, 59, tzinfo=UTC)
    past = SessionFactory(title="old", starts_at=old)
    SessionFactory(title="recent", starts_at=old + timedelta(minutes=1))
    SessionFactory(title="next year", starts_at=START + 365 * DAY)
    assert titles(client, "/calendar/all.ics") == ["recent", "next year"]
    assert titles(client, WEEK) == ["old", "recent", "next year"]
    assert titles(client, "/calendar/all.ics?week=2027-06-learning-from-reviews") == ["old", "recent", "next year"]
    assert titles(client, f"/calendar/sessions/{past.pk}.ics") == ["old"]


def test_feed_when_a_session_is_cancelled_then_it_stays_until_its_day_is_past(client):
    session = SessionFactory(title="A")
    actions.cancel_session(session.pk, reason="The speaker is ill.", at=NOW)
    for address in ("/calendar/all.ics", WEEK):
        (event,) = read(client.get(address).content)
        assert (event["summary"], event["status"], event["sequence"]) == ("Cancelled: A", "CANCELLED", 1)
        assert "ill" not in event["description"]
    with time_machine.travel(datetime(2027, 6, 22, 22, 59, tzinfo=UTC), tick=False):  # 23:59 in London
        assert titles(client, "/calendar/all.ics") == ["Cancelled: A"]
    with time_machine.travel(datetime(2027, 6, 22, 23, 0, tzinfo=UTC), tick=False):
        assert titles(client, "/calendar/all.ics") == titles(client, WEEK) == []


def test_feed_when_a_session_has_several_dates_then_it_stays_until_three_months_after_the_last(client):
    make_two_part(title="A")  # on 22 June and 6 July
    with time_machine.travel(datetime(2027, 9, 23, tzinfo=UTC), tick=False):
        assert titles(client, ALL) == titles(client, f"{ALL}?from=2027-07-06") == BOTH
        assert titles(client, f"{ALL}?from=2027-07-07") == []
    with time_machine.travel(datetime(2027, 10, 7, tzinfo=UTC), tick=False):
        assert titles(client, ALL) == []


def test_feed_when_a_session_of_several_dates_is_cancelled_then_it_stays_until_the_last_day_is_past(client):
    session = make_two_part(title="A")
    actions.cancel_session(session.pk, reason="The speaker is ill.", at=NOW)
    with time_machine.travel(datetime(2027, 7, 6, 22, 59, tzinfo=UTC), tick=False):  # 23:59 in London
        assert titles(client, ALL) == [f"Cancelled: {title}" for title in BOTH]
    with time_machine.travel(datetime(2027, 7, 6, 23, 0, tzinfo=UTC), tick=False):
        assert titles(client, ALL) == []


def test_feed_of_free_places_when_a_session_ends_then_it_leaves_out_what_is_over(client):
    SessionFactory(title="A")
    address = f"{ALL}?places=1"
    tag = etag(client, address)
    with time_machine.travel(START, tick=False):
        assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    with time_machine.travel(START + timedelta(minutes=90), tick=False):
        assert (titles(client, address), titles(client, ALL)) == ([], ["A"])


def test_feed_when_sessions_start_together_then_their_order_never_changes(client):
    for _ in range(5):
        SessionFactory()
    uids = [str(event["uid"]) for event in read(client.get("/calendar/all.ics").content)]
    assert uids == sorted(uids)


EVER = datetime(1, 1, 1, tzinfo=UTC)  # no clock ran in London


def test_feed_when_one_session_cannot_be_written_then_the_others_stand_and_the_log_tells(client, caplog):
    SessionFactory(title="A")
    broken = SessionFactory(title="B")
    Session.objects.filter(pk=broken.pk).update(starts_at=EVER, ends_at=EVER + timedelta(hours=1))
    assert titles(client, WEEK) == ["A"]
    assert f"Session {broken.pk} is left out of a calendar" in caplog.text
    assert [str(fault) for fault in actions.standing_calendar_faults()] == [
        f"events.session {broken.pk}: OverflowError"
    ]


def test_fault_when_found_again_then_it_is_one_and_gone_once_the_programme_changes(client):
    broken = SessionFactory(title="B")
    Session.objects.filter(pk=broken.pk).update(starts_at=EVER, ends_at=EVER + timedelta(hours=1))
    for address in (WEEK, f"/calendar/sessions/{broken.pk}.ics"):
        client.get(address)
    before = etag(client, WEEK)
    assert actions.standing_calendar_faults().count() == 1
    assert etag(client, WEEK) == before

    actions.publish_week(WeekFactory(), at=NOW)
    WeekFactory().save()

    assert not actions.standing_calendar_faults().exists()
    client.get(WEEK)
    assert actions.standing_calendar_faults().count() == 1


def test_fault_when_an_administrator_opens_the_admin_then_it_leads_to_what_is_to_be_mended(client, admin_client):
    broken = SessionFactory(title="B")
    Session.objects.filter(pk=broken.pk).update(starts_at=EVER, ends_at=EVER + timedelta(hours=1))
    client.get(WEEK)

    page = admin_client.get("/admin/events/calendarfault/").content.decode()

    assert f'<a href="/admin/events/session/{broken.pk}/change/">Session {broken.pk}</a>' in page


NOT_TYPED = {"colour", "ical_uid", "password", "zone"}


@pytest.mark.parametrize(
    "model", [Session, SessionTopic, Theme, Venue, Room, Partnership, PracticeWeek, User, Booking], ids=str
)
def test_text_when_it_can_stand_in_a_calendar_then_its_column_refuses_what_no_calendar_carries(model):
    """Every text that people type is refused with control characters, wherever it comes in."""
    has_a_form_of_its_own = EmailField | SlugField | URLField
    columns = [field for field in model._meta.fields if isinstance(field, TextField | CharField) and not field.choices]
    typed = [one for one in columns if not isinstance(one, has_a_form_of_its_own) and one.name not in NOT_TYPED]
    for field in typed:
        assert isinstance(field, LineField | ParagraphsField), field
        with pytest.raises(ValidationError, match="control characters"):
            field.clean("a\x07b", None)


@pytest.mark.parametrize(
    "address",
    [
        "partnerships/nowhere.ics",
        "weeks/nowhere.ics",
        "themes/nowhere.ics",
        "sessions/999999.ics",
        "sessions/99999999999999999999999.ics",
        "all.ics?theme=nowhere",
        "all.ics?from=yesterday",
        "all.ics?q=%00",
        "all.ics?themes=neglect",
        "all.ics?page=2",
    ],
)
def test_feed_when_something_is_not_there_then_404_in_words_and_never_everything(client, address):
    SessionFactory()
    response = client.get(f"/calendar/{address}")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert re.match(r"(There is no|Write|Search)", response.content.decode())
    assert not response.cookies


def test_feed_when_its_theme_is_deleted_then_it_is_gone_like_one_that_never_was(client):
    theme = ThemeFactory(slug="neglect")
    assert titles(client, "/calendar/themes/neglect.ics") == []
    theme.delete()
    gone, never = (client.get(f"/calendar/themes/{slug}.ics") for slug in ("neglect", "nowhere"))
    assert (gone.status_code, gone.content) == (never.status_code, never.content)
    assert gone.status_code == 404


# How it is sent


def test_feed_when_fetched_then_it_is_public_and_depends_on_nobody(client):
    SessionFactory()
    plain = client.get("/calendar/all.ics")
    client.force_login(UserFactory())
    signed_in = client.get("/calendar/all.ics", headers={"accept-language": "cy", "user-agent": "x"})
    assert signed_in.content == plain.content
    assert signed_in.headers == plain.headers
    assert not signed_in.cookies
    expected = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "public, no-cache",
        "Content-Disposition": 'inline; filename="all.ics"',
        "Vary": "Accept-Encoding",
        "X-Robots-Tag": "noindex",
        "X-Content-Type-Options": "nosniff",
    }
    assert expected.items() <= dict(plain.headers).items()
    assert not {"Last-Modified", "Access-Control-Allow-Origin"} & set(plain.headers)


def test_feed_when_asked_by_head_then_the_headers_of_get_come_alone(client):
    SessionFactory()
    got, head = client.get("/calendar/all.ics"), client.head("/calendar/all.ics")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == got.headers
    assert int(head.headers["Content-Length"]) == len(got.content)
    known = client.head("/calendar/all.ics", headers={"if-none-match": got.headers["ETag"]})
    assert known.status_code == 304


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_feed_when_written_to_then_405(method):
    response = getattr(Client(enforce_csrf_checks=True), method)("/calendar/all.ics")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', '"x", W/{}, "y"', "*"])
def test_feed_when_the_client_has_it_then_304_without_a_body(client, form):
    SessionFactory()
    got = client.get("/calendar/all.ics")
    assert re.fullmatch('"[0-9a-f]{32}"', got.headers["ETag"])
    response = client.get("/calendar/all.ics", headers={"if-none-match": form.format(got.headers["ETag"])})
    assert (response.status_code, response.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert response.headers[name] == got.headers[name]
    assert not response.cookies


@pytest.mark.parametrize("header", ['"x"', 'W/"x"', "nonsense", ""])
def test_feed_when_the_client_has_another_then_it_gets_this_one(client, header):
    assert client.get("/calendar/all.ics", headers={"if-none-match": header}).status_code == 200


MINUTE = timedelta(minutes=1)


def by_date(client, when, date=None, address=ALL):
    """Ask at an instant, perhaps with a date that one was given before; return the status and the new date."""
    with time_machine.travel(when, tick=False):
        response = client.get(address, headers={"if-modified-since": date} if date else {})
        return response.status_code, response.headers.get("Last-Modified")


def test_feed_when_a_session_is_deleted_then_who_asks_by_date_alone_gets_the_new_file(client):
    SessionFactory(title="A")
    gone = SessionFactory(title="B")
    _, date = by_date(client, NOW + MINUTE)
    assert by_date(client, NOW + MINUTE, date) == (304, date)

    with time_machine.travel(NOW + 2 * MINUTE, tick=False):
        gone.delete()

    status, later = by_date(client, NOW + 3 * MINUTE, date)
    assert (status, later) == (200, "Tue, 04 May 2027 09:02:00 GMT")
    assert by_date(client, NOW + 4 * MINUTE, later) == (304, later)


def test_feed_when_changed_within_the_second_of_a_fetch_then_no_date_hides_it(client):
    session = SessionFactory(title="A")
    status, date = by_date(client, NOW + timedelta(milliseconds=300))
    assert (status, date) == (200, None)

    with time_machine.travel(NOW + timedelta(milliseconds=600), tick=False):
        actions.revise_session(session.pk, title="B", at=NOW)

    assert by_date(client, NOW + timedelta(seconds=5)) == (200, None)
    assert by_date(client, NOW + timedelta(seconds=6)) == (200, "Tue, 04 May 2027 09:00:00 GMT")


def test_feed_when_a_clock_goes_back_then_its_date_does_not(client):
    session = SessionFactory(title="A")
    _, date = by_date(client, NOW + MINUTE)

    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        actions.revise_session(session.pk, title="B", at=NOW)

    assert by_date(client, NOW + MINUTE) == (200, date)


def test_feed_when_another_day_begins_then_who_asks_by_date_alone_gets_the_new_window(client):
    SessionFactory(title="A")
    _, date = by_date(client, NOW + MINUTE)

    assert by_date(client, NOW + DAY, date) == (200, "Tue, 04 May 2027 23:00:00 GMT")


@pytest.mark.parametrize("date", ["Fri, 01 Jan 2100 00:00:00 GMT", "Tue, 04 May 2027 09:30:00 GMT", "x"])
def test_feed_when_asked_by_a_date_that_is_not_ours_then_it_comes_whole(client, date):
    SessionFactory(title="A")

    assert by_date(client, NOW + MINUTE, date)[0] == 200


def test_feed_of_free_places_then_has_no_date(client):
    SessionFactory(title="A")

    assert by_date(client, NOW + MINUTE, address=f"{ALL}?places=1") == (200, None)


def test_feed_when_the_client_takes_gzip_then_that_form_revalidates_too(client):
    SessionFactory()
    plain = client.get("/calendar/all.ics")
    packed = client.get("/calendar/all.ics", headers={"accept-encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["ETag"] != plain.headers["ETag"]
    known = {"accept-encoding": "br, gzip", "if-none-match": packed.headers["ETag"]}
    assert client.get("/calendar/all.ics", headers=known).status_code == 304
    assert client.get("/calendar/all.ics", headers=known | {"accept-encoding": "identity"}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP;Q=0.5", True),
        ("br;q=1.0, gzip ; q=0.001", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("x-gzipped", False),
        ("identity", False),
        ("gzip;q=", False),
    ],
)
def test_gzip_when_a_header_names_codings_then_it_is_taken_at_its_word(accepted, takes):
    assert takes_gzip(accepted) is takes


# When it changes


def test_etag_when_one_session_changes_then_only_the_feeds_that_hold_it_change(client):
    session = SessionFactory(title="A")
    session.topic.themes.set([ThemeFactory(slug="neglect")])
    other = SessionFactory(
        title="B",
        week=WeekFactory(slug="2027-10-other", starts_on=date(2027, 10, 18)),
        host=PartnershipFactory(slug="portsmouth"),
    )
    other.topic.themes.set([ThemeFactory(slug="thresholds")])
    hold = [
        "/calendar/all.ics",
        WEEK,
        "/calendar/partnerships/hampshire.ics",
        "/calendar/themes/neglect.ics",
        f"/calendar/sessions/{session.pk}.ics",
    ]
    do_not = [
        "/calendar/weeks/2027-10-other.ics",
        "/calendar/partnerships/portsmouth.ics",
        "/calendar/themes/thresholds.ics",
        f"/calendar/sessions/{other.pk}.ics",
        "/calendar/all.ics?theme=thresholds",
    ]
    before = {address: etag(client, address) for address in hold + do_not}
    actions.reschedule_session(session.pk, starts_at=START + DAY, ends_at=START + DAY + timedelta(hours=1), at=NOW)
    changed = [address for address, tag in before.items() if etag(client, address) != tag]
    assert changed == hold


@pytest.mark.parametrize("what", ["topic", "theme", "venue", "partnership"])
def test_etag_when_what_the_entry_names_changes_then_it_changes_too(client, what):
    session = SessionFactory(format="in_person", venue=VenueFactory())
    session.topic.themes.set([ThemeFactory(slug="neglect")])
    before = etag(client, "/calendar/all.ics")
    rows = {
        "topic": session.topic,
        "theme": session.topic.themes.get(),
        "venue": session.venue,
        "partnership": session.hosts.get(),
    }
    row = rows[what]
    if what == "topic":
        row.summary = "Another text"
    else:
        row.name = "Another name"
    row.save()
    assert etag(client, "/calendar/all.ics") != before


def test_etag_when_people_book_then_it_stays_and_the_feed_of_free_places_follows(client):
    session = SessionFactory(title="A", capacity=1)
    addresses = ["/calendar/all.ics", "/calendar/all.ics?places=1"]
    before = [etag(client, address) for address in addresses]
    assert titles(client, addresses[1]) == ["A"]
    booking = make_booking(session=session)
    assert etag(client, addresses[0]) == before[0]
    assert titles(client, addresses[1]) == []
    cancel(booking, at=NOW)
    assert etag(client, addresses[1]) == before[1]


def test_file_when_another_day_begins_then_it_is_made_anew(client):
    SessionFactory(title="A", starts_at=datetime(2027, 2, 4, 9, tzinfo=UTC))
    assert titles(client, "/calendar/all.ics") == ["A"]
    with time_machine.travel(NOW + DAY, tick=False):
        assert titles(client, "/calendar/all.ics") == []


def test_address_when_filters_are_written_differently_then_the_file_is_the_same(client):
    ThemeFactory(slug="neglect")
    one = client.get("/calendar/all.ics?theme=neglect&format=online")
    other = client.get("/calendar/all.ics?format=online&theme=neglect&theme=neglect&q=")
    assert one.content == other.content


# What it costs


def test_queries_when_the_file_is_current_then_one_and_nothing_is_written_again(client, django_assert_num_queries):
    SessionFactory()
    with django_assert_num_queries(5):  # the control: revision, sessions, hosts, themes and the subject's row
        tag = etag(client, WEEK)
    with django_assert_num_queries(1):
        assert client.get(WEEK, headers={"if-none-match": tag}).status_code == 304
    with django_assert_num_queries(1):
        assert client.get(WEEK).status_code == 200
    actions.publish_week(WeekFactory(), at=NOW)
    with django_assert_num_queries(5):
        assert client.get(WEEK, headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("feed", "queries"),
    [
        ("all", 1),
        ("partnerships/hampshire", 1),
        ("weeks/2027-06-learning-from-reviews", 1),
        ("themes/neglect", 1),
        ("sessions/{}", 1),
        ("all.ics?theme=neglect&q=sharing&format=online&day=tuesday&from=2027-06-01&partnership=hampshire", 1),
        ("all.ics?places=1", 2),
        ("themes/neglect.ics?places=1&week=2027-06-learning-from-reviews", 2),
    ],
)
def test_queries_when_any_feed_is_revalidated_then_two_at_most_and_nothing_is_written(
    client, django_assert_num_queries, monkeypatch, feed, queries
):
    session = SessionFactory()
    session.topic.themes.set([ThemeFactory(slug="neglect")])
    path, _, query = feed.format(session.pk).partition(".ics?")
    address = f"/calendar/{path}.ics?{query}"
    tag = etag(client, address)
    monkeypatch.setattr("events.ical.serialise", None)
    for method in (client.get, client.head):
        with django_assert_num_queries(queries):
            assert method(address, headers={"if-none-match": tag}).status_code == 304
    packed = {"accept-encoding": "gzip"}
    with django_assert_num_queries(queries):
        assert client.get(address, headers=packed).headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("number", [1, 3])
def test_queries_when_sessions_are_many_then_they_stay_few(client, django_assert_num_queries, number):
    for _ in range(number):
        SessionFactory().topic.themes.set([ThemeFactory(slug="neglect"), ThemeFactory(slug="thresholds")])
    with django_assert_num_queries(7):
        query = "theme=neglect&partnership=hampshire"
        assert len(titles(client, f"{WEEK}?{query}")) == number


def test_files_when_there_is_no_room_then_those_asked_for_longest_ago_go():
    files = {name: CalendarFile(name.encode() * 100) for name in "abc"}
    recent = RecentFiles(most_bytes=sum(files[name].size for name in "ab"))
    recent.keep("a", files["a"], made_for=1)
    recent.keep("b", files["b"], made_for=1)
    assert recent.get("a", made_for=1) is files["a"]
    recent.keep("c", files["c"], made_for=1)
    assert [recent.get(name, made_for=1) for name in "abc"] == [files["a"], None, files["c"]]
    recent.keep("a", files["a"], made_for=2)
    assert recent.get("a", made_for=1) is None
    assert recent.get("c", made_for=1) is files["c"]
    recent.keep("d", CalendarFile(b"d" * 10_000), made_for=1)
    recent.keep("d", CalendarFile(bytes(range(256)) * 100), made_for=1)
    assert recent.get("d", made_for=1) is None


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2027, 5, 4), 3, date(2027, 2, 4)),
        (date(2027, 5, 31), 3, date(2027, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2027, 1, 15), 3, date(2026, 10, 15)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2027, 3, 1), 3, date(2026, 12, 1)),
    ],
)
def test_months_when_counted_back_then_the_day_stays_or_is_the_last_of_its_month(day, months, before):
    assert feeds.months_before(day, months) == before
