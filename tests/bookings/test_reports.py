"""Reports agree with a plain recount of ten thousand bookings, whatever their rows are."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bookings.models import CAME, BookingChange
from bookings.reports import REPORTS, Asked
from bookings.reports.absence import absences
from bookings.reports.attendance import attendance
from bookings.reports.demand import demand
from bookings.reports.joint import joint
from bookings.reports.sessions import delivery, summary
from people.models import Partnership, Sector
from tests.bookings.crowds import own, recount
from tests.factories import NOW

__all__ = ["own", "recount"]
LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db


def keys_of(recount, group):
    """Return how a booking is put into rows: a list of names, for one may be in several."""
    names = {partnership.pk: partnership.name for partnership in Partnership.objects.all()}

    def start(one):
        return recount.held[one.session_id].starts_at.astimezone(LONDON)

    return {
        "sector": lambda one: [one.sector.name if one.sector else "Not known"],
        "area": lambda one: [area.name for area in one.practitioner.areas.all()] or ["Not known"],
        "partnership": lambda one: [names[pk] for pk in recount.hosts[one.session_id]],
        "theme": lambda one: [t.name for t in recount.held[one.session_id].topic.themes.all()] or ["Not known"],
        "month": lambda one: [f"{start(one):%B %Y}"],
        "year": lambda one: [str(start(one).year)],
    }[group]


def only(row):
    """Return a row without its names and rates."""
    return {name: value for name, value in row.items() if name not in {"group", "beside", "rate", "share"}}


@pytest.mark.parametrize("group", ["sector", "area", "partnership", "theme", "month", "year"])
def test_attendance_then_agrees_with_a_recount(recount, own, group):
    parted, keys = defaultdict(list), keys_of(recount, group)
    for booking in recount.bookings:
        for key in keys(booking):
            parted[key].append(booking)

    table = attendance(Asked(own, NOW, group))

    found = {row["group"]: only(row) for row in table.rows}
    assert len(found) == len(table.rows) > 1
    assert found == {name: recount.figures(rows) for name, rows in parted.items()}
    assert only(table.total) == recount.figures(recount.bookings)
    assert table.total["attended"] > 1000


def test_attendance_by_organisation_then_those_of_few_people_are_one_row_and_nothing_is_lost(recount, own):
    parted = defaultdict(list)
    for one in recount.bookings:
        name = one.organisation.name if one.organisation else one.organisation_name or "Not known"
        parted[one.sector.name if one.sector else "", name].append(one)
    few = {key for key, rows in parted.items() if recount.figures(rows)["people"] < 5}

    table = attendance(Asked(own, NOW, "organisation"))

    rows = {(row["beside"], row["group"]): only(row) for row in table.rows}
    merged = rows.pop(("", f"{len(few)} organisations with fewer than 5 people each"))
    assert len(few) > 1
    assert rows == {key: recount.figures(found) for key, found in parted.items() if key not in few}
    assert merged == recount.figures([one for key in few for one in parted[key]])
    assert merged["booked"] + sum(row["booked"] for row in rows.values()) == table.total["booked"]


def test_attendance_of_one_sector_partnership_and_span_then_agrees_with_a_recount(recount, own):
    sector, first = Sector.objects.get(name="Sector 1"), NOW.date() - timedelta(days=200)
    wanted = [
        one
        for one in recount.bookings
        if one.sector == sector
        and own[1].pk in recount.hosts[one.session_id]
        and recount.held[one.session_id].starts_at.astimezone(LONDON).date() >= first
    ]

    table = attendance(Asked([own[1]], NOW, "week", sector=sector, first_day=first))

    assert only(table.total) == recount.figures(wanted)
    assert sum(row["booked"] for row in table.rows) == table.total["booked"] > 50


def test_sessions_then_agree_with_a_recount(recount, own):
    parted = defaultdict(list)
    for one in recount.bookings:
        parted[one.session_id].append(one)

    table = delivery(Asked(own, NOW))

    held = sorted(recount.held.values(), key=lambda one: (one.starts_at, one.code))
    wanted = [recount.figures(parted[one.pk]) for one in held]
    assert [row["session"] for row in table.rows] == [one.title for one in held]
    for name in ("expected", "attended", "walked_in", "not_marked"):
        assert [row[name] for row in table.rows] == [row[name] for row in wanted]
    waiting = [sum(one.status == "waitlisted" for one in parted[session.pk]) for session in held]
    assert [row["waiting"] for row in table.rows] == waiting
    assert table.total["waiting"] == sum(waiting) > 100
    first = table.rows[1]
    assert first["fill"] == (Decimal(first["expected"]) / 5).quantize(Decimal("0.1"))


@pytest.mark.parametrize("group", ["year", "partnership", "week"])
def test_summary_then_agrees_with_a_recount(recount, own, group):
    table = summary(Asked(own, NOW, group))

    sessions = list(recount.held.values())
    total = recount.figures(recount.bookings)
    assert table.total["sessions"] == len(sessions)
    assert table.total["weeks"] == len({one.week_id for one in sessions})
    assert table.total["cancelled"] == len(recount.sessions) - len(sessions) > 0
    assert table.total["days"] == len({one.starts_at.astimezone(LONDON).date() for one in sessions})
    assert table.total["hours"] == sum(Decimal(one.length.seconds) for one in sessions) / 3600
    assert (table.total["attended"], table.total["people"]) == (total["attended"], total["people"])
    if group == "partnership":  # a joint session is of both
        assert sum(row["sessions"] for row in table.rows) > table.total["sessions"]
    else:
        assert sum(row["attended"] for row in table.rows) == total["attended"]
    assert len(table.rows) == {"year": 2, "partnership": 2, "week": 4}[group]


def test_absences_then_name_everybody_who_did_not_come_or_cancelled_late(recount, own):
    wanted = [
        one
        for one in recount.bookings
        if one.cancelled_late or recount.marks.get(one.pk) in {"did_not_attend", "excused"}
    ]

    rows = list(absences(Asked(own, NOW)).rows)

    assert sorted(row["name"] for row in rows) == sorted(one.name for one in wanted)
    late = [row for row in rows if row["status"] == "Cancelled after the deadline"]
    assert len(late) == sum(one.cancelled_late for one in wanted) > 100
    assert {row["notice"] for row in late} == {0, 1}


def test_joint_then_everybody_is_in_one_column_and_agrees_with_a_recount(recount, own):
    here = {one.area_id for one in own}
    columns = defaultdict(list)
    for one in recount.bookings:
        if recount.marks.get(one.pk) in {"present", "late", "left_early"} and one.status == "confirmed":
            areas = {area.pk for area in one.practitioner.areas.all()}
            mine = areas & here
            name = "several" if len(mine) > 1 else f"only_{mine.pop()}" if mine else "elsewhere" if areas else "unknown"
            columns[name].append(one.practitioner_id)
            columns["all"].append(one.practitioner_id)

    attendances, people = joint(Asked(own, NOW)).rows

    assert len(columns) == 6
    assert {name: attendances[name] for name in columns} == {name: len(ids) for name, ids in columns.items()}
    assert {name: people[name] for name in columns} == {name: len(set(ids)) for name, ids in columns.items()}


@pytest.mark.parametrize("group", ["session", "sector"])
def test_demand_then_agrees_with_a_recount(recount, own, group):
    firsts = dict(BookingChange.objects.filter(to_status="waitlisted").values_list("booking", "verb"))
    waited = [one for one in recount.bookings if one.pk in firsts]
    never = [one for one in waited if one.pk not in recount.had_place]

    table = demand(Asked(own, NOW, group))

    assert table.total["waited"] == len(waited) == sum(row["waited"] for row in table.rows) > 100
    assert table.total["never_placed"] == len(never)
    assert table.total["people"] == len({one.practitioner_id for one in never})
    if group == "session":
        assert {row["group"] for row in table.rows} == {recount.held[one.session_id].title for one in waited}
        assert all(0 < row["peak"] <= row["waited"] for row in table.rows)


def test_lists_then_name_everybody_they_are_about(recount, own):
    asked = Asked(own, NOW)
    with_place = [one for one in recount.bookings if one.status == "confirmed"]

    evident = list(REPORTS["evidence"].table(asked).rows)
    registered = [row for row in REPORTS["registers"].table(asked).rows if row["date"] <= NOW.date()]
    shown = list(REPORTS["programme"].table(asked).rows)

    assert sorted(row["name"] for row in evident) == sorted(one.name for one in with_place)
    assert sorted(row["name"] for row in registered) == sorted(one.name for one in with_place)
    lengths = [recount.held[one.session_id].length.seconds for one in with_place if recount.marks.get(one.pk) in CAME]
    assert sum(row["hours"] or 0 for row in evident) == sum(Decimal(one) for one in lengths) / 3600
    assert len(shown) > len(recount.held)


def test_every_report_then_can_be_made_with_each_of_its_rows(recount, own):
    without = {"resources", "messages", "data-protection"}  # a crowd has none
    for report in REPORTS.values():
        for group in report.groups or [""]:
            table = report.table(Asked(own, NOW, group))
            assert any(table.rows) != (report.slug in without), (report.slug, group)
