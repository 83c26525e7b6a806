"""Who may book, in programme files: read, said in differences, refused by column, and written back the same."""

import csv
import io

import pytest

from bookings import actions
from events import programme_files
from events.actions import revise_session
from events.models import PracticeWeek, Session, SessionTopic
from events.programme_files.reading import read_content
from events.programme_files.writing import FORMATS
from people.actions import grant_role
from tests.events.programmes import WEEK, faults_of, load, rows_yaml, session_yaml
from tests.factories import NOW, PartnershipFactory, UserFactory

pytestmark = pytest.mark.django_db
SECTORS = rows_yaml("sectors", {"slug": "police", "name": "Police"}, {"slug": "schools", "name": "Schools"})
EARLIER = "2027-02-first-steps"
WHO = {
    "format": "hybrid",
    "venue": "example-hall",
    "capacity": None,
    "in_person_capacity": "4",
    "online_capacity": "30",
    "areas": "isle-of-wight, hampshire",
    "sectors": "schools, police",
    "for_whom": "I supervise other practitioners.",
    "prerequisite": "before",
}
BEFORE = rows_yaml(
    "topics",
    {"week": WEEK, "slug": "sharing", "title": "Sharing information"},
    {"week": WEEK, "slug": "before", "title": "What comes before", "one_sitting": "false"},
)


def whole(**changes):
    """A file with a session that says everything of who may book."""
    text = session_yaml(**{**WHO, **changes})
    return text.replace(f"topics:\n- {{week: {WEEK}, slug: sharing, title: Sharing information}}\n", BEFORE) + SECTORS


def earlier_week():
    """An earlier week of the Island's with a topic."""
    week = PracticeWeek.objects.create(slug=EARLIER, title="First steps", starts_on="2027-02-01")
    return SessionTopic.objects.create(week=week, slug="basics", title="Basics")


def session():
    return Session.objects.get(code="A1")


def test_file_when_it_says_who_may_book_then_stored():
    load(whole())

    stored = session()
    assert [area.slug for area in stored.areas.order_by("slug")] == ["hampshire", "isle-of-wight"]
    assert [sector.slug for sector in stored.sectors.order_by("slug")] == ["police", "schools"]
    assert (stored.in_person_capacity, stored.online_capacity, stored.capacity) == (4, 30, 34)
    assert (stored.prerequisite.slug, stored.for_whom) == ("before", "I supervise other practitioners.")
    assert not stored.prerequisite.one_sitting
    assert stored.topic.one_sitting


def test_file_when_loaded_again_then_nothing_differs():
    load(whole())

    assert not [change for change in load(whole()) if change.columns]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_week_when_dumped_and_loaded_then_nothing_differs(form):
    load(whole())
    week = PracticeWeek.objects.get(slug=WEEK)
    dumped = programme_files.dump(week, form=form)

    changes = programme_files.load(read_content(f"week.{form}", dumped), at=NOW)

    assert not [change for change in changes if change.columns]
    assert programme_files.dump(week, form=form) == dumped


def test_week_when_dumped_then_has_the_sectors_that_its_sessions_name():
    load(whole())
    week = PracticeWeek.objects.get(slug=WEEK)

    assert b"- slug: police\n" in programme_files.dump(week, form="yaml")


def test_csv_when_written_then_says_whether_a_person_books_one_sitting():
    load(whole(topic="before", prerequisite=None))
    content = programme_files.dump(PracticeWeek.objects.get(slug=WEEK), form="csv").decode("utf-8-sig")

    row = next(csv.DictReader(io.StringIO(content)))
    assert (row["one_sitting"], row["areas"], row["in_person_capacity"]) == ("false", "hampshire, isle-of-wight", "4")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_template_when_made_then_has_the_columns(form):
    content = programme_files.template(form)

    if form != "xlsx":
        for column in ("areas", "sectors", "for_whom", "prerequisite", "in_person_capacity", "one_sitting"):
            assert column.encode() in content
    assert not read_content(f"empty.{form}", content).faults


def test_dry_run_when_rules_differ_then_says_so_by_column_and_writes_nothing():
    load(whole())

    changes = load(whole(areas="hampshire", prerequisite="", in_person_capacity="5", for_whom=""), dry_run=True)

    columns = next(change.columns for change in changes if change.table == "sessions")
    assert columns == {
        "areas": ("hampshire, isle-of-wight", "hampshire"),
        "prerequisite": ("before", ""),
        "in_person_capacity": ("4", "5"),
        "for_whom": ("I supervise other practitioners.", ""),
    }
    assert session().prerequisite.slug == "before"
    load(whole(areas="hampshire", prerequisite="", in_person_capacity="5", for_whom=""))
    assert session().prerequisite is None
    assert session().areas.get().slug == "hampshire"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"areas": "atlantis"}, "column areas: There is no area “atlantis”."),
        ({"sectors": "pirates"}, "column sectors: There is no sector “pirates”."),
        ({"prerequisite": "nothing"}, "column prerequisite: There is no topic “nothing” in that week."),
        ({"prerequisite": "no-week/before"}, "column prerequisite: There is no topic “before” in that week."),
        (
            {"prerequisite": "sharing"},
            "column prerequisite: A session cannot come before itself. Choose another topic.",
        ),
        (
            {"format": "in_person"},
            "column in_person_capacity: Only a hybrid session has places for each way; leave this empty.",
        ),
        ({"online_capacity": "-1"}, "column online_capacity"),
    ],
)
def test_file_when_something_is_wrong_then_named_by_row_and_column(changes, fault):
    found = faults_of(load, whole(**changes))

    assert any(fault in one and one.startswith("sessions, row 1") for one in found)
    assert not Session.objects.exists()


def test_file_when_what_comes_before_is_of_a_later_week_then_refused():
    week = PracticeWeek.objects.create(slug="2027-10-later", title="Later", starts_on="2027-10-04")
    SessionTopic.objects.create(week=week, slug="later", title="Later")

    assert "That topic belongs to a later week" in " ".join(faults_of(load, whole(prerequisite="2027-10-later/later")))


def test_file_when_what_comes_before_is_of_an_earlier_week_then_named_with_its_week():
    topic = earlier_week()

    load(whole(prerequisite=f"{EARLIER}/basics"))

    assert session().prerequisite == topic
    assert f"prerequisite: {EARLIER}/basics".encode() in programme_files.dump(session().week, form="yaml")


def test_file_of_an_organiser_when_what_comes_before_is_of_others_then_refused():
    load(whole())
    earlier_week()
    organiser = UserFactory()
    grant_role(organiser, "organiser", partnership=PartnershipFactory(), at=NOW)
    reading = read_content("week.yaml", whole(prerequisite=f"{EARLIER}/basics").encode())

    found = faults_of(programme_files.load, reading, at=NOW, actor=organiser)

    assert any("What comes before must be a topic of a week that your partnership hosts." in one for one in found)


def test_file_when_it_lowers_the_venue_below_what_is_taken_then_a_fault_in_its_column():
    load(whole())
    for _ in range(2):
        actions.book(session(), practitioner=UserFactory(), at=NOW, mode="in_person", overrides="The trainer asked.")

    found = faults_of(load, whole(in_person_capacity="1"))

    assert found == [
        found[0].split(", column")[0]
        + ", column in_person_capacity: 2 places are taken at the venue, so there must be at least that many."
    ]
    revise_session(session().pk, at=NOW, in_person_capacity=2)  # the control
