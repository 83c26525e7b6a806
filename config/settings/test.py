"""For the tests: SQLite in memory, or whatever DATABASE_URL names; mail is kept, tasks are not queued."""

from config import env
from config.settings.base import *  # noqa: F403 - an overlay is the base and what differs
from config.settings.base import MIDDLEWARE

MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]  # no files are collected
SECRET_KEY = "only-for-tests"  # noqa: S105 - signs nothing outside the tests
DEBUG = False
ORGANISERS_NEED_SECOND_FACTOR = False  # the tests about it switch it on
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LOCAL_INBOX = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES = {"default": env.database("DATABASE_URL", "sqlite://:memory:")}
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT = None
CELERY_BROKER_TRANSPORT_OPTIONS = {}
