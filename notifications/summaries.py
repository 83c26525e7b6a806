"""What the summary of a step says: everything that was booked in it, and where each of it stands now."""

from dataclasses import dataclass

from django.conf import settings

from bookings.models import Booking
from bookings.querysets import BookingQuerySet
from bookings.states import LIVE, Status
from events.dates import span_words
from events.models import Session
from people.text import strip_controls


@dataclass(frozen=True)
class SummaryLine:
    """A booking of the step, in words."""

    title: str
    when: str
    where: str
    address: str
    status: str

    @property
    def is_live(self) -> bool:
        """Say whether it has or waits for a place."""
        return self.status in LIVE

    @property
    def is_waiting(self) -> bool:
        """Say whether it waits for a place."""
        return self.status == Status.WAITLISTED


@dataclass(frozen=True)
class Summary:
    """All of a step, the earliest session first."""

    lines: tuple[SummaryLine, ...]

    @property
    def booked(self) -> list[SummaryLine]:
        """Return what has a place."""
        return [line for line in self.lines if line.is_live and not line.is_waiting]

    @property
    def waiting(self) -> list[SummaryLine]:
        """Return what waits for one."""
        return [line for line in self.lines if line.is_waiting]

    @property
    def ended(self) -> list[SummaryLine]:
        """Return what has been cancelled since."""
        return [line for line in self.lines if not line.is_live]

    @property
    def words(self) -> str:
        """Return how much is booked and how much waits: subject and heading."""
        booked, waiting = len(self.booked), len(self.waiting)
        if not booked:
            return f"On the waiting list of {_sessions(waiting)}"
        return f"Booked: {_sessions(booked)}{f', and {waiting} on the waiting list' if waiting else ''}"


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
        when=span_words(session.starts_at, session.ends_at, session.tzinfo),
        where=_where(session),
        address=f"{settings.SITE_URL}{booking.get_absolute_url()}",
        status=booking.status,
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
