"""The instants all tests speak of."""

from datetime import UTC, date, datetime, time

from events.wall_time import instant

NOW = datetime(2027, 5, 4, 9, 0, tzinfo=UTC)  # a Tuesday, seven weeks before the week
WEEK_STARTS = date(2027, 6, 21)  # a Monday in summer time
START = datetime(2027, 6, 22, 8, 30, tzinfo=UTC)  # Tuesday, 09:30 in London


def london(year, month, day, hour=9, minute=0):
    """Return the instant at which clocks in London show this."""
    return instant(date(year, month, day), time(hour, minute))
