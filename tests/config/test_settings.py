"""Production starts on good settings, and on nothing less."""

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


def start(tmp_path, variables):
    """Read the settings in a process of their own; return its exit code and what it said."""
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=ROOT,
        env={**base, "DATA_FOLDER": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_production_when_everything_is_set_then_starts_without_debug(tmp_path):
    assert start(tmp_path, GOOD) == (0, "read False https://weeks.example.org\n")


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"DJANGO_SETTINGS_MODULE"}))
def test_production_when_a_variable_is_missing_then_refuses_and_names_it(tmp_path, name):
    code, said = start(tmp_path, {**GOOD, name: ""})
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
def test_production_when_a_variable_is_bad_then_refuses_and_names_it(tmp_path, name, value):
    code, said = start(tmp_path, {**GOOD, name: value})
    assert code != 0
    assert f"ImproperlyConfigured: {name}" in said


def test_local_when_nothing_is_set_then_starts_and_follows_the_port(tmp_path):
    local = {"DJANGO_SETTINGS_MODULE": "config.settings.local", "PORT": "8123"}
    code, said = start(tmp_path, local)
    assert (code, said.split()[-1]) == (0, "http://localhost:8123")


def test_local_when_started_twice_then_keeps_its_secret_key_for_the_owner_alone(tmp_path):
    local = {"DJANGO_SETTINGS_MODULE": "config.settings.local"}
    start(tmp_path, local)
    key = (tmp_path / "secret-key").read_text()
    start(tmp_path, local)
    assert (tmp_path / "secret-key").read_text() == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
