"""The words of weeks and sessions on a page: dates, places, hosts and sittings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from events.dates import long_day, moment_words
from events.models import PracticeWeek, Session
from events.models.session_part import part_at, parts_of
from events.part_words import part_words, when_words

MODES: Final = {"in_person": "at the venue", "online": "online"}


@dataclass(frozen=True)
class Tag:
    """A few words about a state, and how much they ask for attention: good, attention, stop, quiet."""

    words: str
    tone: str = ""


@dataclass(frozen=True)
class SessionLine:
    """A session as lists and its own page speak of it. Needs venue, room and topic, and hosts where they are shown."""

    session: Session
    at: datetime
    sittings: Sequence[Session] = ()

    @property
    def title(self) -> str:
        """Return the title."""
        return self.session.title

    @property
    def address(self) -> str:
        """Return the address of the session's page."""
        return self.session.get_absolute_url()

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Return start and end on the session's clock, of several dates those of the first."""
        return self.session.local_start, self.session.local_end

    @property
    def starts(self) -> str:
        """Return the time at which it starts, such as 09:30."""
        return f"{self.times[0]:%H:%M}"

    @property
    def ends(self) -> str:
        """Return the time at which it ends."""
        return f"{self.times[1]:%H:%M}"

    @property
    def day(self) -> str:
        """Return the day on which it starts."""
        return long_day(self.times[0].date())

    @property
    def when(self) -> str:
        """Return day, start, end and whose clock it is; of several dates all."""
        return when_words(self.session)

    @property
    def dates(self) -> list[str]:
        """Return its several dates, one by one; none where it has one."""
        return [part_words(part) for part in parts_of(self.session)] if self.session.last_ends_at else []

    @property
    def until(self) -> str:
        """Return the day of the last of several dates; empty where it has one."""
        last = self.session.last_ends_at
        return long_day(last.astimezone(self.session.tzinfo).date()) if last else ""

    @property
    def length(self) -> str:
        """Return how long it takes, with all its dates."""
        return length_words(self.session.length_in_all)

    @property
    def where(self) -> str:
        """Return how people take part and, if they come, where to: the venue and its room."""
        place = ", ".join(str(one) for one in (self.session.venue, self.session.room) if one)
        match self.session.format:
            case Session.Format.ONLINE:
                return "Online"
            case Session.Format.HYBRID:
                return f"In person at {place}, or online"
            case _:
                return f"In person at {place}"

    @property
    def hosts(self) -> str:
        """Return who hosts it, the lead first."""
        names = [host.partnership.short_name for host in self.session.session_hosts.all()]
        return list_words([*names, *filter(None, [self.session.also_hosted_by])])

    @property
    def places(self) -> Tag:
        """Return whether there is a place to be had."""
        return places_tag(self.session, at=self.at)

    @property
    def content_note(self) -> str:
        """Return what may upset somebody, to be known before booking."""
        return self.session.topic.content_note

    @property
    def others(self) -> list["OtherSitting"]:
        """Return when else the same content runs, as one sentence lists it; empty where it runs once."""
        return other_sittings(self.session, self.sittings)


@dataclass(frozen=True)
class NextDateLine(SessionLine):
    """A session as lists of what is to come speak of it: of several dates, by the first that is not over."""

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Return start and end of that date on the session's clock."""
        part = part_at(self.session, at=self.at)
        return part.starts_at.astimezone(part.tzinfo), part.ends_at.astimezone(part.tzinfo)


@dataclass(frozen=True)
class OtherSitting:
    """A link to another sitting in a sentence: its time, its day if it is another, and what parts it from the last."""

    before: str
    words: str
    address: str


def places_tag(session: Session, *, at: datetime) -> Tag:
    """Return in words whether a session has a place, and why not."""
    if tag := _fixed_tag(session, at=at):
        return tag
    if session.booking_opens_at and at < session.booking_opens_at:
        return Tag(f"Booking opens {moment_words(session.booking_opens_at, session.tzinfo)}", "quiet")
    if at >= session.closes_at:
        return Tag("Booking closed", "quiet")
    return _free_places(session)


