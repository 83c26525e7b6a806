"""What the pages behind a reminder say: still coming, cancelling, or giving the place to a colleague."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bookings import policies
from bookings.booking_page import BookingPage
from bookings.charges_page import late_words
from bookings.freed import freed_words
from bookings.states import Status
from events.dates import moment_words

BEGUN: Final = "This session has begun"
OVER: Final = "This session is over"
GIVING: Final = (
    "We send your colleague a mail with your name and this session. If they accept, they get the invitation and your "
    "booking ends. Until then the place is yours. It costs nothing."
)


@dataclass(frozen=True)
class FromReminder:
    """A page of one question about a booking; ``open`` says whether it can still be answered."""

    page: BookingPage
    question: str
    button: str
    asks: tuple[str, ...]
    is_open: bool
    done: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Return the question, or what holds instead."""
        if self.done:
            return self.done[0]
        if self.is_open:
            return self.question
        if self.page.booking.status != Status.CONFIRMED:
            return self.page.heading
        is_over = self.page.line.at >= self.page.booking.session.over_at
        return OVER if is_over else BEGUN if self._has_begun else "This place can no longer be given to a colleague"

    @property
    def sentences(self) -> list[str]:
        """Return what stands below the heading."""
        if self.done:
            return list(self.done[1:])
        return list(self.asks) if self.is_open else list(self._instead())

    @property
    def may_answer(self) -> bool:
        """Say whether there is something to press."""
        return self.is_open and not self.done

    @property
    def _has_begun(self) -> bool:
        """Say whether the session has begun."""
        return self.page.line.at >= self.page.booking.session.starts_at

    def _instead(self) -> Iterator[str]:
        """Say what holds where the question cannot be answered any more."""
        if self.page.booking.status != Status.CONFIRMED:
            yield from self.page.what_next
        elif self._has_begun:
            yield "Nothing can be changed about this place any more, and nothing was."
        else:
            yield "You still have it. If you cannot come, cancel it, so that somebody else can have it."


def still_coming(page: BookingPage) -> FromReminder:
    """Return the page that asks whether somebody is still coming."""
    booking, at = page.booking, page.line.at
    refusal = policies.why_not_say_coming(booking, booking.session, at=at)
    said = policies.said_coming_at(page.changes, booking.session) if refusal is None else None
    done = (
        "Thank you: we count on you",
        f"You told us on {_moment(page, said)} that you are still coming. The place is yours.",
    )
    asks = ("The organisers prepare for everybody who has a place. Tell them that you are still coming.",)
    return FromReminder(
        page, "Are you still coming?", "I'm still coming", asks, refusal is None, done if said is not None else ()
    )


def cancelling(page: BookingPage) -> FromReminder:
    """Return the page that asks whether to cancel, and says what that means."""
    is_open = policies.why_not_cancel(page.booking, page.booking.session, at=page.line.at) is None
    freed = freed_words(page.booking.session, at=page.line.at)
    asks = (_deadline(page), *([freed] if freed else []))
    return FromReminder(page, "Cancel your booking?", "Cancel booking", asks, is_open)


def giving(page: BookingPage) -> FromReminder:
    """Return the page that asks which colleague is to have the place."""
    asked = (f"{page.colleague} Until they accept, it is yours.",) if page.colleague else ()
    asks = (*asked, GIVING)
    return FromReminder(page, "Give my place to a colleague", "Ask my colleague", asks, page.may_give)


def _deadline(page: BookingPage) -> str:
    """Return whether cancelling is in time, and what it costs where it is not."""
    if not page.line.is_late:
        return f"You are in time: cancelling does not count as late until {page.line.cancel_by}."
    return late_words(page.booking, page.line.cancel_by)


def _moment(page: BookingPage, at: datetime | None) -> str:
    """Return a moment on the session's clock."""
    return moment_words(at, page.booking.session.tzinfo) if at else ""
