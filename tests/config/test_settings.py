"""Production starts on good settings, and on nothing less."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "weeks.example.org",
    "SITE_URL": "https://weeks.example.org",
    "DATABASE_URL": "postgres://localhost/weeks",
    "REDIS_URL": "redis://localhost",
    "EMAIL_URL": "smtp://localhost",
    "REPLY_DOMAIN": "weeks.example.org",
    "DEFAULT_FROM_EMAIL": "bookings@example.org",
}
READ = "from django.conf import settings; print('read', settings.DEBUG, settings.SITE_URL)"


# A process that has loaded what settings import, but no settings, and forks for each line of variables it is given.
FORKS = f"""
import json, os, sys
import celery, csp.constants, django.conf, django_stubs_ext, environ
for line in sys.stdin:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        os.dup2(writer, 2)
        os.close(writer)
        os.environ.clear()
        os.environ.update(json.loads(line))
        {READ}
        sys.exit()
    os.close(writer)
    with open(reader) as said:
        words = said.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps([code, words]), flush=True)
"""


@pytest.fixture(scope="module")
def forks():
    """Start the process that forks, and end it after the last test."""
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-c", FORKS]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=base, text=True, **pipes) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def start(forks, tmp_path):
    """Read settings in a process of their own; return its exit code and what it said."""

    def start(variables):
        base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        forks.stdin.write(json.dumps({**base, "DATA_FOLDER": str(tmp_path), **variables}) + "\n")
        forks.stdin.flush()
        return tuple(json.loads(forks.stdout.readline()))

    return start


def test_production_when_everything_is_set_then_starts_without_debug(start):
    assert start(GOOD) == (0, "read False https://weeks.example.org\n")


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"DJANGO_SETTINGS_MODULE"}))
def test_production_when_a_variable_is_missing_then_refuses_and_names_it(start, name):
    code, said = start({**GOOD, name: ""})
    assert code != 0
    assert f"ImproperlyConfigured: {name}" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SITE_URL", "http://weeks.example.org"),
        ("EMAIL_URL", "inbox:"),
        ("DATABASE_URL", "sqlite:///weeks.sqlite3"),
        ("REDIS_URL", "localhost"),
        ("HEALTH_TOKEN", "short"),
        ("REPLY_MAILBOX_URL", "imap://a:b@localhost"),
        ("REPLY_MAILBOX_URL", "imaps://localhost"),
        ("ANYMAIL_WEBHOOK_SECRET", "short"),
        ("MAIL_PROVIDER", "postmark"),
        ("OUTBOX_SWEEP_SECONDS", "never"),
        ("WEB_WORKERS", "0"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_production_when_a_variable_is_bad_then_refuses_and_names_it(start, name, value):
    code, said = start({**GOOD, name: value})
    assert code != 0
    assert f"ImproperlyConfigured: {name}" in said


def test_local_when_nothing_is_set_then_starts_and_follows_the_port(start):
    local = {"DJANGO_SETTINGS_MODULE": "config.settings.local", "PORT": "8123"}
    code, said = start(local)
    assert (code, said.split()[-1]) == (0, "http://localhost:8123")


def test_local_when_started_twice_then_keeps_its_secret_key_for_the_owner_alone(start, tmp_path):
    local = {"DJANGO_SETTINGS_MODULE": "config.settings.local"}
    start(local)
    key = (tmp_path / "secret-key").read_text()
    start(local)
    assert (tmp_path / "secret-key").read_text() == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
