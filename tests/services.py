"""What a marked test needs and a machine may lack: skipped with the reason at home, a failure where CI is set."""

import os
import shutil
from pathlib import Path

import redis
from django.conf import settings

# The build without a window costs two thirds of the other.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)

NODE_MODULES = Path(__file__).parents[1] / ".tools" / "node_modules"  # where the Makefile puts ical.js


def not_wanted(mark: str) -> str:
    """Return why this run leaves such tests to another one, or nothing."""
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    if mark == "postgres" and not on_postgres:
        return "runs where DATABASE_URL names a PostgreSQL database"
    if mark == "redis" and not settings.REDIS_URL:
        return "runs where REDIS_URL names a Redis"
    return ""


def missing(mark: str) -> str:
    """Return which service such tests miss on this machine, or nothing."""
    if mark == "browser" and CHROMIUM is None:
        return "there is no Chromium on this machine"
    if mark == "redis" and not answers(settings.REDIS_URL):
        return "no Redis answers at REDIS_URL"
    if mark == "node" and not (shutil.which("node") and (NODE_MODULES / "ical.js").exists()):
        return "ical.js is not here; `make .tools/node_modules/ical.js` installs it where there is npm"
    if mark == "office" and shutil.which("soffice") is None:
        return "there is no LibreOffice on this machine"
    return ""


def answers(address: str) -> bool:
    """Say whether a Redis is there."""
    try:
        return bool(redis.Redis.from_url(address, socket_timeout=2).ping())
    except redis.RedisError:
        return False


def in_ci() -> bool:
    """Say whether everything must be there."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def is_night() -> bool:
    """Say whether this run may take hours."""
    return os.environ.get("NIGHTLY", "") == "1"


def size(day: int, night: int) -> int:
    """Return how many of something a test makes: few where the run has minutes, many where it has the night."""
    return night if is_night() else day
