"""What is missing before a week is published: facts in, findings out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Final, Literal

from events.bank_holidays import ANNOUNCED_UNTIL, are_announced, bank_holiday

EARLIEST: Final = time(7)
LATEST: Final = time(21)
Part = Literal["session", "details", "days"]


@dataclass(frozen=True)
class PlannedSession:
    """What the checklist looks at of a session; times are on the session's own clock."""

    pk: int
    title: str
    starts_at: datetime
    ends_at: datetime
    format: str = "online"
    venue: tuple[int, str] | None = None
    room: tuple[int, str] | None = None
    trainers: Mapping[int, str] = field(default_factory=dict)
    joining_link: str = ""
    capacity: int | None = None
    booking_required: bool = True
    booking_opens_at: datetime | None = None
    booking_closes_at: datetime | None = None
    summary: str = ""
    audience: str = ""
    outcomes: str = ""
    in_person_capacity: int | None = None
    online_capacity: int | None = None
    is_for_areas: bool = False
    is_for_own_area: bool = False
    prerequisite: str = ""
    prerequisite_ends_at: datetime | None = None

    def meets(self, other: "PlannedSession") -> bool:
        """Say whether two sessions overlap; one that starts as the other ends does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class WeekPlan:
    """A week as it stands: its days still open, and its sessions that are to take place.

    ``elsewhere`` are published sessions of other weeks that may need the same rooms and trainers.
    """

    starts_on: date
    has_lead: bool
    open_days: frozenset[int] = frozenset()
    sessions: Sequence[PlannedSession] = ()
    elsewhere: Sequence[PlannedSession] = ()

    @property
    def dates(self) -> list[date]:
        """Return Monday to Friday."""
        return [self.starts_on + timedelta(days=number) for number in range(5)]


@dataclass(frozen=True)
class Finding:
    """Something that is missing, and where it is mended: in a session, in the week's details, or in its days.

    What ``must`` be mended keeps the week from being published; everything else is worth a look.
    """

    code: str
    sentence: str
    must: bool = False
    part: Part = "session"
    session: int | None = None


def check_week(plan: WeekPlan, *, at: datetime) -> list[Finding]:
    """Return all that is missing at an instant, what must be mended first, and then as the programme runs."""
    found = [*_of_week(plan)]
    for session in plan.sessions:
        found += _of_session(session, plan, at=at)
    found += _clashes(plan)
    order = {session.pk: place for place, session in enumerate(plan.sessions)}
    return sorted(found, key=lambda one: (not one.must, -1 if one.session is None else order[one.session]))


def _of_week(plan: WeekPlan) -> Iterator[Finding]:
    """Look at the hosts, at the days, and at whether there is anything to come to."""
    if not plan.has_lead:
        yield Finding("no_lead", "No partnership leads the week.", must=True, part="details")
    if not plan.sessions:
        yield Finding("no_sessions", "The week has no sessions yet.")
    for number, day in enumerate(plan.dates, start=1):
        if number in plan.open_days:
            yield Finding("day_open", f"{day:%A} is still to be confirmed.", part="days")
        if name := bank_holiday(day):
            yield Finding("bank_holiday", f"{day:%A} {day.day} {day:%B} is a bank holiday: {name}.", part="days")
    if not are_announced(plan.dates[-1]):
        until = f"{ANNOUNCED_UNTIL.day} {ANNOUNCED_UNTIL:%B %Y}"
        yield Finding(
            "holidays_open",
            f"Bank holidays are known until {until}. Look at the deadlines again once those of this week are.",
            part="days",
        )


def _of_session(session: PlannedSession, plan: WeekPlan, *, at: datetime) -> Iterator[Finding]:
    """Look at one session by itself."""
    for code, sentence in _unusable(session):
        yield Finding(code, sentence, must=True, session=session.pk)
    worth_a_look = [*_time(session, plan, at=at), *_booking(session, at=at), *_who(session), *_words(session)]
    for code, sentence in worth_a_look:
        yield Finding(code, sentence, session=session.pk)


def _unusable(session: PlannedSession) -> Iterator[tuple[str, str]]:
    """Look for what nobody can come to."""
    if session.format != "online" and session.venue is None:
        yield "no_venue", "It is in person and names no venue."
    if session.ends_at <= session.starts_at:
        yield "ends_before_start", "It ends before it starts."
    ends = session.prerequisite_ends_at
    if session.prerequisite and ends is None:
        yield "prerequisite_never", f"It comes after “{session.prerequisite}”, of which there is no session."
    elif ends and ends > session.starts_at:
        yield (
            "prerequisite_late",
            f"It comes after “{session.prerequisite}”, and no session of that ends before it starts.",
        )
    if session.format != "hybrid" and (session.in_person_capacity, session.online_capacity) != (None, None):
        yield "limits_not_hybrid", "It has places for the venue or online, and people take part one way only."


def _time(session: PlannedSession, plan: WeekPlan, *, at: datetime) -> Iterator[tuple[str, str]]:
    """Look at the day and the hour."""
    day = session.starts_at.date()
    if day not in plan.dates:
        yield "outside_week", "It lies outside the five days of the week."
    if session.starts_at <= at:
        yield "in_the_past", "It starts in the past."
    is_early = session.starts_at.time() < EARLIEST
    if is_early or session.ends_at.date() > day or session.ends_at.time() > LATEST:
        yield "odd_hours", f"It runs before {EARLIEST:%H:%M} or after {LATEST:%H:%M}."


def _booking(session: PlannedSession, *, at: datetime) -> Iterator[tuple[str, str]]:
    """Look at when places can be booked, and how many there are."""
    if not session.booking_required:
        return
    opens, closes = session.booking_opens_at, session.booking_closes_at
    if opens and opens >= session.starts_at:
        yield "booking_opens_late", "Booking opens only once it has started."
    if closes and closes > session.starts_at:
        yield "booking_closes_late", "Booking closes after it has started."
    if opens and closes and closes <= opens:
        yield "booking_never_open", "Booking closes before it opens."
    elif closes and closes <= at:
        yield "booking_closed_already", "Booking has closed already."
    if session.capacity is None and session.format != "online":
        yield "no_capacity", "It is in person and has no number of places."


def _who(session: PlannedSession) -> Iterator[tuple[str, str]]:
    """Look at whom it is for, and at the places for each way to take part."""
    if session.is_for_areas and not session.is_for_own_area:
        yield "foreign_areas", "None of the areas it is for is the area of a partnership that hosts it."
    limits = (session.in_person_capacity, session.online_capacity)
    if session.capacity is not None and None not in limits and sum(filter(None, limits)) < session.capacity:
        yield "places_beyond_modes", "It has more places in all than at the venue and online together."


def _words(session: PlannedSession) -> Iterator[tuple[str, str]]:
    """Look for what people want to read before they come."""
    if session.format != "in_person" and not session.joining_link:
        yield "no_link", "It is online and has no joining link."
    if not session.summary:
        yield "no_summary", "It has no summary."
    if not session.audience:
        yield "no_audience", "It does not say who it is for."
    if not session.outcomes:
        yield "no_outcomes", "It does not say what people will take away."


def _clashes(plan: WeekPlan) -> Iterator[Finding]:
    """Look for rooms, trainers and venues that are wanted twice at one time; each of the two is told of the other."""
    pairs: list[tuple[PlannedSession, PlannedSession]] = []
    for one, other in combinations(plan.sessions, 2):
        pairs += [(one, other), (other, one)]
    pairs += [(one, other) for one in plan.sessions for other in plan.elsewhere]
    for one, other in pairs:
        if one.meets(other):
            yield from _clash(one, other)


def _clash(one: PlannedSession, other: PlannedSession) -> Iterable[Finding]:
    """Say what one session cannot have because of another at the same time."""
    if one.room and other.room and one.room[0] == other.room[0]:
        words = f"{one.room[1]} is taken then by “{other.title}”."
        yield Finding("room_clash", words, must=True, session=one.pk)
    elif one.venue and other.venue and one.venue[0] == other.venue[0] and not (one.room and other.room):
        words = f"“{other.title}” is at {one.venue[1]} then too, and a room is not named for both."
        yield Finding("venue_clash", words, session=one.pk)
    for trainer, name in one.trainers.items():
        if trainer in other.trainers:
            words = f"{name} is in “{other.title}” at that time."
            yield Finding("trainer_clash", words, must=True, session=one.pk)
