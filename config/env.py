"""Typed readers of environment variables; a bad or missing one is named in the error."""

import os
from email.utils import getaddresses
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

REQUIRED = object()
POSTGRES_OPTIONS: Final = (
    "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s -c jit=off"
)


def read_file(path: Path) -> None:
    """Take variables from a ``.env`` file; those already set in the environment win."""
    if path.is_file():
        environ.Env.read_env(str(path))


def text(name: str, default: object = REQUIRED) -> str:
    """Return the variable's text; without it, the default, or a refusal that names it."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is REQUIRED:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment or in .env.")
    return str(default)


def flag(name: str, default: object = REQUIRED) -> bool:
    """Return True for 1, true, yes, on and False for 0, false, no, off (any case)."""
    value = text(name, default).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}, but must be one of true and false.")


def whole_number(name: str, default: object = REQUIRED, *, least: int = 0) -> int:
    """Return an integer of at least ``least``."""
    value = text(name, default)
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}, but must be a whole number of {least} or more.")
    return int(value)


def seconds(name: str, default: object = REQUIRED) -> float:
    """Return a positive number of seconds; fractions are allowed, so that faults can be tried quickly."""
    value = text(name, default)
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ImproperlyConfigured(f"{name} is {value!r}, but must be a number of seconds above 0.")
    return number


def words(name: str, default: object = REQUIRED) -> list[str]:
    """Return a list from text separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, allowed: tuple[str, ...], default: object = REQUIRED) -> str:
    """Return one of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}, but must be one of {', '.join(allowed)}.")
    return value


def sender(name: str, default: object = REQUIRED) -> str:
    """Return one mailbox, with or without a name: a comma outside quotes would make two of it."""
    value = text(name, default)
    found = getaddresses([value])
    if len(found) != 1 or "@" not in found[0][1]:
        raise ImproperlyConfigured(
            f"{name} is {value!r}, but must be one address. Put a name with a comma in double quotes: "
            '"One, Two" <name@example.org>.'
        )
    return value


def web_address(name: str, default: object = REQUIRED) -> str:
    """Return an http(s) address without the last slash."""
    value = text(name, default).rstrip("/")
    parts = _parts(name, value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} is {value!r}, but must be an address such as https://weeks.example.org.")
    return value


def redis_address(name: str) -> str:
    """Return a Redis address, or nothing where the embedded broker is wanted."""
    value = text(name, "")
    if value and _parts(name, value).scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured(f"{name} is not a Redis address (redis://HOST:PORT/NUMBER).")
    return value


def database(name: str, default: object = REQUIRED) -> dict[str, Any]:
    """Return Django's settings for ``sqlite:///PATH`` or ``postgres://USER:PASSWORD@HOST/NAME``.

    SQLite takes its write lock when a transaction begins, and keeps a write-ahead log; without both,
    bookings at the same time fail with "database is locked". PostgreSQL gets bounded waits, so that
    nothing hangs for ever behind a lock, and does not compile its queries: reports have many short parts,
    and compiling them takes longer than running them. Options in the address win over ours.
    """
    value = text(name, default)
    if _parts(name, value).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with sqlite:/// or postgres://.")
    settings: dict[str, Any] = dict(environ.Env.db_url_config(value))
    settings["CONN_MAX_AGE"] = 60  # seconds; opening one for every request costs more than most requests
    given = settings.get("OPTIONS", {})
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            **given,
        }
    else:
        settings["CONN_HEALTH_CHECKS"] = True
        options = f"{POSTGRES_OPTIONS} {given.get('options', '')}".strip()  # of two, PostgreSQL takes the later
        settings["OPTIONS"] = {"connect_timeout": 5, **given, "options": options}
    return settings


def add_pool(database: dict[str, Any]) -> None:
    """Let the threads of a process share connections to PostgreSQL, at most eight; SQLite stays as it is."""
    if database["ENGINE"] == "django.db.backends.postgresql":
        database["ENGINE"] = "config.postgresql"  # tries connections that have rested; Django's would try all
        database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"] = 0, False
        # Whoever asks tries again; left to the pool, pauses between its tries double for minutes.
        database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10, "reconnect_timeout": 3}


def mail(name: str, default: object = REQUIRED) -> dict[str, Any]:
    """Return Django's mail settings for ``inbox:``, ``smtp://HOST:PORT``, ``smtp+tls://`` or ``smtp+ssl://``.

    ``inbox:`` keeps every message in a folder that ``/dev/mail/`` shows, and sends nothing.
    """
    parts = _parts(name, text(name, default))
    if parts.scheme == "inbox":
        return {"LOCAL_INBOX": True, "EMAIL_BACKEND": "notifications.inbox.InboxBackend"}
    if parts.scheme not in {"smtp", "smtp+tls", "smtp+ssl"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must be inbox: or begin with smtp://, smtp+tls:// or smtp+ssl://.")
    return {
        "LOCAL_INBOX": False,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
    }


def mailbox(name: str) -> dict[str, Any] | None:
    """Return where to read mail, from ``imaps://USER:PASSWORD@HOST/FOLDER``, ``imap+tls://`` or ``imap://``; or None.

    ``security`` is tls, starttls or none. The folder is INBOX where none is named.
    """
    parts = _parts(name, text(name, ""))
    if not parts.scheme and not parts.path:
        return None
    if parts.scheme not in {"imaps", "imap+tls", "imap"} or not parts.hostname or not parts.username:
        raise ImproperlyConfigured(f"{name} must be like imaps://USER:PASSWORD@HOST/FOLDER, imap+tls:// or imap://.")
    return {
        "host": parts.hostname,
        "port": parts.port or (993 if parts.scheme == "imaps" else 143),
        "user": unquote(parts.username),
        "password": unquote(parts.password or ""),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
        "security": {"imaps": "tls", "imap+tls": "starttls", "imap": "none"}[parts.scheme],
    }


def _parts(name: str, value: str) -> SplitResult:
    """Return an address in parts, its port a number; the refusal does not repeat it, for it may hold a password."""
    try:
        parts = urlsplit(value)
        if parts.netloc != ":memory:":  # SQLite's name for a database that is not a file
            _ = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} cannot be read as an address; is its port a number?") from None
    return parts
