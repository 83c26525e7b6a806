"""Small numbers are hidden, and nobody works them out from what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from bookings.reports.suppression import HIDDEN, hidden_places
from bookings.reports.table import Column, Table, percent

SUMS = (("all", "some", "others"),)
COUNTS = ("all", "some", "others")
NUMBERS = st.one_of(st.integers(0, 6), st.integers(0, 200))


def line(some, others):
    return {"all": some + others, "some": some, "others": others}


def total_of(rows):
    return {name: sum(row[name] for row in rows) for name in COUNTS}


@given(st.lists(st.builds(line, NUMBERS, NUMBERS), max_size=8))
def test_hidden_then_no_small_number_is_shown_and_none_can_be_subtracted(rows):
    total = total_of(rows)

    hidden = hidden_places(rows, total, COUNTS, SUMS)

    lines = {**dict(enumerate(rows)), -1: total}
    shown = {(at, name): row[name] for at, row in lines.items() for name in COUNTS if (at, name) not in hidden}
    assert not [value for value in shown.values() if 0 < value < 5]
    for at in lines:
        assert sum((at, name) in hidden for name in COUNTS) != 1
    for name in COUNTS:
        gone = [at for at in lines if (at, name) in hidden]
        assert len(gone) != 1
        if gone and -1 not in gone:
            assert sum(rows[at][name] for at in gone) >= 5


@given(st.lists(st.builds(line, st.integers(5, 99), st.integers(5, 99)), max_size=8))
def test_hidden_when_no_number_is_small_then_nothing(rows):
    assert hidden_places(rows, total_of(rows), COUNTS, SUMS) == frozenset()


def test_hidden_when_one_is_small_then_the_next_smallest_goes_with_it():
    rows = [line(3, 20), line(40, 20), line(8, 20)]

    hidden = hidden_places(rows, total_of(rows), ["some"])

    assert hidden == {(0, "some"), (2, "some")}


def test_hidden_when_the_rest_is_nought_then_the_total_goes_too():
    rows = [line(3, 0), line(0, 9)]

    assert (-1, "some") in hidden_places(rows, total_of(rows), ["some"]) or (1, "some") in hidden_places(
        rows, total_of(rows), ["some"]
    )


def test_table_then_a_rate_of_a_hidden_number_is_hidden_and_noughts_are_shown():
    columns = [
        Column("group", "Sector"),
        Column("some", "Some", "count"),
        Column("rate", "Rate", "percent", needs=("some",)),
    ]
    rows = [{"group": name, "some": some, "rate": percent(some, 100)} for name, some in [("A", 2), ("B", 0), ("C", 60)]]
    total = {"group": "Total", "some": 62, "rate": percent(62, 300)}

    shown = Table(columns, rows, total).without_small()

    assert shown.rows[0] == {"group": "A", "some": HIDDEN, "rate": HIDDEN}
    assert shown.rows[1]["some"] == 0
    assert shown.rows[2]["some"] == HIDDEN
    assert shown.total["some"] == 62
