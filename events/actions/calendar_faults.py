"""Noting what had to be left out of a calendar, and what of it stands."""

from datetime import datetime

from django.db.models import Model, QuerySet

from events.models import CalendarFault
from events.revision import current_revision


def note_calendar_fault(row: Model, error: Exception, *, at: datetime) -> None:
    """Note that a row's entry could not be written, in place of what was noted of it before; ``at`` is aware."""
    CalendarFault.objects.update_or_create(
        kind=row._meta.label_lower,
        row=row.pk,
        defaults={"problem": type(error).__name__, "revision": current_revision().number, "at": at},
    )


def standing_calendar_faults() -> QuerySet[CalendarFault]:
    """Return what calendars leave out as the programme now is; two queries."""
    return CalendarFault.objects.filter(revision=current_revision().number)
