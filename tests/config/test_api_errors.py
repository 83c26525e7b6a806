"""Whatever is sent to the API, the answer is a problem in JSON with a stable code."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import OperationalError
from django.http import UnreadablePostError
from rest_framework import exceptions
from rest_framework.test import APIRequestFactory

from bookings.models import Booking
from config.api.errors import problem_response
from events.errors import Busy
from tests.api_client import Api, code_of, errors_of
from tests.factories import SessionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize(
    "path", ["nothing/", "bookings", "sessions/1", "sessions/x/", "weeks/A B/", "weeks/%00/", "weeks/%ff/", "../v2/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_address_that_is_not_there_then_404_problem(method, path):
    assert code_of(Api().send(method, path)) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "{'session': 1}",
        '{"session": 1,}',
        '{"session": NaN}',
        '{"session": 1, "session": 2}',
        '{"a\\u0000b": 1}',
        '{"\\ud800": 1}',
        '{"session": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"a":' * 100_000,
        b'\xff\xfe{"session": 1}',
        b'{"session": "\xe9"}',
        "\x00",
        "null trailing",
    ],
)
def test_body_that_is_no_json_then_400_malformed(body):
    answer = Api(UserFactory()).post("bookings/", body or " ")

    assert code_of(answer) == (400, "malformed")
    assert not Booking.objects.exists()


@pytest.mark.parametrize("body", ["[]", "[1, 2]", "1", '"text"', "true", "null", "[[[[[]]]]]"])
def test_body_that_is_no_object_then_400_invalid(body):
    assert errors_of(Api(UserFactory()).post("bookings/", body))


def test_body_with_many_unknown_fields_then_some_are_named_and_cut():
    body = {f"field {number} {'x' * 200}": 1 for number in range(50)}

    errors = errors_of(Api(UserFactory()).post("bookings/", body))

    assert len(errors) == 11
    assert max(map(len, errors)) == 80


def test_body_over_one_mebibyte_then_413():
    answer = Api(UserFactory()).post("bookings/", b'{"session": 1}' + b" " * (1024 * 1024))

    assert code_of(answer) == (413, "too_large")


def test_body_of_just_one_mebibyte_then_read():
    body = b'{"session": 0, "x": "' + b"x" * (1024 * 1024 - 23) + b'"}'
    assert len(body) == 1024 * 1024

    assert set(errors_of(Api(UserFactory()).post("bookings/", body))) == {"session", "x"}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"]
)
def test_body_of_another_type_then_415(content_type):
    answer = Api(UserFactory()).post("bookings/", b"session=1", content_type=content_type)

    assert code_of(answer) == (415, "unsupported_media_type")


def test_charset_that_is_not_utf8_then_the_body_is_read_as_utf8_all_the_same():
    body = json.dumps({"session": SessionFactory().pk})

    answer = Api(UserFactory()).post("bookings/", body, content_type="application/json; charset=utf-16")

    assert answer.status_code == 201


def test_answer_in_another_type_wanted_then_406():
    assert code_of(Api().get("weeks/", headers={"Accept": "text/html"})) == (406, "not_acceptable")


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_fault_at_an_address_that_answers_in_another_format_then_a_problem_in_json_all_the_same(client, path):
    assert code_of(client.post(path)) == (405, "method_not_allowed")
    assert code_of(client.get(path, headers={"Accept": "image/png"})) == (406, "not_acceptable")


def test_method_that_is_not_there_then_405_names_those_that_are():
    answer = Api(UserFactory()).send("DELETE", "weeks/")

    assert code_of(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("size", ["0", "-1", "201", "x", "", "1e2", "٣", "9" * 30, "\x00"])
def test_page_size_out_of_bounds_then_400_names_it(size):
    answer = Api().client.get("/api/v1/sessions/", {"page_size": size})

    assert set(errors_of(answer)) == {"page_size"}


@pytest.mark.parametrize("number", ["0", "-1", "2", "x", "9" * 30, "9" * 5000, "\x00"])
def test_page_that_is_not_there_then_404(number):
    SessionFactory()

    assert code_of(Api().client.get("/api/v1/sessions/", {"page": number})) == (404, "not_found")


def test_query_with_too_many_parts_then_400_malformed():
    assert code_of(Api().get("sessions/?" + "theme=x&" * 1001)) == (400, "malformed")


def test_body_that_breaks_off_then_400_malformed():
    assert problem_of(UnreadablePostError("connection reset"))["code"] == "malformed"


@pytest.mark.parametrize(
    "accept",
    ["", ";;;", "application/json;q=x", "*/*", "application/*", "application/json;indent=9999999", "\x00", "é"],
)
def test_accept_header_of_any_form_then_200_or_406(accept):
    answer = Api().get("weeks/", headers={"Accept": accept})

    assert answer.status_code == 200 or code_of(answer) == (406, "not_acceptable")


@pytest.mark.parametrize("query", ["q=%ff", "q=%ed%a0%80", "%00=1", "from=%D9%A3", "page=1&page=2", "&&&", "=", "?"])
def test_query_of_any_form_then_never_a_fault_of_ours(query):
    assert Api().get(f"sessions/?{query}").status_code in {200, 400, 404}


def test_list_then_count_next_previous_and_results():
    for _ in range(3):
        SessionFactory()

    first = Api().get("sessions/?page_size=2").json()
    second = Api().client.get(first["next"]).json()

    assert list(first) == ["count", "next", "previous", "results"]
    assert (first["count"], first["previous"], len(first["results"])) == (3, None, 2)
    assert (second["next"], len(second["results"])) == (None, 1)
    assert len({row["id"] for row in first["results"] + second["results"]}) == 3


def answer_to(error):
    return problem_response(error, {"request": None})


def problem_of(error):
    return json.loads(answer_to(error).content)


def test_throttled_then_429_with_retry_after():
    answer = answer_to(exceptions.Throttled(wait=7.2))

    assert (answer.status_code, json.loads(answer.content)["code"], answer.headers["Retry-After"]) == (
        429,
        "throttled",
        "8",
    )


def test_busy_then_503_with_retry_after():
    answer = answer_to(Busy(Busy.__doc__))

    assert (answer.status_code, json.loads(answer.content)["code"], answer.headers["Retry-After"]) == (503, "busy", "2")


def test_locked_database_then_503_and_any_other_fault_of_it_500(caplog):
    assert answer_to(OperationalError("database is locked")).status_code == 503
    request = APIRequestFactory().get("/api/v1/")
    wrapped = type("Wrapped", (), {"_request": request})()
    assert problem_response(OperationalError("disk full"), {"request": wrapped}).status_code == 500
    assert "disk full" in caplog.text


def test_forbidden_by_django_then_403_problem():
    assert problem_of(PermissionDenied())["code"] == "permission_denied"


def test_fault_of_a_model_then_400_by_field():
    by_field = problem_of(ModelValidationError({"title": ["Too long."], "__all__": ["Ends before it starts."]}))
    plain = problem_of(ModelValidationError("No such hour."))

    assert by_field["errors"] == {"title": ["Too long."], "non_field_errors": ["Ends before it starts."]}
    assert plain["errors"] == {"non_field_errors": ["No such hour."]}


def test_words_that_no_answer_can_carry_then_removed_and_cut():
    problem = problem_of(exceptions.NotFound("a\x00b\ud800" + "x" * 1000))

    assert problem["detail"].startswith("abx")
    assert len(problem["detail"]) == 500


def test_errors_in_lists_then_named_by_their_position():
    error = exceptions.ValidationError({"themes": {1: ["There is no such theme."]}, "rows": [{}, {"name": ["Bad."]}]})

    assert problem_of(error)["errors"] == {"themes.1": ["There is no such theme."], "rows.1.name": ["Bad."]}
