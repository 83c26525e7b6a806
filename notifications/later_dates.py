"""The diary entries of a session's later dates, and which of them a change takes out of a person's diary."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.models import BookingChange
from bookings.states import LIVE, Status
from events.models import Session, SessionPart
from events.models.session_part import Part


@dataclass(frozen=True)
class LaterDate:
    """A later date as its entry has it, also when the session has it no more. ``uid`` is the row's; instants aware."""

    uid: uuid.UUID
    number: int
    total: int
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> "LaterDate":
        """Return a date as a message keeps it."""
        starts_at, ends_at = (datetime.fromisoformat(stored[name]) for name in ("starts_at", "ends_at"))
        return cls(uuid.UUID(stored["uid"]), stored["number"], stored["total"], starts_at, ends_at)

    def as_json(self) -> dict[str, Any]:
        """Return it as a message keeps it."""
        times = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}
        return {"uid": str(self.uid), "number": self.number, "total": self.total, **times}

    def part_of(self, session: Session) -> Part:
        """Return it as a date of a session."""
        row = SessionPart(session=session, uid=self.uid)
        return Part(session, self.number, self.total, self.starts_at, self.ends_at, row=row)


def gone_with(change: BookingChange) -> list[LaterDate]:
    """Return the later dates that a change takes out of the diary of somebody who had a place.

    All there were where the place ends; where the session changes those that it no longer has.
    """
    if change.from_status != Status.CONFIRMED:
        return []
    if change.to_status not in LIVE:
        return list(_dates_in(change.details.get("dates", "")))
    before, now = (list(_dates_in(words)) for words in change.details.get("parts", ["", ""]))
    kept = {one.uid for one in now}
    return [one for one in before if one.uid not in kept]


def _dates_in(words: str) -> Iterator[LaterDate]:
    """Yield the dates that history keeps in words; those of a time when it kept no uid are left out."""
    spans = [span.split("/") for span in words.split()]
    for number, (start, end, *uid) in enumerate(spans, start=2):
        if uid:
            times = datetime.fromisoformat(start), datetime.fromisoformat(end)
            yield LaterDate(uuid.UUID(uid[0]), number, len(spans) + 1, *times)
