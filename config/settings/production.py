"""For real use: nothing has a default that could be wrong in silence."""

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.settings.base import *  # noqa: F403 - an overlay is the base and what differs
from config.settings.base import ANYMAIL, HEALTH_TOKEN, MAIL_PROVIDER, REDIS_URL, REPLY_MAILBOX

SECRET_KEY = env.text("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", "")
DEBUG = False
GRACEFUL_SECONDS = 30
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
SITE_URL = env.web_address("SITE_URL")
REPLY_DOMAIN = env.text("REPLY_DOMAIN")
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL")
globals().update(env.mail("EMAIL_URL"))
if globals()["LOCAL_INBOX"]:
    raise ImproperlyConfigured("EMAIL_URL must name a mail server in production.")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must begin with https:// in production.")
if not env.text("DATABASE_URL").startswith("postgres"):
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production.")
if not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL is not set. Set it in the environment or in .env.")

INTERNAL_IPS = env.words("INTERNAL_IPS", "")  # behind a proxy everybody comes from one address, so nobody by default
if HEALTH_TOKEN and len(HEALTH_TOKEN) < 20:
    raise ImproperlyConfigured("HEALTH_TOKEN must have at least 20 characters.")
if REPLY_MAILBOX and REPLY_MAILBOX["security"] == "none":
    raise ImproperlyConfigured("REPLY_MAILBOX_URL must begin with imaps:// or imap+tls:// in production.")
if any(len(secret) < 30 or ":" not in secret for secret in ANYMAIL["WEBHOOK_SECRET"]):
    raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET must be like NAME:PASSWORD, with at least 30 characters.")
if bool(MAIL_PROVIDER) != bool(ANYMAIL["WEBHOOK_SECRET"]):
    raise ImproperlyConfigured("MAIL_PROVIDER and ANYMAIL_WEBHOOK_SECRET belong together: set both or neither.")

# How many proxies stand in front and add to X-Forwarded-For; rate limits count clients and not the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole_number("TRUSTED_PROXIES", 1)

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
