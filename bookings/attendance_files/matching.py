"""Who of a report is who on the register: by address, then by name; and how long each was there."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.attendance_files.reading import Report, Stay, stay_end
from people.addresses import address_key


@dataclass(frozen=True)
class Candidate:
    """Somebody on the register: the booking's number, its name, and the addresses they are known by."""

    booking_id: int
    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody in a report. ``minutes`` are those of the session in which they were there, each once.

    ``first`` and ``last`` are when they came and went, None where the report has no times.
    """

    name: str
    address: str
    role: str
    minutes: int
    first: datetime | None
    last: datetime | None


def match(
    report: Report, candidates: Sequence[Candidate], *, starts_at: datetime, ends_at: datetime
) -> tuple[dict[int, Person], list[Person]]:
    """Return by booking who was there, and those who are nobody on the register.

    Several rows that are one booking, by whichever address or name, count together: minutes that overlap, on two
    devices, count once. A name that two on the register have, or that stands for nobody, is matched to nobody.
    """
    by_address = {address_key(address): one.booking_id for one in candidates for address in one.addresses}
    counts = Counter(name_key(one.name) for one in candidates)
    by_name = {name_key(one.name): one.booking_id for one in candidates if counts[name_key(one.name)] == 1}
    found: defaultdict[int, list[Stay]] = defaultdict(list)
    others: list[Stay] = []
    for stay in report.stays:
        booking = next((by_address[key] for key in map(address_key, stay.addresses) if key in by_address), None)
        if booking is None:
            booking = next((by_name[key] for key in name_keys(stay.name) if key in by_name), None)
        if booking is None:
            others.append(stay)
        else:
            found[booking].append(stay)
    span = (starts_at, ends_at)
    return {pk: _person(stays, *span) for pk, stays in found.items()}, people_of(others, *span)


def people_of(stays: Iterable[Stay], starts_at: datetime, ends_at: datetime) -> list[Person]:
    """Return the people of some stays by name; rows of one address, or without one of one name, are one person."""
    rows: defaultdict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        rows[address_key(stay.addresses[0]) if stay.addresses else name_key(stay.name)].append(stay)
    return sorted((_person(one, starts_at, ends_at) for one in rows.values()), key=lambda one: (one.name, one.address))


def name_key(name: str) -> str:
    """Return a name as it is compared: without case, accents, brackets and double spaces, the first name first."""
    plain = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", name)
    last, comma, first = plain.partition(",")
    plain = f"{first} {last}" if comma else plain
    letters = unicodedata.normalize("NFKD", plain).casefold()
    words = re.sub(r"[^\w'-]+", " ", "".join(sign for sign in letters if not unicodedata.combining(sign)))
    return " ".join(words.split())


def name_keys(name: str) -> list[str]:
    """Return what a name in a report can be: as it is shown, and as it was before somebody changed it, in brackets."""
    original = re.search(r"\(([^)]*)\)\s*$", name)
    keys = [name_key(name), name_key(original[1]) if original else ""]
    return [key for key in keys if key]


def _person(stays: Sequence[Stay], starts_at: datetime, ends_at: datetime) -> Person:
    """Return one person from all their rows."""
    starts = [stay.start for stay in stays if stay.start]
    ends = [end for stay in stays if (end := stay_end(stay))]
    address = next((stay.addresses[0] for stay in stays if stay.addresses), "")
    role = next((stay.role for stay in stays if stay.role), "")
    time = min(_time_in(stays, starts_at, ends_at), ends_at - starts_at)
    return Person(
        stays[0].name,
        address,
        role,
        round(time.total_seconds() / 60),
        min(starts, default=None),
        max(ends, default=None),
    )


def _spans(stays: Sequence[Stay]) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Return the intervals of stays that have times, and the most that each can count."""
    for stay in stays:
        if stay.start is not None:
            end = stay_end(stay) or stay.start
            yield stay.start, end, end - stay.start if stay.duration is None else stay.duration


def _time_in(stays: Sequence[Stay], starts_at: datetime, ends_at: datetime) -> timedelta:
    """Return how much of a session some stays cover; the union of their intervals, and the sum of mere durations.

    A row that sums up several stays covers no more than its own duration, which leaves out the gaps.
    """
    total, until = timedelta(), starts_at
    for start, end, most in sorted(_spans(stays)):
        begins, finishes = max(start, until), min(end, ends_at)
        if finishes > begins:
            total += min(finishes - begins, most)
            until = finishes
    return total + sum((s.duration for s in stays if s.start is None and s.duration), timedelta())
