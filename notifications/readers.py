"""Who reads a message, what they are asked and until when, and whom else it speaks of."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from bookings.links import ABSENCE, ABSENCE_OF_STAFF, APPROVAL, DECLINE, HANDOVER, JOIN, OFFER, path_of
from bookings.models import Answer, Booking, BookingChange, CalendarReply, Charge, Handover
from bookings.policy import Policy
from bookings.states import Status, Verb
from events.dates import moment_words
from notifications.kinds import RULES, Kind
from notifications.models import Message

OFFER_KINDS: Final = (Kind.PLACE_OFFERED, Kind.OFFER_LAPSING)
APPROVAL_KINDS: Final = (Kind.APPROVAL_ASKED, Kind.APPROVAL_PENDING)
# The change left these alone: whoever made it is not named with it.
NAMES_NOBODY: Final = (Verb.SESSION_CANCELLED, Verb.LAPSED, Verb.REVISED)

CLOSED: Final = "Once booking has closed, no more places are passed on."


class NoLongerTrue(Exception):
    """What the message was to say is no longer so; the text says why."""


@dataclass(frozen=True)
class Reader:
    """Who reads a mail, and where its button leads; ``until`` is when a question ends, if the mail asks one.

    ``releases``: without an answer the place is given up.
    """

    email: str
    name: str
    link: str
    until: str = ""
    releases: bool = False


def reader_of(message: Message, booking: Booking) -> Reader:
    """Return who reads a message; raises NoLongerTrue for a question that is not asked any more."""
    kind, zone = Kind(message.kind), booking.session.tzinfo
    if kind == Kind.APPROVAL_ASKED:
        approval = booking.approval
        if approval.answer != Answer.OPEN:
            raise NoLongerTrue("The line manager is not asked any more.")
        link, until = _page(path_of(APPROVAL, approval)), moment_words(approval.expires_at, zone)
        return Reader(approval.manager_email, approval.manager_name, link, until)
    if kind == Kind.SUBSTITUTE_ASKED:
        handover = handover_of(message.change)
        if handover is None or handover.answer != Answer.OPEN:
            raise NoLongerTrue("The colleague is not asked any more.")
        link, until = _page(path_of(HANDOVER, handover)), moment_words(handover.expires_at, zone)
        return Reader(handover.colleague_email, "", link, until)
    if kind == Kind.DECLINE_ASKED:
        reply = reply_of(message.change)
        if reply is None or not reply.asks:
            raise NoLongerTrue("The person has said what they meant.")
        link, until = _page(path_of(DECLINE, reply)), moment_words(booking.session.starts_at, zone)
        return Reader(booking.email, booking.name, link, until, releases=reply.releases)
    if kind == Kind.ABSENCE_TOLD:
        return Reader(booking.manager_email, booking.manager_name, _page(path_of(ABSENCE_OF_STAFF, booking)))
    if kind == Kind.MANAGER_TOLD:
        return Reader(booking.manager_email, booking.manager_name, _page(booking.session.get_absolute_url()))
    return _person(kind, booking)


def _person(kind: Kind, booking: Booking) -> Reader:
    """Return whoever booked: a free place is answered without signing in, everything else stands on their page."""
    zone = booking.session.tzinfo
    link, until = _page(booking.get_absolute_url()), ""
    if kind in APPROVAL_KINDS:
        until = moment_words(booking.approval.expires_at, zone)
    elif kind == Kind.ABSENCE:
        link = _page(path_of(ABSENCE, booking))
    elif kind == Kind.REMINDER_SOON and booking.joins_online:
        link = _page(path_of(JOIN, booking))
    elif kind in {Kind.OFFER_LAPSED, Kind.OFFER_DECLINED}:
        link = _page(booking.session.get_absolute_url())
    elif booking.offer_expires_at and kind in {*OFFER_KINDS, Kind.CHANGED}:
        link, until = _page(path_of(OFFER, booking)), moment_words(booking.offer_expires_at, zone)
    return Reader(booking.email, booking.name, link, until)


def handover_of(change: BookingChange | None) -> Handover | None:
    """Return what a colleague was asked in a change."""
    key = change.details.get("handover") if change else None
    found: Handover | None = Handover.objects.filter(pk=key).first() if key else None
    return found


def reply_of(change: BookingChange | None) -> CalendarReply | None:
    """Return the answer of a calendar that a change tells of."""
    key = change.details.get("reply") if change else None
    found: CalendarReply | None = CalendarReply.objects.filter(pk=key).first() if key else None
    return found


def address_of(message: Message) -> str:
    """Return where a message goes, whether it is still true or not; reads what its booking has loaded."""
    if message.reader:
        return message.reader.email
    booking = message.about
    match RULES[Kind(message.kind)].to:
        case "manager":
            return booking.manager_email
        case "colleague":
            key = message.change.details.get("handover") if message.change else None
            return next((asked.colleague_email for asked in booking.handovers.all() if asked.pk == key), "")
        case _:
            return booking.email


def colleague_of(message: Message, booking: Booking) -> str:
    """Return the colleague that a mail to whoever booked speaks of, as they know them."""
    change = message.change
    if message.kind == Kind.HANDOVER_ENDED and (handover := handover_of(change)):
        return handover.colleague_email
    if change and change.verb == Verb.SUBSTITUTED:
        return _substitute_of(booking)
    if change and change.verb == Verb.TOOK_OVER and booking.substitute_for:
        return booking.substitute_for.name
    return ""


def _substitute_of(booking: Booking) -> str:
    """Return who has the place that was given away."""
    name: str = Booking.objects.filter(substitute_for=booking).values_list("name", flat=True).first() or ""
    return name


def done_by(message: Message, booking: Booking) -> str:
    """Return who did it where it was not the person, nor the colleague who took the place, nor all at once."""
    change = message.change
    if change is None or change.actor is None or change.verb in NAMES_NOBODY:
        return ""
    if change.actor_id == booking.practitioner_id:
        return ""
    taken = Booking.objects.filter(substitute_for=booking, practitioner=change.actor_id)
    if change.verb == Verb.SUBSTITUTED and taken.exists():
        return ""
    name, of = change.actor.get_full_name(), change.actor.organisation_name
    return f"{name} ({of})" if of else name


def waiting_terms(booking: Booking) -> str:
    """Return what happens when a place comes free for somebody who waits, as the policy was when they joined."""
    policy = Policy.of(booking.policy)
    if policy.waiting_list == "automatic":
        return (
            "When a place comes free and you are the next, it is yours at once, and we write to you with an "
            "invitation. After the time for cancelling free we ask you first. "
            f"{CLOSED}"
        )
    unit = " of working time" if policy.offer_clock == "working" else ""
    held = f"{_hours(policy.offer_hours)}{unit}"
    if policy.offer_hours_close != policy.offer_hours:
        held += f", or {_hours(policy.offer_hours_close)}{unit} when the session is near"
    return (
        "When a place comes free and you are the next, we offer it to you by mail and hold it for you for "
        f"{held}. If you do not take it in that time, it is not held for you any more. {CLOSED}"
    )


def charges_of(booking: Booking) -> str:
    """Return what not coming costs by the policy of the booking; empty where nothing is charged."""
    policy = Policy.of(booking.policy)
    charges = [("Cancelling late", policy.late_cancel_charge), ("Not attending", policy.absence_charge)]
    return " ".join(f"{what} is charged: {_pounds(pence)}." for what, pence in charges if pence)


def absence_charge_of(booking: Booking) -> str:
    """Return what an absence is charged in the ledger; empty where nothing is, or it was waived."""
    pence = booking.charges.filter(reason=Charge.Reason.ABSENCE, waived_at__isnull=True).values_list("pence", flat=True)
    return f"{_pounds(sum(pence))} is charged for not attending." if pence else ""


def _pounds(pence: int) -> str:
    """Return an amount of money as people write it."""
    return f"£{pence // 100}.{pence % 100:02d}" if pence % 100 else f"£{pence // 100}"


def _hours(count: int) -> str:
    """Return a number of hours in words."""
    return "1 hour" if count == 1 else f"{count} hours"


# What somebody has no more whose booking was cancelled, by how it stood before.
LEFT: Final[dict[str, str]] = {
    Status.CONFIRMED: "You no longer have a place on this session.",
    Status.WAITLISTED: "You are no longer on the waiting list of this session.",
    Status.OFFERED: "The place on this session that was offered to you is not held for you any more.",
    Status.AWAITING_APPROVAL: "The place on this session is not held for you any more, and your line manager "
    "need not answer.",
}


def _page(path: str) -> str:
    """Return a page's whole address."""
    return f"{settings.SITE_URL}{path}"
