"""Log lines that programs can read, and that open nobody's calendar."""

import importlib
import json
import logging
import re
import sys
from logging.handlers import BufferingHandler

import pytest
from django.core.signing import Signer
from django.urls import get_resolver
from gunicorn.config import Config

from bookings import links
from config.logs import SECRETS, JsonFormatter, WithoutTokens, routes, scrubbed, secret_in


def record(message, *args, exc_info=None):
    return logging.LogRecord("events", logging.WARNING, "views.py", 1, message, args, exc_info)


def test_line_when_json_then_one_object_with_time_in_utc():
    line = JsonFormatter().format(record("two\nlines of %s", "text"))
    assert "\n" not in line
    read = json.loads(line)
    assert (read["level"], read["logger"], read["message"]) == ("WARNING", "events", "two\nlines of text")
    assert read["time"].endswith("+00:00")


def test_line_when_json_and_something_was_raised_then_holds_the_traceback():
    try:
        raise ValueError("odd")  # noqa: TRY301 - it is what is logged
    except ValueError:
        line = JsonFormatter().format(record("failed", exc_info=sys.exc_info()))
    assert json.loads(line)["traceback"].endswith("ValueError: odd")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Not Found: /calendar/me/abc-DEF_123.ics", "Not Found: /calendar/me/....ics"),
        ("Not Found: /join/abc-DEF_123/", "Not Found: /join/.../"),
        ("Not Found: /calendar/weeks/2024-06.ics", "Not Found: /calendar/weeks/2024-06.ics"),
    ],
)
def test_line_when_it_names_a_private_address_then_loses_its_token(said, kept):
    line = record("%s", said)
    assert WithoutTokens().filter(line) is True
    assert line.getMessage() == kept


TOKEN = Signer(salt="x").sign("17")
ROUTES = list(routes(get_resolver().url_patterns))
# Parameters of text that open nothing: names, kinds, and keys of rows that the page asks leave for.
OPEN = {"slug", "week", "stage", "kind", "form", "object_id", "content_type_id", "mail_id"}


def address_of(route):
    """An address of a route, with the token where a secret stands."""
    named = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: TOKEN if m[1] in SECRETS else "7", route)
    return named.replace("^", "").replace("$", "")


def test_parameters_of_text_when_listed_then_each_is_secret_or_known_to_open_nothing():
    found = re.findall(r"<(?:(\w+):)?(\w+)>", " ".join(ROUTES))
    texts = {name for kind, name in found if kind not in {"int", "uuid"} and "?P" not in name}
    assert texts - SECRETS - OPEN - {"app_label", "url"} == set()
    assert {"token", "code"} <= texts


@pytest.mark.parametrize("route", [route for route in ROUTES if secret_in(route)])
def test_route_with_a_secret_when_logged_in_any_way_then_loses_it_and_nothing_else(route):
    address = address_of(route)
    plain = address.replace(TOKEN, "...")
    for text, kept in [
        (f"Not Found: {address}", f"Not Found: {plain}"),
        (f"GET https://weeks.example.org{address}?a=1 HTTP/1.1", f"GET https://weeks.example.org{plain}?a=1 HTTP/1.1"),
        (f"Broken: {address.rstrip('/')}", f"Broken: {plain.rstrip('/')}"),
    ]:
        assert scrubbed(text) == kept
    unsigned = address.replace(TOKEN, "abc-DEF_123")
    assert "abc-DEF_123" not in scrubbed(f'"{unsigned}"')
    assert "abc-DEF_123" not in scrubbed(f"/sign-in/?next={unsigned.replace('/', '%2F')}")


def test_routes_with_a_secret_when_counted_then_hold_every_signed_link_and_the_calendar():
    secret = " ".join(route for route in ROUTES if secret_in(route))
    for folder in (*links.FOLDERS.values(), "calendar/me", "certificates", "messages/stop"):
        assert f"/{folder}/" in secret, folder
    assert secret_in("/weeks/<slug:slug>/") == ""


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_query_when_it_has_a_secret_then_loses_it_alone(name):
    assert scrubbed(f"GET /certificates/?a=1&{name}=K7MP-2XQ9&b=2") == f"GET /certificates/?a=1&{name}=...&b=2"


def test_traceback_when_it_names_a_private_address_then_loses_its_token_in_json_too():
    try:
        raise ValueError(f"no such page: /offers/{TOKEN}/")  # noqa: TRY301 - it is what is logged
    except ValueError:
        line = record("failed", exc_info=sys.exc_info())
    WithoutTokens().filter(line)
    for formatter in (JsonFormatter(), logging.Formatter()):
        assert "/offers/.../" in formatter.format(line)
        assert TOKEN not in formatter.format(line)


def test_gunicorn_when_it_logs_a_request_that_failed_then_loses_its_token(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_POOL", "false")  # the module would set it for all tests
    web_server = importlib.import_module("config.web_server")

    web_server.PlainLogger(Config()).error("Error handling request %s", f"/offers/{TOKEN}/")

    said = capsys.readouterr().err
    assert "Error handling request /offers/.../" in said
    assert TOKEN not in said


@pytest.mark.django_db
def test_pages_when_django_logs_them_then_every_handler_has_the_filter(client):
    """Django's own handlers are gone, so that what it says of an address goes through ours alone."""
    kept = BufferingHandler(100)
    kept.addFilter(WithoutTokens())
    logging.getLogger().addHandler(kept)
    try:
        client.get(f"/offers/{TOKEN}x/")
        client.post(f"/offers/{TOKEN}x/", headers={"host": "elsewhere.example.org"})
    finally:
        logging.getLogger().removeHandler(kept)

    said = [one.getMessage() for one in kept.buffer]
    assert any("/offers/.../" in line for line in said)
    assert not any(TOKEN in line for line in said)
    for name in ("django", "django.server", "django.request"):
        assert [one for one in logging.getLogger(name).handlers if type(one).__module__.startswith("django.")] == []
