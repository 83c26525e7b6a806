"""What organisers read of a venue or a trainer: what is planned, and what is in its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from events.models import Room, Session, Venue
from events.presenters import SessionLine, Tag, list_words


@dataclass(frozen=True)
class PlannedLine:
    """A planned session, with the sessions that are in its way."""

    session: Session
    at: datetime
    clashes: Sequence[Session] = ()
    is_own: bool = False

    @property
    def line(self) -> SessionLine:
        """Return the words that everybody reads."""
        return SessionLine(self.session, self.at)

    @property
    def address(self) -> str:
        """Return the address of the session's page; empty for a draft."""
        return "" if self.session.state == Session.State.DRAFT else self.session.get_absolute_url()

    @property
    def state(self) -> Tag:
        """Return whether the public knows of it."""
        is_draft = self.session.state == Session.State.DRAFT
        return Tag("Draft", "quiet") if is_draft else Tag("Published", "good")

    @property
    def in_the_way(self) -> str:
        """Return what meets at the same time; empty where nothing does."""
        names = [f"“{one}” at {one.local_start:%H:%M}" for one in self.clashes]
        return f"Clashes with {list_words(names)}" if names else ""

    @property
    def too_few_seats(self) -> str:
        """Return by how much the places exceed the seats of the room; empty where they do not, or nobody knows."""
        room, capacity = self.session.room, self.session.capacity
        if room is None or room.seats is None or self.session.format == Session.Format.HYBRID:
            return ""
        return f"{capacity} places, {room.seats} seats" if capacity is not None and capacity > room.seats else ""


def planned(sessions: Iterable[Session], *, own: frozenset[int], at: datetime) -> list[PlannedLine]:
    """Return sessions in order of start, each with those at its time that want the same room.

    Where a session of a venue names no room, every other one at its time may be in its way.
    """
    ordered = sorted(sessions, key=lambda session: (session.starts_at, session.pk))
    return [
        PlannedLine(one, at, [two for two in ordered if two.pk != one.pk and _clash(one, two)], one.pk in own)
        for one in ordered
    ]


def busy(sessions: Iterable[Session], *, own: frozenset[int], at: datetime) -> list[PlannedLine]:
    """Return the sessions of one trainer in order of start, each with those that overlap it."""
    ordered = sorted(sessions, key=lambda session: (session.starts_at, session.pk))
    return [
        PlannedLine(one, at, [two for two in ordered if two.pk != one.pk and _overlap(one, two)], one.pk in own)
        for one in ordered
    ]


def _overlap(one: Session, two: Session) -> bool:
    """Say whether two sessions take place at the same time; the end is not included."""
    return one.starts_at < two.ends_at and two.starts_at < one.ends_at


def _clash(one: Session, two: Session) -> bool:
    """Say whether two sessions of a venue may want the same room at the same time."""
    return _overlap(one, two) and (one.room_id == two.room_id or one.room_id is None or two.room_id is None)


@dataclass(frozen=True)
class RoomPlan:
    """A room of a venue and what is planned in it; without a room, what names none."""

    room: Room | None
    lines: list[PlannedLine] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the room's name and size."""
        if self.room is None:
            return "No room named"
        return f"{self.room}, {self.room.seats} seats" if self.room.seats is not None else str(self.room)


def by_room(venue: Venue, lines: Iterable[PlannedLine]) -> list[RoomPlan]:
    """Return each room with its sessions, and last those that name no room, if there are any."""
    plans = {room.pk: RoomPlan(room) for room in venue.rooms.all()}
    without = RoomPlan(None)
    for line in lines:
        plans.get(line.session.room_id or 0, without).lines.append(line)
    return [*plans.values(), *([without] if without.lines else [])]


@dataclass(frozen=True)
class Told:
    """Who hears of a change of a place: how many sessions, places and people who wait."""

    sessions: int
    places: int
    waiting: int

    def __bool__(self) -> bool:
        return bool(self.places or self.waiting)

    @property
    def sentences(self) -> list[str]:
        """Return what saving the change will do."""
        held = "1 coming session is" if self.sessions == 1 else f"{self.sessions} coming sessions are"
        have = "1 person with a place gets" if self.places == 1 else f"{self.places} people with a place get"
        wait = "1 person who waits is" if self.waiting == 1 else f"{self.waiting} people who wait are"
        told = [f"{held} held there."]
        if self.places:
            told.append(f"{have} an updated invitation.")
        if self.waiting:
            told.append(f"{wait} told by mail.")
        return told


def told_of(sessions: QuerySet[Session]) -> Told:
    """Return who hears of a change of the place of some sessions, in one query."""
    rows = list(sessions.order_by().values_list("places_taken", "waiting"))
    return Told(len(rows), sum(row[0] for row in rows), sum(row[1] for row in rows))
