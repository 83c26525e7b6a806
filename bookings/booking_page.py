"""Everything the page of one booking says: where it stands, what follows, and what became of what others were asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings

from bookings import policies
from bookings.by_hand import ByHand, by_hand
from bookings.feedback_page import FeedbackPage, read_feedback_page
from bookings.freed import goes_on
from bookings.links import DECLINE, path_of
from bookings.models import Approval, Booking, BookingChange, CalendarReply, Handover, policy_of
from bookings.policy import Policy
from bookings.presenters import BookingLine, manager_words, minutes_words, silence_words
from bookings.states import Status, Verb
from events.dates import moment_words
from events.models import Session
from people.models import User

HEADINGS: Final = {
    Status.CONFIRMED: "You have this place",
    Status.AWAITING_APPROVAL: "Your line manager is asked",
    Status.WAITLISTED: "You are on the waiting list",
    Status.OFFERED: "This offer has run out",
    Status.DECLINED: "You declined this place",
    Status.EXPIRED: "This offer has run out",
    Status.CANCELLED: "This booking is cancelled",
    Status.SUBSTITUTED: "You gave this place to a colleague",
}
OF_MANAGER: Final = {
    Verb.REFUSED: "Your line manager did not agree",
    Verb.REFUSED_BY_SILENCE: "Your line manager did not answer",
}


@dataclass(frozen=True)
class BookingPage:
    """A booking with its history and what is open about it; ``policy`` is the session's as it is now."""

    line: BookingLine
    policy: Policy
    changes: list[BookingChange] = field(default_factory=list)
    approval: Approval | None = None
    handover: Handover | None = None
    substitute: Booking | None = None
    feedback: FeedbackPage | None = None
    declined: CalendarReply | None = None

    @property
    def booking(self) -> Booking:
        """Return the booking."""
        return self.line.booking

    @property
    def may_give(self) -> bool:
        """Say whether the place can be given to a colleague now."""
        policy = Policy.of(self.booking.policy)
        return policies.why_not_substitute(self.booking, self.booking.session, policy, at=self.line.at) is None

    @property
    def safety_notice(self) -> str:
        """Return what to know about safety before coming; empty once there is nothing to come to."""
        return self.policy.safety_notice if self.line.is_coming else ""

    @property
    def by_hand(self) -> ByHand | None:
        """Return how to put the place into a diary by hand; None without a place to come."""
        has_place = self.booking.status == Status.CONFIRMED and self.line.is_coming
        return by_hand(self.booking, site=settings.SITE_URL) if has_place else None

    @property
    def colleague(self) -> str:
        """Return whom the place is offered to and until when; empty where nobody is asked."""
        if self.handover is None:
            return ""
        until = self._moment(self.handover.expires_at)
        return f"You have asked {self.handover.colleague_email} to take your place, until {until}."

    @property
    def decline_address(self) -> str:
        """Return the page that asks whoever declined in their calendar; empty where there is nothing to ask."""
        may_ask = self.declined is not None and self.line.may_cancel
        return path_of(DECLINE, self.declined) if self.declined is not None and may_ask else ""

    @property
    def heading(self) -> str:
        """Return where the booking stands, for a page that asked about it."""
        by_manager = OF_MANAGER.get(self._verb) if self._verb else None
        return by_manager or HEADINGS[Status(self.booking.status)]

    @property
    def what_next(self) -> list[str]:
        """Return what happens now, or what happened, in sentences."""
        return list(self._coming() if self.line.is_coming else self._ended())

    def _coming(self) -> Iterator[str]:
        """Return what happens now."""
        if self.booking.source in {Booking.Source.ORGANISER, Booking.Source.AGENCY_LEAD} and self.changes:
            yield f"{_name(self.changes[0].actor)} booked this for you."
        match self.booking.status:
            case Status.WAITLISTED:
                yield from self._waiting()
            case Status.OFFERED:
                yield from self._offered()
            case Status.AWAITING_APPROVAL:
                yield from self._awaiting()
            case _:
                yield from self._confirmed()

    def _waiting(self) -> Iterator[str]:
        """Say how a place comes to somebody who waits, and why one went past them."""
        policy = self.policy
        if policy.waiting_list == "automatic":
            yield "When a place comes free, the first in line has it at once. We tell you by mail if that is you."
        else:
            yield "When a place comes free, it is offered to the first in line. We tell you by mail if that is you."
            hours = f"{_hours(policy.offer_hours)}, or {_hours(policy.offer_hours_close)} close to the session"
            yield f"You then have {hours} to accept. Otherwise it goes to the next."
        if passed := next((one for one in reversed(self.changes) if one.verb == Verb.PASSED_OVER), None):
            yield f"A place that came free on {self._moment(passed.at)} went to somebody behind you. {passed.reason}"
        yield "If you can no longer come, leave the waiting list, so that whoever is behind you moves up."

    def _offered(self) -> Iterator[str]:
        """Say until when, and what not answering means."""
        until = self.line.offered_until
        yield f"The place is kept for you until {until}. Accept it or decline it."
        yield "If you do not answer, the offer ends then."
        if goes_on(self.booking.session, at=self.line.at):
            yield "Others wait for a place. If you do not need this one, decline it now."

    def _awaiting(self) -> Iterator[str]:
        """Say who is asked, until when, and what their silence means."""
        yield f"{manager_words(self.booking)} is asked whether you may come."
        if self.approval:
            until = self._moment(self.approval.expires_at)
            yield f"They have until {until} to answer. {silence_words(Policy.of(self.booking.policy))}"
        yield "Your place is kept until then."

    def _confirmed(self) -> Iterator[str]:
        """Say what comes to somebody who has a place."""
        if self.colleague:
            yield f"{self.colleague} Until they accept, it is yours."
        yield f"A calendar invitation goes to {self.booking.email}. {self._declining}"
        if rules := self.policy.reminder_rules:
            times = ", ".join(rule.words for rule in rules)
            yield f"Reminders follow as far as they are to come: {times}."
        if self.booking.joins_online and not self.line.way_in:
            yield self._way_in_words

    @property
    def _way_in_words(self) -> str:
        """Return where and when the link to join can be found that is not there yet."""
        where = f"on your booking's page, from {minutes_words(self.line.link_minutes)} before the start"
        if self.booking.session.joining_link:
            return f"The link to join appears {where}."
        return f"The organisers have not given a link to join yet. Once they have, it appears {where}."

    @property
    def _declining(self) -> str:
        """Return what declining the invitation in one's calendar means, as the booking keeps it."""
        if Policy.of(self.booking.policy).calendar_decline == "release":
            return "If you decline it there, we write to you first, and may then give your place up."
        return "Declining it there does not cancel your place."

    def _ended(self) -> Iterator[str]:
        """Say what became of a booking that is over."""
        booking, last = self.booking, self.changes[-1] if self.changes else None
        when = self._moment(last.at) if last else ""
        match booking.status:
            case Status.CANCELLED:
                yield from self._cancelled(last)
            case Status.SUBSTITUTED:
                yield f"Given to {self.substitute.name if self.substitute else 'a colleague'} on {when}."
                yield "You need do nothing more."
            case Status.DECLINED if self._verb == Verb.REFUSED:
                yield f"{manager_words(booking)} did not agree, on {when}."
                if last and last.reason:
                    yield f"The reason: {last.reason}"
            case Status.DECLINED:
                yield f"You declined the place on {when}. It is not held for you any more."
            case Status.EXPIRED if self._verb == Verb.REFUSED_BY_SILENCE:
                yield f"{manager_words(booking)} did not answer in time, so the booking ended on {when}."
            case Status.EXPIRED:
                yield f"The offer ran out on {when}. The place is not held for you any more."

    def _cancelled(self, last: BookingChange | None) -> Iterator[str]:
        """Say when it was cancelled, by whom where that was somebody else, and what goes with it."""
        booking = self.booking
        yield f"Cancelled on {self._moment(booking.cancelled_at)}." if booking.cancelled_at else "Cancelled."
        if last and last.verb == Verb.REPLACED:
            yield "You have a colleague's place instead."
        elif last and last.verb == Verb.CANCELLED and last.on_behalf_of_id:
            yield f"{_name(last.actor)} cancelled it for you."
        if booking.session.state == Session.State.CANCELLED:
            yield f"The session does not take place. {booking.session.cancellation_reason}".strip()
        elif booking.cancelled_late:
            yield "That was after the deadline, so it is recorded as late."

    @property
    def _verb(self) -> Verb | None:
        """Return what was done last."""
        return Verb(self.changes[-1].verb) if self.changes else None

    def _moment(self, moment: datetime) -> str:
        """Return a moment on the session's clock."""
        return moment_words(moment, self.booking.session.tzinfo)


