"""What a week and its days give to read: what is released, and when more is."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import F

from events.dates import moment_words
from events.models import KeyMessage, PracticeWeek, Resource

WHOLE_WEEK: Final = 0


@dataclass
class Reading:
    """Resources and key messages that are released, and the hour of the next one that is not."""

    resources: list[Resource] = field(default_factory=list)
    key_messages: list[KeyMessage] = field(default_factory=list)
    more_at: datetime | None = None

    def __bool__(self) -> bool:
        """Say whether there is anything to show or to announce."""
        return bool(self.resources or self.key_messages or self.more_at)

    @property
    def coming(self) -> str:
        """Return from when there is more, and nothing about what it is; empty where nothing is to come."""
        return f"More to read from {moment_words(self.more_at)}" if self.more_at else ""


def readings_of(week: PracticeWeek, *, at: datetime) -> dict[int, Reading]:
    """Return what there is to read by the number of its day, 0 for the whole week, in two queries.

    What is not released at the instant leaves no more than its hour behind. A copy keeps pointing at the resources
    of its first: they stand in the library once.
    """
    found: dict[int, Reading] = defaultdict(Reading)
    weeks = [pk for pk in (week.pk, week.copied_from_id) if pk]
    for resource in Resource.objects.announced().filter(week__in=weeks).annotate(number=F("day__number")):
        _put(resource, found[resource.number or WHOLE_WEEK], at=at)
    for message in KeyMessage.objects.announced().filter(week=week).annotate(number=F("day__number")):
        _put(message, found[message.number or WHOLE_WEEK], at=at)
    return found


def _put(one: Resource | KeyMessage, reading: Reading, *, at: datetime) -> None:
    """Add what is released; of the rest keep the next hour alone."""
    if one.released_at > at:
        reading.more_at = min(one.released_at, reading.more_at or one.released_at)
    elif isinstance(one, Resource):
        reading.resources.append(one)
    else:
        reading.key_messages.append(one)
