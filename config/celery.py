"""The Celery app and the timetable of periodic tasks."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import celeryd_init, worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
app = Celery("practice_weeks")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

MINUTE = 60
HOUR = 60 * MINUTE


def timetable(sweep_seconds: float) -> dict[str, dict[str, Any]]:
    """Return what the scheduler asks for and when: every so many seconds, or at an hour of the day in UTC.

    A task that nobody fetched in time is dropped, so that a worker that comes back finds one of each and not
    a day's worth.
    """
    return {
        "send what is due": {
            "task": "notifications.tasks.drain",
            "schedule": sweep_seconds,
            "options": {"expires": sweep_seconds},
        },
        "look for missing messages": {
            "task": "notifications.tasks.sweep",
            "schedule": HOUR,
            "options": {"expires": HOUR},
        },
        "read answers to invitations": {
            "task": "notifications.tasks.read_replies",
            "schedule": MINUTE,
            "options": {"expires": MINUTE},
        },
        "carry out what is due": {
            "task": "events.tasks.carry_out_due",
            "schedule": sweep_seconds,
            "options": {"expires": sweep_seconds},
        },
        "pass on what nobody answered": {
            "task": "bookings.tasks.pass_on",
            "schedule": sweep_seconds,
            "options": {"expires": sweep_seconds},
        },
        "issue certificates": {
            "task": "bookings.tasks.issue_certificates",
            "schedule": MINUTE,
            "options": {"expires": MINUTE},
        },
        "publish weeks whose hour has come": {
            "task": "events.tasks.publish_due",
            "schedule": MINUTE,
            "options": {"expires": MINUTE},
        },
        "tidy up": {
            "task": "config.tasks.tidy_up",
            "schedule": crontab(hour="3", minute="20"),
            "options": {"expires": HOUR},
        },
    }


@app.on_after_configure.connect
def set_timetable(sender: Celery, **_: Any) -> None:
    """Take the outbox's time from the settings."""
    sender.conf.beat_schedule = timetable(settings.OUTBOX_SWEEP_SECONDS)


@celeryd_init.connect
def wait_patiently(conf: Any, **_: Any) -> None:
    """Let a worker wait for its broker's answer; only those who publish are in a hurry."""
    options = dict(conf.broker_transport_options)
    options.pop("socket_timeout", None)
    conf.broker_transport_options = options


@worker_ready.connect
def start_beating(**_: Any) -> None:
    """Tell the database every few seconds that the worker lives."""
    from config.heartbeat import beat_in_background  # noqa: PLC0415 - models are not there when Celery is imported

    beat_in_background("worker")
