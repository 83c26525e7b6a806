"""A session as a calendar entry, and the file around entries; pure, no HTTP and no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, vText

from events.models import Session
from events.models.session_part import Part, parts_of
from events.part_words import numbered
from events.wall_time import LONDON
from people.text import CONTROL_OR_BREAK, strip_controls

PRODUCT: Final = "-//Practice Weeks//Calendar//EN"
COLOUR: Final = "steelblue"
REFRESH: Final = timedelta(hours=4)
END: Final = b"END:VCALENDAR\r\n"

# The rules of London's clocks since 1996 as two yearly rules: the one form that every calendar program reads
# alike. A list of dates, which libraries like to write, is read an hour wrong by some.
LONDON_RULES: Final = b"""\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
DTSTART:19810329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")


@dataclass(frozen=True, kw_only=True)
class Revision:
    """Which diary entry this is and which state of it: all three are stored, never made while writing.

    ``stamp`` is the aware moment at which this state came to be; neither it nor ``sequence`` ever falls.
    """

    uid: str
    sequence: int
    stamp: datetime


@dataclass(frozen=True, kw_only=True)
class Title:
    """What a feed says of itself; ``source`` is its own address, left out where that is a secret."""

    name: str
    description: str
    page: str
    source: str = ""


def calendar(*, method: str = "") -> Calendar:
    """Return an empty calendar; a method makes it an invitation or a cancellation, and feeds have none."""
    wrapper = Calendar()
    wrapper.add("version", "2.0")
    wrapper.add("prodid", PRODUCT)
    wrapper.add("calscale", "GREGORIAN")
    if method:
        wrapper.add("method", method)
    return wrapper


def feed(title: Title) -> Calendar:
    """Return an empty calendar to subscribe to: its name, where it is from and how often to ask again."""
    wrapper = calendar()
    for name in ("name", "x-wr-calname"):
        wrapper.add(name, vText(one_line(title.name)))
    for name in ("description", "x-wr-caldesc"):
        wrapper.add(name, vText(strip_controls(title.description)))
    wrapper.add("x-wr-timezone", LONDON.key)
    wrapper.add("color", COLOUR)
    wrapper.add("url", title.page)
    wrapper.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    wrapper.add("x-published-ttl", "PT4H")
    if title.source:
        wrapper.add("source", title.source, parameters={"VALUE": "URI"})
    return wrapper


def entry(  # noqa: PLR0913 - an entry is made of this much
    session: Session,
    revision: Revision,
    *,
    page: str,
    blocks_time: bool,
    is_cancelled: bool,
    title: str = "",
    part: Part | None = None,
) -> Event:
    """Return a diary entry of a session: when, where, what, and the address of the page that says more.

    It has neither the joining link nor anybody's name. Times are on London's clock where that is the session's,
    and in UTC elsewhere. ``blocks_time`` is for somebody who has a place; nothing that is cancelled does.
    ``title`` stands in place of the session's own; ``part`` is which of several dates it is of, else the first.
    """
    part = part or parts_of(session)[0]
    event = Event()
    event.add("uid", revision.uid)
    event.add("sequence", revision.sequence)
    event.add("dtstamp", revision.stamp)
    event.add("last-modified", revision.stamp)
    zone = LONDON if session.zone == LONDON.key else UTC
    event.add("dtstart", part.starts_at.astimezone(zone))
    event.add("dtend", part.ends_at.astimezone(zone))
    summary = numbered(title or session.title, part)
    event.add("summary", vText(one_line(f"Cancelled: {summary}" if is_cancelled else summary)))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if blocks_time and not is_cancelled else "TRANSPARENT")
    event.add("url", page)
    if place := place_of(session):
        event.add("location", vText(one_line(place)))
    return event


def session_event(session: Session, *, site: str, domain: str, part: Part | None = None) -> Event:
    """Return a session, or a later one of its dates, as everybody may see it; it blocks nobody's time.

    ``site`` is the address of the site without a slash at its end, ``domain`` the one that names our entries.
    The session comes with its programme (`SessionQuerySet.with_programme`), or more is asked of the database.
    """
    is_cancelled = session.state == Session.State.CANCELLED
    page = f"{site}{session.get_absolute_url()}"
    name = f"part-{part.row.uid}" if part and part.row else f"session-{session.uid}"
    revision = Revision(uid=f"{name}@{domain}", sequence=session.sequence, stamp=session.revised_at)
    event = entry(session, revision, page=page, blocks_time=False, is_cancelled=is_cancelled, part=part)
    describe(
        event,
        "This session is cancelled." if is_cancelled else "",
        session.topic.summary,
        hosted_by(session),
        session.get_format_display() + ".",
        session.topic.content_note,
        session.practical_note,
        "This session is an illustration: no source names it." if session.is_illustrative else "",
        f"More about this session: {page}",
    )
    if themes := sorted(one_line(theme.name) for theme in session.topic.themes.all()):
        event.add("categories", themes)
    return event


def describe(event: Event, *paragraphs: str) -> None:
    """Give an entry its text: plain paragraphs, the empty ones left out."""
    text = "\n\n".join(paragraph.strip() for paragraph in map(strip_controls, paragraphs) if paragraph.strip())
    event.add("description", vText(text))


def place_of(session: Session) -> str:
    """Return where people meet, "" for a session that is online only."""
    if session.format == Session.Format.ONLINE or session.venue is None:
        return ""
    return session.place


def hosted_by(session: Session) -> str:
    """Return the sentence that names the hosts, who leads first; "" where nobody is named."""
    names = [host.partnership.name for host in session.session_hosts.all()]
    if session.also_hosted_by:
        names.append(session.also_hosted_by)
    if not names:
        return ""
    return f"Hosted by {', '.join(names[:-1])} and {names[-1]}." if len(names) > 1 else f"Hosted by {names[0]}."


def one_line(text: str) -> str:
    """Return a text on one line, without control characters and runs of spaces."""
    return re.sub(r"\s+", " ", CONTROL_OR_BREAK.sub(" ", text)).strip()


def serialise(wrapper: Calendar, events: Iterable[bytes] = ()) -> bytes:
    """Return a calendar file: UTF-8, lines of 75 octets at most that end in CRLF, the same bytes every time.

    ``events`` are entries as `Event.to_ical` writes them, in the order in which they shall stand. London's rules
    are always there, so that a calendar without entries is a valid file too.
    """
    head = wrapper.to_ical().removesuffix(END)
    return b"".join([head, LONDON_RULES, *events, END])
