"""The words of a planned change: what was and will be, whom it concerns, and what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse

from events.actions.planned_changes import INSTANTS
from events.actions.sessions import DIARY_FIELDS, MANY_FIELDS, booking_closes_when_moved
from events.dates import moment_words
from events.models import PlannedChange, Session
from events.presenters import SessionLine, Tag, list_words

FIELD_WORDS: Final = {
    "starts_at": "Start",
    "ends_at": "End",
    "booking_opens_at": "Booking opens",
    "booking_closes_at": "Booking closes",
    "title": "Title",
    "format": "How to take part",
    "venue": "Place",
    "room": "Room",
    "practical_note": "Practical note",
    "capacity": "Places in all",
    "in_person_capacity": "Places at the venue",
    "online_capacity": "Places online",
    "areas": "For people who work in",
    "sectors": "For these sectors",
    "for_whom": "What people confirm",
    "prerequisite": "What must come before",
}
PLACES: Final = frozenset({"capacity", "in_person_capacity", "online_capacity"})
TONES: Final = {"waiting": "attention", "done": "good", "withdrawn": "quiet", "refused": "stop"}


@dataclass(frozen=True)
class Pair:
    """Something that changes: what it is, how it was, how it will be."""

    what: str
    before: str
    now: str


@dataclass(frozen=True)
class ChangePreview:
    """What a change of a session would do. Needs the session as stored, with its hosts and trainers."""

    session: Session
    kind: PlannedChange.Kind
    wanted: Mapping[str, Any]
    due_at: datetime
    at: datetime

    @property
    def line(self) -> SessionLine:
        """Return the session as lists speak of it."""
        return SessionLine(self.session, self.at)

    @property
    def starts_at(self) -> datetime:
        """Return when the session starts by the change."""
        starts_at: datetime = self.wanted.get("starts_at", self.session.starts_at)
        return starts_at

    @property
    def pairs(self) -> list[Pair]:
        """Return what changes, the time first; nothing where the session is cancelled."""
        zone, stored = self.session.tzinfo, self.session
        return [
            Pair(words, value_words(name, stored_value(stored, name), zone), value_words(name, self.wanted[name], zone))
            for name, words in FIELD_WORDS.items()
            if name in self.wanted
        ]

    @property
    def booking_closes(self) -> Pair | None:
        """Return how the end of booking moves along; None where it stays, or is changed by itself."""
        if "booking_closes_at" in self.wanted:
            return None
        set_time = booking_closes_when_moved(self.session, starts_at=self.starts_at)
        before, now = self.session.closes_at, set_time or self.starts_at
        if before == now or not self.session.booking_required:
            return None
        zone = self.session.tzinfo
        return Pair("Booking closes", moment_words(before, zone), moment_words(now, zone))

    @property
    def is_told(self) -> bool:
        """Say whether anybody is sent a mail."""
        return tells(self.kind, self.wanted) and bool(self.session.places_taken or self.session.waiting)

    @property
    def sent(self) -> str:
        """Return in a sentence who is sent what."""
        placed, waiting = self.session.places_taken, self.session.waiting
        if not tells(self.kind, self.wanted):
            return "No diary entry changes, so no mail is sent about it. Places that this frees go to those who wait."
        if not self.is_told:
            return "Nobody has booked yet, so no mail is sent."
        if self.kind == PlannedChange.Kind.CANCEL:
            takes_out = f"{people(placed)} with a place {gets(placed)} a mail that takes the session out of their diary"
            waits = f"{people(waiting)} on the waiting list {gets(waiting)} a mail that it is cancelled"
        else:
            takes_out = f"{people(placed)} with a place {gets(placed)} an updated invitation"
            waits = f"{people(waiting)} on the waiting list {gets(waiting)} a mail"
        return "; ".join(words for words, count in ((takes_out, placed), (waits, waiting)) if count) + "."

    @property
    def hosts(self) -> str:
        """Return who hosts the session."""
        return self.line.hosts

    @property
    def trainers(self) -> str:
        """Return who delivers it; empty where nobody is named."""
        return list_words([str(part.trainer) for part in self.session.session_trainers.all()])

    @property
    def is_at_once(self) -> bool:
        """Say whether there is no time to take it back."""
        return self.due_at <= self.at

    @property
    def due(self) -> str:
        """Return from when it is carried out, on the UK clock."""
        return moment_words(self.due_at)


def link_address(session: Session) -> str:
    """Return where the joining link of a published session is given, on the way through those without one."""
    return f"{reverse('organise_session_change', args=[session.pk])}?missing=link#id_joining_link"


def tells(kind: str, changed: Iterable[str]) -> bool:
    """Say whether a change is one that people with a place are told of: a cancelling, or what their diary says."""
    return kind == PlannedChange.Kind.CANCEL or not DIARY_FIELDS.isdisjoint(changed)


def stored_value(session: Session, name: str) -> Any:
    """Return a field of a session as it is stored; rows as a list."""
    value = getattr(session, name)
    return list(value.all()) if name in MANY_FIELDS else value


def people(count: int) -> str:
    """Return a number of people."""
    return "1 person" if count == 1 else f"{count} people"


def gets(count: int) -> str:
    """Return the verb for a number of people."""
    return "gets" if count == 1 else "get"


def value_words(name: str, value: Any, zone: Any) -> str:
    """Return a field's value in words; empty for none."""
    if isinstance(value, datetime):
        return moment_words(value, zone)
    if name in PLACES:
        return "no limit" if value is None else str(value)
    if name in MANY_FIELDS:
        return list_words([str(one) for one in value]) or "everybody"
    return str(dict(Session.Format.choices)[value]) if name == "format" else str(value or "")


@dataclass(frozen=True)
class ChangeLine:
    """A planned change in a list. Needs its session and whoever made it; ``rows`` has venues and rooms by id."""

    change: PlannedChange
    rows: Mapping[tuple[str, int], str]

    @property
    def title(self) -> str:
        """Return the session's title."""
        return self.change.session.title

    @property
    def heading(self) -> str:
        """Return what is to happen to which session."""
        return f"{self.change.get_kind_display()}: {self.title}"

    @property
    def state(self) -> Tag:
        """Return what became of it."""
        return Tag(str(self.change.get_state_display()), TONES[self.change.state])

    @property
    def is_waiting(self) -> bool:
        """Say whether it can be taken back."""
        return self.change.state == PlannedChange.State.WAITING

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return what it says, as (what, words)."""
        zone, wanted = self.change.session.tzinfo, self.change.changes
        found = [
            (words, self._words(name, wanted[name], zone)) for name, words in FIELD_WORDS.items() if name in wanted
        ]
        found += [("Reason", self.change.reason)] if self.change.reason else []
        return [(what, words or "none") for what, words in found]

    def _words(self, name: str, value: Any, zone: Any) -> str:
        """Return a value as it is kept, in words."""
        if name in INSTANTS:
            return moment_words(datetime.fromisoformat(value), zone) if value else ""
        if name in MANY_FIELDS:
            return value_words(name, [self.rows.get((name, one), "one that is no longer there") for one in value], zone)
        if name in {"venue", "room", "prerequisite"}:
            return self.rows.get((name, value), "one that is no longer there") if value else ""
        return value_words(name, value, zone)

    @property
    def when(self) -> str:
        """Return who decided it, and when it is or was carried out."""
        by = f"Decided by {self.change.made_by or 'somebody who has left'} on {moment_words(self.change.made_at)}"
        if self.is_waiting:
            return f"{by}. Carried out on {moment_words(self.change.due_at)}."
        return f"{by}. {self.state.words} on {moment_words(self.change.ended_at or self.change.due_at)}."
