"""How to take part: what the joining instructions say, when they are due, and sending them again when they change."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from bookings.models import Booking, policy_of
from bookings.policies import late_minutes
from bookings.policy import Policy
from bookings.working_days import after_working_hours
from events.models import Session
from notifications.kinds import REMINDER_EXPIRES_BEFORE_START, Kind
from notifications.message_names import message_id, start_words
from notifications.models import Message
from notifications.reminders import joining
from people.text import strip_controls

AGAIN: Final = "join-"
# This close to the start people are told of a change at any hour.
AT_ONCE: Final = timedelta(hours=48)


@dataclass(frozen=True)
class Instruction:
    """A heading with what it says; ``link`` is a page that shows more."""

    heading: str
    text: str
    link: str = ""


def are_due(booking: Booking, *, at: datetime) -> bool:
    """Say whether a mail of an instant has to say how to take part: from when the instructions are sent on."""
    session = booking.session
    of_policy = joining(session.starts_at, session.tzinfo, Policy.of(booking.policy), at=None)
    return any(one.due_at <= at for one in of_policy)


def instructions_of(booking: Booking) -> tuple[Instruction, ...]:
    """Return how somebody with a place takes part, by the way they do; needs the session with its venue."""
    return tuple(one for one in _all_of(booking, policy_of(booking.session)) if one.text or one.link)


def _all_of(booking: Booking, policy: Policy) -> Iterator[Instruction]:
    """Return each instruction there could be, the empty ones too."""
    session = booking.session
    if session.venue and booking.comes_to_venue:
        yield Instruction("How to get there", strip_controls(session.venue.access), session.venue.map_link)
        yield Instruction("At the venue", ", ".join(session.venue.facility_words))
    if booking.joins_online:
        cameras = session.get_cameras_display() if session.cameras else ""
        recorded = "It is recorded: only the presenters are seen and heard" if session.is_recorded else ""
        said = [
            words for words in ("Come in by your own way in, and not by anybody else's", cameras, recorded) if words
        ]
        yield Instruction("Online", f"{'. '.join(said)}.")
    yield Instruction("Taking part", strip_controls(session.access))
    minutes = late_minutes(session, booking.mode, policy)
    yield Instruction("If you are late", f"From {minutes} minutes after the start you are marked as late.")
    yield Instruction("About safety", strip_controls(policy.safety_notice))


def fingerprint(session: Session) -> str:
    """Return a short name of what instructions say beside time, place and note: of these another mail tells at once."""
    venue = session.venue
    said = [session.access, session.cameras, str(session.is_recorded)]
    said += [str(venue.pk), venue.map_link, venue.access, *venue.facility_words] if venue else []
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]


def say_again(sessions: QuerySet[Session], *, at: datetime) -> int:
    """Write the instructions anew to those who were sent others; return how many rows. Three statements.

    Those of whom nobody knows what they were sent are left alone.
    """
    sent = Message.objects.filter(
        kind=Kind.JOINING,
        status=Message.Status.SENT,
        booking__status="confirmed",
        booking__session__in=sessions.filter(state=Session.State.PUBLISHED, starts_at__gt=at).values("pk"),
    ).exclude(says="")
    newest = {row.about.pk: row for row in sent.select_related("booking__session__venue").order_by("sent_at", "pk")}
    now = {row.about.session_id: fingerprint(row.about.session) for row in newest.values()}
    rows = [
        _anew(row.about, now[row.about.session_id], at=at)
        for row in newest.values()
        if row.says != now[row.about.session_id]
    ]
    names = [row.message_id for row in rows]
    known = set(Message.objects.filter(message_id__in=names).values_list("message_id", flat=True)) if rows else set()
    new = [row for row in rows if row.message_id not in known]
    Message.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)


def _anew(booking: Booking, says: str, *, at: datetime) -> Message:
    """Return a row that says the instructions again: at once where the start is near, else in working hours."""
    session = booking.session
    occurrence = f"{AGAIN}{says} {start_words(session)}"
    is_near = session.starts_at - at < AT_ONCE
    closed = Policy.of(booking.policy).closed_days
    return Message(
        booking=booking,
        kind=Kind.JOINING,
        occurrence=occurrence,
        message_id=message_id(booking, f"{Kind.JOINING} {occurrence}"),
        due_at=at if is_near else after_working_hours(at, 0, session.tzinfo, closed),
        expires_at=session.starts_at - REMINDER_EXPIRES_BEFORE_START,
    )
