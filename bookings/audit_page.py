"""What was read, taken out and changed, in one list: from the log, from bookings' history and from registers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, F, Q, QuerySet, Value

from bookings.models import AttendanceMark, AuditEvent, Booking, BookingChange
from bookings.models.attendance import Presence
from events.dates import moment_words

KINDS: Final = {"event": AuditEvent, "change": BookingChange, "mark": AttendanceMark}
WITH: Final = {
    "event": ("actor", "session", "person"),
    "change": ("actor", "booking__session", "booking__practitioner"),
    "mark": ("actor", "booking__session", "booking__practitioner"),
}
BY_ITSELF: Final = "The site by itself"


def everything(*, events: QuerySet[Any], bookings: QuerySet[Booking]) -> QuerySet[Any]:
    """Return what is in the log and what happened to bookings, the newest first: pairs of kind and number.

    Together they are one question to the database, so that a page of it costs the same however much there is.
    """
    of = Q(booking__in=bookings.order_by().values("pk"))
    parts: list[QuerySet[Any]] = [
        _part(events, "event", "at"),
        _part(BookingChange.objects.filter(of), "change", "at"),
        _part(AttendanceMark.objects.filter(of), "mark", "recorded_at"),
    ]
    return parts[0].union(*parts[1:], all=True).order_by("-moment", "-number")


def _part(rows: QuerySet[Any], kind: str, moment: str) -> QuerySet[Any]:
    """Return one source of the list."""
    words = Value(kind, output_field=CharField())
    found: QuerySet[Any] = rows.order_by().annotate(moment=F(moment), kind=words, number=F("pk"))
    return found.values_list("moment", "kind", "number")


@dataclass(frozen=True)
class AuditLine:
    """Something that was done, in words: when, what, by whom and for whom."""

    at: datetime
    verb: str
    what: str
    who: str
    whom: str

    @property
    def when(self) -> str:
        """Return when it was."""
        return moment_words(self.at)


def lines_of(page: list[tuple[datetime, str, int]]) -> list[AuditLine]:
    """Return a page of `everything` in words; one query for each kind."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for _, kind, number in page:
        wanted[kind].append(number)
    rows = {
        kind: KINDS[kind].objects.select_related(*WITH[kind]).in_bulk(numbers)  # type: ignore[attr-defined]
        for kind, numbers in wanted.items()
    }
    return [_line(kind, rows[kind][number]) for _, kind, number in page]


def _line(kind: str, row: Any) -> AuditLine:
    """Return one line."""
    match kind:
        case "event":
            return AuditLine(row.at, row.get_verb_display(), _what(row), str(row.actor), _whom(row))
        case "change":
            who = str(row.actor or row.by or BY_ITSELF)
            return AuditLine(row.at, "Changed", f"Booking: {row.get_verb_display()}", who, row.booking.name)
        case _:
            state = Presence(row.to_state).label if row.to_state else "taken back"
            what = f"Register: {str(state).lower()}"
            return AuditLine(row.recorded_at, "Changed", what, str(row.actor or BY_ITSELF), row.booking.name)


def _what(event: AuditEvent) -> str:
    """Return what page or form it was, and of what; what was typed to narrow it stands behind."""
    more = [event.details[name] for name in ("slug", "query") if event.details.get(name)]
    return f"{event.words} ({', '.join(more)})" if more else event.words


def _whom(event: AuditEvent) -> str:
    """Return whom it was about: a person, or everybody on a session; what is gone is a number."""
    found = [("person", event.person_id, event.person), ("session", event.session_id, event.session)]
    return ", ".join(
        str(row) if row is not None else f"{kind} number {number}, which is gone"
        for kind, number, row in found
        if number is not None
    )
