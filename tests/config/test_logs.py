"""Log lines that programs can read, and that open nobody's calendar."""

import json
import logging
import sys

import pytest

from config.logs import JsonFormatter, WithoutTokens


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
