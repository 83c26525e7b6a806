"""What partnerships decide about bookings, and what one session has otherwise; bookings that are made keep theirs."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bookings import signals
from bookings.actions.waiting_list import promote
from bookings.models import PartnershipPolicy, SessionPolicy, WeekPolicy, newest_policy
from events.contention import once_more
from events.errors import ChangedSince
from events.models import PracticeWeek, Session
from people.models import Partnership, User


@once_more
def set_policy(
    partnership: Partnership, values: Mapping[str, Any], *, actor: User, at: datetime, as_of: int
) -> PartnershipPolicy | None:
    """Add a version to a partnership's policy; values that hold already add none.

    ``values`` are those that differ from the defaults; ``as_of`` is the version that whoever asks has seen, 0 for
    none. Returns the version that holds then. Raises ChangedSince, ValidationError for values that cannot be used,
    and Busy; nothing is written then. Free places that this opens to somebody go to them with the next sweep.
    """
    with transaction.atomic():
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        newest = newest_policy(partnership)
        last = newest.version if newest else 0
        if as_of != last:
            raise ChangedSince
        if dict(values) == (newest.values if newest else {}):
            return newest
        row = PartnershipPolicy(
            partnership=partnership, version=last + 1, values=dict(values), made_at=at, made_by=actor
        )
        row.full_clean(exclude=["partnership", "made_by"])
        row.save()
        signals.policy_changed.send(PartnershipPolicy, sessions=_led_by(partnership), at=at)
    return row


@once_more
def set_week_policy(
    partnership: Partnership, week: PracticeWeek, values: Mapping[str, Any], *, at: datetime, as_of: str
) -> None:
    """Set what a partnership has otherwise in one week; no values take it all away.

    ``as_of`` is the `mark_of` what whoever asks has seen. Raises ChangedSince, ValidationError, and Busy; nothing
    is written then. Free places that this opens to somebody go to them with the next sweep.
    """
    with transaction.atomic():
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        found = WeekPolicy.objects.filter(partnership=partnership, week=week).first()
        row = found or WeekPolicy(partnership=partnership, week=week)
        if as_of != mark_of(row.values):
            raise ChangedSince
        row.values = dict(values)
        row.full_clean(exclude=["partnership", "week"], validate_unique=False, validate_constraints=False)
        if values:
            row.save()
        elif row.pk:
            row.delete()
        signals.policy_changed.send(WeekPolicy, sessions=_led_by(partnership).filter(week=week), at=at)


def _led_by(partnership: Partnership) -> QuerySet[Session]:
    """Return the sessions that a partnership hosts; what each goes by says its leader."""
    found: QuerySet[Session] = Session.objects.filter(session_hosts__partnership=partnership)
    return found


@once_more
def set_session_policy(session: Session, values: Mapping[str, Any], *, at: datetime, as_of: str) -> None:
    """Set what one session has otherwise than its partnership; no values take it all away.

    ``as_of`` is the `mark_of` what whoever asks has seen. A free place that this opens to somebody who waits goes
    to them in the same transaction. Raises ChangedSince, ValidationError, and Busy; nothing is written then.
    """
    with transaction.atomic():
        session = Session.objects.select_related("venue", "week").locked(session.pk)
        row = SessionPolicy.objects.filter(session=session).first() or SessionPolicy(session=session)
        if as_of != mark_of(row.values):
            raise ChangedSince
        row.values = dict(values)
        row.full_clean(exclude=["session"], validate_unique=False)
        if values:
            row.save()
        elif row.pk:
            row.delete()
        promote(session, at=at)
        signals.policy_changed.send(SessionPolicy, sessions=Session.objects.filter(pk=session.pk), at=at)


def mark_of(values: Mapping[str, Any]) -> str:
    """Return a short mark of some values, by which one sees whether they are still the same."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
