"""The words about other people's bookings, for agency leads and organisers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bookings import errors, policies
from bookings.models import Booking, BookingChange
from bookings.policy import Policy
from bookings.presenters import TONES
from bookings.register_page import attendance_of, presence_tag
from bookings.reply_words import reply_words
from bookings.states import Status, Verb
from events.dates import moment_words
from events.errors import Refusal
from events.models import Session
from events.presenters import SessionLine, Tag, places_tag

NOT_YOURS: Final = "You cannot book this person from here. They can book for themselves."
MAY_OVERRIDE: Final = frozenset({errors.NotEligible.code, errors.DayFull.code, errors.OrganisationQuotaReached.code})
MODES: Final = [("", "There is one way only, or it does not matter"), *Booking.Mode.choices]


def words_for_others(refusal: Refusal) -> str:
    """Return why somebody else was not booked, said to whoever books for them."""
    match refusal:
        case errors.OtherSittingBooked():
            return "This person has booked another sitting of this already."
        case errors.DayFull():
            return "This person has as many bookings on that day as one person can have."
        case errors.OfferGone():
            return "This place is no longer offered to this person."
        case _:
            return refusal.sentence


def session_words(session: Session, *, at: datetime) -> str:
    """Return a session in one line of a list to choose from."""
    return f"{session.local_start:%a %-d %B %Y, %H:%M}: {session.title} ({places_tag(session, at=at).words})"


def said_coming(session: Session) -> dict[int, datetime]:
    """Return by booking who with a place said when that they still come to a session at its start; one query."""
    said = BookingChange.objects.filter(
        booking__session=session, booking__status=Status.CONFIRMED, verb=Verb.STILL_COMING
    )
    moments = {one.booking_id: policies.said_coming_at([one], session) for one in said.order_by("pk")}
    return {pk: moment for pk, moment in moments.items() if moment}


@dataclass(frozen=True)
class OtherLine:
    """Somebody else's booking in words. Needs its session, and ``position`` of whoever waits.

    ``warning`` is what organisers should know of the person at a glance, in a word or two. ``said_coming_at`` is when
    they last said that they are still coming.
    """

    booking: Booking
    at: datetime
    warning: str = ""
    said_coming_at: datetime | None = None

    @property
    def session(self) -> SessionLine:
        """Return the session in words."""
        return SessionLine(self.booking.session, self.at)

    @property
    def state(self) -> Tag:
        """Return where the booking stands, in a word or two."""
        status = Status(self.booking.status)
        return Tag(str(status.label), TONES.get(status, "quiet"))

    @property
    def presence(self) -> Tag | None:
        """Return what the register says of the person, in a word or two; needs the attendance."""
        return presence_tag(attendance_of(self.booking))

    @property
    def reply(self) -> str:
        """Return what the person's calendar answered last, in a few words; needs `last_reply` as ``last_reply``."""
        return reply_words(getattr(self.booking, "last_reply", None))

    @property
    def note(self) -> str:
        """Return until when a place is offered, the place in the queue, or when somebody said that they still come."""
        if self.booking.offer_expires_at:
            return f"Until {moment_words(self.booking.offer_expires_at, self.booking.session.tzinfo)}"
        if self.booking.status == Status.WAITLISTED:
            return f"Number {self.booking.position} in line"  # type: ignore[attr-defined]  # added by with_position
        if self.said_coming_at:
            return f"Still coming, said {moment_words(self.said_coming_at, self.booking.session.tzinfo)}"
        return ""

    @property
    def may_cancel(self) -> bool:
        """Say whether the booking can still be given up."""
        return policies.why_not_cancel(self.booking, self.booking.session, at=self.at) is None

    @property
    def may_substitute(self) -> bool:
        """Say whether a colleague can have the place."""
        policy = Policy.of(self.booking.policy)
        return policies.why_not_substitute(self.booking, self.booking.session, policy, at=self.at) is None


@dataclass(frozen=True)
class ChangeLine:
    """A line of a booking's history. Needs who did it and for whom."""

    change: BookingChange
    session: Session

    @property
    def when(self) -> str:
        """Return when it was."""
        return moment_words(self.change.at, self.session.tzinfo)

    @property
    def what(self) -> str:
        """Return what was done."""
        return str(Verb(self.change.verb).label)

    @property
    def who(self) -> str:
        """Return who did it: a person, an address without an account, or the site."""
        return str(self.change.actor or self.change.by or "The site by itself")

    @property
    def moved(self) -> str:
        """Return from which state into which."""
        before, after = self.change.from_status, str(Status(self.change.to_status).label)
        return f"{Status(before).label} → {after}" if before and before != self.change.to_status else after
