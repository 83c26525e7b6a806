"""The site's figures in Prometheus' text format: asked of the database, all rows counted once a minute at most."""

from collections.abc import Iterator
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.db.models.functions import Now

from bookings.models import Booking
from bookings.states import Status
from config.health import longest_wait
from events.actions import standing_calendar_faults
from notifications import holding
from notifications.kinds import RANKS
from notifications.models import Message

TOTALS_SECONDS: Final = 60  # how long a count of all rows is kept: it takes longer the more there are


def exposition() -> str:
    """Return every figure as lines of text."""
    return "\n".join([*_bookings(), *_messages(), *_due(), *_oldest(), *_held(), *_faults()]) + "\n"


def _bookings() -> Iterator[str]:
    yield "# HELP practice_weeks_bookings Bookings by state, a minute old at most."
    yield "# TYPE practice_weeks_bookings gauge"
    counted = _by_state(Booking.objects.all())
    for status in Status.values:
        yield f'practice_weeks_bookings{{status="{status}"}} {counted.get(status, 0)}'


def _messages() -> Iterator[str]:
    yield "# HELP practice_weeks_messages Messages of the outbox by state, a minute old at most."
    yield "# TYPE practice_weeks_messages gauge"
    counted = _by_state(Message.objects.all())
    for status in Message.Status.values:
        yield f'practice_weeks_messages{{status="{status}"}} {counted.get(status, 0)}'


def _by_state(rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many rows are in which state, as counted within the last minute."""

    def count() -> dict[str, int]:
        return dict(rows.order_by().values_list("status").annotate(Count("pk")))

    return cache.get_or_set(f"metrics-{rows.model._meta.label_lower}", count, TOTALS_SECONDS) or {}


def _due() -> Iterator[str]:
    yield "# HELP practice_weeks_messages_due Waiting messages whose time has come, by urgency."
    yield "# TYPE practice_weeks_messages_due gauge"
    waiting = Message.objects.order_by().filter(status=Message.Status.PENDING, due_at__lte=Now())
    counted = dict(waiting.values_list("rank").annotate(Count("pk")))
    for urgency, rank in RANKS.items():
        yield f'practice_weeks_messages_due{{urgency="{urgency}"}} {counted.get(rank, 0)}'


def _oldest() -> Iterator[str]:
    yield "# HELP practice_weeks_oldest_message_seconds How long the oldest waiting message is past its time."
    yield "# TYPE practice_weeks_oldest_message_seconds gauge"
    yield f"practice_weeks_oldest_message_seconds {longest_wait().total_seconds():.0f}"


def _held() -> Iterator[str]:
    yield "# HELP practice_weeks_outbox_held Whether the outbox is held, so that nothing is sent."
    yield "# TYPE practice_weeks_outbox_held gauge"
    yield f"practice_weeks_outbox_held {int(holding.state().is_held)}"


def _faults() -> Iterator[str]:
    yield "# HELP practice_weeks_calendar_faults Sessions and bookings that had to be left out of a calendar."
    yield "# TYPE practice_weeks_calendar_faults gauge"
    yield f"practice_weeks_calendar_faults {standing_calendar_faults().count()}"
