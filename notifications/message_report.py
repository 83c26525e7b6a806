"""What was sent about sessions and what became of it, as a report beside those of bookings."""

from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q

from bookings.reports import Asked, Column, Report, Table
from events.wall_time import LONDON
from notifications.kinds import Kind
from notifications.models import Message, ProviderEvent

Status, Event = Message.Status, ProviderEvent.Kind
UNSENT: Final = (Status.PENDING, Status.CLAIMED, Status.SENDING)
NOT_NEEDED: Final = (Status.CANCELLED, Status.EXPIRED)
COUNTS: Final = (
    Column("sent", "Sent", "number"),
    Column("delivered", "Delivered", "number"),
    Column("bounced", "Came back", "number"),
    Column("complained", "Unwanted", "number"),
    Column("failed", "Refused", "number"),
    Column("unknown", "Perhaps sent", "number"),
    Column("waiting", "Waiting", "number"),
    Column("not_needed", "Not sent: no longer true, or too late", "number"),
)
BY_KIND: Final = (Column("group", "Kind of message"), *COUNTS)
BY_SESSION: Final = (Column("group", "Session"), Column("date", "Date", "date"), *COUNTS)
OF_SESSIONS: Final = (
    "Messages about bookings on sessions of the partnerships named above, held, cancelled or coming; the days are "
    "those of the sessions."
)
TOLD: Final = (
    "Sent: handed to the mail server, which took it. Delivered, came back, unwanted: what the mail provider told "
    "later, where it tells; a message that came back counts as sent too."
)
NOT_TRACKED: Final = "Opened: not tracked. Nobody is watched while they read."


def message_log(asked: Asked) -> Table:
    """Return how many messages of each kind, or about each session, ended in which way; one query."""
    sessions = asked.sessions().order_by().values("pk")
    rows = Message.objects.filter(booking__session__in=sessions).order_by()
    counted: Any  # rows of one shape or the other
    if asked.group == "session":
        named = rows.values(group=F("booking__session__title"), about=F("booking__session"))
        counted = named.annotate(starts_at=F("booking__session__starts_at")).order_by("starts_at", "about")
    else:
        counted = rows.values(group=F("kind")).order_by("group")
    lines = [_line(row) for row in counted.annotate(**_counts())]
    if asked.group != "session":
        order = {kind.value: place for place, kind in enumerate(Kind)}
        lines.sort(key=lambda line: order.get(line["group"], len(order)))
        lines = [{**line, "group": _kind_words(line["group"])} for line in lines]
    total = {"group": "Total", **{column.name: sum(line[column.name] for line in lines) for column in COUNTS}}
    return Table(BY_SESSION if asked.group == "session" else BY_KIND, lines, total)


def _counts() -> dict[str, Count]:
    """Return what is counted of messages."""

    def told(kind: str) -> Count:
        """Count the messages of which a provider told this, however often."""
        return Count("pk", filter=Exists(ProviderEvent.objects.filter(message=OuterRef("pk"), kind=kind).order_by()))

    return {
        "sent": Count("pk", filter=Q(status=Status.SENT)),
        "delivered": told(Event.DELIVERED),
        "bounced": told(Event.BOUNCED),
        "complained": told(Event.COMPLAINED),
        "failed": Count("pk", filter=Q(status=Status.FAILED)),
        "unknown": Count("pk", filter=Q(status=Status.UNKNOWN)),
        "waiting": Count("pk", filter=Q(status__in=UNSENT)),
        "not_needed": Count("pk", filter=Q(status__in=NOT_NEEDED)),
    }


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """Return a counted row with the day of its session, if it is about one."""
    starts_at = row.get("starts_at")
    day = {"date": starts_at.astimezone(LONDON).date()} if starts_at else {}
    return {"group": row["group"], **day, **{column.name: row[column.name] for column in COUNTS}}


def _kind_words(kind: str) -> str:
    """Return what a kind of message is called; one of an earlier version of the site keeps its short name."""
    return str(Kind(kind).label) if kind in Kind.values else kind


MESSAGES: Final = Report(
    slug="messages",
    title="Message log",
    about="What was sent about sessions, and what became of it.",
    make=message_log,
    groups=("kind", "session"),
    definitions=(OF_SESSIONS, TOLD, NOT_TRACKED),
    bars="sent",
    of_people=False,
)
