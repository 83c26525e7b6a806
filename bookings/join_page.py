"""What somebody's own way into an online session says: come in, not yet, or why not."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bookings import errors, policies
from bookings.models import Booking
from bookings.policy import Policy
from bookings.presenters import minutes_words
from events.dates import moment_words
from events.errors import Refusal
from events.models.session_part import part_at
from events.presenters import SessionLine
from people.names import given_name

# Whoever opens it earlier will not have the page before them until then.
LOOKS_AGAIN_WITHIN: Final = timedelta(hours=12)
# What has ended says nothing about the session any more, nor whose it was.
SAYS_NO_MORE: Final = {
    errors.SessionCancelled: ("This session is cancelled", "It does not take place, so there is nothing to join."),
    errors.BookingEnded: (
        "This way in has ended",
        "The place that it was for was given up, or is somebody else's now.",
    ),
    errors.NoPlaceYet: ("There is no place yet", errors.NoPlaceYet.__doc__ or ""),
}


@dataclass(frozen=True)
class JoinPage:
    """The page of one booking; ``contact`` is whom to ask, where there is somebody."""

    booking: Booking
    at: datetime
    refusal: Refusal | None
    contact: str = ""

    @property
    def line(self) -> SessionLine:
        """Return the session's words."""
        return SessionLine(self.booking.session, self.at)

    @property
    def is_open(self) -> bool:
        """Say whether there is a button to press."""
        return self.refusal is None

    @property
    def says_which(self) -> bool:
        """Say whether the page names the session, and the person whose way in it is."""
        return type(self.refusal) not in SAYS_NO_MORE

    @property
    def heading(self) -> str:
        """Return what the page is headed with: the session, or what became of the place."""
        return SAYS_NO_MORE[type(self.refusal)][0] if self.refusal and not self.says_which else self.line.title

    @property
    def sentences(self) -> list[str]:
        """Return what is so, in sentences."""
        match self.refusal:
            case None:
                return ["The session meets on another site. The organisers see that you have joined."]
            case errors.WayInNotOpen():
                minutes = minutes_words(Policy.of(self.booking.policy).join_link_minutes)
                return [f"The way in opens on {moment_words(self.opens_at, self._zone)}, {minutes} before the start."]
            case errors.SessionOver():
                return [f"This session is over. It ended on {moment_words(self.booking.session.over_at, self._zone)}."]
            case refusal if self.says_which:
                return [refusal.sentence]
            case refusal:
                return [SAYS_NO_MORE[type(refusal)][1]]

    @property
    def asks_contact(self) -> bool:
        """Say whether the page names whom to ask: where the organisers have something to say."""
        return isinstance(self.refusal, errors.WayInUnknown)

    @property
    def is_venue(self) -> bool:
        """Say whether the page says where to come to."""
        return isinstance(self.refusal, errors.MeetsAtVenue)

    @property
    def may_look_again(self) -> bool:
        """Say whether the page will soon say something else."""
        return isinstance(self.refusal, errors.WayInNotOpen | errors.WayInUnknown)

    @property
    def opens_at(self) -> datetime:
        """Return when the way in opens."""
        return policies.way_in_opens_at(self.booking, part_at(self.booking.session, at=self.at))

    @property
    def opens_in_seconds(self) -> int | None:
        """Return after how many seconds the page shall look again by itself; None: not by itself."""
        if not isinstance(self.refusal, errors.WayInNotOpen) or self.opens_at - self.at > LOOKS_AGAIN_WITHIN:
            return None
        return math.ceil((self.opens_at - self.at).total_seconds()) + 1

    @property
    def whose(self) -> str:
        """Return whose way in it is, by first name where that can be told: whoever has the link reads this."""
        first = given_name(self.booking.name)
        return f"This is {first}'s way in." if first else "This way in is one person's own."

    @property
    def _zone(self) -> ZoneInfo:
        """Return the session's clock."""
        return self.booking.session.tzinfo


def read_join_page(booking: Booking, *, at: datetime) -> JoinPage:
    """Return the page of a booking as it is at an instant: one query, for whom to ask."""
    session = booking.session
    host = session.session_hosts.select_related("partnership").first()
    refusal = policies.why_not_join(booking, session, part=part_at(session, at=at), at=at)
    return JoinPage(booking, at, refusal, contact=host.partnership.contact_email if host else "")
