"""How many mails a minute go to one domain: one conditional write, which all workers share, and no broker.

Each mail takes a step of a minute divided by the limit. A domain may be ahead by as much as lies between two sweeps,
so that a worker that comes by once in that time sends its whole share (the generic cell rate algorithm, known from
networks that count cells, ITU-T I.371).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Greatest

from notifications.models import DomainPace


def is_limited() -> bool:
    """Say whether there is a limit."""
    return bool(settings.MAIL_PER_MINUTE_AND_DOMAIN)


def take(domain: str, *, at: datetime) -> bool:
    """Count a mail to a domain that is about to go; False when it has had its share for now."""
    if not is_limited():
        return True
    DomainPace.objects.bulk_create([DomainPace(domain=domain, free_at=at)], ignore_conflicts=True)
    start = Greatest(F("free_at"), Value(at, DateTimeField()))
    after = ExpressionWrapper(start + _step(), output_field=DateTimeField())
    return bool(DomainPace.objects.filter(domain=domain, free_at__lte=at + _ahead()).update(free_at=after))


def full(*, at: datetime) -> QuerySet[DomainPace, str]:
    """Return the domains that have had their share for now."""
    return DomainPace.objects.filter(free_at__gt=at + _ahead()).values_list("domain", flat=True)


def _step() -> timedelta:
    """Return how much of the clock one mail takes."""
    return timedelta(minutes=1) / settings.MAIL_PER_MINUTE_AND_DOMAIN


def _ahead() -> timedelta:
    """Return how far a domain may be ahead of the clock; a sweep less the step of the mail itself."""
    return max(timedelta(seconds=settings.OUTBOX_SWEEP_SECONDS) - _step(), timedelta())
