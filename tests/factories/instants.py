"""The instants all tests speak of."""

from datetime import UTC, date, datetime

NOW = datetime(2027, 5, 4, 9, 0, tzinfo=UTC)  # a Tuesday, seven weeks before the week
WEEK_STARTS = date(2027, 6, 21)  # a Monday in summer time
START = datetime(2027, 6, 22, 8, 30, tzinfo=UTC)  # Tuesday, 09:30 in London
