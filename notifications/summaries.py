"""What the summary of a step says: everything that was booked in it, and where each of it stands now."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings

from bookings.models import Booking
from bookings.querysets import BookingQuerySet
from bookings.states import LIVE, Status
from events.dates import long_day
from events.models import Session
from events.part_words import when_words
from people.text import strip_controls


@dataclass(frozen=True)
class SummaryLine:
    """A booking of the step, in words."""

    title: str
    when: str
    where: str
    address: str
    status: str
    day: date


@dataclass(frozen=True)
class Section:
    """Bookings of the step that stand alike; ``is_live`` says that they have or wait for a place."""

    heading: str
    lines: list[SummaryLine]
    is_live: bool


# How each state but a place is headed, in the order of the mail, and how it is counted in the subject.
HEADINGS: Final[dict[Status, str]] = {
    Status.AWAITING_APPROVAL: "Held for you until your line manager answers",
    Status.OFFERED: "Offered to you: please answer by the time in its mail",
    Status.WAITLISTED: "On the waiting list, so there is no place for you yet",
    Status.CANCELLED: "Cancelled in the meantime",
    Status.SUBSTITUTED: "Given to a colleague in the meantime",
    Status.DECLINED: "Declined in the meantime",
    Status.EXPIRED: "Ended in the meantime, because nobody answered in time",
}
COUNTED: Final[dict[Status, str]] = {
    Status.WAITLISTED: "on the waiting list",
    Status.OFFERED: "offered to you",
    Status.AWAITING_APPROVAL: "waiting for your line manager",
}


@dataclass(frozen=True)
class Summary:
    """All of a step, the earliest session first."""

    lines: tuple[SummaryLine, ...]

    @property
    def booked(self) -> list[SummaryLine]:
        """Return what has a place."""
        return self._that_are(Status.CONFIRMED)

    @property
    def others(self) -> list[Section]:
        """Return what has no place, or none any more, under one heading for each state there is."""
        found = [Section(words, self._that_are(status), status in LIVE) for status, words in HEADINGS.items()]
        return [section for section in found if section.lines]

    @property
    def is_over(self) -> bool:
        """Say whether nothing of it has or waits for a place any more."""
        return not any(line.status in LIVE for line in self.lines)

    @property
    def days(self) -> str:
        """Return from which day to which its sessions are, of what is not over; for the subject."""
        days = sorted(line.day for line in self.lines if line.status in LIVE)
        if not days:
            return ""
        first, last = long_day(days[0]), long_day(days[-1])
        return first if first == last else f"{first} to {last}"

    @property
    def words(self) -> str:
        """Return how much is booked and how much is not yet: subject and heading."""
        booked = len(self.booked)
        counts = [(len(self._that_are(status)), words) for status, words in COUNTED.items()]
        parts = [f"{count} {words}" for count, words in counts if count]
        if booked:
            parts.insert(0, f"Booked: {_sessions(booked)}")
        elif len(parts) == 1 and (waiting := len(self._that_are(Status.WAITLISTED))):
            return f"On the waiting list of {_sessions(waiting)}"
        else:
            parts[0] = f"Not booked yet: {parts[0]}"
        return ", and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)

    def _that_are(self, status: Status) -> list[SummaryLine]:
        """Return the lines of one state."""
        return [line for line in self.lines if line.status == status]


def made_with(first: Booking) -> BookingQuerySet:
    """Return everything that was booked for a person in the step that made a booking, itself too."""
    found: BookingQuerySet = Booking.objects.filter(plan=first.plan, practitioner=first.practitioner_id)
    return found


def summary_of(first: Booking) -> Summary:
    """Return the step that made a booking as it stands now."""
    in_order = made_with(first).with_session().order_by("session__starts_at", "pk")
    return Summary(tuple(_line(booking) for booking in in_order))


def _line(booking: Booking) -> SummaryLine:
    """Return one booking in words."""
    session = booking.session
    return SummaryLine(
        title=strip_controls(session.title),
        when=when_words(session),
        where=_where(session),
        address=f"{settings.SITE_URL}{booking.get_absolute_url()}",
        status=booking.status,
        day=session.local_start.date(),
    )


def _where(session: Session) -> str:
    """Return where to come to, or that it is online."""
    match session.format:
        case Session.Format.ONLINE:
            return "Online"
        case Session.Format.HYBRID:
            return f"At {session.place}, or online"
        case _:
            return f"At {session.place}"


def _sessions(count: int) -> str:
    """Return a number of sessions in words."""
    return "1 session" if count == 1 else f"{count} sessions"
