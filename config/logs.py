"""Log lines: as JSON, one object a line, and without what opens somebody's pages."""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, get_resolver

# Parts of an address, and of its query, that open something to whoever has them.
SECRETS: Final = frozenset({"token", "code", "key", "secret", "signature"})
ENDS: Final = r"\s\"'?#&<>"
PART: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
IN_QUERY: Final = re.compile(rf"([?&](?:{'|'.join(sorted(SECRETS))})=)[^{ENDS}]+")
SIGNED: Final = re.compile(r"[\w.~-]+(?::|%3A)[\w-]{43}(?![\w-])", re.IGNORECASE)  # as django.core.signing writes it


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; times in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's time, level, logger and message, and its traceback where there is one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(line)


class WithoutTokens(logging.Filter):
    """Takes what opens something out of the addresses that a line and its traceback name.

    Which parts of which addresses these are is read from the URL conf, by the names of their parameters.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, with its tokens replaced by three dots."""
        line = record.getMessage()
        if (plain := scrubbed(line)) != line:
            record.msg, record.args = plain, None
        if record.exc_info and not record.exc_text:
            record.exc_text = scrubbed(logging.Formatter().formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = scrubbed(record.stack_info)
        return True


def scrubbed(text: str) -> str:
    """Return a text with three dots for each token of an address in it, and for whatever is signed."""
    plain = IN_QUERY.sub(r"\1...", text)
    if (secrets := _secrets()) is not None:
        plain = secrets.sub(lambda found: f"{found[found.lastindex or 0]}...", plain)
    return SIGNED.sub("...", plain)


def _secrets() -> re.Pattern[str] | None:
    """Return what finds the secrets in addresses; None while the URL conf is being loaded."""
    name = settings.ROOT_URLCONF
    is_loading = name in sys.modules and not hasattr(sys.modules[name], "urlpatterns")
    return None if is_loading or not apps.ready else _secrets_of(name)


@cache
def _secrets_of(urlconf: str) -> re.Pattern[str]:
    """Return what finds the secrets in the addresses of a URL conf, of those that begin alike the longest first."""
    found = {pattern for route in routes(get_resolver(urlconf).url_patterns) if (pattern := secret_in(route))}
    return re.compile("|".join(sorted(found, key=len, reverse=True)), re.IGNORECASE)


def routes(patterns: Iterable[Any], before: str = "/") -> Iterator[str]:
    """Return every route of a URL conf, whole, with its parameters in angle brackets."""
    for one in patterns:
        if isinstance(one, URLPattern):
            yield f"{before}{one.pattern}"
        else:
            yield from routes(one.url_patterns, f"{before}{one.pattern}")


def secret_in(route: str) -> str:
    """Return the pattern of a secret in addresses of a route, the first group what stands before; empty for none."""
    before, *parts = PART.split(route)
    start = _literal(before)
    for kind, name, after in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        one = rf"[^{ENDS}]+?" if kind == "path" else rf"[^/{ENDS}]+?"
        if name in SECRETS:
            end = rf"{_literal(after)}(?:[{ENDS}]|$)"
            return rf"({start}){one}(?={end}|[{ENDS}]|$)" if kind == "path" else rf"({start}){one}(?={end}|[/{ENDS}]|$)"
        start += one + _literal(after)
    return ""


def _literal(text: str) -> str:
    """Return the pattern of a text in an address, which may stand in another one's query."""
    return re.escape(text).replace("/", "(?:/|%2F)")
