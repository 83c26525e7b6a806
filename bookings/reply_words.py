"""What calendars answered, in words: for organisers, and on the page that asks whoever declined."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Subquery

from bookings import policies
from bookings.charges_page import pounds
from bookings.freed import freed_words
from bookings.models import Booking, CalendarReply
from bookings.policy import Policy
from bookings.states import LIVE, Status
from events.dates import moment_words
from events.models import Session

Answer = CalendarReply.Answer
IN_CALENDAR: Final = {
    CalendarReply.Partstat.ACCEPTED: "Accepted in their calendar",
    CalendarReply.Partstat.TENTATIVE: "Perhaps, says their calendar",
    CalendarReply.Partstat.DECLINED: "Declined in their calendar",
}


def last_reply() -> Subquery:
    """Return what each of many bookings' calendars answered last, as a column of a query; NULL for nothing."""
    replies = CalendarReply.objects.filter(booking=OuterRef("pk")).order_by("-stamp")
    return Subquery(replies.values("partstat")[:1])


def reply_words(partstat: str | None) -> str:
    """Return in a few words what a calendar answered; empty where it answered nothing."""
    return IN_CALENDAR[CalendarReply.Partstat(partstat)] if partstat else ""


@dataclass(frozen=True)
class ReplyLine:
    """A line about one answer of a calendar, for organisers."""

    reply: CalendarReply
    booking: Booking

    @property
    def when(self) -> str:
        """Return when it came."""
        return moment_words(self.reply.received_at, self.booking.session.tzinfo)

    @property
    def what(self) -> str:
        """Return what was answered."""
        return str(self.reply.get_partstat_display())

    @property
    def became(self) -> str:
        """Return what became of it; empty where nothing was to be asked."""
        reply = self.reply
        if reply.asks and self.booking.status == Status.CONFIRMED:
            return "The person is asked" if not reply.releases else "The person is told, and can keep the place"
        return str(reply.get_answer_display()) if reply.answer else ""


@dataclass(frozen=True)
class DeclinePage:
    """What the page says to somebody who declined: a heading, sentences, and whether there is something to press."""

    heading: str
    sentences: list[str] = field(default_factory=list)
    is_open: bool = False


def decline_page(reply: CalendarReply, booking: Booking, *, at: datetime) -> DeclinePage:
    """Return where things stand; ``reply`` is the open question of the booking, or the one that the link names."""
    session = booking.session
    if booking.status not in LIVE:
        return _ended(reply, booking)
    if booking.status != Status.CONFIRMED:
        return DeclinePage("There is nothing to answer", ["Your booking has changed since. See how it stands."])
    if at >= session.starts_at:
        return DeclinePage("This session has begun", ["Your place was kept for you."])
    if not reply.asks:
        since = f" You said so on {_moment(reply.answered_at, booking)}." if reply.answer == Answer.KEPT else ""
        return DeclinePage("You keep your place", [f"Nobody else has it.{since}"])
    return DeclinePage("Can you not come?", [*_question(reply, booking), *_cost(reply, booking, at=at)], is_open=True)


def _question(reply: CalendarReply, booking: Booking) -> list[str]:
    """Say what the calendar told, and what follows if nobody says more."""
    told = "Your calendar told us that you declined the invitation to this session."
    if not reply.releases:
        return [told, "You still have your place. It stays yours until you give it up."]
    if reply.release_at:
        return [told, f"If you do nothing, your place is given up on {_moment(reply.release_at, booking)}."]
    return [told, "If you do nothing, your place is given up half an hour after the mail in which we say so."]


def _cost(reply: CalendarReply, booking: Booking, *, at: datetime) -> list[str]:
    """Say whether giving the place up is late, and what that costs."""
    if not policies.is_late(booking.cancel_free_until, at=reply.received_at if reply.releases else at):
        freed = freed_words(booking.session, at=at, what="It")
        return [f"Giving it up does not count as late. {freed}".strip()]
    ended = _moment(booking.cancel_free_until, booking)
    pence = Policy.of(booking.policy).late_cancel_charge
    costs = f" and charged: {pounds(pence)}" if pence else ""
    return [f"The time to cancel ended on {ended}. You can still give it up, and it is recorded as late{costs}."]


def _ended(reply: CalendarReply, booking: Booking) -> DeclinePage:
    """Say how the booking ended."""
    if booking.session.state == Session.State.CANCELLED:
        return DeclinePage("This session is cancelled", ["It does not take place. There is nothing for you to do."])
    match reply.answer:
        case Answer.GIVEN_UP:
            return DeclinePage("You have given up your place", ["Thank you for saying so. Somebody else can have it."])
        case Answer.RELEASED:
            when = _moment(reply.answered_at, booking)
            return DeclinePage("Your place was given up", [f"That was on {when}, because you declined the invitation."])
    return DeclinePage("You have no place on this session any more", ["There is nothing for you to do."])


def _moment(moment: datetime | None, booking: Booking) -> str:
    """Return a moment on the session's clock."""
    return moment_words(moment, booking.session.tzinfo) if moment else ""
