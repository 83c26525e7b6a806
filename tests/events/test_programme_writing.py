"""Load, dump, load: the same programme, the same bytes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events import programme_files
from events.models import PracticeWeek, ProgrammeRevision, Resource, Session
from events.programme_files.cells import clock_of, items_of, moment_of, written_items
from events.programme_files.reading import read, read_csv, read_yaml
from events.programme_files.schema import columns
from events.programme_files.spreadsheet import read_spreadsheet
from events.programme_files.writing import to_csv, to_spreadsheet, to_yaml
from events.wall_time import LONDON
from people.text import CONTROL
from tests.events.programmes import BASE, WEEK, load, rows_yaml, session_yaml
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    TrainerFactory,
    VenueFactory,
    WeekFactory,
)
from tests.factories.people import AreaFactory, SectorFactory

FORMATS = ["yaml", "xlsx", "csv"]


def dump_to(folder, week, form):
    path = folder / f"week.{form}"
    path.write_bytes(programme_files.dump(week, form=form))
    return path


def differences(changes):
    return [change for change in changes if change.is_new or change.columns]


@pytest.fixture
def week(db):
    day = {"week": WEEK, "date": "2027-06-22", "kind": "themes", "themes": "supervision, information-exchange"}
    toolkit = {"slug": "toolkit", "title": "Toolkit", "kind": "toolkit", "week": WEEK, "day": "2027-06-22"}
    toolkit |= {"released_at": "2027-06-21 09:00", "themes": "supervision", "review_kinds": "'audits, \"a, b\"'"}
    pack = {**toolkit, "slug": "a-pack", "related": "toolkit", "released_at": "2027-06-21 10:00"}
    message = {"week": WEEK, "position": "1", "heading": "'If you do one thing…'", "text": '"First.\\n\\nSecond."'}
    message["released_at"] = "2027-06-21 09:00"
    load(
        session_yaml(practical_note='"=1+1\\n- two: #3"', title="'+44: a \"title\"'")
        + rows_yaml("days", day)
        + rows_yaml("resources", toolkit, pack)
        + rows_yaml("key_messages", message)
    )
    return PracticeWeek.objects.get()


@pytest.mark.parametrize("form", FORMATS)
def test_load_changes_nothing_when_the_file_is_a_dump(week, tmp_path, form):
    before = ProgrammeRevision.objects.get().number
    changes = programme_files.load(read(dump_to(tmp_path, week, form)), at=NOW)
    assert changes
    assert differences(changes) == []
    assert ProgrammeRevision.objects.get().number == before


@pytest.mark.parametrize("form", FORMATS)
def test_load_sees_the_difference_when_the_programme_moved_on_after_the_dump(week, tmp_path, form):
    path = dump_to(tmp_path, week, form)
    Session.objects.update(practical_note="Something else.")
    (change,) = differences(programme_files.load(read(path), at=NOW))
    assert dict(change.columns) == {"practical_note": ("Something else.", "=1+1\n- two: #3")}


@pytest.mark.parametrize("form", ["yaml", "xlsx"])
def test_dump_loads_into_an_empty_database_and_dumps_the_same_bytes(week, tmp_path, form):
    first = programme_files.dump(week, form=form)
    Session.objects.all().delete()
    Resource.objects.all().delete()
    week.delete()
    path = tmp_path / f"again.{form}"
    path.write_bytes(first)
    programme_files.load(read(path), at=NOW)
    assert programme_files.dump(PracticeWeek.objects.get(), form=form) == first


@pytest.mark.parametrize("form", FORMATS)
def test_dump_is_the_same_bytes_when_written_again_later(week, form, time_machine_at):
    with time_machine_at(NOW):
        first = programme_files.dump(week, form=form)
    with time_machine_at(datetime(2028, 1, 1, tzinfo=UTC)):
        assert programme_files.dump(week, form=form) == first


@pytest.fixture
def time_machine_at():
    import time_machine  # noqa: PLC0415 - only these tests move the clock

    return lambda moment: time_machine.travel(moment, tick=False)


@pytest.mark.django_db
def test_start_is_written_with_its_offset_when_the_hour_comes_twice(tmp_path):
    week = WeekFactory()
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    for number, hour in enumerate((0, 1)):
        SessionFactory(
            week=week,
            topic=TopicFactory(week=week, slug=f"t{number}"),
            code=f"N{number}",
            starts_at=first.replace(hour=hour),
            ends_at=first.replace(hour=hour + 3),
        )
    text = programme_files.dump(week, form="yaml").decode()
    assert "starts: 01:30+01:00" in text
    assert "starts: 01:30+00:00" in text
    assert differences(programme_files.load(read(dump_to(tmp_path, week, "yaml")), at=NOW)) == []


LINE = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30).filter(lambda t: not CONTROL.search(t))
TEXTS = LINE.map(lambda text: text.replace("\r", "\n").replace("\t", " ").strip())


@given(texts=st.lists(TEXTS, min_size=3, max_size=3))
@example(texts=["_x000D_ _x0041_", "=1+1", "null"])
@example(texts=["08:30", "'quoted'", "true"])
def test_texts_come_back_from_every_format_as_they_were(texts):
    row = dict.fromkeys(columns()["venues"], "x") | dict(zip(("name", "address", "access"), texts, strict=True))
    for content, read_back in (
        (to_yaml({"venues": [row]}), lambda content: read_yaml(content, columns())),
        (to_spreadsheet({"venues": [row]}), lambda content: read_spreadsheet(content, columns(), most_rows=5)),
    ):
        reading = read_back(content)
        assert reading.faults == []
        assert [read_row.cells for read_row in reading.rows] == [row]


@given(text=TEXTS)
def test_texts_come_back_from_csv_as_they_were(text):
    session = dict.fromkeys(columns()["sessions"], "x") | {"practical_note": text}
    topic = dict.fromkeys(columns()["topics"], "x") | {"week": "x", "slug": "x"}
    reading = read_csv(to_csv({"sessions": [session], "topics": [topic]}))
    assert [row.cells for row in reading.rows if row.table == "sessions"] == [session]


@pytest.mark.parametrize("text", ["=1+1", "+44 1983", "-", "@here", "'=1"])
def test_csv_never_begins_a_cell_like_a_formula(text):
    session = dict.fromkeys(columns()["sessions"], "x") | {"practical_note": text}
    topic = dict.fromkeys(columns()["topics"], "x") | {"week": "x", "slug": "x"}
    content = to_csv({"sessions": [session], "topics": [topic]})
    assert f",'{text}," in content.decode()
    assert read_csv(content).rows[0].cells["practical_note"] == text


@given(items=st.lists(TEXTS.filter(lambda text: text and "\n" not in text), unique=True, max_size=4))
def test_list_comes_back_as_it_was(items):
    assert items_of(written_items(items)) == items


@given(minutes=st.integers(0, 366 * 24 * 60))
@example(minutes=(303 * 24 + 0) * 60 + 30)
@example(minutes=(303 * 24 + 1) * 60 + 30)
def test_every_instant_comes_back_from_its_clock(minutes):
    moment = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = moment.astimezone(LONDON)
    assert moment_of(local.date(), clock_of(moment)) == moment


def test_clock_is_written_without_offset_on_all_days_but_the_two_the_clocks_change():
    halves = [datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in range(4)]
    assert [clock_of(moment) for moment in halves] == ["01:30+01:00", "01:30+00:00", "02:30", "03:30"]
    assert all(earlier < later for earlier, later in pairwise(halves))


@pytest.mark.django_db
def test_dump_names_everything_its_rows_need_and_nothing_else():
    load(BASE)
    text = programme_files.dump(PracticeWeek.objects.get(), form="yaml").decode()
    assert "slug: hampshire\n" in text
    assert "isle-of-wight" not in text
    assert "themes:\n- " not in text


def of_everything(week, number):
    """Give a week rows of each table and each relation that a row can have, all of them its own."""
    partnership = PartnershipFactory(slug=f"p{number}", area=AreaFactory(slug=f"a{number}"))
    partnership.area.safeguarding_contacts.create(audience="public", phone="023 8000 0000")
    week.week_hosts.create(partnership=partnership)
    week.presentations.create(partnership=partnership, title="Another name")
    theme = ThemeFactory(slug=f"t{number}")
    theme.aliases.create(name=f"Other name {number}")
    day = week.days.create(number=number, title="A day")
    day.day_themes.create(theme=theme)
    of_day = {"day": day, "released_at": NOW}
    related = week.resources.create(slug=f"r{number}", title="Pack", kind="toolkit", **of_day)
    resource = week.resources.create(slug=f"s{number}", title="Pack", kind="toolkit", **of_day)
    for row in (resource, related):
        row.themes.add(theme)
        row.partnerships.add(partnership)
    resource.related.add(related)
    week.key_messages.create(position=number, heading="First", **of_day)
    room = RoomFactory(venue=VenueFactory(slug=f"v{number}", area=AreaFactory(slug=f"b{number}")))
    earlier = WeekFactory(slug=f"earlier-{number}", starts_on=week.starts_on - timedelta(weeks=number))
    session = SessionFactory(
        week=week, format="hybrid", venue=room.venue, room=room, prerequisite=TopicFactory(week=earlier),
        starts_at=START + timedelta(days=number),
    )  # fmt: skip
    session.session_hosts.create(partnership=partnership)
    session.session_trainers.create(
        trainer=TrainerFactory(slug=f"x{number}"), starts_at=session.starts_at, ends_at=session.ends_at
    )
    session.areas.add(partnership.area)
    session.sectors.add(SectorFactory(slug=f"s{number}", name=f"Sector {number}"))
    session.topic.themes.add(theme)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.django_db
def test_dump_costs_the_same_queries_when_each_table_has_one_row_or_several(rows, django_assert_num_queries):
    week = WeekFactory()
    for number in range(1, rows + 1):
        of_everything(week, number)
    week = PracticeWeek.objects.get(pk=week.pk)
    with django_assert_num_queries(33):
        text = programme_files.dump(week, form="yaml").decode()
    assert [text.count(f"\n- slug: {kind}{rows}\n") for kind in "abprtvx"] == [1] * 7
    assert text.count("prerequisite: earlier-") == rows
