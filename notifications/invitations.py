"""A booking as an invitation, its update or its cancellation, for one person's calendar program."""

from typing import Final, Literal

from django.conf import settings
from django.db.models import prefetch_related_objects
from icalendar import vCalAddress

from bookings.ical import add_alarm, booking_entry, booking_page, describe_booking, how_to_take_part
from bookings.models import Booking
from bookings.policy import Policy
from bookings.states import Status
from events import ical
from events.models.session_part import parts_of
from events.part_words import other_dates
from notifications.later_dates import LaterDate
from people.text import normal_email

Method = Literal["REQUEST", "CANCEL"]

SITE_NAME: Final = "Practice Weeks"
ESCAPES: Final = {ord(sign): None for sign in '"^\\'}
STATUSES_OF: Final[dict[Method, frozenset[Status]]] = {
    "REQUEST": frozenset({Status.CONFIRMED}),
    "CANCEL": frozenset({Status.CANCELLED, Status.SUBSTITUTED}),
}


DECLINING: Final = {
    "ask": "If you decline this invitation, you still have your place. To give it up, open your booking.",
    "release": "If you decline this invitation, we write to you first, and may then give your place up.",
}


class NoInvitation(ValueError):
    """This booking cannot be put into an invitation."""


def invitation(booking: Booking, method: Method, date: LaterDate | None = None) -> bytes:
    """Return the calendar file of a mail about a booking: one entry, one attendee.

    ``REQUEST`` asks to put the place into the diary or to bring it up to date, ``CANCEL`` to take it out. ``date`` is
    which later date of the session it is of, else the first; one that is gone is cancelled of a place that is not.
    Identity,
    sequence number, stamp and organizer are those stored with the booking, so building it again gives the same
    bytes. Raises NoInvitation when the method does not fit the booking's state, and when the person is the
    organizer: calendar programs answer such an invitation with an error.
    """
    has_place = Status(booking.status) == Status.CONFIRMED
    if Status(booking.status) not in STATUSES_OF[method] and not (date and has_place):
        raise NoInvitation(f"a booking that is {booking.status} has no {method}")
    if normal_email(booking.email) == normal_email(booking.organizer_email):
        raise NoInvitation("the organizer cannot be invited")
    prefetch_related_objects([booking.session], "session_hosts__partnership")
    is_cancelled = method == "CANCEL"
    page = booking_page(booking, site=settings.SITE_URL)
    part = date.part_of(booking.session) if date else None
    event = booking_entry(booking, site=settings.SITE_URL, is_cancelled=is_cancelled, part=part)
    hosts = ical.hosted_by(booking.session)
    if is_cancelled:
        why = "This date is no longer part of the session." if has_place else "Your place on this session is cancelled."
        describe_booking(event, booking, why, hosts, leads=[f"Your booking: {page}"])
    else:
        declining = DECLINING[Policy.of(booking.policy).calendar_decline]
        describe_booking(
            event,
            booking,
            "You have a place on this session.",
            hosts,
            booking.session.practical_note,
            leads=[*_further_dates(booking, page), *how_to_take_part(booking, site=settings.SITE_URL), declining],
        )
        add_alarm(event, booking)
    event.add("organizer", _organizer(booking))
    event.add("attendee", _attendee(booking))
    return ical.serialise(ical.calendar(method=method), [event.to_ical()])


def _further_dates(booking: Booking, page: str) -> list[str]:
    """Return what an entry says of the other dates of a session, which it does not hold; nothing where it has one."""
    dates = other_dates(parts_of(booking.session)[0])
    return [dates, f"This entry is of part 1 alone. Add the others from your booking: {page}"] if dates else []


def _organizer(booking: Booking) -> vCalAddress:
    """Return who invites: the address frozen with the booking, under the partnership's name that leads.

    A discreet entry does not name it: what it does stands in its name.
    """
    lead = next((host for host in booking.session.session_hosts.all() if host.is_lead), None)
    address = vCalAddress(f"mailto:{booking.organizer_email}")
    address.params["CN"] = _parameter(lead.partnership.name if lead and not booking.is_discreet else SITE_NAME)
    return address


def _attendee(booking: Booking) -> vCalAddress:
    """Return who is invited, by the address exactly as it is stored: programs compare it with the mailbox."""
    address = vCalAddress(f"mailto:{booking.email}")
    address.params["CN"] = _parameter(booking.name) or booking.email
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = "NEEDS-ACTION"
    address.params["RSVP"] = "TRUE"
    return address


def _parameter(text: str) -> str:
    """Return a text as every program reads a parameter: one line without the signs that some take for escapes."""
    return ical.one_line(text.translate(ESCAPES))