def read_booking_page(booking: Booking, *, at: datetime) -> BookingPage:
    """Return the page of a booking: two queries, and one more for what its state makes worth knowing."""
    changes = list(booking.changes.select_related("actor"))
    was_declined = any(change.verb == Verb.CALENDAR_DECLINED for change in changes)
    return BookingPage(
        BookingLine(booking, at),
        policy_of(booking.session),
        changes=changes,
        approval=Approval.objects.filter(booking=booking).first() if booking.status in ASKED else None,
        handover=open_handover(booking, at=at) if booking.status == Status.CONFIRMED else None,
        substitute=Booking.objects.filter(substitute_for=booking).first() if booking.status in GIVEN else None,
        feedback=_open_feedback(booking, at=at),
        declined=open_decline(booking) if was_declined and booking.status == Status.CONFIRMED else None,
    )


def _open_feedback(booking: Booking, *, at: datetime) -> FeedbackPage | None:
    """Return the questions that somebody with a place can answer now; None where there are none."""
    page = read_feedback_page(booking, "", at=at) if booking.status == Status.CONFIRMED else None
    return page if page and page.is_open else None


ASKED: Final = frozenset({Status.AWAITING_APPROVAL})
GIVEN: Final = frozenset({Status.SUBSTITUTED})


def open_handover(booking: Booking, *, at: datetime) -> Handover | None:
    """Return the question to a colleague that can still be answered."""
    found: Handover | None = booking.handovers.filter(answer="", expires_at__gt=at).first()
    return found


def open_decline(booking: Booking) -> CalendarReply | None:
    """Return what the person's calendar declined and they have not explained."""
    found: CalendarReply | None = booking.calendar_replies.filter(partstat="declined", answer="").first()
    return found


def _hours(count: int) -> str:
    """Return a number of hours."""
    return "1 hour" if count == 1 else f"{count} hours"


def _name(actor: User | None) -> str:
    """Return who did something; an organiser without a name is spoken of as one."""
    return actor.name if actor and actor.name else "An organiser"
