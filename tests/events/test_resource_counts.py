"""What is counted of resources: each opening and download, by day, and nothing of who it was."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.db.models import F

from bookings.reports import REPORTS, Asked
from events import actions
from events.models import Resource, ResourceCount
from tests.events.test_library import body, make_file, make_resource
from tests.factories import NOW, PartnershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = date(2027, 5, 4)
LONDON = ZoneInfo("Europe/London")


def counted():
    return list(ResourceCount.objects.order_by("day").values_list("day", "opens", "downloads"))


def test_file_when_sent_then_is_counted_and_with_nobody(client, clock):
    make_file()

    for _ in range(3):
        body(client.get("/resources/kit/file/"))
    clock.shift(timedelta(days=1))
    body(client.get("/resources/kit/file/"))

    assert counted() == [(TODAY, 0, 3), (TODAY + timedelta(days=1), 0, 1)]
    assert {field.name for field in ResourceCount._meta.fields} == {"id", "resource", "day", "opens", "downloads"}
    assert not client.cookies


def test_file_when_only_told_of_fetched_ahead_had_already_or_a_later_piece_then_is_not_counted(client):
    make_file()
    tag = client.head("/resources/kit/file/").headers["ETag"]

    client.get("/resources/kit/file/", headers={"If-None-Match": tag})
    body(client.get("/resources/kit/file/", headers={"Sec-Purpose": "prefetch;prerender"}))
    body(client.get("/resources/kit/file/", headers={"Range": "bytes=500-"}))
    client.get("/resources/kit/")

    assert counted() == []
    body(client.get("/resources/kit/file/", headers={"Range": "bytes=0-"}))
    assert counted() == [(TODAY, 0, 1)]


def test_link_when_followed_then_leads_on_and_is_counted(client):
    make_resource(link="https://kit.example.org/a?b=c")

    page = client.get("/resources/kit/").content.decode()
    answer = client.get("/resources/kit/go/")
    client.head("/resources/kit/go/")

    assert 'href="/resources/kit/go/"' in page
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://kit.example.org/a?b=c")
    assert answer.headers["Cache-Control"] == "no-store"
    assert counted() == [(TODAY, 1, 0)]


def test_link_when_there_is_none_or_it_is_not_released_then_leads_nowhere(client):
    make_resource()
    make_resource(slug="later", link="https://kit.example.org/", released_at=NOW + timedelta(minutes=1))

    assert client.get("/resources/kit/go/").status_code == 404
    assert client.get("/resources/later/go/").status_code == 404
    assert counted() == []


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 10, 24, 23, 30, tzinfo=LONDON), date(2026, 10, 24)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=LONDON), date(2026, 10, 25)),
        (datetime(2027, 6, 1, 0, 30, tzinfo=LONDON), date(2027, 6, 1)),
    ],
)
def test_count_then_is_of_london_s_day(at, day):
    actions.count_open(make_resource(), at=at)

    assert counted() == [(day, 1, 0)]


def test_count_when_not_the_first_then_costs_one_update(django_assert_num_queries):
    resource = make_resource()
    actions.count_download(resource, at=NOW)

    with django_assert_num_queries(3):  # with the two of its transaction
        actions.count_download(resource, at=NOW)


def test_file_when_it_cannot_be_counted_then_is_sent_all_the_same_and_said_in_the_log(client, monkeypatch, caplog):
    make_file()

    def broken(self, **values):
        raise DatabaseError("away")

    monkeypatch.setattr(type(ResourceCount.objects.all()), "update", broken)
    answer = client.get("/resources/kit/file/")

    assert (answer.status_code, len(body(answer)) > 1000) == (200, True)
    assert "resource kit was used could not be counted" in caplog.text


def test_report_then_adds_up_days_of_own_and_everybody_s_resources():
    own, other = PartnershipFactory(), PartnershipFactory(slug="isle-of-wight")
    ours, theirs, _ = (
        make_resource(slug=slug, title=slug, released_at=NOW - timedelta(days=n))
        for n, slug in enumerate(("ours", "theirs", "everybodys"))
    )
    ours.partnerships.add(own, other)
    theirs.partnerships.add(other)
    make_resource(slug="coming", released_at=NOW + timedelta(days=1))
    for days, resource in [(0, ours), (0, ours), (3, ours), (40, ours), (0, theirs)]:
        actions.count_open(resource, at=NOW - timedelta(days=days))
        actions.count_download(ours, at=NOW)
    asked = Asked([own], NOW, "resource", first_day=TODAY - timedelta(days=30), last_day=TODAY)
    report = REPORTS["resources"]

    rows = list(report.table(asked).rows)
    days = list(report.table(Asked([own], NOW, "day")).rows)

    assert [(row["group"], row["opens"], row["downloads"]) for row in rows] == [("ours", 3, 5), ("everybodys", 0, 0)]
    assert report.table(asked).total == {"group": "Total", "opens": 3, "downloads": 5}
    assert [(row["day"], row["opens"], row["downloads"]) for row in days] == [
        (TODAY, 2, 5),
        (TODAY - timedelta(days=3), 1, 0),
        (TODAY - timedelta(days=40), 1, 0),
    ]


def test_report_when_many_resources_and_days_then_two_queries(django_assert_num_queries):
    own = PartnershipFactory()
    for number in range(12):
        actions.count_open(make_resource(slug=f"kit-{number}"), at=NOW - timedelta(days=number))
    ResourceCount.objects.update(opens=F("opens") + Resource.objects.count())

    with django_assert_num_queries(2):
        table = REPORTS["resources"].table(Asked([own], NOW, "resource"))
    assert table.total == {"group": "Total", "opens": 12 * 13, "downloads": 0}
