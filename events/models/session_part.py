"""The further dates of a session that spans several: the session itself is part 1, and each row here is a later one."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q, prefetch_related_objects

from events.models.session import Session
from people.fields import NameField

MOST_PARTS: Final = 12


class SessionPart(models.Model):
    """A later date of a session: people book all parts at once, and each has its own register.

    What counts from a start (booking, cancelling, clashes, rooms and trainers) counts from the session's own, part 1.
    ``number`` follows the order of the dates; ``uid`` stays with the row wherever it is moved.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField(editable=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    title = NameField(blank=True, help_text="What this date is about, where that is another thing.")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "number"],
                name="session_part_number_once",
                violation_error_message="The session has a part with this number already.",
            ),
            models.CheckConstraint(
                name="session_part_after_the_first",
                condition=Q(number__gte=2),
                violation_error_message="The session itself is part 1.",
            ),
            models.CheckConstraint(
                name="session_part_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="A part must end after it starts.",
            ),
            models.CheckConstraint(
                name="session_part_lasts_a_day_at_most",
                condition=Q(ends_at__lte=F("starts_at") + timedelta(days=1)),
                violation_error_message="A part lasts 24 hours at most.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}, part {self.number}"


@dataclass(frozen=True)
class Part:
    """One date of a session: which of how many, from when until when. ``row`` is None for the first."""

    session: Session
    number: int
    total: int
    starts_at: datetime
    ends_at: datetime
    title: str = ""
    row: SessionPart | None = None

    @property
    def tzinfo(self) -> ZoneInfo:
        """Return the zone of the session's clock."""
        return self.session.tzinfo

    @property
    def local_day(self) -> date:
        """Return its day on the session's own clock."""
        return self.starts_at.astimezone(self.tzinfo).date()

    @property
    def length(self) -> timedelta:
        """Return how long it takes."""
        return self.ends_at - self.starts_at

    @property
    def name(self) -> str:
        """Return ``Part 2 of 2``; empty where the session has one date."""
        return f"Part {self.number} of {self.total}" if self.total > 1 else ""


def parts_of(session: Session) -> list[Part]:
    """Return every date of a session in order, itself first; a query only where it has several, none if fetched."""
    rows = list(session.parts.all()) if session.last_ends_at else []
    total = 1 + len(rows)
    first = Part(session, 1, total, session.starts_at, session.ends_at)
    return [first, *(Part(session, row.number, total, row.starts_at, row.ends_at, row.title, row) for row in rows)]


def stored_dates(session: Session) -> str:
    """Return the further dates as history keeps them, one after the other: start and end in UTC, and the row's uid.

    Empty for none. Whoever has a date in their diary has it by the uid, also after it is gone.
    """
    return " ".join(
        f"{part.starts_at.astimezone(UTC).isoformat()}/{part.ends_at.astimezone(UTC).isoformat()}/{part.row.uid}"
        for part in parts_of(session)
        if part.row
    )


def part_of(session: Session, number: int) -> Part | None:
    """Return one date of a session by its number; None where there is none."""
    return next((part for part in parts_of(session) if part.number == number), None)


def part_at(session: Session, *, at: datetime) -> Part:
    """Return the date of a session that an instant belongs to: the first that is not over, else the last."""
    parts = parts_of(session)
    return next((part for part in parts if at < part.ends_at), parts[-1])


def part_of_day(session: Session, *, at: datetime) -> Part:
    """Return the date to look at: the last whose day has come on the session's clock, the first before that."""
    day = at.astimezone(session.tzinfo).date()
    return [part for part in parts_of(session) if part.number == 1 or part.local_day <= day][-1]


def fetch_parts(sessions: Any) -> None:
    """Fetch the further dates of many sessions: one query, and none where each has one date."""
    several = [one for one in sessions if one.last_ends_at]
    if several:
        prefetch_related_objects(several, "parts")


def reaches(path: str = "", *, since: datetime) -> Q:
    """Keep sessions of which a date begins at an instant or later, or the last of several ends then or later."""
    return Q(**{f"{path}starts_at__gte": since}) | Q(**{f"{path}last_ends_at__gte": since})


def not_over(path: str = "", *, at: datetime) -> Q:
    """Keep sessions of which a date is still to end at an instant; ``path`` leads to them, such as ``session__``."""
    return Q(**{f"{path}ends_at__gt": at}) | Q(**{f"{path}last_ends_at__gt": at})
