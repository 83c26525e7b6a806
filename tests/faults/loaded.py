"""Loads Django, and what the processes of `at_once` use, into the server that forks them."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django

django.setup()

from bookings import actions as of_bookings  # noqa: E402, F401
from events import actions as of_events  # noqa: E402, F401
from tests.faults import at_once  # noqa: E402, F401
