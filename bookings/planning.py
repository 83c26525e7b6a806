"""What to know of several sessions together: clashes, sittings that fit better, and the way from one to the next.

Facts and an instant in, findings out; nothing here reads the clock or the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bookings import policies
from bookings.errors import BookingNotOpen
from events.errors import Refusal
from events.models import Session

MOST_PICKS: Final = 30
MOST_OFFERS: Final = 3
SHORT_WAY: Final = timedelta(hours=1)
SHORT_SWITCH: Final = timedelta(minutes=30)


def why_not_pick(session: Session, *, at: datetime) -> Refusal | None:
    """A session that is to be booked, now or later, can be picked; one whose booking is over cannot."""
    refusal = policies.why_not_book(session, at=at)
    return None if isinstance(refusal, BookingNotOpen) else refusal


def is_free(session: Session) -> bool:
    """Say whether a place is not taken, be it kept for some or waited for by others."""
    return session.capacity is None or session.places_taken < session.capacity


def has_place(session: Session, *, at: datetime) -> bool:
    """Say whether a session can be booked now and has a place that nobody waits for."""
    return policies.why_not_book(session, at=at) is None and session.places_left != 0


def clash(one: Session, other: Session) -> bool:
    """Say whether two sessions share a moment; one that begins as the other ends does not."""
    return one.pk != other.pk and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def clashing_with(session: Session, others: Iterable[Session]) -> list[Session]:
    """Return those at the same time as a session, in the order given."""
    return [other for other in others if clash(session, other)]


def other_sittings(session: Session, others: Iterable[Session]) -> list[Session]:
    """Return those that are another sitting of the session's topic, in the order given."""
    return [other for other in others if other.pk != session.pk and other.topic_id == session.topic_id]


def fitting(session: Session, sittings: Iterable[Session], others: Iterable[Session], *, at: datetime) -> list[Session]:
    """Return the other sittings of a session's topic that could take its place, the earliest first.

    Each has a place and clashes with none of ``others``, among which the session itself does not count. There are
    three at most, and none where another sitting of the topic is among ``others`` already: nobody needs a third.
    """
    rest = [other for other in others if other.pk != session.pk]
    if other_sittings(session, rest):
        return []
    free = [one for one in other_sittings(session, sittings) if has_place(one, at=at) and not clashing_with(one, rest)]
    return sorted(free, key=_in_time)[:MOST_OFFERS]


@dataclass(frozen=True)
class Gap:
    """The time between two sessions of one day, of which the second begins when or after the first has ended."""

    before: Session
    after: Session

    @property
    def length(self) -> timedelta:
        """Return how long it is."""
        return self.after.starts_at - self.before.ends_at

    @property
    def is_way(self) -> bool:
        """Say whether somebody has to get from one venue to another in it, rather than to or from a screen."""
        return {self.before.format, self.after.format} == {Session.Format.IN_PERSON}

    @property
    def is_short(self) -> bool:
        """Say whether it is less than an hour for a way between venues; half an hour to or from a screen."""
        return self.length < (SHORT_WAY if self.is_way else SHORT_SWITCH)

    @property
    def areas(self) -> list[str]:
        """Return the two areas that a way leads through; none where they are the same or not known."""
        venues = [self.before.venue, self.after.venue]
        names = [venue.area.name for venue in venues if venue and venue.area] if self.is_way else []
        return names if len(set(names)) == 2 else []


def ways(sessions: Iterable[Session]) -> list[Gap]:
    """Return the gaps between sessions in person that follow each other on a day at different venues, in order."""
    in_person = [one for one in sessions if one.format == Session.Format.IN_PERSON]
    return [gap for gap in _gaps(in_person) if gap.before.venue_id != gap.after.venue_id]


def switches(sessions: Iterable[Session]) -> list[Gap]:
    """Return the gaps of under half an hour between a session in person and one online that follow each other."""
    formats = {Session.Format.IN_PERSON, Session.Format.ONLINE}
    gaps = _gaps([one for one in sessions if one.format in formats])
    return [gap for gap in gaps if gap.before.format != gap.after.format and gap.is_short]


def _gaps(sessions: Sequence[Session]) -> list[Gap]:
    """Return the gap before each session that begins when all before it have ended, on the same local day."""
    found: list[Gap] = []
    last: Session | None = None
    for one in sorted(sessions, key=_in_time):
        if last is not None and last.ends_at <= one.starts_at and last.local_start.date() == one.local_start.date():
            found.append(Gap(last, one))
        if last is None or one.ends_at > last.ends_at:
            last = one
    return found


def _in_time(session: Session) -> tuple[datetime, int]:
    """Return where a session stands among others: by start, then by id."""
    return session.starts_at, session.pk
