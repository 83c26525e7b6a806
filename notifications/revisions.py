"""What a person has not been told yet of a session's changes, in words."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet

from bookings.models import Booking, BookingChange
from bookings.states import Status, Verb
from events.dates import moment_words, span_words
from events.models import Session
from notifications.kinds import Kind
from notifications.models import Message
from people.text import strip_controls

FIELD_WORDS: Final = {
    "title": "Title",
    "venue": "Place",
    "room": "Room",
    "format": "How to take part",
    "practical_note": "Practical note",
}


def invited(booking: Booking) -> QuerySet[Message]:
    """Return the messages that may have put the entry into the person's diary."""
    sent = Message.objects.filter(booking=booking, risky__gt=0, sequence__isnull=False)
    return sent.exclude(kind=Kind.DATE_CANCELLED)


def may_be_in_diary(booking: Booking) -> bool:
    """Say whether a diary may have entries of a place from us: an invitation may have gone, or the file was taken."""
    return booking.diary_file_at is not None or invited(booking).exists()


def told(booking: Booking) -> QuerySet[Message]:
    """Return the messages that told the person in words how the session then was, and not their entry alone."""
    return invited(booking).exclude(kind=Kind.DIARY)


def untold(message: Message, booking: Booking) -> dict[str, list[str]]:
    """Return what a person has not been told yet, as field: [before, now]; what came back to be as it was is left out.

    Each change told by itself could hide one before it that nobody had sent when it came.
    """
    if message.change is None or message.kind != Kind.CHANGED:
        return {}
    changes = [message.change]
    if booking.status == Status.CONFIRMED:
        last = told(booking).exclude(pk=message.pk).aggregate(last=Max("sequence"))["last"]
        revised = BookingChange.objects.filter(booking=booking, verb=Verb.REVISED, from_status=Status.CONFIRMED)
        changes = list(revised.filter(sequence__gt=-1 if last is None else last).order_by("pk"))
    merged: dict[str, list[str]] = {}
    for change in changes:
        for name, (before, now) in change.details.items():
            merged[name] = [merged.get(name, [before])[0], now]
    return {name: pair for name, pair in merged.items() if pair[0] != pair[1]}


def changes_in_words(message: Message, booking: Booking) -> tuple[tuple[str, str, str], ...]:
    """Return what changed as (what, before, now), the time first, in words."""
    details, zone = untold(message, booking), booking.session.tzinfo
    found: list[tuple[str, str, str]] = []
    if "starts_at" in details:
        before, now = (moment_words(datetime.fromisoformat(text), zone) for text in details["starts_at"])
        found.append(("Start", before, now))
    if "ends_at" in details:
        before, now = (moment_words(datetime.fromisoformat(text), zone) for text in details["ends_at"])
        found.append(("End", before, now))
    if "parts" in details:
        before, now = (_dates_in_words(text, zone) for text in details["parts"])
        found.append(("Further dates", before, now))
    formats = dict(Session.Format.choices)
    for name, label in FIELD_WORDS.items():
        if name in details:
            before, now = (formats.get(text, text) for text in details[name])
            found.append((label, strip_controls(before), strip_controls(now)))
    return tuple(found)


def _dates_in_words(spans: str, zone: ZoneInfo) -> str:
    """Return further dates as history keeps them, in words."""
    moments = [[datetime.fromisoformat(moment) for moment in span.split("/")[:2]] for span in spans.split()]
    return "; ".join(span_words(start, end, zone) for start, end in moments) or "None"