def _fixed_tag(session: Session, *, at: datetime) -> Tag | None:
    """Return what there is to say where places are no question: cancelled, finished, on now, or open to all."""
    if session.state == Session.State.CANCELLED:
        return Tag("Cancelled", "stop")
    if at >= session.over_at:
        return Tag("Finished", "quiet")
    if at >= session.starts_at:
        return _under_way(session, at=at)
    return None if session.booking_required else Tag("No booking needed", "good")


def _under_way(session: Session, *, at: datetime) -> Tag:
    """Return that a session is on; between two of its dates, that it has begun."""
    between = all(at < part.starts_at or at >= part.ends_at for part in parts_of(session))
    return Tag("Has begun", "quiet") if between else Tag("On now", "attention")


def _free_places(session: Session) -> Tag:
    """Return how many places are left on a session that takes bookings."""
    left = session.places_left
    if session.left_by_mode is not None and left is not None:
        ways = [MODES[mode] for mode, free in session.left_by_mode.items() if free is None or free > 0]
        if len(ways) == 1:
            return Tag(f"Places left {ways[0]}", "good")
        left = left if ways else 0
    if left is None:
        return Tag("Places available", "good")
    if left == 0:
        return Tag("Full, waiting list open", "attention") if session.has_waiting_list else Tag("Full", "stop")
    return Tag("1 place left" if left == 1 else f"{left} places left", "good")


def other_sittings(session: Session, sittings: Iterable[Session]) -> list[OtherSitting]:
    """Return the other sittings of a topic that take place, those of the same day first."""
    day = session.local_start.date()
    others = [one for one in sittings if one.pk != session.pk and one.state == Session.State.PUBLISHED]
    others.sort(key=lambda one: one.local_start.date() != day)
    found = []
    for number, one in enumerate(others):
        before = "" if number == 0 else " and " if number == len(others) - 1 else ", "
        on = one.local_start.date()
        words = f"{one.local_start:%H:%M}" if on == day else f"{one.local_start:%H:%M} on {long_day(on)}"
        found.append(OtherSitting(before, words, one.get_absolute_url()))
    return found


def list_words(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: ``A``, ``A and B``, ``A, B and C``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def length_words(length: timedelta) -> str:
    """Return a length such as ``1 hour 30 minutes``."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [(hours, "hour"), (minutes, "minute")]
    return " ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number)


def days_words(first: date, last: date) -> str:
    """Return a week's days: ``Monday 24 to Friday 28 June 2024``; each month is named where there are two."""
    if first.year != last.year:
        return f"{long_day(first)} to {long_day(last)}"
    begin = f"{first:%A} {first.day}" if first.month == last.month else f"{first:%A} {first.day} {first:%B}"
    return f"{begin} to {long_day(last)}"


def week_tag(week: PracticeWeek, *, on: date) -> Tag:
    """Return whether a week is to come, on now or past."""
    match week.status(on=on):
        case "scheduled":
            return Tag("Coming up", "good")
        case "live":
            return Tag("On this week", "attention")
        case _:
            return Tag("Past week", "quiet")


@dataclass(frozen=True)
class WeekCard:
    """A week in a list. Needs its hosts."""

    week: PracticeWeek
    on: date

    @property
    def title(self) -> str:
        """Return the title."""
        return self.week.title

    @property
    def address(self) -> str:
        """Return the address of the week's page."""
        return self.week.get_absolute_url()

    @property
    def days(self) -> str:
        """Return the week's days in words."""
        return days_words(self.week.starts_on, self.week.ends_on)

    @property
    def hosts(self) -> str:
        """Return who hosts the week, the lead first."""
        return list_words([host.partnership.short_name for host in self.week.week_hosts.all()])

    @property
    def colours(self) -> list[str]:
        """Return the hosts' colours."""
        return [host.partnership.colour for host in self.week.week_hosts.all()]

    @property
    def state(self) -> Tag:
        """Return whether the week is to come, on now or past."""
        return week_tag(self.week, on=self.on)
