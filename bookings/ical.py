"""A booking as an entry of its owner's calendar; pure, no HTTP and no clock."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from icalendar import Alarm, Event, vText

from bookings.links import JOIN, path_of
from bookings.models import Booking
from bookings.states import Status
from events.ical import Revision, describe, entry, one_line
from events.models.session_part import Part, parts_of
from events.part_words import other_dates

CONFERENCE: Final = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Join online"}
# What stands in the diary of somebody who does not want others to read there what they go to.
DISCREET: Final = "Training"


def revision_of(booking: Booking, part: Part | None = None) -> Revision:
    """Return the identity that the invitation and the feed share, so that no calendar shows the place twice.

    A later date has one of its own, made of the place's and the date's, which stays wherever either is moved.
    """
    uid = booking.ical_uid
    if part and part.row:
        name, _, domain = uid.rpartition("@")
        uid = f"{name}-{part.row.uid}@{domain}"
    return Revision(uid=uid, sequence=booking.ical_sequence, stamp=booking.ical_stamp)


def title_of(booking: Booking) -> str:
    """Return what the booking is called in its owner's diary: the session's title, or a word that tells nothing."""
    return DISCREET if booking.is_discreet else booking.session.title


def booking_page(booking: Booking, *, site: str) -> str:
    """Return the address of the booking's page, which its owner sees after signing in."""
    return f"{site}{booking.get_absolute_url()}"


def way_in(booking: Booking, *, site: str) -> str:
    """Return the address of the person's own page to join online; empty for who comes to the venue.

    It stays the same for the booking's life, and it is not the meeting's: that can change, and nobody's diary does.
    """
    return f"{site}{path_of(JOIN, booking)}" if booking.joins_online else ""


def booking_entry(booking: Booking, *, site: str, is_cancelled: bool, part: Part | None = None) -> Event:
    """Return the entry of a booking as the invitation and the feed both have it, still without its text.

    Whoever joins online finds their own way in as its link, as its conference, and as its place where no venue is.
    """
    address = "" if is_cancelled else way_in(booking, site=site)
    page = address or booking_page(booking, site=site)
    event = entry(
        booking.session,
        revision_of(booking, part),
        page=page,
        blocks_time=True,
        is_cancelled=is_cancelled,
        title=title_of(booking),
        part=part,
    )
    if address:
        event.add("conference", address, parameters=CONFERENCE)
        if not booking.comes_to_venue:
            event["location"] = vText(address)
    return event


def describe_booking(event: Event, booking: Booking, sentence: str, *tells: str, leads: Iterable[str]) -> None:
    """Give an entry its text: how the place stands, what tells of the session, and where its links lead.

    What tells of the session is left out for whoever does not want it in their diary: it stands on the pages.
    """
    if booking.is_discreet:
        describe(event, sentence, *leads)
    else:
        describe(event, sentence, *tells, *leads)


def add_alarm(event: Event, booking: Booking) -> None:
    """Let the person's own screen bring the entry to mind as long before as they chose, or not at all."""
    if not booking.alarm:
        return
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", vText(one_line(title_of(booking))))
    alarm.add("trigger", -timedelta(minutes=booking.alarm))
    event.add_component(alarm)


def how_to_take_part(booking: Booking, *, site: str) -> tuple[str, ...]:
    """Return the paragraphs of an entry that lead on: the way in, and the booking's page."""
    page = booking_page(booking, site=site)
    if address := way_in(booking, site=site):
        return (f"Your own way in, which opens shortly before the start: {address}", f"Your booking: {page}")
    return (f"How to take part, or to give your place up: {page}",)


def booking_event(booking: Booking, *, site: str, part: Part | None = None) -> Event:
    """Return a place as its owner's calendar shows it; one on a session that was called off is shown cancelled.

    ``part`` is which of several dates it is of, else the first; it names the others.

    ``site`` is the address of the site without a slash at its end. It never has the address of the meeting: a
    calendar is often shared, and the person's own page sends on whoever has the place.
    """
    is_cancelled = booking.status == Status.CANCELLED
    event = booking_entry(booking, site=site, is_cancelled=is_cancelled, part=part)
    note = booking.session.practical_note
    if is_cancelled:
        page = f"Your booking: {booking_page(booking, site=site)}"
        describe_booking(event, booking, "This session is cancelled.", note, leads=[page])
    else:
        dates = other_dates(part or parts_of(booking.session)[0])
        leads = [*filter(None, [dates]), *how_to_take_part(booking, site=site)]
        describe_booking(event, booking, "You have a place on this session.", note, leads=leads)
    return event
