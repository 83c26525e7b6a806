"""What every installation has in common. Overlays: local, test, production."""

from email.utils import parseaddr
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from config import env
from config.settings.api import *  # noqa: F403 - what programs are told

django_stubs_ext.monkeypatch()  # generic views, forms and managers name their types in brackets

ROOT = Path(__file__).resolve().parents[2]
env.read_file(ROOT / ".env")
VAR = Path(env.text("DATA_FOLDER", ROOT / "var")).resolve()  # what the processes write, unless a server keeps it
VAR.mkdir(parents=True, exist_ok=True)

PORT = env.whole_number("PORT", 8000, least=1)
SITE_URL = env.web_address("SITE_URL", f"http://localhost:{PORT}")
REPLY_DOMAIN = env.text("REPLY_DOMAIN", "practice-weeks.example.org")
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "Practice Weeks <bookings@practice-weeks.example.org>")
GRACEFUL_SECONDS = 5  # what a web process may take to finish its answers when it is stopped
WEB_WORKERS = env.whole_number("WEB_WORKERS", 2, least=1)  # on PostgreSQL; SQLite is served by one process
SITE_PARTNERSHIP = env.text("SITE_PARTNERSHIP", "")  # whose words, contacts and sessions of joint weeks come first
HEALTH_TOKEN = env.text("HEALTH_TOKEN", "")  # opens /health/status and /metrics to a monitor that sends it

# Applications: an app imports only from those above it; config imports from all of them.
INSTALLED_APPS = [
    "people",
    "events",
    "bookings",
    "notifications",
    "config",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.PrivatePagesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.SecondFactorMiddleware",
    "config.middleware.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.api.idempotency.IdempotencyMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    }
]
FORM_RENDERER = "config.form_renderer.Renderer"

# Storage
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", f"sqlite:///{VAR / 'practice-weeks.sqlite3'}")
}
if env.flag("DATABASE_POOL", "false"):  # the web's threads share connections; a worker's forks cannot
    env.add_pool(DATABASES["default"])
REDIS_URL = env.redis_address("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "config.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
}

# People and sign-in: a code by mail, no passwords
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.signin.LiveRoles"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_bookings"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "people.signin.SignInAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "people.forms.RequestCodeForm",
    "confirm_login_code": "people.forms.ConfirmCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the typed code is the proof
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": False}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # every address has an account, but a closed one gets no code
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True

# A second factor: passkeys for everybody who wants one, that or an authenticator app for organisers, who must
ORGANISERS_NEED_SECOND_FACTOR = env.flag("ORGANISERS_NEED_SECOND_FACTOR", "true")
MFA_ADAPTER = "people.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute out
MFA_FORMS = {
    "authenticate": "people.security_forms.SecondCodeForm",
    "authenticate_webauthn": "people.security_forms.SecondPasskeyForm",
    "reauthenticate": "people.security_forms.ConfirmAgainForm",
    "reauthenticate_webauthn": "people.security_forms.ConfirmPasskeyForm",
    "login_webauthn": "people.security_forms.PasskeySignInForm",
    "activate_totp": "people.security_forms.AppForm",
    "add_webauthn": "people.security_forms.NewPasskeyForm",
    "edit_webauthn": "people.security_forms.RenameForm",
}
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

