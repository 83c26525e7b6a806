"""The database is gone: whoever asks is told to come again, programs and people alike, and it is on record."""

import json

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from psycopg import errors as states
from rest_framework.test import APIRequestFactory

from config import views
from config.api.errors import problem_response
from config.api.idempotency import IdempotencyMiddleware
from events.contention import is_away


def raised(error, cause):
    """Return an error as Django's wrapper raises it."""
    try:
        raise error from cause
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    "cause",
    [
        psycopg.OperationalError("server closed the connection unexpectedly"),
        psycopg.InterfaceError("the connection is lost"),
        states.AdminShutdown(),
        states.CrashShutdown(),
        states.CannotConnectNow(),
        states.ConnectionFailure(),
        states.TooManyConnections(),
    ],
)
def test_is_away_when_the_connection_broke_or_cannot_be_made_then_true(cause):
    assert is_away(raised(OperationalError("gone"), cause))
    assert is_away(raised(InterfaceError("gone"), cause))


@pytest.mark.parametrize(
    "error",
    [
        None,
        ValueError("no"),
        OperationalError("disk full"),
        raised(OperationalError("late"), states.QueryCanceled()),
        raised(OperationalError("locked"), states.LockNotAvailable()),
        raised(OperationalError("full"), states.DiskFull()),
    ],
)
def test_is_away_when_something_else_failed_then_false(error):
    assert not is_away(error)


def gone():
    return raised(OperationalError("gone"), psycopg.OperationalError("connection refused"))


def check_away(answer):
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert json.loads(answer.content)["code"] == "unavailable"


def test_view_of_the_api_when_the_database_is_gone_then_503_with_retry_after_and_on_record(caplog):
    request = type("Wrapped", (), {"_request": APIRequestFactory().get("/api/v1/bookings/")})()

    check_away(problem_response(gone(), {"request": request}))

    assert "failed: GET /api/v1/bookings/" in caplog.text


def test_request_with_a_key_when_the_database_is_gone_then_503_with_retry_after_and_on_record(caplog, monkeypatch):
    def lose(_request):
        raise gone()

    monkeypatch.setattr("config.api.idempotency.token_of", lose)
    request = APIRequestFactory().post("/api/v1/bookings/", headers={"Idempotency-Key": "one"})

    check_away(IdempotencyMiddleware(lambda _: HttpResponse())(request))

    assert "the database is away: POST /api/v1/bookings/" in caplog.text


def test_request_with_a_key_when_the_database_fails_otherwise_then_is_not_hidden(monkeypatch):
    def fail(_request):
        raise OperationalError("disk full")

    monkeypatch.setattr("config.api.idempotency.token_of", fail)
    request = APIRequestFactory().post("/api/v1/bookings/", headers={"Idempotency-Key": "one"})

    with pytest.raises(OperationalError, match="disk full"):
        IdempotencyMiddleware(lambda _: HttpResponse())(request)


def test_page_when_the_database_is_gone_then_503_with_retry_after_and_the_way_to_look(rf):
    try:
        raise gone()
    except OperationalError:
        answer = views.server_error(rf.get("/"))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"to see whether it went through" in answer.content
