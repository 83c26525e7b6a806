"""The register of data protection: who asked what, by when it is due, and what was deleted in time."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings.reports import REPORTS, Asked
from config import tasks
from config.tasks import tidy_up
from people.models import DataRequest, IdempotencyKey, RetentionRun, RoleGrant
from people.models.data_protection import one_month_after
from tests.factories import NOW, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
REPORT = "/organise/reports/data-protection/"


@pytest.fixture
def administrator(hampshire):
    """A browser of an administrator, on a site with a partnership."""
    person = UserFactory(email="administrator@example.org", name="Ada Example", is_superuser=True, is_staff=True)
    RoleGrant.objects.create(user=person, role="administrator")
    browser = Client()
    browser.force_login(person)
    return browser


def ask(**values):
    return DataRequest.objects.create(
        **{"kind": "access", "about": "Pat Sample", "received_on": date(2027, 4, 30), **values}
    )


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2027, 4, 30), date(2027, 5, 30)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2027, 12, 31), date(2028, 1, 31)),
    ],
)
def test_month_when_the_next_has_no_such_day_then_ends_with_it(received, due):
    assert one_month_after(received) == due
    assert ask(received_on=received).due_on == due
    assert ask(received_on=received, kind="complaint").due_on == received + timedelta(days=30)


def test_request_when_noted_and_closed_then_stands_in_the_report(administrator):
    form = {"kind": "erasure", "about": "=Pat Sample", "received_on": "2027-04-30"}
    administrator.post("/organise/data-requests/new/", form)
    row = DataRequest.objects.get()
    administrator.post(f"/organise/data-requests/{row.pk}/acknowledge/", {"on": "2027-05-01"})
    administrator.post(f"/organise/data-requests/{row.pk}/close/", {"on": "2027-05-03", "outcome": "Erased"})

    page = administrator.get(REPORT).content.decode()
    file = b"".join(administrator.get(f"{REPORT[:-1]}.csv").streaming_content).decode()

    assert DataRequest.objects.get().handled_by.email == "administrator@example.org"
    for words in ("To erase something", "=Pat Sample", "30 May 2027", "3 May 2027", "Erased"):
        assert words in page
    assert ",'=Pat Sample," in file
    assert "Partnership" not in file


def test_register_when_an_organiser_asks_then_is_not_there(organiser, administrator):
    ask()

    assert administrator.get(REPORT).status_code == 200
    assert organiser.get(REPORT).status_code == 404
    assert organiser.get(f"{REPORT[:-1]}.csv").status_code == 404
    assert "Data-protection register" not in organiser.get("/organise/reports/").content.decode()
    assert "Data-protection register" in administrator.get("/organise/reports/").content.decode()
    assert organiser.get("/admin/people/datarequest/").status_code in {302, 403}


def test_register_when_narrowed_by_days_then_holds_those(hampshire, django_assert_num_queries):
    for days in range(4):
        ask(received_on=NOW.date() - timedelta(days=days), about=f"Person {days}")
        RetentionRun.objects.create(what="reasons of absence", rows=days + 1, ran_at=NOW - timedelta(days=days))
    span = {"first_day": NOW.date() - timedelta(days=2), "last_day": NOW.date() - timedelta(days=1)}
    report = REPORTS["data-protection"]

    with django_assert_num_queries(1):
        asked = list(report.table(Asked([hampshire], NOW, "request", **span)).rows)
    with django_assert_num_queries(1):
        ran = report.table(Asked([hampshire], NOW, "retention", **span))

    assert [row["about"] for row in asked] == ["Person 1", "Person 2"]
    assert ([row["rows"] for row in ran.rows], ran.total["rows"]) == ([2, 3], 5)


def test_night_when_something_was_deleted_then_it_is_noted_and_nothing_else():
    owner, now = UserFactory(), timezone.now()
    for key in ("one", "two"):
        old = {"request_digest": "0" * 64, "created_at": now - timedelta(hours=25)}
        IdempotencyKey.objects.create(owner=owner, key=key, **old)

    tidy_up()
    tidy_up()

    assert list(RetentionRun.objects.values_list("what", "rows", "ran_at")) == [("answers to programs", 2, now)]


def test_night_when_one_of_these_fails_then_the_others_are_done_and_the_log_says_so(monkeypatch, caplog):
    old = {"request_digest": "0" * 64, "created_at": timezone.now() - timedelta(hours=25)}
    IdempotencyKey.objects.create(owner=UserFactory(), key="one", **old)

    def broken(*, at):
        raise RuntimeError("away")

    monkeypatch.setattr(tasks, "KEPT_LONG_ENOUGH", {"waits": broken, **tasks.KEPT_LONG_ENOUGH})
    tidy_up()

    assert RetentionRun.objects.get().what == "answers to programs"
    assert "waits: what was kept long enough could not be forgotten" in caplog.text
