"""What a programme file may say, and what is said when it is wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import programme_files
from events.models import PracticeWeek, ProgrammeRevision, Resource, Session, Theme, WeekHost
from events.programme_files.faults import Reading, Row
from events.programme_files.schema import columns
from people.models import Area
from tests.events.programmes import BASE, SESSION, WEEK, faults_of, load, rows_yaml, session_yaml
from tests.factories import NOW, make_booking

pytestmark = pytest.mark.django_db


def revision():
    return ProgrammeRevision.objects.values_list("number", flat=True).first()


def test_session_is_made_when_new_with_its_times_by_its_own_clock():
    load(session_yaml(zone="Europe/Lisbon"))
    session = Session.objects.get()
    assert (session.starts_at, session.ends_at) == (
        datetime(2027, 6, 22, 8, 30, tzinfo=UTC),
        datetime(2027, 6, 22, 10, 0, tzinfo=UTC),
    )
    assert (session.title, session.state, session.capacity) == ("Sharing information", "published", 2)
    assert [host.partnership.slug for host in session.session_hosts.all()] == ["hampshire"]


def test_time_stays_text_when_it_reads_like_a_number_of_base_sixty():
    load(session_yaml(starts="08:30", ends="09:15"))
    assert Session.objects.get().local_start.strftime("%H:%M") == "08:30"


def test_day_is_read_when_written_with_the_day_first_and_no_doubt():
    load(session_yaml(date="22/06/2027"))
    assert Session.objects.get().local_start.date().isoformat() == "2027-06-22"


def test_second_load_changes_nothing_when_the_file_is_the_same():
    load(session_yaml())
    before = (revision(), Session.objects.values().get())
    changes = load(session_yaml(), at=NOW + timedelta(days=1))
    assert (revision(), Session.objects.values().get()) == before
    assert not any(change.is_new or change.columns for change in changes)


def test_revision_rises_when_the_file_differs():
    load(session_yaml())
    before = revision()
    load(session_yaml(capacity="3"))
    assert revision() > before


def test_dry_run_says_what_would_change_and_writes_nothing():
    load(session_yaml())
    before = (revision(), Session.objects.values().get())
    changes = load(session_yaml(capacity="9", code="A1", title="Another title"), dry_run=True)
    changed = {change.place: dict(change.columns) for change in changes if change.columns}
    assert changed == {
        "sessions, row 1 (line 27)": {"title": ("Sharing information", "Another title"), "capacity": ("2", "9")}
    }
    assert (revision(), Session.objects.values().get()) == before


def test_dry_run_says_new_when_a_row_is_not_there_yet():
    changes = load(session_yaml(), dry_run=True)
    assert all(change.is_new for change in changes)
    assert not Area.objects.exists()


def test_column_left_out_keeps_what_is_stored():
    load(session_yaml(practical_note="Bring a pen.", capacity="5"))
    load(session_yaml(capacity=None))
    session = Session.objects.get()
    assert (session.practical_note, session.capacity) == ("Bring a pen.", 5)


def test_booking_follows_when_a_file_moves_a_published_session():
    load(session_yaml())
    booking = make_booking(session=Session.objects.get())
    load(session_yaml(starts="10:00", ends="11:30"), at=NOW + timedelta(hours=1))
    session = Session.objects.get()
    booking.refresh_from_db()
    assert (session.sequence, booking.ical_sequence) == (1, 1)
    assert booking.changes.last().details["starts_at"] == ["2027-06-22T08:30:00+00:00", "2027-06-22T09:00:00+00:00"]


def test_sequence_stays_when_a_file_changes_what_no_diary_says():
    load(session_yaml())
    load(session_yaml(capacity="7", joining_link="https://meet.example.org/a1"))
    assert Session.objects.get().sequence == 0


def test_waiting_person_gets_the_place_when_a_file_adds_one():
    load(session_yaml(capacity="1"))
    session = Session.objects.get()
    make_booking(session=session)
    waiting = make_booking(session=session)
    assert waiting.status == "waitlisted"
    load(session_yaml(capacity="2"))
    waiting.refresh_from_db()
    assert waiting.status == "offered"


def test_bookings_end_when_a_file_cancels_the_session():
    load(session_yaml())
    booking = make_booking(session=Session.objects.get())
    load(session_yaml(state="cancelled", cancellation_reason="Snow."))
    booking.refresh_from_db()
    session = Session.objects.get()
    assert (session.state, session.cancellation_reason, session.sequence) == ("cancelled", "Snow.", 1)
    assert booking.status == "cancelled"


def test_new_session_is_cancelled_before_its_start_when_a_file_of_the_past_says_so():
    load(session_yaml(state="cancelled"), at=datetime(2028, 1, 1, tzinfo=UTC))
    session = Session.objects.get()
    assert session.cancelled_at == session.starts_at


def test_draft_is_published_when_the_file_says_so():
    load(session_yaml(state="draft"))
    load(session_yaml(state="published"))
    assert Session.objects.get().state == "published"


def test_hosts_change_when_the_file_names_others():
    load(session_yaml())
    load(session_yaml(lead_host="isle-of-wight", co_hosts="hampshire"))
    hosts = Session.objects.get().session_hosts.all()
    assert {(host.partnership.slug, host.is_lead) for host in hosts} == {("isle-of-wight", True), ("hampshire", False)}


def test_lead_changes_hands_when_one_file_says_both():
    load(BASE)
    load(
        rows_yaml(
            "hosts",
            {"week": WEEK, "partnership": "isle-of-wight", "is_lead": "true"},
            {"week": WEEK, "partnership": "hampshire", "is_lead": "false"},
        )
    )
    assert WeekHost.objects.get(is_lead=True).partnership.slug == "isle-of-wight"


@pytest.mark.parametrize("name", ["information-exchange", "Information exchange", "Information Sharing"])
def test_theme_is_found_when_named_by_slug_name_or_alias(name):
    load(BASE + rows_yaml("days", {"week": WEEK, "date": "2027-06-22", "kind": "themes", "themes": name}))
    assert [theme.slug for theme in PracticeWeek.objects.get().days.get().themes.all()] == ["information-exchange"]


def test_themes_of_a_day_keep_the_order_of_the_file():
    day = {"week": WEEK, "date": "2027-06-22", "kind": "themes", "themes": "supervision, information-exchange"}
    load(BASE + rows_yaml("days", day))
    links = PracticeWeek.objects.get().days.get().day_themes.all()
    assert [link.theme.slug for link in links] == ["supervision", "information-exchange"]


def test_aliases_follow_the_file_when_it_names_others():
    load(BASE)
    load(rows_yaml("themes", {"slug": "supervision", "aliases": "'reflective supervision, \"a, b\"'"}))
    load(rows_yaml("themes", {"slug": "information-exchange", "aliases": "''"}))
    names = {theme.slug: [alias.name for alias in theme.aliases.all()] for theme in Theme.objects.all()}
    assert names == {"supervision": ["a, b", "reflective supervision"], "information-exchange": []}


def test_relation_of_resources_stays_when_a_file_does_not_name_it():
    toolkit = {"slug": "toolkit", "title": "Toolkit", "kind": "toolkit", "released_at": "2027-06-21 09:00"}
    pack = {**toolkit, "slug": "pack", "title": "Pack", "related": "toolkit"}
    load(BASE + rows_yaml("resources", toolkit, pack))
    load(rows_yaml("resources", {"slug": "toolkit", "title": "Tools", "related": "''"}))
    assert [row.slug for row in Resource.objects.get(slug="toolkit").related.all()] == ["pack"]


SESSION_FAULTS = [
    ({"starts": "8.30"}, "starts: “8.30” is not a time; write it as 08:30, by the 24-hour clock."),
    ({"starts": "24:00"}, "starts: “24:00” is not a time; write it as 08:30, by the 24-hour clock."),
    ({"starts": "12:00"}, "ends: A session must end after it starts."),
    ({"date": "2027-02-30"}, "date: 2027-02-30 is not a day of the calendar; write it as 2024-06-24."),
    ({"date": "04/06/2027"}, "date: 04/06/2027 can be read in two ways; write the day as 2024-06-24."),
    ({"date": "06/24/2027"}, "date: 06/24/2027 is not a day of the calendar; write it as 2024-06-24."),
    ({"date": "22 June 2027"}, "date: “22 June 2027” is not a day; write it as 2024-06-24."),
    ({"date": "22/06/27"}, "date: “22/06/27” is not a day; write it as 2024-06-24."),
    (
        {"date": "2027-03-28", "starts": "01:30", "ends": "03:00"},
        "starts: 01:30 on 28 March 2027 in Europe/London does not exist: the clocks go forward over it.",
    ),
    (
        {"date": "2027-10-31", "starts": "01:30", "ends": "03:00"},
        "starts: 01:30 on 31 October 2027 in Europe/London comes twice: the clocks go back over it.",
    ),
    ({"zone": "Europe/Atlantis"}, "zone: Choose a time zone such as Europe/London."),
    ({"zone": "Etc/GMT-10"}, "zone: Choose a time zone such as Europe/London."),
    ({"format": "by post"}, "format: “by post” is none of online, in_person, hybrid."),
    ({"topic": "nothing"}, "topic: The week has no topic “nothing”."),
    ({"venue": "nowhere", "format": "in_person"}, "venue: There is no venue “nowhere”."),
    ({"lead_host": "'%(no)s %s {x}'"}, "lead_host: There is no partnership “%(no)s %s {x}”."),
    ({"topic": "'%(no)s %s {x}'"}, "topic: The week has no topic “%(no)s %s {x}”."),
    ({"lead_host": "nobody"}, "lead_host: There is no partnership “nobody”."),
    ({"co_hosts": "hampshire"}, "co_hosts: “hampshire” leads the session; name it once."),
    ({"capacity": "many"}, "capacity: Enter a whole number."),
    ({"capacity": "-1"}, "capacity: Ensure this value is greater than or equal to 0."),
    ({"booking_required": "maybe"}, "booking_required: “maybe” is neither true nor false."),
    ({"title": '"a\\u0007b"'}, "title: Remove control characters from this text."),
    ({"title": '"a\\nb"'}, "title: Remove line breaks and control characters from this text."),
    ({"title": "x" * 201}, "title: Ensure this value has at most 200 characters (it has 201)."),
    ({"joining_link": "meet"}, "joining_link: Enter a web address, such as https://www.example.org/page."),
    (
        {"booking_opens_at": "2027-06-01"},
        "booking_opens_at: “2027-06-01” is not a day and a time; write it as 2024-06-24 09:00.",
    ),
    ({"code": "''"}, "code: This field is required."),
    ({"date": None}, "date: This field is required."),
    ({"week": "another"}, "week: There is no practice week “another”."),
]


@pytest.mark.parametrize(("changes", "expected"), SESSION_FAULTS, ids=[fault[1][:40] for fault in SESSION_FAULTS])
def test_fault_names_row_and_column_when_a_cell_is_wrong(changes, expected):
    assert faults_of(load, session_yaml(**changes)) == [f"sessions, row 1 (line 27), column {expected}"]
    assert not Area.objects.exists()


NASTY = [
    "%s",
    "9" * 30,
    "-1",
    "NaN",
    "٣",
    "9999-12-31",
    "0001-01-01 00:00",
    "00:00+99:99",
    "a,b",
    '"',
    "é" * 300,
    "\u200b",
]


@pytest.mark.parametrize("cell", NASTY)
def test_file_is_refused_or_loaded_and_never_fails_otherwise_when_a_cell_is_nasty(cell):
    load(session_yaml())
    before = Session.objects.values().get()
    for name in columns()["sessions"]:
        row = Row("sessions", "row 1", {"week": WEEK, "code": "A1", name: cell})
        faults_of(programme_files.load, Reading([row]), at=NOW, dry_run=True)
    assert Session.objects.values().get() == before


WHOLE_ROW_FAULTS = [
    ({"format": "in_person"}, ": A session in person needs a venue before it is published; online has none."),
    (
        {"format": "online", "venue": "example-hall"},
        ": A session in person needs a venue before it is published; online has none.",
    ),
    ({"booking_closes_at": "2027-06-22 12:00"}, ": Booking must close before the session ends."),
    (
        {"booking_opens_at": "2027-06-20 12:00", "booking_closes_at": "2027-06-20 11:00"},
        ": Booking must open before it closes.",
    ),
]


@pytest.mark.parametrize(("changes", "expected"), WHOLE_ROW_FAULTS, ids=[fault[1][:30] for fault in WHOLE_ROW_FAULTS])
def test_fault_names_the_row_when_its_cells_do_not_go_together(changes, expected):
    assert faults_of(load, session_yaml(**changes)) == [f"sessions, row 1 (line 27){expected}"]


def test_every_fault_is_named_and_nothing_written_when_many_rows_are_wrong():
    text = BASE + rows_yaml(
        "sessions",
        {**SESSION, "starts": "9"},
        {**SESSION, "code": "A2"},
        {**SESSION, "code": "A3", "capacity": "x", "format": "post"},
    )
    places = [fault.split(":")[0] for fault in faults_of(load, text)]
    assert places == [
        "sessions, row 1 (line 27), column starts",
        "sessions, row 3 (line 47), column format",
        "sessions, row 3 (line 47), column capacity",
    ]
    assert not Session.objects.exists()


def test_rows_that_need_a_faulty_one_are_not_told_of_when_the_faulty_one_is():
    text = session_yaml().replace("starts_on: 2027-06-21", "starts_on: 2027-06-22")
    assert faults_of(load, text) == [
        "weeks, row 1 (line 21), column starts_on: 2027-06-22 is a Tuesday; a week starts on a Monday."
    ]


def test_row_is_refused_when_its_key_stands_in_the_file_already():
    text = BASE + rows_yaml("sessions", SESSION, {**SESSION, "capacity": "9"})
    assert faults_of(load, text) == [
        f"sessions, row 2 (line 37): This is {WEEK} a1 again, which stands in sessions, row 1 (line 27)."
    ]


def test_second_lead_is_refused():
    text = BASE.replace(
        "is_lead: true}", f"is_lead: true}}\n- {{week: {WEEK}, partnership: isle-of-wight, is_lead: true}}"
    )
    assert faults_of(load, text) == ["hosts, row 2 (line 24): Only one partnership leads a week."]


def test_alias_is_refused_when_another_theme_has_it():
    load(BASE)
    faults = faults_of(load, rows_yaml("themes", {"slug": "supervision", "aliases": "Information sharing"}))
    assert faults == [
        "themes, row 1 (line 2), column aliases: “Information sharing” is another name of something else already."
    ]


def test_day_is_refused_when_outside_the_week():
    faults = faults_of(load, BASE + rows_yaml("days", {"week": WEEK, "date": "2027-06-26", "kind": "tbc"}))
    assert faults == ["days, row 1 (line 27), column date: The week runs from 2027-06-21 to 2027-06-25."]


def test_list_is_refused_when_an_item_stands_twice():
    faults = faults_of(load, BASE.replace("information sharing", "'a, a'"))
    assert faults == ["themes, row 1 (line 16), column aliases: “a” stands here twice."]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"capacity": "1"}, ", column capacity: 2 places are taken, so there must be at least that many."),
        ({"state": "draft"}, ", column state: A session that is published does not become draft."),
    ],
)
def test_update_is_refused_when_people_have_places(changes, expected):
    load(session_yaml())
    make_booking(session=Session.objects.get())
    make_booking(session=Session.objects.get())
    before = Session.objects.values().get()
    assert faults_of(load, session_yaml(**changes)) == [f"sessions, row 1 (line 27){expected}"]
    assert Session.objects.values().get() == before


def test_update_is_refused_when_the_session_has_begun():
    load(session_yaml())
    later = Session.objects.get().starts_at
    faults = faults_of(load, session_yaml(title="Too late"), at=later)
    assert faults == [
        "sessions, row 1 (line 27): This session cannot be changed or moved, because it is cancelled or has begun."
    ]


def test_cancelled_session_is_not_taken_back():
    load(session_yaml(state="cancelled"))
    faults = faults_of(load, session_yaml())
    assert faults == ["sessions, row 1 (line 27), column state: A session that is cancelled does not become published."]


def test_published_week_is_not_hidden_again():
    load(BASE)
    faults = faults_of(load, BASE.replace("state: published", "state: draft"))
    assert faults == [
        "weeks, row 1 (line 21), column state: A week that was published does not become a draft; archive it."
    ]


def test_session_is_not_published_when_its_week_is_a_draft():
    text = session_yaml().replace("2027-06-21, state: published", "2027-06-21, state: draft")
    (fault,) = faults_of(load, text)
    assert fault.startswith("sessions, row 1 (line 27), column state: This session cannot be published,")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database")
def test_sessions_are_locked_in_order_of_id_before_anything_is_written():
    load(BASE + rows_yaml("sessions", SESSION, {**SESSION, "code": "A2"}))
    text = BASE + rows_yaml("sessions", {**SESSION, "code": "A2", "capacity": "9"}, {**SESSION, "capacity": "9"})
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load(text)
    statements = [query["sql"] for query in queries if not query["sql"].startswith("SAVEPOINT")]
    assert 'FROM "events_session"' in statements[0]
    assert "ORDER BY" in statements[0]
    assert "FOR NO KEY UPDATE" in statements[0]


def test_diaries_follow_when_a_file_renames_a_venue():
    load(session_yaml(format="in_person", venue="example-hall"))
    booking = make_booking(session=Session.objects.get())
    text = rows_yaml("venues", {"slug": "example-hall", "name": "New Hall", "address": "2 Example Street"})
    changes = load(text)
    booking.refresh_from_db()
    assert [change.columns["name"] for change in changes] == [("Example Hall", "New Hall")]
    assert Session.objects.get().sequence == 1
    assert (booking.ical_sequence, booking.changes.last().details) == (
        1,
        {"venue": ["Example Hall", "New Hall, 2 Example Street"]},
    )
    assert {bool(change.columns) for change in load(text)} == {False}


def test_draft_is_not_called_off_by_a_file():
    load(session_yaml(state="draft"))
    (fault,) = faults_of(load, session_yaml(state="cancelled"))
    assert fault.endswith(", column state: A draft was never announced: delete it instead.")
    assert Session.objects.get().state == "draft"


def test_nothing_is_written_when_a_later_table_is_faulty():
    load(session_yaml())
    before = (revision(), Session.objects.values().get())
    text = session_yaml(capacity="50") + rows_yaml("key_messages", {"week": WEEK, "position": "x", "heading": "H"})
    assert faults_of(load, text)
    assert (revision(), Session.objects.values().get()) == before
