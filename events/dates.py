"""Days and times in words, the same on pages and in mails."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from events.wall_time import LONDON


def long_day(day: date) -> str:
    """Return ``Monday 24 June 2024``."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def zone_words(zone: ZoneInfo) -> str:
    """Return how a clock is named to people: UK time, or the zone's own name."""
    return "UK time" if zone.key == LONDON.key else zone.key


def moment_words(moment: datetime, zone: ZoneInfo = LONDON) -> str:
    """Return ``Friday 21 June 2024 at 23:59`` on a zone's clock."""
    local = moment.astimezone(zone)
    return f"{long_day(local.date())} at {local:%H:%M}"


def span_words(starts_at: datetime, ends_at: datetime, zone: ZoneInfo = LONDON) -> str:
    """Return ``Monday 24 June 2024, 09:30 to 11:00 (UK time)``; over midnight the second day is named too."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else moment_words(end, zone)
    return f"{long_day(start.date())}, {start:%H:%M} to {until} ({zone_words(zone)})"
