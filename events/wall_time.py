"""Local times as people write them, and the instants they mean."""

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db.models import Func, IntegerField, TimeField

LONDON = ZoneInfo("Europe/London")
YEARS = range(2000, 2100)  # what a programme may speak of; every calendar and database can carry these
# "Etc/GMT-10" is a zone too, but not one that people mean, and SQLite cannot tell the time in it.
AWAY_FROM_GREENWICH: Final = re.compile(r"[+-]\d")


@cache
def zone_names() -> frozenset[str]:
    """Return the names of all IANA time zones; they are read from many files, and stay for the life of a process."""
    return frozenset(available_timezones())


def validate_zone(value: str) -> None:
    """Refuse what is not an IANA time zone."""
    if value not in zone_names() or AWAY_FROM_GREENWICH.search(value):
        raise ValidationError("Choose a time zone such as Europe/London.", code="unknown_zone")


def instant(day: date, clock: time, zone: ZoneInfo = LONDON) -> datetime:
    """Return the aware moment of a wall-clock time in a zone.

    Raises ValidationError, code ``nonexistent_time`` or ``ambiguous_time``, on the two nights a year when
    clocks change and the time never comes or comes twice.
    """
    earlier = datetime.combine(day, clock, zone).replace(fold=0)
    later = earlier.replace(fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return earlier
    written = f"{clock:%H:%M} on {day.day} {day:%B %Y} in {zone.key}"
    if earlier.utcoffset() < later.utcoffset():  # type: ignore[operator]  # an aware time has an offset
        raise ValidationError(f"{written} does not exist: the clocks go forward over it.", code="nonexistent_time")
    raise ValidationError(f"{written} comes twice: the clocks go back over it.", code="ambiguous_time")


def move_days(moment: datetime, days: int, zone: ZoneInfo = LONDON) -> datetime:
    """Return the same wall-clock time some days on (or back); raises as `instant` does."""
    local = moment.astimezone(zone)
    return instant(local.date() + timedelta(days=days), local.time(), zone)


class LocalTime(Func):
    """The time of day of a moment on the clock of the zone its own row names: ``LocalTime("starts_at", "zone")``."""

    arity = 2
    output_field = TimeField()
    arg_joiner = " AT TIME ZONE "
    template = "(%(expressions)s)::time"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Ask Django's own function for the time of day."""
        template = "django_datetime_cast_time(%(expressions)s, 'UTC')"
        return self.as_sql(compiler, connection, template=template, arg_joiner=", ", **context)


class LocalWeekday(Func):
    """The day of the week of a moment on the clock of its row's zone, 1 for Monday."""

    arity = 2
    output_field = IntegerField()
    arg_joiner = " AT TIME ZONE "
    template = "EXTRACT(ISODOW FROM %(expressions)s)::integer"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Ask Django's own function for the day."""
        template = "django_datetime_extract('iso_week_day', %(expressions)s, 'UTC')"
        return self.as_sql(compiler, connection, template=template, arg_joiner=", ", **context)
