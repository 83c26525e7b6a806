"""Times and durations as attendance reports write them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Order = Literal["day first", "month first"]
ORDERS: Final[tuple[Order, Order]] = ("day first", "month first")
NUMBERS: Final = re.compile(
    r"(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4})\.?[,T\s]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
PART: Final = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*([^\W\d_]*)")
HOURS: Final = ("h", "st", "u", "godz", "ora", "ore", "awr")
SECONDS: Final = ("s", "eil")


def moment_of(text: str, *, order: Order, zone: ZoneInfo) -> datetime | None:
    """Return the aware moment that a report writes; None for anything else.

    A time without an offset is by the clock of ``zone``, as reports are written for whoever downloads them.
    """
    match = NUMBERS.fullmatch(" ".join(text.replace("\u202f", " ").replace("\u200e", "").split()))
    if match is None:
        return None
    a, b, c = (int(match[name]) for name in "abc")
    if len(match["a"]) == 4:
        year, month, day = a, b, c
    else:
        day, month = (a, b) if order == "day first" else (b, a)
        year = c if c > 99 else 2000 + c
    hour = int(match["hour"])
    if half := (match["half"] or "").lower():
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        wall = datetime(year, month, day, hour, int(match["minute"]), int(match["second"] or 0))  # noqa: DTZ001 - aware below
    except ValueError:
        return None
    if offset := (match["zone"] or "").upper():
        plain = "+00:00" if offset in {"Z", "UTC", "GMT"} else offset
        return datetime.fromisoformat(f"{wall.isoformat()}{plain}")
    return wall.replace(tzinfo=zone)


def order_of(texts: Iterable[str], *, day: date, zone: ZoneInfo) -> Order:
    """Return whether a report writes the day or the month first: as more of its times fall on the session's day.

    ``day`` is the session's by the clock of ``zone``. Where both do alike, as on 5 May, or neither does, it is the
    order in which more can be read at all.
    """
    texts = list(texts)

    def worth(order: Order) -> tuple[int, int]:
        moments = [moment_of(text, order=order, zone=zone) for text in texts]
        readable = [moment for moment in moments if moment is not None]
        return sum(moment.astimezone(zone).date() == day for moment in readable), len(readable)

    return max(ORDERS, key=worth)


def duration_of(text: str) -> timedelta | None:
    """Return how long a report says: hours, minutes and seconds by their letters, with colons, or plain minutes.

    None for anything else. It may be negative; whoever reads it says so.
    """
    text = text.strip()
    if match := re.fullmatch(r"(-?)(\d{1,3}):(\d{2})(?::(\d{2}))?", text):
        sign, first, second, third = match.groups()
        seconds = int(first) * 3600 + int(second) * 60 + int(third) if third else int(first) * 60 + int(second)
        return timedelta(seconds=-seconds if sign else seconds)
    parts = PART.findall(text)
    if not parts or PART.sub("", text).strip(" .,"):
        return None
    total = timedelta()
    for number, unit in parts:
        value, letters = float(number.replace(",", ".")), unit.casefold()
        if letters.startswith(HOURS) and not letters.startswith("sek"):
            total += timedelta(hours=value)
        elif letters.startswith(SECONDS):
            total += timedelta(seconds=value)
        elif not letters or letters.startswith("m"):
            total += timedelta(minutes=value)
        else:
            return None
    return total
