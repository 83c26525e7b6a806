"""A booking as an entry of its owner's calendar; pure, no HTTP and no clock."""

from icalendar import Event

from bookings.models import Booking
from bookings.states import Status
from events.ical import Revision, describe, entry


def revision_of(booking: Booking) -> Revision:
    """Return the identity that the invitation and the feed share, so that no calendar shows the place twice."""
    return Revision(uid=booking.ical_uid, sequence=booking.ical_sequence, stamp=booking.ical_stamp)


def booking_page(booking: Booking, *, site: str) -> str:
    """Return the address of the booking's page, which its owner sees after signing in."""
    return f"{site}{booking.get_absolute_url()}"


def booking_event(booking: Booking, *, site: str) -> Event:
    """Return a place as its owner's calendar shows it; one on a session that was called off is shown cancelled.

    ``site`` is the address of the site without a slash at its end. It never has the joining link: a calendar is
    often shared, and the page gives the link to the person alone.
    """
    is_cancelled = booking.status == Status.CANCELLED
    page = booking_page(booking, site=site)
    event = entry(booking.session, revision_of(booking), page=page, blocks_time=True, is_cancelled=is_cancelled)
    describe(
        event,
        "This session is cancelled." if is_cancelled else "You have a place on this session.",
        booking.session.practical_note,
        f"Your booking: {page}" if is_cancelled else f"How to take part, or to give your place up: {page}",
    )
    return event
