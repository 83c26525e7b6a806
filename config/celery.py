"""The Celery app and the timetable of periodic tasks."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
app = Celery("practice_weeks")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
