"""The Celery app and the timetable of periodic tasks."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import celeryd_init, task_postrun, worker_ready
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
TRANSPORT_ALIASES.update(redis="config.redis_broker:Transport", rediss="config.redis_broker:Transport")
app = Celery("practice_weeks")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.worker_consumer = "config.consumer:Consumer"
app.autodiscover_tasks()

PROBE = 10  # seconds; the worker's heartbeat counts as missing after a minute
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
        "show that tasks are done": {
            "task": "config.tasks.do_nothing",
            "schedule": PROBE,
            "options": {"expires": PROBE},
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


@celeryd_init.connect
def beat_by_work(**_: Any) -> None:
    """Let each task that ends tell the database that the worker lives; its processes are forked after this."""
    from config.heartbeat import beat_after_task  # noqa: PLC0415 - models are not there when Celery is imported

    task_postrun.connect(beat_after_task)


@worker_ready.connect
def start_watching(**_: Any) -> None:
    """End the worker when it takes nothing while tasks wait."""
    from config.watch import Watch, end_worker  # noqa: PLC0415 - reads the settings

    Watch(app, end=end_worker).start()
