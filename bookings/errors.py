"""Each refusal of a booking by name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from events.errors import Refusal

if TYPE_CHECKING:
    from bookings.models import Booking


class AlreadyBooked(Refusal):
    """There is a booking on this session for this person already."""

    code = "already_booked"

    def __init__(self, booking: "Booking") -> None:
        super().__init__()
        self.booking = booking


class SessionFull(Refusal):
    """This session is full, and there is no waiting list to join."""

    code = "session_full"


class BookingNotOpen(Refusal):
    """Booking for this session has not opened yet."""

    code = "booking_not_open"


class BookingClosed(Refusal):
    """Booking for this session has closed."""

    code = "booking_closed"


class BookingNotNeeded(Refusal):
    """This session needs no booking: just come along."""

    code = "booking_not_needed"


class SessionCancelled(Refusal):
    """This session has been cancelled."""

    code = "session_cancelled"


class BookingNotCancellable(Refusal):
    """This booking can no longer be cancelled, because the session has begun."""

    code = "booking_not_cancellable"


class MailboxNotConfirmed(Refusal):
    """Several people may read this address. Open My details and say whether you alone do; then book."""

    code = "mailbox_not_confirmed"


class NeedNotAsked(Refusal):
    """This session is online, so there is nothing to prepare at a venue: write to the organisers instead."""

    code = "need_not_asked"


class NeedNotChangeable(Refusal):
    """What would help you can no longer be changed here, because the session has begun."""

    code = "need_not_changeable"


class RegisterNotOpen(Refusal):
    """This register can be marked from the morning of the session's day on."""

    code = "register_not_open"


class RegisterClosed(Refusal):
    """This register is closed. Open it again, with a reason, to change it."""

    code = "register_closed"


class NotOnRegister(Refusal):
    """This person has no place on this session any more. Look at the register again."""

    code = "not_on_register"

    def __init__(self, bookings: Iterable[int] = ()) -> None:
        super().__init__()
        self.bookings = frozenset(bookings)


class NotWalkedIn(Refusal):
    """This person has booked, so they stay on the register. Mark whether they came."""

    code = "not_walked_in"


class BookingEnded(Refusal):
    """This booking has ended already."""

    code = "booking_ended"


class NotEligible(Refusal):
    """This session is for other people."""

    code = "not_eligible"


class OtherSittingBooked(Refusal):
    """You have booked another sitting of this already. Cancel that one first if this one suits you better."""

    code = "not_eligible"

    def __init__(self, booking: "Booking") -> None:
        super().__init__()
        self.booking = booking


class DayFull(Refusal):
    """You have as many bookings on that day as one person can have."""

    code = "daily_limit_reached"


class OrganisationQuotaReached(Refusal):
    """The places kept for one organisation are taken, so that others can come too."""

    code = "organisation_quota_reached"


class NeedTaken(Refusal):
    """Somebody else has taken this on meanwhile. Nothing was changed."""

    code = "need_taken"


class ModeNotChosen(Refusal):
    """Say whether you come to the venue or join online."""

    code = "mode_not_chosen"


class OfferGone(Refusal):
    """This place is no longer offered to you."""

    code = "offer_gone"


class AlreadyAnswered(Refusal):
    """This has been answered already."""

    code = "already_answered"


class NotAbsent(Refusal):
    """The register does not say any more that this person did not attend."""

    code = "not_absent"


class ManagerNotNamed(Refusal):
    """Name your line manager, or say that you have none."""

    code = "manager_not_named"


class NotSubstitutable(Refusal):
    """This place can no longer be given to a colleague."""

    code = "not_substitutable"


class ColleagueAskedOften(Refusal):
    """This colleague has been asked as often as we ask anybody in a day. Try again tomorrow, or tell them yourself."""

    code = "too_many_mails"


class AskedManyColleagues(Refusal):
    """You have asked as many colleagues as one person can in a day. Try again tomorrow."""

    code = "too_many_mails"


class PlanFull(Refusal):
    """Your plan holds 30 sessions, which is the most. Book them, or remove one first."""

    code = "plan_full"


class WayInNotOpen(Refusal):
    """The way in is not open yet."""

    code = "way_in_not_open"


class WayInUnknown(Refusal):
    """The organisers have not said yet where this session meets online."""

    code = "way_in_unknown"


class MeetsAtVenue(Refusal):
    """This place is at the venue, so there is nothing to join online."""

    code = "meets_at_venue"


class SessionOver(Refusal):
    """This session is over."""

    code = "session_over"


class NoPlaceYet(Refusal):
    """There is no place yet. This way in works once the booking is confirmed."""

    code = "no_place_yet"


class FeedbackNotOpen(Refusal):
    """These questions are asked once the session is over."""

    code = "feedback_not_open"


class FeedbackClosed(Refusal):
    """These questions can no longer be answered, because the session is too long ago."""

    code = "feedback_closed"


class NotThere(Refusal):
    """The register says that you were not at this session, so we do not ask what it was like."""

    code = "not_there"


class FeedbackGiven(Refusal):
    """You have answered these questions already. Nothing was sent twice."""

    code = "feedback_given"


class ReplyRepeated(Refusal):
    """This answer from a calendar is known already."""

    code = "reply_repeated"


class ReplyOutdated(Refusal):
    """This answer from a calendar is older than what is known: the session or the answer has changed since."""

    code = "reply_outdated"


class TooManyReplies(Refusal):
    """This calendar has answered too often for its answers to mean anything."""

    code = "too_many_replies"


class CertificateNotYet(Refusal):
    """There is no certificate yet."""

    code = "certificate_not_yet"


class NoCertificate(Refusal):
    """There is no certificate of this."""

    code = "no_certificate"
