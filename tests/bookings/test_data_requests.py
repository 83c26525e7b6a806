"""What people ask about their data: what may be noted of it, and by whom on which page."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bookings import actions, request_errors
from bookings.models import AuditEvent
from people.models import DataRequest
from tests.factories import NOW, UserFactory
from tests.fixtures import organiser_for
from tests.pages import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = NOW.date()
DAY = timedelta(days=1)
PATH = "/organise/data-requests/"


@pytest.fixture
def boss(hampshire):
    return organiser_for(None, "boss@example.org", role="administrator")


def noted(kind="access", received_on=TODAY, about="A 1"):
    return actions.note_request(kind, about=about, received_on=received_on, actor=UserFactory(), at=NOW)


def test_request_when_noted_twice_then_is_one_and_after_it_is_closed_another():
    first = noted()
    assert noted() == first
    actions.close_request(first, on=TODAY, outcome="Sent", actor=UserFactory(), at=NOW)
    assert noted() != first
    assert noted(kind="erasure") != first


def test_request_when_acknowledged_twice_then_the_first_day_stays():
    request, first, second = noted(received_on=TODAY - 2 * DAY), UserFactory(), UserFactory()
    actions.acknowledge_request(request, on=TODAY - DAY, actor=first, at=NOW)
    actions.acknowledge_request(request, on=TODAY, actor=second, at=NOW)
    request.refresh_from_db()
    assert (request.acknowledged_on, request.handled_by) == (TODAY - DAY, first)


def test_day_when_it_has_not_come_or_is_before_the_request_then_is_refused():
    request, actor = noted(), UserFactory()
    with pytest.raises(request_errors.DayInFuture):
        noted(received_on=TODAY + DAY)
    for verb, more in ((actions.acknowledge_request, {}), (actions.close_request, {"outcome": "Sent"})):
        with pytest.raises(request_errors.DayInFuture):
            verb(request, on=TODAY + DAY, actor=actor, at=NOW, **more)
        with pytest.raises(request_errors.DayBeforeRequest):
            verb(request, on=TODAY - DAY, actor=actor, at=NOW, **more)
    request.refresh_from_db()
    assert (request.acknowledged_on, request.closed_on) == (None, None)


def test_request_when_closed_then_nothing_more_is_noted_of_it():
    request, actor = noted(), UserFactory()
    with pytest.raises(ValidationError):
        actions.close_request(request, on=TODAY, outcome="", actor=actor, at=NOW)
    actions.close_request(request, on=TODAY, outcome="Refused", actor=actor, at=NOW)
    with pytest.raises(request_errors.RequestClosed):
        actions.close_request(request, on=TODAY, outcome="Sent", actor=actor, at=NOW)
    with pytest.raises(request_errors.RequestClosed):
        actions.acknowledge_request(request, on=TODAY, actor=actor, at=NOW)
    assert DataRequest.objects.get().outcome == "Refused"


def test_request_when_its_kind_is_unknown_then_is_refused():
    with pytest.raises(ValidationError):
        noted(kind="wish")


def test_pages_then_are_there_for_administrators_alone(client, organiser, boss):
    request = noted()
    for path in ("", "new/", f"{request.pk}/acknowledge/", f"{request.pk}/close/"):
        assert client.get(f"{PATH}{path}").status_code == 302
        assert organiser.get(f"{PATH}{path}").status_code == 404
        assert boss.get(f"{PATH}{path}").status_code == 200
    assert "Data protection" in markup(boss.get("/organise/more/"))
    assert "Data protection" not in markup(organiser.get("/organise/more/"))


def test_request_then_is_noted_acknowledged_and_closed_on_its_pages(boss):
    form = {"kind": "erasure", "about": "Pat Sample", "received_on": "2027-05-03"}

    assert boss.post(f"{PATH}new/", form).status_code == 302
    request = DataRequest.objects.get()
    assert (request.about, request.handled_by) == ("Pat Sample", boss.person)
    assert "Answer by Thursday 3 June 2027" in markup(boss.get(PATH))
    boss.post(f"{PATH}{request.pk}/acknowledge/", {"on": "2027-05-04"})
    boss.post(f"{PATH}{request.pk}/close/", {"on": "2027-05-04", "outcome": "Erased in part"})

    page = markup(boss.get(PATH))
    told = "Came in on Monday 3 May 2027, acknowledged on Tuesday 4 May 2027, closed on Tuesday 4 May 2027"
    assert f"{told}: Erased in part" in page
    assert "/close/" not in page
    again = boss.post(f"{PATH}{request.pk}/close/", {"on": "2027-05-04", "outcome": "Erased"})
    assert (again.status_code, "This request is closed already." in markup(again)) == (409, True)
    assert {"note_data_request", "acknowledge_data_request", "close_data_request"} <= set(
        AuditEvent.objects.filter(verb="write").values_list("what", flat=True)
    )


def test_list_then_says_what_is_late_and_what_has_no_day(boss):
    noted(received_on=TODAY - 60 * DAY, about="Late one")
    complaint = noted("complaint", received_on=TODAY - 60 * DAY, about="Loud one")
    actions.acknowledge_request(complaint, on=TODAY - 50 * DAY, actor=UserFactory(), at=NOW)

    page = markup(boss.get(PATH))

    assert page.count("<strong>Late.</strong>") == 1
    assert "Answer without undue delay" in page


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"about": ""}, 400, "Say who asks, or the number of the request."),
        ({"kind": ""}, 400, "Say what is asked for."),
        ({"received_on": "soon"}, 400, "Write the day as year, month and day"),
        ({"received_on": "2027-05-05"}, 409, "This day has not come yet."),
    ],
)
def test_request_when_it_cannot_be_noted_then_the_page_says_why(boss, wrong, status, sentence):
    form = {"kind": "access", "about": "Pat", "received_on": "2027-05-03", **wrong}

    answer = boss.post(f"{PATH}new/", form)

    assert (answer.status_code, DataRequest.objects.count()) == (status, 0)
    assert sentence in markup(answer)


@pytest.mark.parametrize("count", [1, 9])
def test_list_then_the_same_queries_however_long_it_is(boss, count, django_assert_num_queries):
    for n in range(count):
        noted(about=f"A {n}")
    with django_assert_num_queries(8):
        boss.get(PATH)
