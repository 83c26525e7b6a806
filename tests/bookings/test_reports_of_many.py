"""Reports over many bookings, by night 100,000, cost as many queries as over 100; a file of them is never whole."""

import sys
import time
import tracemalloc
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from bookings.reports import REPORTS, Asked
from bookings.reports.evidence import evidence_of
from bookings.reports.exports import Printed, as_csv
from people.models import Partnership
from tests import services
from tests.bookings.crowds import crowd
from tests.bookings.many_crowds import multiply
from tests.factories import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
FEW, TIMES = 100, services.size(20, night=1000)


def read_all(asked):
    """Return by report and rows how many there are, and their queries and seconds; every row is read.

    Where rows can be of many kinds, it is the first kind, and organisations, some of which are merged.
    """
    found = {}
    for report in REPORTS.values():
        groups = report.groups or [""]
        for group in sorted({groups[0], *({"organisation"} & {*groups})}):
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as seen:
                rows = sum(1 for _ in report.table(asked(group)).rows)
            found[report.slug, group] = (rows, len(seen), time.perf_counter() - began)
    return found


def peak_of(rows, parts):
    """Return the most bytes held while so many parts of a file are made."""
    tracemalloc.start()
    for _ in islice(as_csv(Printed("Proof", [], [], rows())), parts):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_reports_when_there_are_many_bookings_then_as_many_queries_as_of_a_few(capsys):
    crowd(FEW, sessions=10)
    own = list(Partnership.objects.order_by("slug"))

    def asked(group):
        return Asked(own, NOW, group)

    def one_by_one():
        with CaptureQueriesContext(connection) as seen:
            assert [one.topic.title for one in asked("").held()[:50]]
        return len(seen)

    few, looped = read_all(asked), one_by_one()
    began = time.perf_counter()
    multiply(TIMES)
    made = time.perf_counter() - began
    many = read_all(asked)

    assert Booking.objects.count() == FEW * TIMES
    for name, (rows, queries, _) in many.items():
        assert queries <= few[name][1], name
        assert rows >= few[name][0], name
    assert many["registers", ""][0] == TIMES * few["registers", ""][0]
    assert one_by_one() > looped  # what the counting would have seen
    with capsys.disabled():
        sys.stdout.write(f"\n{FEW * TIMES:,} bookings made in {made:.1f} s\n")
        for (slug, group), (rows, queries, seconds) in many.items():
            ratio = seconds / few[slug, group][2]
            sys.stdout.write(f"{slug} {group}: {rows} rows, {queries} queries, {seconds:.2f} s, {ratio:.0f} times\n")


def test_file_when_it_is_of_many_bookings_then_no_more_is_held_for_it_than_for_a_few():
    crowd(FEW, sessions=10)
    multiply(125)

    def streamed():
        return evidence_of(Booking.objects.all())

    def held():
        table = evidence_of(Booking.objects.all())
        return type(table)(table.columns, list(table.rows))

    peak_of(streamed, 1)
    few, many = peak_of(streamed, 4), peak_of(streamed, 20)

    assert many < 2 * few
    assert peak_of(held, 4) > 2 * few  # what measuring would have seen
