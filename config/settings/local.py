"""For `make run` and for looking around: everything has a default, nothing needs a server."""

import secrets

from config import env
from config.settings.base import *  # noqa: F403 - an overlay is the base and what differs
from config.settings.base import REDIS_URL, VAR

if not REDIS_URL:
    for folder in ("queue", "control"):
        (VAR / "broker" / folder).mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """Return the key in SECRET_KEY, or one made for this checkout and kept in var/."""
    kept = VAR / "secret-key"
    if not kept.is_file():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return env.text("SECRET_KEY", kept.read_text())


SECRET_KEY = _secret_key()
DEBUG = env.flag("DEBUG", "false")  # people who look around see the pages that everybody sees, faults too
ORGANISERS_NEED_SECOND_FACTOR = env.flag("ORGANISERS_NEED_SECOND_FACTOR", "false")  # looking around needs none
WHITENOISE_USE_FINDERS = True  # files are served from where they lie
STATIC_ROOT = VAR / "static"  # none are collected here
STATIC_ROOT.mkdir(exist_ok=True)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
globals().update(env.mail("EMAIL_URL", "inbox:"))
INTERNAL_IPS = env.words("INTERNAL_IPS", "127.0.0.1,::1")  # who may read /health/status and /metrics
