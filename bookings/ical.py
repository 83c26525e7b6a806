"""A booking as an entry of its owner's calendar; pure, no HTTP and no clock."""

from typing import Final

from icalendar import Event, vText

from bookings.links import JOIN, path_of
from bookings.models import Booking
from bookings.states import Status
from events.ical import Revision, describe, entry

CONFERENCE: Final = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Join online"}


def revision_of(booking: Booking) -> Revision:
    """Return the identity that the invitation and the feed share, so that no calendar shows the place twice."""
    return Revision(uid=booking.ical_uid, sequence=booking.ical_sequence, stamp=booking.ical_stamp)


def booking_page(booking: Booking, *, site: str) -> str:
    """Return the address of the booking's page, which its owner sees after signing in."""
    return f"{site}{booking.get_absolute_url()}"


def way_in(booking: Booking, *, site: str) -> str:
    """Return the address of the person's own page to join online; empty for who comes to the venue.

    It stays the same for the booking's life, and it is not the meeting's: that can change, and nobody's diary does.
    """
    return f"{site}{path_of(JOIN, booking)}" if booking.joins_online else ""


def booking_entry(booking: Booking, *, site: str, is_cancelled: bool) -> Event:
    """Return the entry of a booking as the invitation and the feed both have it, still without its text.

    Whoever joins online finds their own way in as its link, as its conference, and as its place where no venue is.
    """
    address = "" if is_cancelled else way_in(booking, site=site)
    page = address or booking_page(booking, site=site)
    event = entry(booking.session, revision_of(booking), page=page, blocks_time=True, is_cancelled=is_cancelled)
    if address:
        event.add("conference", address, parameters=CONFERENCE)
        if not booking.comes_to_venue:
            event["location"] = vText(address)
    return event


def how_to_take_part(booking: Booking, *, site: str) -> tuple[str, ...]:
    """Return the paragraphs of an entry that lead on: the way in, and the booking's page."""
    page = booking_page(booking, site=site)
    if address := way_in(booking, site=site):
        return (f"Your own way in, which opens shortly before the start: {address}", f"Your booking: {page}")
    return (f"How to take part, or to give your place up: {page}",)


def booking_event(booking: Booking, *, site: str) -> Event:
    """Return a place as its owner's calendar shows it; one on a session that was called off is shown cancelled.

    ``site`` is the address of the site without a slash at its end. It never has the address of the meeting: a
    calendar is often shared, and the person's own page sends on whoever has the place.
    """
    is_cancelled = booking.status == Status.CANCELLED
    event = booking_entry(booking, site=site, is_cancelled=is_cancelled)
    if is_cancelled:
        describe(
            event,
            "This session is cancelled.",
            booking.session.practical_note,
            f"Your booking: {booking_page(booking, site=site)}",
        )
    else:
        describe(
            event,
            "You have a place on this session.",
            booking.session.practical_note,
            *how_to_take_part(booking, site=site),
        )
    return event