# Words, time and files
LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = "Europe/London"
STATIC_URL = "static/"
STATIC_ROOT = ROOT / "staticfiles"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.typeface.TypefaceFinder",
]
STATICFILES_DIRS = [ROOT / "config" / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# How long a change of a published session can be taken back before anybody is told of it; 0: not at all
CHANGE_UNDO_MINUTES = env.whole_number("CHANGE_UNDO_MINUTES", 10)

# What browsers may do
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The outbox: how often it is swept, how long a worker may hold a message, how long a first pause is
OUTBOX_SWEEP_SECONDS = env.seconds("OUTBOX_SWEEP_SECONDS", 10)
OUTBOX_LEASE_SECONDS = env.seconds("OUTBOX_LEASE_SECONDS", 300)
OUTBOX_PAUSE_SECONDS = env.seconds("OUTBOX_PAUSE_SECONDS", 60)
INBOX_FOLDER = VAR / "mail"
OUTBOX_SMTP_SECONDS = env.seconds("OUTBOX_SMTP_SECONDS", 60)  # a worker that gives up early sends a mail twice
MAIL_PER_MINUTE_AND_DOMAIN = env.whole_number("MAIL_PER_MINUTE_AND_DOMAIN", 0)  # to one domain; 0: no limit
# How many mails a day may go because somebody asked for them
SIGN_IN_CODES_A_DAY_TO_ONE_ADDRESS = env.whole_number("SIGN_IN_CODES_A_DAY_TO_ONE_ADDRESS", 20, least=1)
SIGN_IN_CODES_A_DAY_FOR_ONE_CLIENT = env.whole_number("SIGN_IN_CODES_A_DAY_FOR_ONE_CLIENT", 2000, least=1)
COLLEAGUE_MAILS_A_DAY_TO_ONE_ADDRESS = env.whole_number("COLLEAGUE_MAILS_A_DAY_TO_ONE_ADDRESS", 5, least=1)
COLLEAGUE_MAILS_A_DAY_FROM_ONE_PERSON = env.whole_number("COLLEAGUE_MAILS_A_DAY_FROM_ONE_PERSON", 10, least=1)
EMAIL_TIMEOUT = 5  # a page that sends a code does not

# Answers to invitations: whether each booking's invitation has an address of its own, whose findings we believe
REPLY_TAGS = env.flag("REPLY_TAGS", "false")
REPLY_AUTHSERV_ID = env.text("REPLY_AUTHSERV_ID", "")
REPLY_MAILBOX = env.mailbox("REPLY_MAILBOX_URL")

# What mail providers tell by webhook below /webhooks/: answers, and mail that came back. Off unless both are there
MAIL_PROVIDER = env.text("MAIL_PROVIDER", "")
ANYMAIL = {"WEBHOOK_SECRET": env.words("ANYMAIL_WEBHOOK_SECRET", "")}

# What DNS should say of our sending domains; `manage.py check_mail` prints the records and compares them
MAIL_SPF = env.text("MAIL_SPF", "")  # such as include:spf.provider.example; empty: the mail server of EMAIL_URL
MAIL_DKIM_SELECTOR = env.text("MAIL_DKIM_SELECTOR", "mail")
MAIL_DKIM_KEY = env.text("MAIL_DKIM_KEY", "")  # the public key, as the mail server shows it after p=
MAIL_MX = env.text("MAIL_MX", "")  # who takes mail for REPLY_DOMAIN; empty: the mail server of EMAIL_URL

# Celery: nudges only, so losing or doubling a task changes nothing but a delay
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_PUBLISH_RETRY = False  # the next beat asks again; a request never waits for a broker
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
WORKER_SILENT_SECONDS = env.seconds("WORKER_SILENT_SECONDS", 60)  # ends if it takes nothing for so long and tasks wait
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "config.heartbeat.BeatingScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_MAX_LOOP_INTERVAL = min(1.0, OUTBOX_SWEEP_SECONDS)  # it stops between two looks
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost/"
CELERY_BROKER_TRANSPORT = None if REDIS_URL else "config.folder_broker:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 900, "socket_connect_timeout": 1, "socket_timeout": 1}
    if REDIS_URL
    else {
        "data_folder_in": str(VAR / "broker" / "queue"),
        "data_folder_out": str(VAR / "broker" / "queue"),
        "control_folder": str(VAR / "broker" / "control"),
        "unreadable_folder": str(VAR / "broker" / "unreadable"),
    }
)

LOG_FORMAT = env.choice("LOG_FORMAT", ("text", "json"), "text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(levelname)s %(name)s: %(message)s"},
        "json": {"()": "config.logs.JsonFormatter"},
    },
    "filters": {"no_secrets": {"()": "config.logs.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["no_secrets"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO"},  # Django's own handlers write lines as they come
        "django.server": {"level": "INFO"},
        "fontTools": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},  # a line for each task asked for, fetched and done says nothing new
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}

# Invitations are owned by this address: the sender's.
ORGANIZER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
