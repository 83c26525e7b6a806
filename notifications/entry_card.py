"""A diary entry as a calendar program shows it: what, when on the local clock, where, and what the mail asks for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar

from events.dates import long_day, span_words
from events.wall_time import LONDON

METHODS: Final = {
    "REQUEST": "Puts it into the diary, or brings it up to date",
    "CANCEL": "Takes it out of the diary",
    "PUBLISH": "Shows it, and asks for nothing",
}


@dataclass(frozen=True)
class EntryCard:
    """One entry in words; what it does not say is empty."""

    method: str
    what: str
    when: str
    where: str
    organizer: str
    attendees: tuple[str, ...]
    version: str
    description: str


def cards_of(calendar: str) -> list[EntryCard]:
    """Return a card for each entry of a calendar file, in its order; none where no program could read it."""
    try:
        parsed = icalendar.Calendar.from_ical(calendar)
        method = str(parsed.get("METHOD", "")).upper()
        return [_card(event, method) for event in parsed.walk("VEVENT")]
    except (ValueError, KeyError, AttributeError):  # the parser's ways to say that it is no calendar
        return []


def _card(event: Any, method: str) -> EntryCard:
    """Return one entry in words."""
    asks = METHODS.get(method, "")
    return EntryCard(
        method=f"{method}: {asks}" if asks else method,
        what=str(event.get("SUMMARY", "")),
        when=_when(event.start, event.end),
        where=str(event.get("LOCATION", "")),
        organizer=_mailbox(event.get("ORGANIZER")),
        attendees=tuple(_mailbox(one) for one in _listed(event.get("ATTENDEE"))),
        version=f"{event.get('SEQUENCE', 0)}, {event.get('STATUS', 'no status')}",
        description=str(event.get("DESCRIPTION", "")),
    )


def _when(start: date | datetime, end: date | datetime) -> str:
    """Return when it is, on the clock of its own zone, or in London where it is written in UTC."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return long_day(start)
    zone = start.tzinfo if isinstance(start.tzinfo, ZoneInfo) and start.tzinfo.key != "UTC" else LONDON
    return span_words(start, end, zone)


def _mailbox(address: Any) -> str:
    """Return somebody's name and address."""
    if address is None:
        return ""
    name, email = address.params.get("CN", ""), str(address).removeprefix("mailto:").removeprefix("MAILTO:")
    return f"{name} <{email}>" if name and name != email else email


def _listed(value: Any) -> list[Any]:
    """Return what may be there once, several times or not at all as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
