"""Sheets to print before a session: one to sign on, and badges. Needs stand on the first as a code alone."""

from collections.abc import Sequence
from typing import Any, Final

from bookings.models import Booking
from bookings.printed import as_pdf
from bookings.register_page import RegisterLine
from events.models import Session
from events.presenters import SessionLine

NEED: Final = "A"
EMPTY_LINES: Final = 6  # for people who come without a booking


def at_venue(lines: Sequence[RegisterLine]) -> list[RegisterLine]:
    """Return those who may come to the venue; everybody, where a session meets online only."""
    online = [line for line in lines if line.session.format == Session.Format.ONLINE]
    return online or [line for line in lines if line.booking.comes_to_venue]


def sign_in_facts(line: SessionLine, people: Sequence[RegisterLine], when: str) -> dict[str, Any]:
    """Return what stands on the sheet of a date: a row for each of those who have a place, and some for others."""
    rows = [
        [str(number), one.booking.name, one.booking.organisation_name, one.booking.job_role, need_code(one)]
        for number, one in enumerate(people, start=1)
    ]
    more = [[str(number), "", "", "", ""] for number in range(len(rows) + 1, len(rows) + 1 + EMPTY_LINES)]
    return {
        "title": f"Sign-in sheet: {line.title}",
        "session": line.title,
        "when": when,
        "place": line.where,
        "rows": rows + more,
        "has_needs": any(need_code(one) for one in people),
    }


def need_code(one: RegisterLine) -> str:
    """Return the code of somebody whom something would help, as far as whoever prints may know; empty otherwise."""
    return NEED if one.has_need else ""


def badge_facts(line: SessionLine, people: Sequence[RegisterLine]) -> dict[str, Any]:
    """Return what stands on the badges: name and organisation, and nothing of needs."""
    badges = [{"name": badge_name(one.booking), "organisation": one.booking.organisation_name} for one in people]
    return {"title": f"Badges: {line.title}", "session": line.title, "people": badges}


def badge_name(booking: Booking) -> str:
    """Return what to call somebody: the name they like to be called by with their own, where it is another."""
    name, called = booking.name, booking.practitioner.preferred_name
    return f"{called} ({name})" if called and called.casefold() not in name.casefold() else name


def sign_in_pdf(line: SessionLine, people: Sequence[RegisterLine], when: str) -> bytes:
    """Return the sheet as a tagged PDF; ``when`` says of which date it is."""
    return as_pdf("sign_in", sign_in_facts(line, people, when))


def badges_pdf(line: SessionLine, people: Sequence[RegisterLine], _when: str) -> bytes:
    """Return the badges as a tagged PDF; they are the same on every date."""
    return as_pdf("badges", badge_facts(line, people))
