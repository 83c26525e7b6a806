"""A place put into a diary by hand, for people whose mail program shows no invitation; pure, no HTTP and no clock."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from bookings.ical import add_alarm, booking_event, how_to_take_part, title_of, way_in
from bookings.models import Booking
from events import ical
from events.models.session_part import parts_of
from events.part_words import numbered, other_dates

GOOGLE: Final = "https://calendar.google.com/calendar/render"
OUTLOOK_AT_WORK: Final = "https://outlook.office.com/calendar/0/deeplink/compose"
OUTLOOK_AT_HOME: Final = "https://outlook.live.com/calendar/0/deeplink/compose"


@dataclass(frozen=True)
class ByHand:
    """Whole addresses that put a place into a diary: forms of three calendars filled in, and a file for any other.

    Of several dates the forms have the first alone, and the file has all.
    """

    google: str
    outlook: str
    outlook_at_home: str
    file: str
    later_dates: str = ""


def by_hand(booking: Booking, *, site: str) -> ByHand:
    """Return the ways to put a place into a diary by hand. ``site`` is our address without a slash at its end.

    They say what the invitation says: the person's own way in and never the meeting's address, and no more than
    they want in their diary.
    """
    session, title = booking.session, title_of(booking)
    place = ical.one_line(ical.place_of(session)) if booking.comes_to_venue else ""
    place = place or way_in(booking, site=site)
    first = parts_of(session)[0]
    dates = other_dates(first)
    words = "\n\n".join([*filter(None, [dates]), *how_to_take_part(booking, site=site)])
    google = {
        "action": "TEMPLATE",
        "text": ical.one_line(numbered(title, first)),
        "dates": f"{_basic(session.starts_at)}/{_basic(session.ends_at)}",
        "details": words,
        "location": place,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": ical.one_line(numbered(title, first)),
        "startdt": _extended(session.starts_at),
        "enddt": _extended(session.ends_at),
        "body": words,
        "location": place,
    }
    return ByHand(
        google=f"{GOOGLE}?{_query(google)}",
        outlook=f"{OUTLOOK_AT_WORK}?{_query(outlook)}",
        outlook_at_home=f"{OUTLOOK_AT_HOME}?{_query(outlook)}",
        file=f"{site}{reverse('diary_file', args=[booking.pk])}",
        later_dates=dates,
    )


def diary_file(booking: Booking, *, site: str) -> bytes:
    """Return a file with the entry of a place, under the identity that the invitation has: it is never there twice.

    Of several dates it has all. It has no method, so that it is a plain entry and no invitation to answer, and the
    alarm that the person chose.
    """
    events = [booking_event(booking, site=site, part=part) for part in parts_of(booking.session)]
    for event in events:
        add_alarm(event, booking)
    return ical.serialise(ical.calendar(), [event.to_ical() for event in events])


def _query(values: dict[str, str]) -> str:
    """Return a query without what is empty; a space is %20, which all of them read."""
    return urlencode({name: value for name, value in values.items() if value}).replace("+", "%20")


def _basic(moment: datetime) -> str:
    """Return an instant in UTC as 20270622T083000Z."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _extended(moment: datetime) -> str:
    """Return an instant in UTC as 2027-06-22T08:30:00Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
